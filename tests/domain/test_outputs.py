"""Co- and by-products: how much the lock plans of them, and that value goes neither up nor down."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.bom import Header
from production_orders.domain.outputs import (
	BY_PRODUCT,
	CO_PRODUCT,
	Part,
	Planned,
	exceed,
	of_header,
	planned_qty,
	split,
	worth,
)
from production_orders.domain.quantity import ZERO, is_rounded, total

D = Decimal
CREAM = Planned("CREAM", D(4), D(30))
MILK = Header("BOM-MILK-1", "MILK", D(100))


def header(*scrap: dict) -> Header:
	return Header("BOM-MILK-1", "MILK", D(100), scrap=scrap)


def test_scrap_rows_with_a_cost_share_are_co_products_and_the_others_by_products():
	rows = (
		{"item_code": "CREAM", "stock_qty": "4", "rate": "3", "cost_share": "30"},
		{"item_code": "WHEY", "stock_qty": D(9), "rate": D("0.1")},
	)
	outputs = of_header(header(*rows))
	assert outputs == [Planned("CREAM", D(4), D(30), D(3)), Planned("WHEY", D(9), ZERO, D("0.1"))]
	assert [output.kind for output in outputs] == [CO_PRODUCT, BY_PRODUCT]


def test_rows_of_one_item_are_one_output():
	row = {"item_code": "CREAM", "stock_qty": "2", "rate": "0", "cost_share": "15"}
	assert of_header(header(row, {**row, "rate": "3"})) == [Planned("CREAM", D(4), D(30), D(3))]


@pytest.mark.parametrize(
	("before", "processed", "precision", "expected"),
	[
		("0", "100", 3, "4"),
		("0", "50", 0, "2"),
		("0", "30", 0, "1"),
		("30", "30", 0, "1"),
		("60", "40", 0, "2"),
		("0", "1", 3, "0.04"),
		("100", "10", 3, "0.4"),
	],
)
def test_what_is_planned_comes_out_rounded_down_and_all_of_it_at_the_end(
	before, processed, precision, expected
):
	assert planned_qty(CREAM, MILK, D(before), D(processed), precision) == D(expected)


def test_a_co_product_takes_its_share_of_materials_and_operations():
	assert worth([Part("CREAM", D(4), D(4), D(30))], D(80), D(20), 2) == [D(30)]


def test_a_by_product_is_worth_its_own_rate():
	assert worth([Part("WHEY", D(9), D(9), rate=D("0.1"))], D(80), D(20), 2) == [D("0.9")]


def test_two_rows_of_one_co_product_divide_its_share():
	rows = [Part("CREAM", D(1), D(4), D(30)), Part("CREAM", D(3), D(4), D(30))]
	assert worth(rows, D(80), D(20), 2) == [D("7.5"), D("22.5")]


def test_a_share_may_exceed_what_was_consumed_where_operations_cost_more():
	assert worth([Part("CREAM", D(4), D(4), D(30))], D(10), D(100), 2) == [D(33)]


def test_what_would_be_worth_more_than_there_is_is_worth_all_but_a_cent():
	gold = Part("GOLD", D(1), D(1), rate=D(900))
	assert worth([gold, Part("CREAM", D(1), D(1), D(50))], D(80), D(20), 2) == [D("94.73"), D("5.26")]
	assert exceed([gold], D(80), D(20))
	assert not exceed([gold], D(880), D(20))


def test_parts_never_just_use_up_the_consumed_value_so_that_the_charges_are_not_lost():
	assert worth([Part("WHEY", D(8), D(8), rate=D(10))], D(80), D(20), 2) == [D("79.99")]
	assert worth([Part("WHEY", D(8), D(8), rate=D(10))], D(80), D(0), 2) == [D(80)]


def test_where_nothing_of_value_is_consumed_nothing_has_a_value():
	assert worth([Part("WHEY", D(8), D(8), rate=D(10)), Part("C", D(1), D(1), D(30))], D(0), D(20), 2) == [
		0,
		0,
	]


def test_amounts_add_up_to_the_rounded_sum():
	assert split([Fraction(1, 3)] * 3, 2) == [D("0.33"), D("0.34"), D("0.33")]


MONEY = st.decimals(0, 10**6, places=2)
PARTS = st.builds(
	Part,
	st.just("X"),
	st.decimals(0, 1000, places=3),
	st.decimals(1000, 2000, places=3),
	st.decimals(0, 60, places=2),
	st.decimals(0, 10**4, places=4),
)


@given(st.lists(PARTS, max_size=6), MONEY, MONEY)
def test_value_is_conserved_to_the_last_unit_of_currency(parts, consumed, charges):
	amounts = worth(parts, consumed, charges, 2)
	carried = charges if consumed else ZERO
	finished = consumed + carried - total(amounts)
	assert len(amounts) == len(parts)
	assert finished >= (D("0.01") if carried else 0)
	assert all(amount >= 0 and is_rounded(amount, 2) for amount in amounts)
	assert not (carried and consumed == total(amounts))
	if not exceed(parts, consumed, charges):
		assert abs(total(amounts) - sum(_fair(part, consumed + carried) for part in parts)) <= D("0.02")


def _fair(part: Part, cost: Decimal) -> Decimal:
	"""In plain decimals."""
	if part.cost_share:
		return part.cost_share * cost / 100 * part.qty / part.of_item
	return part.qty * part.rate if cost else ZERO


@given(st.lists(st.integers(1, 60), min_size=1, max_size=10), st.integers(0, 3))
def test_the_runs_of_an_order_give_all_that_it_plans(quantities, precision):
	before, given_so_far = ZERO, ZERO
	for processed in map(D, quantities):
		out = planned_qty(CREAM, MILK, before, processed, precision)
		assert out >= 0
		before, given_so_far = before + processed, given_so_far + out
	assert given_so_far == planned_qty(CREAM, MILK, ZERO, before, precision)
