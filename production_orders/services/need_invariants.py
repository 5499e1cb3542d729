"""What must be true of what open orders need: their materials are what their locks ask for, at every level."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Sum

from production_orders.domain import conservation
from production_orders.domain.bom import Cycle, LockedBom
from production_orders.domain.lifecycle import OPEN_ORDER
from production_orders.domain.quantity import ZERO, decimal
from production_orders.erpnext_bridge import item
from production_orders.services import bom_lock
from production_orders.services.both_sides import EXPECTED
from production_orders.services.violation import Violation, differing

ORDER, MATERIAL = "Production Order", "Production Order Material"
CHUNK = 500
"""Orders whose locks are in memory at once."""
Drawn = Mapping[str, Mapping[str, Decimal]]


def materials_follow_locks() -> Iterator[Violation]:
	"""Every need of the lock is drawn, exploded or short, and nothing else is drawn.

	A lock that cannot be read is told by `verification`.
	"""
	drawn, precision = _drawn(), item.precision()
	orders = _open_orders()
	for start in range(0, len(orders), CHUNK):
		chunk = {order.bom_lock: order for order in orders[start : start + CHUNK]}
		for lock, structure in bom_lock.load_all(chunk):
			rows = _rows(chunk[lock], structure, drawn[chunk[lock].name], precision)
			yield from differing(
				"materials_follow_locks", ORDER, rows, {"required_qty": "{item_code}: required"}
			)


def _rows(
	order: Any, structure: LockedBom, drawn: Mapping[str, Decimal], precision: int
) -> Iterator[dict[str, Any]]:
	if not conservation.is_determined(structure, order.source_warehouse):
		return
	try:
		needs = conservation.required(structure, decimal(order.qty), order.source_warehouse, drawn, precision)
	except (Cycle, *bom_lock.UNREADABLE):
		return
	for item_code in sorted({*needs, *drawn}):
		yield {
			"name": order.name,
			"order": order.name,
			"company": order.company,
			"item_code": item_code,
			"required_qty": drawn.get(item_code, ZERO),
			EXPECTED.format("required_qty"): needs.get(item_code, ZERO),
		}


def _open_orders() -> list[Any]:
	fields = ["name", "company", "qty", "source_warehouse", "bom_lock"]
	return frappe.get_all(ORDER, {"status": ["in", OPEN_ORDER]}, fields, order_by="name")


def _drawn() -> Drawn:
	"""open order -> item -> what its materials require."""
	order, row = frappe.qb.DocType(ORDER), frappe.qb.DocType(MATERIAL)
	rows = (
		frappe.qb.from_(order)
		.join(row)
		.on(row.parent == order.name)
		.select(order.name, row.item_code, Sum(row.required_qty))
		.where(order.status.isin(OPEN_ORDER))
		.groupby(order.name, row.item_code)
		.run()
	)
	drawn: dict[str, dict[str, Decimal]] = defaultdict(dict)
	for order_name, item_code, qty in rows:
		drawn[order_name][item_code] = decimal(qty)
	return drawn
