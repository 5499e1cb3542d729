"""What runs should take, cumulatively, and what counts as a deviation from it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.consumption import (
	Deviation,
	Material,
	at_least,
	at_most,
	cumulative_plan,
	deviations,
	plan_run,
	standard,
)

D = Decimal


def material(required: str, consumed: str = "0", whole_number: bool = False) -> Material:
	return Material("m", "STEEL", "Stores", D(required), D(consumed), whole_number)


def planned(of: Material, before: str, processed: str, order_qty: str, precision: int = 3) -> Decimal:
	return plan_run([of], D(before), D(processed), D(order_qty), precision)["m"]


@pytest.mark.parametrize(
	("required", "processed", "order_qty", "digits", "expected"),
	[
		("10", "1", "3", 3, "3.334"),
		("10", "2", "3", 3, "6.667"),
		("10", "3", "3", 3, "10"),
		("10", "1", "3", 0, "4"),
		("10", "2", "3", 0, "7"),
		("10", "0", "3", 3, "0"),
		("10", "4", "3", 3, "13.334"),
	],
)
def test_the_cumulative_plan_rounds_up_and_ends_at_the_requirement(
	required, processed, order_qty, digits, expected
):
	of = material(required, whole_number=digits == 0)
	assert cumulative_plan(of, D(processed), D(order_qty), digits) == D(expected)


def test_three_runs_of_one_third_add_up_exactly():
	first = planned(material("10"), "0", "1", "3")
	second = planned(material("10", "3.334"), "1", "1", "3")
	third = planned(material("10", "6.667"), "2", "1", "3")
	assert (first, second, third) == (D("3.334"), D("3.333"), D("3.333"))


def test_the_end_is_exact_even_when_the_requirement_has_more_decimals_than_the_site_now():
	assert cumulative_plan(material("0.333"), D(3), D(3), 2) == D("0.333")


def test_the_standard_of_a_run_does_not_depend_on_what_earlier_runs_took():
	greedy = standard([material("20", consumed="12")], D(5), D(5), D(10), 3)["m"]
	thrifty = standard([material("20", consumed="8")], D(5), D(5), D(10), 3)["m"]
	assert greedy == thrifty == 10
	assert planned(material("20", consumed="12"), "5", "5", "10") == 8


def test_the_standards_of_all_runs_add_up_to_the_requirement():
	thirds = [standard([material("10")], D(before), D(1), D(3), 3)["m"] for before in range(3)]
	assert thirds == [D("3.334"), D("3.333"), D("3.333")]


def test_a_whole_number_material_is_taken_in_whole_numbers():
	first = planned(material("10", whole_number=True), "0", "1", "3")
	second = planned(material("10", "4", whole_number=True), "1", "1", "3")
	third = planned(material("10", "7", whole_number=True), "2", "1", "3")
	assert (first, second, third) == (4, 3, 3)


def test_what_was_taken_too_much_is_not_asked_for_again():
	assert planned(material("10", "6"), "1", "1", "3") == D("0.667")
	assert planned(material("10", "9"), "1", "1", "3") == 0
	assert planned(material("10", "9"), "2", "1", "3") == 1


def test_what_was_taken_too_little_is_made_up_by_the_next_run():
	assert planned(material("10", "3"), "1", "1", "3") == D("3.667")


def test_the_last_run_takes_the_exact_rest():
	assert planned(material("10", "6.667"), "2", "1", "3") == D("3.333")
	assert planned(material("0.001", "0.001"), "2", "1", "3") == 0


@given(
	required=st.integers(min_value=0, max_value=10**6).map(lambda n: D(n) / 1000),
	parts=st.lists(st.integers(min_value=1, max_value=50), min_size=1, max_size=12),
	whole=st.booleans(),
)
def test_the_plan_never_drifts_however_an_order_is_cut_into_runs(required, parts, whole):
	required = required.to_integral_value() if whole else required
	order_qty, before, consumed = D(sum(parts)), D(0), D(0)
	for part in parts:
		qty = planned(material(str(required), str(consumed), whole), str(before), str(part), str(order_qty))
		assert qty >= 0
		before, consumed = before + part, consumed + qty
		exact = required * before / order_qty
		assert 0 <= consumed - exact < (1 if whole else D("0.001"))
	assert consumed == required


def rows(stores: tuple[str, str], wip: tuple[str, str, str], whole_number: bool = False) -> list[Material]:
	"""(required, consumed) in the stores; (required, consumed, held) at the line."""
	required, consumed, held = map(D, wip)
	return [
		Material("stores", "STEEL", "Stores", *map(D, stores), whole_number),
		Material("wip", "STEEL", "WIP", required, consumed, whole_number, held, is_staged=True),
	]


def test_staged_stock_is_used_up_first_and_the_stores_give_the_rest():
	assert plan_run(rows(("4", "0"), ("6", "0", "6")), D(0), D(5), D(10), 3) == {"stores": 0, "wip": 5}
	assert plan_run(rows(("4", "0"), ("6", "5", "1")), D(5), D(5), D(10), 3) == {"stores": 4, "wip": 1}


def test_staging_in_the_middle_of_an_order_asks_for_no_more_than_before():
	"""Four of ten were made from the stores, then the other six were staged."""
	assert plan_run(rows(("4", "4"), ("6", "0", "6")), D(4), D(3), D(10), 3) == {"stores": 0, "wip": 3}
	assert standard(rows(("4", "4"), ("6", "0", "6")), D(4), D(3), D(10), 3) == {"stores": 0, "wip": 3}


def test_what_is_needed_beyond_the_requirement_is_asked_of_the_stores():
	assert plan_run(rows(("4", "0"), ("6", "0", "6")), D(0), D(12), D(10), 3) == {"stores": 6, "wip": 6}


def test_rows_of_an_item_that_is_not_staged_are_asked_for_one_by_one():
	racks = [Material(name, "STEEL", name, D(5), D(0)) for name in "AB"]
	assert plan_run(racks, D(0), D(5), D(10), 3) == {"A": D("2.5"), "B": D("2.5")}


@given(
	required=st.integers(min_value=1, max_value=500).map(D),
	parts=st.lists(st.integers(min_value=1, max_value=50), min_size=1, max_size=8),
	staged=st.lists(st.integers(min_value=0, max_value=200).map(D), min_size=8, max_size=8),
	whole=st.booleans(),
)
def test_the_plan_never_drifts_however_much_is_staged_in_between(required, parts, staged, whole):
	order_qty, before = D(sum(parts)), D(0)
	left, taken = {"stores": required, "wip": D(0)}, {"stores": D(0), "wip": D(0)}
	for part, more in zip(parts, staged, strict=False):
		more = min(more, max(D(0), left["stores"] - taken["stores"]))
		left = {"stores": left["stores"] - more, "wip": left["wip"] + more}
		now = rows(
			(str(left["stores"]), str(taken["stores"])),
			(str(left["wip"]), str(taken["wip"]), str(max(D(0), left["wip"] - taken["wip"]))),
			whole,
		)
		plan = plan_run(now, before, D(part), order_qty, 3)
		taken, before = {name: taken[name] + plan[name] for name in taken}, before + part
		exact = required * before / order_qty
		assert 0 <= sum(taken.values()) - exact < (1 if whole else D("0.001"))
	assert sum(taken.values()) == required


def test_every_deviation_beyond_the_tolerance_is_listed_sorted():
	plan = {("BOLT", "S"): D(100), ("NUT", "S"): D(100), ("TUBE", "S"): D(10), ("PAINT", "S"): D(4)}
	actual = {("BOLT", "S"): D(105), ("NUT", "S"): D("105.001"), ("TUBE", "S"): D("9.4"), ("OIL", "S"): D(1)}
	assert deviations(plan, actual, D(5)) == [
		Deviation("NUT", "S", D(100), D("105.001"), D(5)),
		Deviation("OIL", "S", D(0), D(1), D(5)),
		Deviation("PAINT", "S", D(4), D(0), D(5)),
		Deviation("TUBE", "S", D(10), D("9.4"), D(5)),
	]


def test_without_tolerance_only_the_plan_itself_is_no_deviation():
	plan = {("BOLT", "S"): D(3)}
	assert deviations(plan, {("BOLT", "S"): D(3)}, D(0)) == []
	assert len(deviations(plan, {("BOLT", "S"): D("3.001")}, D(0))) == 1
	assert len(deviations(plan, {("BOLT", "Other"): D(3)}, D(0))) == 2
	assert deviations({("BOLT", "S"): D(0)}, {}, D(0)) == []


def test_tolerances_widen_a_quantity_both_ways():
	assert (at_most(D(50), D("2.5")), at_least(D(50), D("2.5"))) == (D("51.25"), D("48.75"))
	assert (at_most(D(50), D(0)), at_least(D(50), D(0))) == (50, 50)
