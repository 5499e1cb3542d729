"""Quantities are Decimals, rounded by physical direction: what goes in up, what comes out down."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

ZERO = Decimal(0)


def decimal(value: object) -> Decimal:
	"""The exact Decimal of what a database or a client calls a number; None is zero."""
	return Decimal(str(value)) if value is not None else ZERO


def round_up(qty: Decimal | Fraction, precision: int) -> Decimal:
	"""To `precision` decimal places, never less than `qty`."""
	whole, parts = qty.as_integer_ratio()
	return Decimal(-(-whole * 10**precision // parts)).scaleb(-precision)


def round_down(qty: Decimal | Fraction, precision: int) -> Decimal:
	"""To `precision` decimal places, never more than `qty`."""
	whole, parts = qty.as_integer_ratio()
	return Decimal(whole * 10**precision // parts).scaleb(-precision)


def nearest(qty: Decimal | Fraction, precision: int) -> Decimal:
	"""To `precision` decimal places, half away from zero: amounts of money, which go neither in nor out."""
	whole, parts = abs(qty).as_integer_ratio()
	size = Decimal((2 * whole * 10**precision + parts) // (2 * parts)).scaleb(-precision)
	return size if qty >= 0 else -size


def is_rounded(qty: Decimal, precision: int) -> bool:
	return qty == round_down(qty, precision)


def canonical(qty: Decimal) -> str:
	"""One text per value, for hashes: no exponent, no trailing zeros ("2", "0.35")."""
	text = format(qty, "f")
	if "." in text:
		text = text.rstrip("0").rstrip(".")
	return "0" if text == "-0" else text


def text(qty: object) -> str:
	"""A quantity as people write it: 60.0 is "60", 54.000 is "54"."""
	return canonical(decimal(qty))


def total(quantities: Iterable[Decimal]) -> Decimal:
	return sum(quantities, ZERO)
