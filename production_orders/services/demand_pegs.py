"""What each planned supply is for: written once when it is planned, read to know what is planned already."""

from collections import defaultdict
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.query_builder import Case

from production_orders import system
from production_orders.domain.lifecycle import DRAFT, OPEN_ORDER
from production_orders.domain.pegging import PlannedSupply
from production_orders.erpnext_bridge import ended
from production_orders.services import planning
from production_orders.services.planning import ORDER, Supplies, View

REQUEST = "Material Request"


def write(view: View, made: Supplies) -> None:
	"""One row for each supply and cause."""
	rows = []
	for supply, (supply_type, name) in made.items():
		for (cause_type, cause), qty in _causes(supply, made).items():
			rows.append(
				{
					"name": frappe.generate_hash(length=16),
					"docstatus": 0,
					"supply_type": supply_type,
					"supply": name,
					"item_code": supply.item_code,
					"warehouse": supply.warehouse,
					"qty": qty,
					"due_date": supply.due,
					"cause_type": cause_type,
					"cause": cause,
					"company": view.company,
					"horizon": view.horizon.name,
				}
			)
	system.insert_rows("Demand Peg", rows)


def _causes(supply: PlannedSupply, made: Supplies) -> dict[tuple[str, str | None], Decimal]:
	causes: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
	for peg in supply.pegs:
		causes[planning.cause(peg, supply, made)] += peg.qty
	return causes


def forget(order: Document) -> None:
	"""A draft that is deleted was never more than a plan; another order may get its name."""
	frappe.db.delete("Demand Peg", {"supply_type": order.doctype, "supply": order.name})


def planned_for(order: str) -> list[tuple[str, str, float]]:
	"""(item_code, warehouse, qty) that plans have ordered for an order among others, and that has not come."""
	return [*_requested_for(order), *_made_for(order)]


def _requested_for(order: str) -> list[tuple[str, str, float]]:
	"""Its parts of request rows that are for several; a row that is for it alone names it."""
	peg, request, row = (
		frappe.qb.DocType(name) for name in ("Demand Peg", "Material Request", "Material Request Item")
	)
	is_its_row = (
		(row.parent == peg.supply)
		& (row.item_code == peg.item_code)
		& (row.warehouse == peg.warehouse)
		& (row.schedule_date == peg.due_date)
	)
	open_qty = row.stock_qty - row.received_qty
	return (
		frappe.qb.from_(peg)
		.join(request)
		.on(request.name == peg.supply)
		.join(row)
		.on(is_its_row)
		.select(peg.item_code, peg.warehouse, Case().when(peg.qty < open_qty, peg.qty).else_(open_qty))
		.where((peg.supply_type == REQUEST) & (peg.cause_type == ORDER) & (peg.cause == order))
		.where((row.production_order.isnull() | (row.production_order == "")) & (open_qty > 0))
		.where((request.docstatus < 2) & (request.status != ended.MATERIAL_REQUEST))
		.run()
	)


def _made_for(order: str) -> list[tuple[str, str, float]]:
	"""Its parts of planned orders that are drafts or open."""
	peg, supply = frappe.qb.DocType("Demand Peg"), frappe.qb.DocType(ORDER)
	return (
		frappe.qb.from_(peg)
		.join(supply)
		.on(supply.name == peg.supply)
		.select(peg.item_code, peg.warehouse, peg.qty)
		.where((peg.supply_type == ORDER) & (peg.cause_type == ORDER) & (peg.cause == order))
		.where(supply.status.isin([DRAFT, *OPEN_ORDER]))
		.run()
	)
