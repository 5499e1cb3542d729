"""Batches and serial numbers of a reversed run: back in stock, and reserved again for the order that had them."""

import frappe
import pytest

from production_orders.api import reservations
from tests.support.orders import confirmed, started, value
from tests.support.reversals import completed, issue, material, reverse, state_of
from tests.support.tracked import Tracked, holds


@pytest.fixture
def tracked(scratch) -> Tracked:
	return Tracked(scratch)


@pytest.fixture
def planner(bicycle):
	"""From here on the plant's planner acts, who has no role of ERPNext's."""
	return lambda: frappe.set_user(bicycle.users["planner"].email)


def test_pieces_come_back_to_the_order_that_held_them(tracked, planner):
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 6)
	order = tracked.order(motor, 4)
	confirmed(order)
	before, held = state_of(order), holds(order)
	run = completed(order, 3)
	assert value("Serial No", pieces[0], "status", "warehouse") == ("Consumed", None)
	planner()
	reverse(run)
	assert (state_of(order), holds(order)) == (before, held)
	assert {value("Serial No", piece, "status", "warehouse") for piece in pieces[:3]} == {
		("Active", order.source_warehouse)
	}


def test_pieces_taken_in_the_place_of_reserved_ones_are_held_then(tracked):
	"""The fifth was taken and the first given back for it: now the order holds the fifth."""
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 5)
	order = tracked.order(motor, 2, consumption_policy="Flexible")
	confirmed(order)
	run = completed(order, 1, consumption=[{"item_code": motor, "qty": 1, "serial_nos": pieces[4]}])
	reverse(run)
	assert holds(order) == {pieces[0]: (1, 0), pieces[4]: (1, 0)}
	assert material(order) == (2, 2, 0, 0, 0)


def test_batches_come_back_to_the_order_that_held_them(tracked, planner):
	paint = tracked.batch_item()
	first, second = tracked.batches(paint, 5, 20)
	order = tracked.order(paint, 10)
	confirmed(order)
	before, held = state_of(order), holds(order)
	assert held == {first: (5, 0), second: (5, 0)}
	run = completed(order, 7)
	assert holds(order) == {first: (5, 5), second: (5, 2)}
	planner()
	reverse(run)
	assert (state_of(order), holds(order)) == (before, held)


def test_a_batch_that_has_come_back_is_taken_by_the_next_run(tracked):
	paint = tracked.batch_item()
	first, second = tracked.batches(paint, 5, 20)
	order = tracked.order(paint, 10)
	confirmed(order)
	reverse(completed(order, 7))
	run = completed(order, 10)
	taken = frappe.get_all("Production Run Consumption", {"parent": run}, ["batch_no", "qty"], as_list=True)
	assert sorted(taken) == sorted([(first, 5), (second, 5)])


def test_a_batch_that_has_expired_since_comes_back_and_another_is_reserved(tracked):
	paint = tracked.batch_item(has_expiry_date=1)
	old, new = (tracked.batch(paint, 10, days=days) for days in (5, 50))
	order = tracked.order(paint, 10)
	confirmed(order)
	run = completed(order, 10)
	tracked.expire(old)
	answer = reverse(run)
	assert holds(order) == {new: (10, 0)}
	assert answer["shortages"] == []


def test_what_only_expired_batches_give_back_is_short(tracked):
	paint = tracked.batch_item(has_expiry_date=1)
	old = tracked.batch(paint, 10, days=5)
	order = tracked.order(paint, 10)
	confirmed(order)
	run = completed(order, 10)
	tracked.expire(old)
	assert [row["short_qty"] for row in reverse(run)["shortages"]] == [10]
	assert material(order) == (10, 0, 0, 0, 10)


def test_the_pieces_of_other_runs_stay_consumed(tracked):
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 4)
	order = tracked.order(motor, 4)
	confirmed(order)
	first, second = completed(order, 1), completed(order, 2)
	reverse(first)
	assert holds(order) == {
		pieces[0]: (1, 0),
		pieces[1]: (1, 1),
		pieces[2]: (1, 1),
		pieces[3]: (1, 0),
	}
	completed(order, 2)
	reverse(second)
	assert {piece: delivered for piece, (_qty, delivered) in holds(order).items()} == {
		pieces[0]: 1,
		pieces[1]: 0,
		pieces[2]: 0,
		pieces[3]: 1,
	}


def test_pieces_of_a_batch_come_back_as_such(tracked):
	motor = tracked.scratch.item("BOTH", has_batch_no=1, has_serial_no=1)
	batch = tracked.batch(motor)
	pieces = tracked.pieces_of(batch, motor, 3)
	order = tracked.order(motor, 2)
	confirmed(order)
	held = holds(order)
	reverse(completed(order, 2))
	assert holds(order) == held
	assert {value("Serial No", piece, "warehouse", "batch_no") for piece in pieces} == {
		(order.source_warehouse, batch)
	}


def test_a_piece_that_left_after_it_was_released_stays_away(tracked):
	"""The order holds nothing any more; the reversed run's piece comes back, the sold one does not."""
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 3)
	order = tracked.order(motor, 3)
	confirmed(order)
	run = completed(order, 1)
	reservations.release(order=order.name, reason="sold")
	issue(motor, 2, order.source_warehouse, serial_no="\n".join(pieces[1:]))
	answer = reverse(run)
	assert holds(order) == {pieces[0]: (1, 0)}
	assert [row["short_qty"] for row in answer["shortages"]] == [2]
	assert started(order, qty=1)
