"""A completed run is taken back with a reason: its stock, its reservations and its share of the order."""

from typing import Any

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, reservations, runs
from production_orders.services import events
from tests.support.orders import (
	confirmed,
	consumption_rows,
	events_of,
	reservations_of,
	running,
	started,
	value,
)

TOTALS = ("produced_qty", "rejected_qty", "process_loss_qty", "open_qty", "status")
AMOUNTS = ("required_qty", "reserved_qty", "consumed_qty", "delivered_qty", "short_qty")


def totals(order: Any) -> tuple[Any, ...]:
	return value("Production Order", order.name, *TOTALS)


def material(order: Any) -> tuple[float, ...]:
	"""required, reserved, consumed, delivered, short of the one material of an order."""
	return value("Production Order Material", {"parent": order.name}, *AMOUNTS)


def material_of(order: Any) -> str:
	return value("Production Order Material", {"parent": order.name}, "item_code")


def completed(order: Any, qty: float, **report: Any) -> str:
	"""A new run of a confirmed order, completed."""
	run = started(order, qty=qty)
	runs.complete(run=run, produced_qty=report.pop("produced_qty", qty), **report)
	return run


def reverse(run: str, reason: str = "counted wrong") -> dict[str, Any]:
	return runs.reverse(run=run, reason=reason)


def bins_of(order: Any) -> list[tuple[Any, ...]]:
	"""Every figure of the order's Bins."""
	doc = frappe.get_doc("Production Order", order.name)
	items = [doc.item_code, *(row.item_code for row in doc.materials)]
	return frappe.get_all(
		"Bin",
		filters={"item_code": ["in", items]},
		fields=[
			"item_code",
			"warehouse",
			"actual_qty",
			"reserved_stock",
			"planned_qty",
			"reserved_qty_for_production",
			"projected_qty",
			"stock_value",
		],
		order_by="item_code, warehouse",
		as_list=True,
	)


def test_a_reversed_run_has_never_been(scratch):
	order = scratch.simple_order(qty=10, stock=100)
	scratch.stock(order.item_code, 3, warehouse=order.fg_warehouse)
	confirmed(order)
	before = (
		totals(order)[:-1],
		material(order),
		bins_of(order),
		reservations_of(order, "status", "reserved_qty"),
	)
	run = completed(order, 4)
	assert material(order) == (20, 20, 8, 8, 0)
	answer = reverse(run)
	assert answer == {
		"run": run,
		"status": "Reversed",
		"stock_entry": value("Production Run", run, "stock_entry"),
		"order": order.name,
		"order_status": "In Progress",
		"produced_total": 0,
		"open_qty": 10,
		"shortages": [],
	}
	after = (
		totals(order)[:-1],
		material(order),
		bins_of(order),
		reservations_of(order, "status", "reserved_qty"),
	)
	assert after == before
	assert value("Stock Entry", answer["stock_entry"], "docstatus") == 2


def test_a_reversed_run_says_when_and_why_and_keeps_what_it_said(scratch):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	run = completed(order, 4, rejected_qty=1, reject_reason="bent")
	taken = consumption_rows(run, "qty", "amount")
	reverse(run, "wrong order")
	doc = frappe.get_doc("Production Run", run)
	assert (doc.status, doc.docstatus, doc.reversal_reason) == ("Reversed", 2, "wrong order")
	assert doc.reversed_at
	assert (doc.produced_qty, doc.rejected_qty) == (4, 1)
	assert consumption_rows(run, "qty", "amount") == taken
	assert events_of(order)[-1] == (5, "Reversed", run)
	assert events.verify(frappe.get_doc("Production Order", order.name)) == []
	said = events.latest(order.name, "Reversed")
	assert (said["from"], said["to"], said["reason"], said["good"]) == (
		"Completed",
		"Reversed",
		"wrong order",
		"4",
	)
