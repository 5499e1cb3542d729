"""A run takes the batches its order has reserved, then what nobody holds; never those of others."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from production_orders import errors
from production_orders.api import orders, runs
from tests.support.orders import confirmed, entry_rows, reservations_of, running, started, value
from tests.support.staging import Floor
from tests.support.tracked import holds


def consumed(run: str) -> dict[str, float]:
	"""Batch -> what a run took of it."""
	fields = ["batch_no", "qty"]
	rows = frappe.get_all("Production Run Consumption", {"parent": run}, fields, as_list=True)
	assert len({batch_no for batch_no, _qty in rows}) == len(rows)
	return dict(rows)


def completed(run: str, qty: float, **arguments) -> str:
	runs.complete(run=run, produced_qty=qty, **arguments)
	return run


def test_runs_use_up_the_reserved_batches_in_their_order(tracked):
	resin = tracked.batch_item()
	first, second, _third = tracked.batches(resin, 4, 4, 4)
	order = tracked.order(resin, 8)
	confirmed(order)
	assert consumed(completed(started(order, qty=3), 3)) == {first: 3}
	assert holds(order) == {first: (4, 3), second: (4, 0)}
	assert consumed(completed(started(order, qty=3), 3)) == {first: 1, second: 2}
	assert holds(order) == {first: (4, 4), second: (4, 2)}
	assert consumed(completed(started(order), 2)) == {second: 2}
	assert reservations_of(order, "status", "delivered_qty") == {resin: ("Delivered", 8)}


def test_a_row_per_batch_is_posted_at_the_batch_s_own_cost(tracked):
	resin = tracked.batch_item()
	first, second = tracked.batch(resin), tracked.batch(resin)
	tracked.scratch.stock(resin, 4, rate=10, batch_no=first)
	tracked.scratch.stock(resin, 4, rate=20, batch_no=second)
	run = completed(running(tracked.order(resin, 6)), 6)
	entry = value("Production Run", run, "stock_entry")
	*taken, made = entry_rows(entry, "batch_no", "qty", "amount", "is_finished_item")
	assert sorted(taken) == sorted([(first, 4, 40, 0), (second, 2, 40, 0)])
	assert made[1:] == (6, 80, 1)


def test_beyond_its_own_a_run_takes_what_nobody_holds(tracked):
	resin = tracked.batch_item()
	first, second, third = tracked.batches(resin, 4, 4, 4)
	confirmed(tracked.order(resin, 4))
	order = tracked.order(resin, 4, consumption_policy="Flexible")
	run = running(order)
	completed(run, 4, consumption=[{"item_code": resin, "qty": 7}])
	assert consumed(run) == {second: 4, third: 3}
	assert tracked.scratch.actual(resin) == 5
	assert first not in consumed(run)


def test_a_run_does_not_take_what_others_have_reserved(tracked, unchanged):
	resin = tracked.batch_item()
	tracked.batches(resin, 4, 4)
	other = tracked.order(resin, 4)
	confirmed(other)
	run = running(tracked.order(resin, 4, consumption_policy="Flexible"))
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		completed(run, 4, consumption=[{"item_code": resin, "qty": 5}])
	(row,) = refusal.value.details
	assert (row["required_qty"], row["available_qty"], row["reserved_for"]) == (5, 4, [other.name])


def test_a_named_batch_is_taken_in_the_place_of_a_reserved_one(tracked):
	resin = tracked.batch_item()
	first, second = tracked.batches(resin, 6, 6)
	order = tracked.order(resin, 6, consumption_policy="Flexible")
	run = running(order, qty=2)
	completed(run, 2, consumption=[{"item_code": resin, "qty": 2, "batch_no": second}])
	assert consumed(run) == {second: 2}
	assert holds(order) == {first: (4, 0), second: (2, 2)}
	other = tracked.order(resin, 6)
	confirmed(other)
	assert holds(other) == {first: (2, 0), second: (4, 0)}


def test_a_named_batch_that_others_hold_is_refused(tracked, unchanged):
	resin = tracked.batch_item()
	first, _second = tracked.batches(resin, 6, 6)
	other = tracked.order(resin, 5)
	confirmed(other)
	run = running(tracked.order(resin, 2, consumption_policy="Flexible"))
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		completed(run, 2, consumption=[{"item_code": resin, "qty": 2, "batch_no": first}])
	(row,) = refusal.value.details
	assert (row["batch_no"], row["available_qty"], row["reserved_for"]) == (first, 1, [other.name])


def test_one_report_names_some_batches_and_leaves_the_rest_open(tracked):
	resin = tracked.batch_item()
	first, second = tracked.batches(resin, 6, 6)
	order = tracked.order(resin, 6, consumption_policy="Flexible")
	run = running(order)
	rows = [{"item_code": resin, "qty": 4}, {"item_code": resin, "qty": 2, "batch_no": first}]
	completed(run, 6, consumption=rows)
	assert consumed(run) == {first: 6}
	assert second not in holds(order)


def test_a_reserved_batch_that_has_expired_is_left_and_said(tracked, unchanged):
	milk = tracked.batch_item(has_expiry_date=1)
	old, fresh = tracked.batch(milk, 4, days=1), tracked.batch(milk, 4, days=30)
	order = tracked.order(milk, 4)
	confirmed(order)
	tracked.expire(old)
	run = started(order)
	completed(run, 4)
	assert consumed(run) == {fresh: 4}
	assert holds(order) == {fresh: (4, 4)}


def test_where_only_expired_batches_are_left_a_run_says_which(tracked, unchanged):
	milk = tracked.batch_item(has_expiry_date=1)
	old = tracked.batch(milk, 4, days=1)
	order = tracked.order(milk, 4)
	confirmed(order)
	tracked.expire(old)
	run = started(order)
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		completed(run, 4)
	assert refusal.value.details[0]["unusable"] == [old]
	assert old in str(refusal.value)


def test_an_order_closed_short_gives_its_batches_back(tracked):
	resin = tracked.batch_item()
	first, second = tracked.batches(resin, 4, 4)
	order = tracked.order(resin, 8)
	completed(running(order, qty=5), 5)
	orders.complete(order=order.name, close_short=True, reason="enough")
	assert holds(order) == {first: (4, 4), second: (1, 1)}
	other = tracked.order(resin, 3)
	confirmed(other)
	assert holds(other) == {second: (3, 0)}


def test_pieces_of_a_batch_are_reserved_and_consumed(tracked):
	"""An item that has both: a batch may expire, and every piece of it has its number."""
	part = tracked.serial_item(has_batch_no=1)
	first, second = tracked.batch(part), tracked.batch(part)
	older, newer = tracked.pieces_of(first, part, 2), tracked.pieces_of(second, part, 2)
	order = tracked.order(part, 3)
	confirmed(order)
	assert holds(order) == dict.fromkeys([*older, newer[0]], (1, 0))
	run = completed(started(order), 3)
	assert consumed(run) == {first: 2, second: 1}
	rows = frappe.get_all("Production Run Consumption", {"parent": run}, ["batch_no", "serial_nos"])
	assert {row.batch_no: row.serial_nos.split("\n") for row in rows} == {first: older, second: newer[:1]}


@pytest.mark.erpnext
@pytest.mark.parametrize("kind", ["batches", "serials"])
def test_a_run_posted_before_its_material_was_there_is_told_so_as_of_any_stock_that_is_missing(
	scratch, unchanged, kind
):
	"""ERPNext has a refusal of its own for each kind, with markup in it."""
	floor = Floor(scratch)
	getattr(floor, kind)(30)
	run = running(floor.order(10), qty=2)
	before = add_to_date(now_datetime(), hours=-2)
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		runs.complete(run=run, produced_qty=2, posting_datetime=before)
	assert refusal.value.http_status_code == 409
	assert "<" not in str(refusal.value)
