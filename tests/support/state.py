"""A fingerprint of everything a refused action must leave alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe

COUNTED = (
	"Production Order",
	"Production Order Material",
	"Production Run",
	"Production Run Consumption",
	"BOM Lock",
	"BOM Lock Line",
	"Production Event",
	"Production Genealogy",
	"Production Request",
	"Stock Entry",
	"Stock Ledger Entry",
	"Stock Reservation Entry",
	"Batch",
	"Demand Peg",
	"Material Request",
	"Material Request Item",
)
CONTENT = {
	"Production Order": (
		"name",
		"status",
		"docstatus",
		"qty",
		"produced_qty",
		"open_qty",
		"event_count",
		"event_head",
		"bom_no",
		"bom_lock",
	),
	"Production Order Material": ("name", "reserved_qty", "consumed_qty", "delivered_qty", "short_qty"),
	"Production Run": ("name", "status", "docstatus", "qty", "produced_qty", "stock_entry"),
	"BOM Lock": ("name", "status", "content_hash"),
	"Stock Reservation Entry": ("name", "status", "docstatus", "reserved_qty", "delivered_qty"),
	"Bin": ("name", "actual_qty", "reserved_stock", "stock_value"),
}


def fingerprint() -> dict[str, Any]:
	"""Row counts of all tables and the deciding columns of those that a service updates."""
	counts = {doctype: frappe.db.count(doctype) for doctype in COUNTED}
	content = {
		doctype: frappe.get_all(doctype, fields=list(fields), order_by="name", as_list=True)
		for doctype, fields in CONTENT.items()
	}
	return {"counts": counts, **content}


@contextmanager
def unchanged() -> Iterator[None]:
	"""Assert that the block changed nothing; call it after the error was caught, or around pytest.raises.

	What a refused call wrote before it failed is undone by the request's rollback; where the test has written
	before, a savepoint stands in for it.
	"""
	before = fingerprint()
	writes = frappe.db.transaction_writes
	savepoint = "before_refusal" if writes else None
	if savepoint:
		frappe.db.savepoint(savepoint)
	yield
	frappe.db.rollback(save_point=savepoint)
	frappe.db.transaction_writes = writes  # Frappe takes the return to a savepoint for the end of all writing
	_compare(before)


@contextmanager
def quiet() -> Iterator[None]:
	"""Assert that the block, which is not refused, wrote nothing all the same."""
	before = fingerprint()
	yield
	_compare(before)


def _compare(before: dict[str, Any]) -> None:
	after = fingerprint()
	for part, rows in before.items():
		assert after[part] == rows, f"{part} changed"
