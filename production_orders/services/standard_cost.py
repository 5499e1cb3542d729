"""What an order should cost by its lock: kept on the order at its confirmation, never read from a BOM again."""

from collections.abc import Iterable

from frappe.model.document import Document

from production_orders import system
from production_orders.domain.bom import LockedBom
from production_orders.domain.quantity import decimal
from production_orders.domain.reservation import Coverage, shares, walk
from production_orders.domain.standard_cost import StandardCost, material_cost, recovered
from production_orders.erpnext_bridge import company, item
from production_orders.services import bom_lock, operating_cost

FIELDS = (
	"standard_material_cost",
	"standard_labour_cost",
	"standard_overhead_cost",
	"standard_operating_cost",
	"standard_recovered_cost",
	"standard_cost",
	"standard_minutes",
	"normal_loss",
)


def keep(order: Document, structure: LockedBom, coverages: Iterable[Coverage]) -> None:
	"""Write the standard of a whole order on it, in memory."""
	coverages, digits, qty = tuple(coverages), company.money_digits(), decimal(order.qty)
	drawn = [(share.drawn, share.coverage.line.valuation_rate) for share in shares(coverages)]
	order.standard_material_cost = float(material_cost(drawn, digits))
	operating_cost.keep(order, operating_cost.standard(structure, qty, coverages))
	header = structure.headers[structure.bom_no]
	order.normal_loss = float(header.process_loss_percentage)
	order.standard_recovered_cost = 0
	spent = of_order(order).total
	order.standard_recovered_cost = float(recovered(header, qty, spent, digits))
	order.standard_cost = float(of_order(order).total)


def keep_of_lock(order: Document) -> None:
	"""The same for an order of the time before, from its lock: its materials tell what stock gave at the confirmation."""
	structure = bom_lock.load(order.bom_lock)
	taken = {(row.item_code, row.warehouse): decimal(row.required_qty) for row in order.materials}
	places = {order.source_warehouse, *(line.source_warehouse for line in structure.lines)}
	leaves = item.leaves(places, order.company)
	qty, digits = decimal(order.qty), item.precision()
	keep(order, structure, walk(structure, qty, order.source_warehouse, taken, digits, leaves))
	system.set_values(order, {field: order.get(field) for field in FIELDS})


def of_order(order: Document) -> StandardCost:
	"""The standard as the order has kept it."""
	return StandardCost(
		qty=decimal(order.qty),
		material=decimal(order.standard_material_cost),
		labour=decimal(order.standard_labour_cost),
		overhead=decimal(order.standard_overhead_cost),
		recovered=decimal(order.standard_recovered_cost),
		normal_loss=decimal(order.normal_loss),
	)
