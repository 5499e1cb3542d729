"""Available to promise: what is in stock and nobody has reserved."""

from collections.abc import Sequence
from typing import Any

import frappe

from production_orders.services import queries


def atp(item_code: str, warehouses: Sequence[str]) -> dict[str, Any]:
	"""{item_code, stock_uom, actual_qty, reserved_qty, atp_qty, warehouses: [the same per warehouse]}."""
	rows = [
		{**row, "atp_qty": row.actual_qty - row.reserved_qty} for row in queries.stock(item_code, warehouses)
	]
	sums = {field: sum(row[field] for row in rows) for field in ("actual_qty", "reserved_qty", "atp_qty")}
	stock_uom = frappe.get_cached_value("Item", item_code, "stock_uom")
	return {"item_code": item_code, "stock_uom": stock_uom, **sums, "warehouses": rows}
