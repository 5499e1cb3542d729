"""Items with serial numbers: reserved one by one, consumed by the run that holds them, given to what is made."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, reservations, runs
from tests.support.orders import confirmed, reservations_of, running, started, value
from tests.support.tracked import holds


@pytest.fixture
def operator(bicycle):
	"""From here on the plant's operator acts, who has no role of ERPNext's."""
	return lambda: frappe.set_user(bicycle.users["operator"].email)


def consumed(run: str) -> list[str]:
	rows = frappe.get_all("Production Run Consumption", {"parent": run}, pluck="serial_nos", order_by="idx")
	return sorted(serial_no for row in rows for serial_no in row.split("\n"))


def test_the_oldest_pieces_are_reserved(tracked):
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 5)
	order = tracked.order(motor, 3)
	confirmed(order)
	assert holds(order) == dict.fromkeys(pieces[:3], (1, 0))
	assert reservations_of(order, "reservation_based_on", "has_batch_no", "has_serial_no") == {
		motor: ("Serial and Batch", 0, 1)
	}


def test_nobody_reserves_a_reserved_piece(tracked):
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 5)
	first, second = tracked.order(motor, 3), tracked.order(motor, 2)
	confirmed(first)
	confirmed(second)
	assert holds(second) == dict.fromkeys(pieces[3:], (1, 0))


def test_a_run_consumes_the_pieces_of_its_order(tracked, operator):
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 6)
	confirmed(tracked.order(motor, 2))
	order = tracked.order(motor, 3)
	confirmed(order)
	operator()
	run = started(order, qty=1)
	runs.complete(run=run, produced_qty=1)
	assert consumed(run) == [pieces[2]]
	assert holds(order) == {pieces[2]: (1, 1), pieces[3]: (1, 0), pieces[4]: (1, 0)}
	assert value("Serial No", pieces[2], "status", "warehouse") == ("Consumed", None)
	rest = started(order)
	runs.complete(run=rest, produced_qty=2)
	assert consumed(rest) == pieces[3:5]
	assert reservations_of(order, "status", "delivered_qty") == {motor: ("Delivered", 3)}


def test_named_pieces_are_consumed_as_named_and_free_the_reserved_ones(tracked):
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 4)
	order = tracked.order(motor, 2, consumption_policy="Flexible")
	run = running(order, qty=1)
	runs.complete(
		run=run, produced_qty=1, consumption=[{"item_code": motor, "qty": 1, "serial_nos": pieces[3]}]
	)
	assert consumed(run) == [pieces[3]]
	assert holds(order) == {pieces[0]: (1, 0), pieces[3]: (1, 1)}


def test_a_piece_that_others_have_reserved_is_not_consumed(tracked, unchanged):
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 4)
	other = tracked.order(motor, 1)
	confirmed(other)
	run = running(tracked.order(motor, 1, consumption_policy="Flexible"))
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		runs.complete(
			run=run, produced_qty=1, consumption=[{"item_code": motor, "qty": 1, "serial_nos": pieces[0]}]
		)
	(row,) = refusal.value.details
	assert (row["serial_nos"], row["reserved_for"], row["short_qty"]) == ([pieces[0]], [other.name], 1)
	assert other.name in str(refusal.value)


@pytest.mark.parametrize(
	"serial_nos", ["{0}", "{0}\n{0}", "{0}\nNO-SUCH-PIECE", "{0}\n{foreign}"], ids=str.split
)
def test_serial_numbers_that_cannot_be_consumed_are_refused(tracked, unchanged, serial_nos):
	motor, pump = tracked.serial_item(), tracked.serial_item()
	pieces, (foreign,) = tracked.serials(motor, 4), tracked.serials(pump, 1)
	run = running(tracked.order(motor, 2, consumption_policy="Flexible"))
	given = serial_nos.format(*pieces, foreign=foreign)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(
			run=run, produced_qty=2, consumption=[{"item_code": motor, "qty": 2, "serial_nos": given}]
		)
	assert {problem["field"] for problem in refusal.value.details} == {"consumption.0"}


def test_serial_numbers_of_an_item_without_any_are_refused(tracked, unchanged):
	order = tracked.scratch.simple_order(qty=1, consumption_policy="Flexible")
	run = running(order)
	material = frappe.get_doc("Production Order", order.name).materials[0].item_code
	with unchanged(), pytest.raises(errors.InvalidInput):
		runs.complete(
			run=run, produced_qty=1, consumption=[{"item_code": material, "qty": 1, "serial_nos": "X"}]
		)


def test_a_release_gives_pieces_back(tracked):
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 3)
	order = tracked.order(motor, 3)
	confirmed(order)
	reservations.release(order=order.name, materials=[{"item_code": motor, "qty": 2}], reason="rush order")
	assert holds(order) == {pieces[0]: (1, 0)}
	reservations.reserve(order=order.name)
	assert holds(order) == dict.fromkeys(pieces, (1, 0))


def test_a_closed_order_keeps_what_it_has_delivered(tracked):
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 3)
	order = tracked.order(motor, 3)
	run = running(order, qty=1)
	runs.complete(run=run, produced_qty=1)
	orders.complete(order=order.name, close_short=True, reason="enough")
	assert holds(order) == {pieces[0]: (1, 1)}
	assert tracked.scratch.reserved(motor) == 0


@pytest.fixture
def frame(tracked):
	"""A draft order of two pieces of a product that has serial numbers."""

	def order(**values):
		raw = tracked.scratch.item("RAW")
		tracked.scratch.stock(raw, 10)
		finished = tracked.serial_item(**values)
		tracked.scratch.bom(finished, {raw: 1})
		return tracked.scratch.order(finished, 2)

	return order


def test_what_is_made_gets_serial_numbers_of_the_item_s_series(frame, operator):
	order = frame()
	confirmed(order)
	operator()
	run = started(order)
	runs.complete(run=run, produced_qty=2)
	made = value("Production Run", run, "serial_nos").split("\n")
	assert len(set(made)) == 2
	assert {value("Serial No", piece, "item_code", "warehouse") for piece in made} == {
		(order.item_code, order.fg_warehouse)
	}


def test_what_is_made_gets_the_serial_numbers_the_operator_gives(frame, operator):
	order = frame(serial_no_series="")
	confirmed(order)
	operator()
	run = started(order)
	pieces = [f"{order.name}-{number}" for number in (1, 2)]
	runs.complete(run=run, produced_qty=2, serial_nos=", ".join(pieces))
	assert value("Production Run", run, "serial_nos").split("\n") == pieces
	assert {value("Serial No", piece, "warehouse") for piece in pieces} == {order.fg_warehouse}


def test_rejected_pieces_have_the_last_serial_numbers_given(frame):
	order = frame(serial_no_series="")
	run = running(order)
	pieces = [f"{order.name}-{number}" for number in (1, 2)]
	runs.complete(run=run, produced_qty=1, rejected_qty=1, reject_reason="bent", serial_nos="\n".join(pieces))
	assert [value("Serial No", piece, "warehouse") for piece in pieces] == [
		order.fg_warehouse,
		order.scrap_warehouse,
	]


@pytest.mark.parametrize("given", [None, "{0}-1", "{0}-1, {0}-1", "{0}-1\n{0}-2\n{0}-3"])
def test_a_piece_without_its_own_serial_number_is_not_made(frame, unchanged, given):
	order = frame(serial_no_series="")
	run = running(order)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=2, serial_nos=given and given.format(order.name))
	assert {problem["field"] for problem in refusal.value.details} == {"serial_nos"}


def test_a_serial_number_in_stock_or_of_another_item_is_not_made_again(frame, tracked, unchanged):
	order = frame(serial_no_series="")
	(foreign,) = tracked.serials(tracked.serial_item(), 1)
	run = running(order)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=2, serial_nos=f"{foreign}, {order.name}-1")
	assert foreign in str(refusal.value)


def test_serial_numbers_for_what_has_none_are_refused(tracked, unchanged):
	run = running(tracked.scratch.simple_order(qty=1))
	with unchanged(), pytest.raises(errors.InvalidInput):
		runs.complete(run=run, produced_qty=1, serial_nos="X-1")
