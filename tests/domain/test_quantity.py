"""Rounding by physical direction, and one text per value."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.quantity import (
	canonical,
	decimal,
	is_rounded,
	nearest,
	round_down,
	round_up,
	total,
)

D = Decimal
FRACTIONS = st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6)
PRECISIONS = st.integers(min_value=0, max_value=9)


@pytest.mark.parametrize(
	("qty", "precision", "up", "down"),
	[
		(D("1.2341"), 3, D("1.235"), D("1.234")),
		(D("1.234"), 3, D("1.234"), D("1.234")),
		(D("0.0001"), 3, D("0.001"), D("0")),
		(D("1.000000001"), 0, D("2"), D("1")),
		(D("7"), 0, D("7"), D("7")),
		(D("-1.5"), 0, D("-1"), D("-2")),
		(Fraction(1, 3), 3, D("0.334"), D("0.333")),
		(Fraction(2, 3), 0, D("1"), D("0")),
		(D("999999999.9999"), 3, D("1000000000"), D("999999999.999")),
	],
)
def test_inputs_round_up_and_outputs_round_down(qty, precision, up, down):
	assert (round_up(qty, precision), round_down(qty, precision)) == (up, down)


@pytest.mark.parametrize(
	("amount", "precision", "expected"),
	[
		(D("1.005"), 2, D("1.01")),
		(D("-1.005"), 2, D("-1.01")),
		(D("1.0049"), 2, D("1.00")),
		(Fraction(2, 3), 2, D("0.67")),
		(D("2.5"), 0, D("3")),
		(D("0"), 2, D("0")),
	],
)
def test_money_rounds_half_away_from_zero(amount, precision, expected):
	assert nearest(amount, precision) == expected


@given(FRACTIONS, PRECISIONS)
def test_rounding_moves_by_less_than_one_step_in_its_direction(qty, precision):
	step = Fraction(1, 10**precision)
	assert 0 <= Fraction(round_up(qty, precision)) - qty < step
	assert 0 <= qty - Fraction(round_down(qty, precision)) < step
	assert is_rounded(round_up(qty, precision), precision)


@pytest.mark.parametrize(
	("value", "expected"),
	[
		(None, D("0")),
		("", None),
		(0.1, D("0.1")),
		(1.8, D("1.8")),
		("0.350", D("0.35")),
		(3, D("3")),
		(D("2.5"), D("2.5")),
	],
)
def test_a_number_becomes_the_decimal_it_is_written_as(value, expected):
	if expected is None:
		with pytest.raises(ArithmeticError):
			decimal(value)
	else:
		assert decimal(value) == expected


@pytest.mark.parametrize(
	("qty", "text"),
	[
		("2", "2"),
		("2.000", "2"),
		("0.350", "0.35"),
		("1E+3", "1000"),
		("1E-9", "0.000000001"),
		("-0.0", "0"),
		("0", "0"),
		("-1.50", "-1.5"),
		("100", "100"),
	],
)
def test_equal_values_have_one_text(qty, text):
	assert canonical(D(qty)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_the_canonical_text_reads_back_as_the_same_value(qty):
	assert D(canonical(qty)) == qty
	assert canonical(D(canonical(qty))) == canonical(qty)


def test_is_rounded_tells_whether_a_quantity_has_too_many_decimals():
	assert [is_rounded(D(text), 2) for text in ("1", "1.25", "1.250", "1.251")] == [True, True, True, False]


def test_the_total_of_nothing_is_a_decimal_zero():
	assert total([]) == D("0")
	assert total([D("0.1")] * 3) == D("0.3")
