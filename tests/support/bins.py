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


def expected(item_code: str, warehouse: str) -> dict[str, float]:
	"""The figures of production as the documents of both kinds of orders add up, row by row."""
	planned = sum(
		max(0, order.qty - order.produced_qty)
		for order in _open_work_orders(production_item=item_code, fg_warehouse=warehouse)
	) + sum(
		order.open_qty
		for order in _open_orders()
		if (order.item_code, order.fg_warehouse) == (item_code, warehouse)
	)
	at = {"item_code": item_code}
	reserved = 0.0
	works = {order.name: order for order in _open_work_orders()}
	for need in frappe.get_all(
		"Work Order Item", {**at, "source_warehouse": warehouse, "parent": ["in", list(works)]}, ["*"]
	):
		taken = need.consumed_qty if works[need.parent].skip_transfer else need.transferred_qty
		if need.required_qty > need.transferred_qty or need.required_qty > need.consumed_qty:
			reserved += need.required_qty - taken
	names = [order.name for order in _open_orders()]
	for need in frappe.get_all(
		"Production Order Material", {**at, "warehouse": warehouse, "parent": ["in", names]}, ["*"]
	):
		reserved += max(0, need.required_qty - need.consumed_qty)
	found = row(item_code, warehouse)
	return {
		"planned_qty": planned,
		"reserved_qty_for_production": reserved,
		"projected_qty": found.actual_qty
		+ found.ordered_qty
		+ found.indented_qty
		+ planned
		- found.reserved_qty
		- reserved
		- found.reserved_qty_for_sub_contract
		- found.reserved_qty_for_production_plan,
	}


def _open_work_orders(**filters: str) -> list[Any]:
	closed = ["Stopped", "Completed", "Closed"]
	where = {"docstatus": 1, "status": ["not in", closed], **filters}
	return frappe.get_all("Work Order", where, ["name", "qty", "produced_qty", "skip_transfer"])


def _open_orders() -> list[Any]:
	where = {"docstatus": 1, "status": ["in", ["Confirmed", "In Progress"]]}
	return frappe.get_all("Production Order", where, ["name", "item_code", "fg_warehouse", "open_qty"])


def off(item_code: str, warehouse: str) -> dict[str, tuple[float, float]]:
	"""Figures of a Bin that are not what the documents say -> (stored, expected)."""
	found, wanted = row(item_code, warehouse), expected(item_code, warehouse)
	return {
		figure: (found[figure], qty) for figure, qty in wanted.items() if round(found[figure] - qty, 6) != 0
	}
