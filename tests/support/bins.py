"""A Bin's figures as stored, and as the documents say they should be, derived another way."""

from typing import Any

import frappe

FIGURES = (
	"actual_qty",
	"ordered_qty",
	"indented_qty",
	"planned_qty",
	"reserved_qty",
	"reserved_qty_for_production",
	"reserved_qty_for_sub_contract",
	"reserved_qty_for_production_plan",
	"projected_qty",
	"reserved_stock",
)


def row(item_code: str, warehouse: str) -> dict[str, Any]:
	"""Every figure; zeros where there is no Bin."""
	at = {"item_code": item_code, "warehouse": warehouse}
	found = frappe.db.get_value("Bin", at, FIGURES, as_dict=True)
	return found or frappe._dict.fromkeys(FIGURES, 0)


def figures(item_code: str, warehouse: str) -> tuple[float, float, float]:
	"""(planned, reserved for production, projected)."""
	found = row(item_code, warehouse)
	return found.planned_qty, found.reserved_qty_for_production, found.projected_qty
