"""Labour, overhead and downtime: frozen with the lock, carried by each run, part of the finished value."""

import json
from decimal import Decimal

import pytest

from production_orders.domain.bom import canonical_json
from production_orders.services import bom_lock, operating_cost
from tests.support.orders import confirmed, tamper, value

STANDARD = (
	"standard_minutes",
	"standard_labour_cost",
	"standard_overhead_cost",
	"standard_operating_cost",
)


@pytest.fixture
def welded(scratch):
	"""A frame of one tube at 5.00, welded in 30 minutes at 40 an hour for labour and 20 for the rest."""
	frame, tube = scratch.item("FRAME"), scratch.item("TUBE")
	scratch.bom(frame, {tube: 1}, with_operations=1, operations=[scratch.operation(30, 40, 20)])
	scratch.stock(tube, 100, rate=5)
	scratch.frame, scratch.tube = frame, tube
	return scratch


# The standard, at confirmation


def test_an_order_keeps_what_its_operations_should_cost(welded):
	order = welded.order(welded.frame, 8)
	confirmed(order)
	assert value("Production Order", order.name, *STANDARD) == (240, 160, 80, 240)


def test_what_a_workstation_costs_later_changes_nothing(welded):
	order = welded.order(welded.frame, 8)
	confirmed(order)
	lock = bom_lock.load(value("Production Order", order.name, "bom_lock"))
	operation = lock.headers[lock.bom_no].operations[0]
	assert (operation["hour_rate"], operation["labour_rate"]) == ("60", "40")


def test_the_operations_of_what_the_order_makes_itself_count_and_of_what_comes_from_stock_do_not(welded):
	"""Ten frames are needed and four are there: six are welded, then ten bicycles are assembled."""
	bicycle = welded.item("BIKE")
	welded.bom(bicycle, {welded.frame: 1}, with_operations=1, operations=[welded.operation(6, 30)])
	welded.stock(welded.frame, 4)
	order = welded.order(bicycle, 10)
	confirmed(order)
	labour = 6 * 20 + 10 * 3
	assert value("Production Order", order.name, *STANDARD) == (6 * 30 + 10 * 6, labour, 60, labour + 60)


def test_an_operation_may_take_its_time_once_or_for_a_batch(welded):
	chair, seat = welded.item("CHAIR"), welded.item("SEAT")
	set_up = welded.operation(45, 20, fixed_time=1)
	paint = welded.operation(12, 30, batch_size=4)
	welded.bom(chair, {seat: 1}, with_operations=1, operations=[set_up, paint])
	welded.stock(seat, 50)
	order = welded.order(chair, 20)
	confirmed(order)
	assert value("Production Order", order.name, *STANDARD) == (45 + 60, 15 + 30, 0, 45)


def test_a_workstation_that_splits_nothing_counts_as_labour(welded):
	chair, seat = welded.item("CHAIR"), welded.item("SEAT")
	welded.bom(chair, {seat: 1}, with_operations=1, operations=[welded.operation(6, hour_rate=50)])
	welded.stock(seat, 50)
	order = welded.order(chair, 10)
	confirmed(order)
	assert value("Production Order", order.name, *STANDARD) == (60, 50, 0, 50)


def test_a_lock_of_before_knows_no_labour_rate_and_is_read_as_it_was_written(welded):
	order = welded.order(welded.frame, 8)
	confirmed(order)
	name = value("Production Order", order.name, "bom_lock")
	(header,) = json.loads(value("BOM Lock", name, "boms"))
	known = ("operation", "workstation", "time_in_mins", "hour_rate")
	header["operations"] = [{key: row[key] for key in known} for row in header["operations"]]
	tamper("BOM Lock", {"name": name}, boms=canonical_json([header]))
	lock = bom_lock.load(name)
	assert canonical_json(lock.content()["headers"]) == canonical_json([header])
	standard = operating_cost.standard(lock, Decimal(8), ())
	assert (standard.minutes, standard.labour, standard.overhead) == (240, 240, 0)
