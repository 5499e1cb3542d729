"""A voucher that began before a confirmation takes nothing of what this has reserved; nor does a sale."""

from dataclasses import replace
from typing import Any

import frappe
import pytest

from tests.concurrency.test_scarce_stock import statuses
from tests.support.ledger import over_reserved, reserved_and_actual
from tests.support.sabotage import turns
from tests.support.takers import VOUCHERS, sales_reservation
from tests.support.tracked import holds
from tests.support.workers import Call, Outcome, together


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


def stranger(plant: Any, function: str, **arguments: Any) -> Call:
	"""A call of somebody who knows nothing of production orders."""
	places = {
		"company": plant.company,
		"source_warehouse": plant.source_warehouse,
		"scrap_warehouse": plant.scrap_warehouse,
	}
	arguments = arguments if function == "cancel" else {"places": places, **arguments}
	return Call("Administrator", f"tests.support.takers.{function}", arguments)


def voucher(plant: Any, kind: str, item_code: str, qty: float, **row: Any) -> Call:
	return stranger(plant, "take", kind=kind, item_code=item_code, qty=qty, **row)


def order_of(scratch, item_code: str, qty: float) -> Any:
	finished = scratch.item("FG")
	scratch.bom(finished, {item_code: 1})
	return scratch.order(finished, qty)


def race(callers, orders: list[Any], others: list[Call]) -> list[Outcome]:
	"""Every order is confirmed; what the others got, who began before."""
	frappe.db.commit()
	first, then = turns(len(orders) + len(others))
	confirms = [
		replace(callers.planner("orders.confirm", order=order.name), around=first) for order in orders
	]
	outcomes = together([*confirms, *(replace(call, around=then) for call in others)])
	frappe.db.rollback()
	assert statuses(outcomes[: len(orders)]) == {"Confirmed": len(orders)}
	return outcomes[len(orders) :]


@pytest.mark.parametrize("kind", [*VOUCHERS, "reconciliation"])
def test_no_voucher_takes_what_was_reserved_after_it_began(scratch, callers, takers, kind):
	item = scratch.item("RAW")
	takers.receipt(item, 5)
	qty = 1 if kind == "reconciliation" else 4
	(outcome,) = race(callers, [order_of(scratch, item, 3)], [voucher(scratch.plant, kind, item, qty)])
	assert outcome.error == "ReservedStock", outcome.traceback
	assert reserved_and_actual([item]) == {item: (3, 3, 5)}


def test_no_receipt_is_cancelled_of_what_was_reserved_after_that_began(scratch, callers, takers):
	item = scratch.item("RAW")
	receipt = takers.receipt(item, 5)
	cancel = stranger(scratch.plant, "cancel", doctype=receipt.doctype, name=receipt.name)
	(outcome,) = race(callers, [order_of(scratch, item, 3)], [cancel])
	assert outcome.error == "ReservedStock", outcome.traceback
	assert reserved_and_actual([item]) == {item: (3, 3, 5)}


@pytest.mark.parametrize("kind", [*VOUCHERS, "reconciliation"])
def test_a_voucher_that_began_before_takes_what_is_left(scratch, callers, takers, kind):
	item = scratch.item("RAW")
	takers.receipt(item, 5)
	qty = 3 if kind == "reconciliation" else 2
	(outcome,) = race(callers, [order_of(scratch, item, 3)], [voucher(scratch.plant, kind, item, qty)])
	assert outcome.ok, outcome.traceback
	assert (scratch.reserved(item), scratch.actual(item)) == (3, 3)


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize("kind", ["material_issue", "delivery_note"])
def test_no_voucher_takes_a_batch_that_was_reserved_after_it_began(tracked, callers, kind, is_named):
	"""Named, or picked by ERPNext as the oldest one: enough of the item is free, but not of this batch."""
	resin = tracked.batch_item()
	first, _second = tracked.batches(resin, 5, 20)
	order = tracked.order(resin, 4)
	row = {"batch_no": first} if is_named else {"use_serial_batch_fields": 0}
	(outcome,) = race(callers, [order], [voucher(tracked.scratch.plant, kind, resin, 3, **row)])
	assert outcome.error == "ReservedStock", outcome.traceback
	assert holds(order) == {first: (4, 0)}
	assert reserved_and_actual([resin]) == {resin: (4, 4, 25)}


def test_a_batch_is_not_counted_down_to_less_than_was_reserved_meanwhile(tracked, callers):
	resin = tracked.batch_item()
	first, _second = tracked.batches(resin, 5, 20)
	order = tracked.order(resin, 4)
	count = voucher(tracked.scratch.plant, "reconciliation", resin, 2, batch_no=first)
	(outcome,) = race(callers, [order], [count])
	assert outcome.error == "ReservedStock"
	assert reserved_and_actual([resin]) == {resin: (4, 4, 25)}


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize("kind", ["material_issue", "delivery_note"])
def test_no_voucher_takes_a_piece_that_was_reserved_after_it_began(tracked, callers, kind, is_named):
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 3)
	row = {"serial_no": pieces[0]} if is_named else {"use_serial_batch_fields": 0}
	call = voucher(tracked.scratch.plant, kind, motor, 1, **row)
	(outcome,) = race(callers, [tracked.order(motor, 1)], [call])
	assert outcome.error == "ReservedStock", outcome.traceback
	assert reserved_and_actual([motor]) == {motor: (1, 1, 3)}


def test_two_vouchers_do_not_take_a_reserved_batch_between_them(tracked, callers):
	"""Each of them sees five of the batch, of which the order has reserved three."""
	plant = tracked.scratch.plant
	resin = tracked.batch_item()
	first, _second = tracked.batches(resin, 5, 20)
	order = tracked.order(resin, 3)
	frappe.db.commit()
	assert together([callers.planner("orders.confirm", order=order.name)])[0].ok
	issue = voucher(plant, "material_issue", resin, 2, batch_no=first)
	outcomes = together([issue, issue])
	assert sorted(outcome.error for outcome in outcomes) == ["", "ReservedStock"]
	assert reserved_and_actual([resin]) == {resin: (3, 3, 23)}


def test_a_sale_reserves_nothing_that_was_reserved_after_it_began(selling, scratch, callers):
	item = scratch.item("RAW")
	scratch.stock(item, 5)
	sale = stranger(scratch.plant, "reserve_for_sales", item_code=item, qty=4)
	(outcome,) = race(callers, [order_of(scratch, item, 3)], [sale])
	assert outcome.error == "InsufficientStock"
	assert reserved_and_actual([item]) == {item: (3, 3, 5)}


def test_a_sale_that_began_before_reserves_what_is_left(selling, scratch, callers):
	item = scratch.item("RAW")
	scratch.stock(item, 5)
	sale = stranger(scratch.plant, "reserve_for_sales", item_code=item, qty=2)
	(outcome,) = race(callers, [order_of(scratch, item, 3)], [sale])
	assert outcome.ok, outcome.traceback
	assert reserved_and_actual([item]) == {item: (5, 5, 5)}


def test_a_delivery_that_began_before_leaves_the_bin_right(selling, scratch, callers, takers):
	"""ERPNext adds the reservations up again, and sees only those of its own snapshot."""
	item = scratch.item("RAW")
	scratch.stock(item, 5)
	reservation = sales_reservation(takers, item, 2)
	delivery = stranger(scratch.plant, "deliver", reservation=reservation.name, qty=2)
	(outcome,) = race(callers, [order_of(scratch, item, 3)], [delivery])
	assert outcome.ok, outcome.traceback
	assert reserved_and_actual([item]) == {item: (3, 3, 3)}
	assert over_reserved([item]) == []
