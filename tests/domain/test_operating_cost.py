"""What the lock's operations cost, what a run carries of it, and how the shares add up."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.bom import Header
from production_orders.domain.operating_cost import (
	OperatingCost,
	Standard,
	Work,
	amount,
	of_run,
	of_units,
	standard,
)
from production_orders.domain.quantity import total
from production_orders.domain.reservation import put_through, walk
from tests.domain.structures import STORES, structure

D = Decimal
HOUR = Standard(D(60), D(30), D(18))
"""One hour of work at 30 an hour, and 18 of overhead."""


def header(*operations: dict, quantity: str = "1") -> Header:
	return Header("BOM-CAKE-1", "CAKE", D(quantity), operations=operations)


def operation(time: str, hour_rate: str, **values) -> dict:
	return {
		"operation": "Bake",
		"workstation": "Oven",
		"time_in_mins": D(time),
		"hour_rate": D(hour_rate),
		**values,
	}


def of_one(head: Header, units: str) -> Standard:
	return standard({head.bom_no: head}, {head.bom_no: Fraction(units)}, 2)


@pytest.mark.parametrize(
	("operations", "quantity", "units", "expected"),
	[
		((operation("30", "60", labour_rate=D(40)),), "1", "10", ("300", "200", "100")),
		((operation("30", "60", labour_rate=D(40)),), "5", "10", ("60", "40", "20")),
		((operation("30", "60"),), "1", "1", ("30", "30", "0")),
		((operation("30", "60", labour_rate=D(0)),), "1", "1", ("30", "0", "30")),
		((operation("30", "60", labour_rate=D(90)),), "1", "1", ("30", "30", "0")),
		((operation("30", "60", batch_size=6),), "1", "10", ("50", "50", "0")),
		((operation("30", "60", fixed_time=1),), "1", "10", ("30", "30", "0")),
		((operation("30", "60"), operation("10", "30", labour_rate=D(6))), "1", "2", ("80", "62", "8")),
		((), "1", "10", ("0", "0", "0")),
	],
)
def test_operations_are_timed_by_the_unit_or_once_and_split_into_labour_and_overhead(
	operations, quantity, units, expected
):
	assert of_one(header(*operations, quantity=quantity), units) == Standard(*map(D, expected))


def test_a_lock_read_back_from_its_text_costs_the_same():
	written = {"time_in_mins": "30", "hour_rate": "60", "labour_rate": "40.5", "batch_size": "2"}
	assert of_one(header(written), "4") == Standard(D(60), D("40.5"), D("19.5"))


def test_a_sub_assembly_counts_with_what_the_order_itself_makes_of_it():
	"""Ten wheels are needed, four are in stock; six are made, of which a quarter is lost: eight are put through."""
	bom = structure({"BICYCLE": {"WHEEL": 2}, "WHEEL": {"RIM": 1}}, headers={"WHEEL": {"loss": 25}})
	coverages = list(walk(bom, D(5), STORES, {("WHEEL", STORES): D(4)}, 3))
	assert put_through(bom, D(5), coverages) == {"BOM-BICYCLE-1": 5, "BOM-WHEEL-1": 8}


def test_what_comes_from_stock_costs_no_work():
	bom = structure({"BICYCLE": {"WHEEL": 2}, "WHEEL": {"RIM": 1}})
	coverages = list(walk(bom, D(5), STORES, {("WHEEL", STORES): D(10)}, 3))
	assert put_through(bom, D(5), coverages) == {"BOM-BICYCLE-1": 5}


def test_a_run_without_labour_absorbs_the_standard_of_its_units():
	assert of_run(HOUR, of_units(HOUR, D(0), D(2), D(8), 2), None, D(0), 2) == OperatingCost(
		minutes=D(15),
		labour=D("7.5"),
		overhead=D("4.5"),
		downtime=D(0),
		standard_minutes=D(15),
		standard_labour=D("7.5"),
		standard_overhead=D("4.5"),
	)


def test_reported_labour_costs_its_own_rate_or_the_locks_and_absorbs_overhead_by_its_minutes():
	works = [Work(D(20), D(45)), Work(D(10))]
	cost = of_run(HOUR, Standard(), works, D(0), 2)
	assert (cost.minutes, cost.labour, cost.overhead) == (D(30), D(15 + 5), D(9))


def test_labour_reported_as_none_costs_nothing():
	cost = of_run(HOUR, of_units(HOUR, D(0), D(2), D(8), 2), [], D(0), 2)
	assert (cost.minutes, cost.labour, cost.overhead) == (0, 0, 0)
	assert (cost.standard_labour, cost.standard_overhead) == (D("7.5"), D("4.5"))


def test_downtime_costs_the_labour_and_overhead_of_its_minutes():
	cost = of_run(HOUR, Standard(), None, D(25), 2)
	assert (cost.downtime, cost.total) == (D(20), D(20))


def test_without_operations_nothing_has_a_rate_but_what_the_floor_gives():
	nothing = Standard()
	cost = of_run(nothing, nothing, [Work(D(30), D(20)), Work(D(30))], D(30), 2)
	assert (cost.labour, cost.overhead, cost.downtime) == (10, 0, 0)


def test_an_amount_is_rounded_to_the_currency():
	assert amount(HOUR, Work(D("0.25")), 2) == D("0.13")


@given(
	st.tuples(*[st.decimals(0, 10**6, places=2)] * 3),
	st.lists(st.integers(1, 50), min_size=1, max_size=12),
)
def test_the_runs_of_an_order_share_its_standard_to_the_last_unit_of_currency(figures, quantities):
	of_order, order_qty, before = Standard(*figures), D(sum(quantities)), D(0)
	shares = []
	for processed in map(D, quantities):
		shares.append(of_units(of_order, before, processed, order_qty, 2))
		before += processed
	assert total(share.minutes for share in shares) == of_order.minutes
	assert total(share.labour for share in shares) == of_order.labour
	assert total(share.overhead for share in shares) == of_order.overhead
	assert all(min(share.labour, share.overhead, share.minutes) >= 0 for share in shares)
