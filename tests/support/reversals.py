"""Short words for runs that are completed and taken back, and for the state that must come back."""

from typing import Any

import frappe

from fixtures import stock
from production_orders.api import runs
from tests.support.orders import reservations_of, started, value

TOTALS = ("produced_qty", "rejected_qty", "process_loss_qty", "open_qty", "status")
AMOUNTS = ("required_qty", "reserved_qty", "consumed_qty", "delivered_qty", "short_qty")
FIGURES = (
	"item_code",
	"warehouse",
	"actual_qty",
	"reserved_stock",
	"planned_qty",
	"reserved_qty_for_production",
	"projected_qty",
	"stock_value",
)


def completed(order: Any, qty: float, **report: Any) -> str:
	"""A new run of a confirmed order, completed."""
	run = started(order, qty=qty)
	runs.complete(run=run, **{"produced_qty": qty, **report})
	return run


def reverse(run: str, reason: str = "counted wrong") -> dict[str, Any]:
	return runs.reverse(run=run, reason=reason)


def issue(item_code: str, qty: float, warehouse: str, **lots: str) -> None:
	"""A storekeeper takes stock out; `lots` batch_no or serial_no."""
	row = {
		"item_code": item_code,
		"qty": qty,
		"s_warehouse": warehouse,
		"use_serial_batch_fields": int(bool(lots)),
	}
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": stock.ISSUE,
			"purpose": stock.ISSUE,
			"company": frappe.get_cached_value("Warehouse", warehouse, "company"),
			"items": [{**row, **lots}],
		}
	)
	entry.insert().submit()


def totals(order: Any) -> tuple[Any, ...]:
	"""produced, rejected, lost, open, status."""
	return value("Production Order", order.name, *TOTALS)


def material(order: Any) -> tuple[float, ...]:
	"""required, reserved, consumed, delivered, short of the one material of an order."""
	return value("Production Order Material", {"parent": order.name}, *AMOUNTS)


def material_of(order: Any) -> str:
	return value("Production Order Material", {"parent": order.name}, "item_code")


def bins_of(order: Any) -> list[tuple[Any, ...]]:
	"""Every figure of the order's Bins; a Bin that holds nothing may be there or not."""
	doc = frappe.get_doc("Production Order", order.name)
	items = [doc.item_code, *(row.item_code for row in doc.materials)]
	rows = frappe.get_all(
		"Bin", {"item_code": ["in", items]}, list(FIGURES), order_by="item_code, warehouse", as_list=True
	)
	return [row for row in rows if any(row[2:])]


def state_of(order: Any) -> tuple[Any, ...]:
	"""What an order holds, made and counts; not its status, which a first run changes for good."""
	rows = frappe.get_all(
		"Production Order Material",
		{"parent": order.name},
		["item_code", *AMOUNTS],
		order_by="idx",
		as_list=True,
	)
	return totals(order)[:-1], rows, bins_of(order), reservations_of(order, "status", "reserved_qty")
