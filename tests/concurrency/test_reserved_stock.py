"""A voucher that began before a confirmation takes nothing of what this has reserved; nor does a sale."""

from dataclasses import replace
from typing import Any

import frappe
import pytest

from tests.concurrency.test_scarce_stock import statuses
from tests.support.ledger import over_reserved, reserved_and_actual
from tests.support.sabotage import late
from tests.support.takers import Takers, sales_reservation
from tests.support.tracked import Tracked, holds
from tests.support.workers import Call, Outcome, together

VOUCHERS = (
	"material_issue",
	"material_transfer",
	"manufacture",
	"repack",
	"delivery_note",
	"sales_invoice",
	"purchase_return",
)


@pytest.fixture
def takers(scratch) -> Takers:
	return Takers(scratch.plant)


@pytest.fixture
def tracked(scratch) -> Tracked:
	return Tracked(scratch)


@pytest.fixture
def selling(site):
	"""Sales Orders reserve stock, too, for the time of a test."""
	_reserve_for_sales(1)
	yield
	_reserve_for_sales(0)


def _reserve_for_sales(enabled: int) -> None:
	frappe.db.rollback()
	frappe.db.set_single_value("Stock Settings", "enable_stock_reservation", enabled)
	frappe.db.commit()
	frappe.clear_document_cache("Stock Settings", "Stock Settings")


def late_call(plant: Any, function: str, **arguments: Any) -> Call:
	"""Somebody who knows nothing of production orders, with a snapshot from before the confirmation."""
	places = {
		"company": plant.company,
		"source_warehouse": plant.source_warehouse,
		"scrap_warehouse": plant.scrap_warehouse,
	}
	arguments = arguments if function == "cancel" else {"places": places, **arguments}
	return Call("Administrator", f"tests.support.takers.{function}", arguments, around=late)


def late_voucher(plant: Any, kind: str, item_code: str, qty: float, **row: Any) -> Call:
	return late_call(plant, "take", kind=kind, item_code=item_code, qty=qty, **row)


def order_of(scratch, item_code: str, qty: float) -> Any:
	finished = scratch.item("FG")
	scratch.bom(finished, {item_code: 1})
	return scratch.order(finished, qty)


def race(callers, orders: list[Any], others: list[Call]) -> list[Outcome]:
	"""Every order is confirmed; what the others got, who began before."""
	frappe.db.commit()
	confirms = [callers.planner("orders.confirm", order=order.name) for order in orders]
	outcomes = together([*confirms, *others])
	frappe.db.rollback()
	assert statuses(outcomes[: len(orders)]) == {"Confirmed": len(orders)}
	return outcomes[len(orders) :]


def test_no_voucher_takes_what_was_reserved_after_it_began(scratch, callers, takers):
	items = [scratch.item("RAW") for _voucher in (*VOUCHERS, "reconciliation", "cancel")]
	receipts = [takers.receipt(item, 5) for item in items]
	orders = [order_of(scratch, item, 3) for item in items]
	vouchers = [
		late_voucher(scratch.plant, kind, item, 4) for kind, item in zip(VOUCHERS, items, strict=False)
	]
	vouchers.append(late_voucher(scratch.plant, "reconciliation", items[-2], 1))
	vouchers.append(late_call(scratch.plant, "cancel", doctype=receipts[-1].doctype, name=receipts[-1].name))
	outcomes = race(callers, orders, vouchers)
	assert [outcome.error for outcome in outcomes] == ["InsufficientStock"] * len(items), [
		outcome.traceback[-600:] for outcome in outcomes if outcome.error != "InsufficientStock"
	]
	assert reserved_and_actual(items) == dict.fromkeys(items, (3, 3, 5))


def test_vouchers_that_began_before_take_what_is_left(scratch, callers, takers):
	items = [scratch.item("RAW") for _voucher in (*VOUCHERS, "reconciliation")]
	for item in items:
		takers.receipt(item, 5)
	orders = [order_of(scratch, item, 3) for item in items]
	vouchers = [
		late_voucher(scratch.plant, kind, item, 2) for kind, item in zip(VOUCHERS, items, strict=False)
	]
	vouchers.append(late_voucher(scratch.plant, "reconciliation", items[-1], 3))
	outcomes = race(callers, orders, vouchers)
	assert [outcome.traceback for outcome in outcomes] == [""] * len(items)
	left = {item: (scratch.reserved(item), scratch.actual(item)) for item in items}
	assert left == dict.fromkeys(items, (3, 3))


def test_no_voucher_takes_a_batch_that_was_reserved_after_it_began(tracked, callers):
	"""Named, or picked by ERPNext as the oldest one: enough of the item is free, but not of this batch."""
	plant = tracked.scratch.plant
	items = [tracked.batch_item() for _voucher in range(4)]
	batches = [tracked.batches(item, 5, 20)[0] for item in items]
	orders = [tracked.order(item, 4) for item in items]
	vouchers = [
		late_voucher(plant, "material_issue", items[0], 3, batch_no=batches[0]),
		late_voucher(plant, "delivery_note", items[1], 3, batch_no=batches[1]),
		late_voucher(plant, "material_issue", items[2], 3),
		late_voucher(plant, "reconciliation", items[3], 2, batch_no=batches[3]),
	]
	outcomes = race(callers, orders, vouchers)
	assert [outcome.error for outcome in outcomes] == ["InsufficientStock"] * 4, [
		outcome.traceback[-600:] for outcome in outcomes
	]
	assert [holds(order) for order in orders] == [{batch: (4, 0)} for batch in batches]
	assert reserved_and_actual(items) == dict.fromkeys(items, (4, 4, 25))


def test_no_voucher_takes_a_piece_that_was_reserved_after_it_began(tracked, callers):
	plant = tracked.scratch.plant
	motors = [tracked.serial_item() for _voucher in range(2)]
	pieces = [tracked.serials(motor, 3) for motor in motors]
	orders = [tracked.order(motor, 1) for motor in motors]
	vouchers = [
		late_voucher(plant, "delivery_note", motors[0], 1, serial_no=pieces[0][0]),
		late_voucher(plant, "material_issue", motors[1], 1),
	]
	outcomes = race(callers, orders, vouchers)
	assert [outcome.error for outcome in outcomes] == ["InsufficientStock"] * 2
	assert reserved_and_actual(motors) == dict.fromkeys(motors, (1, 1, 3))


def test_two_vouchers_do_not_take_a_reserved_batch_between_them(tracked, callers):
	"""Each of them sees five of the batch, of which the order has reserved three."""
	plant = tracked.scratch.plant
	resin = tracked.batch_item()
	first, _second = tracked.batches(resin, 5, 20)
	order = tracked.order(resin, 3)
	frappe.db.commit()
	assert together([callers.planner("orders.confirm", order=order.name)])[0].ok
	issue = late_voucher(plant, "material_issue", resin, 2, batch_no=first)
	outcomes = together([replace(issue), replace(issue)])
	assert sorted(outcome.error for outcome in outcomes) == ["", "InsufficientStock"]
	assert reserved_and_actual([resin]) == {resin: (3, 3, 23)}


def test_a_sale_reserves_nothing_that_was_reserved_after_it_began(selling, scratch, callers):
	item = scratch.item("RAW")
	scratch.stock(item, 5)
	sale = late_call(scratch.plant, "reserve_for_sales", item_code=item, qty=4)
	(outcome,) = race(callers, [order_of(scratch, item, 3)], [sale])
	assert outcome.error == "InsufficientStock"
	assert reserved_and_actual([item]) == {item: (3, 3, 5)}


def test_a_sale_that_began_before_reserves_what_is_left(selling, scratch, callers):
	item = scratch.item("RAW")
	scratch.stock(item, 5)
	sale = late_call(scratch.plant, "reserve_for_sales", item_code=item, qty=2)
	(outcome,) = race(callers, [order_of(scratch, item, 3)], [sale])
	assert outcome.ok, outcome.traceback
	assert reserved_and_actual([item]) == {item: (5, 5, 5)}


def test_a_delivery_that_began_before_leaves_the_bin_right(selling, scratch, callers, takers):
	"""ERPNext adds the reservations up again, and sees only those of its own snapshot."""
	item = scratch.item("RAW")
	scratch.stock(item, 5)
	reservation = sales_reservation(takers, item, 2)
	delivery = late_call(scratch.plant, "deliver", reservation=reservation.name, qty=2)
	(outcome,) = race(callers, [order_of(scratch, item, 3)], [delivery])
	assert outcome.ok, outcome.traceback
	assert reserved_and_actual([item]) == {item: (3, 3, 3)}
	assert over_reserved([item]) == []
