"""What a run should consume, and whether what it did consume is within the order's policy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .quantity import ZERO, round_up
from .reservation import Key

FLEXIBLE = "Flexible"
WARN = "Warn"
STRICT = "Strict"


@dataclass(frozen=True)
class Material:
	"""One (item, warehouse) that an order draws, in the stock UOM."""

	name: str
	item_code: str
	warehouse: str
	required: Decimal
	consumed: Decimal
	whole_number: bool = False


@dataclass(frozen=True)
class Deviation:
	"""Consumption outside the tolerance around the plan."""

	item_code: str
	warehouse: str
	planned: Decimal
	actual: Decimal
	tolerance: Decimal
	"""Percent of the plan."""


def cumulative_plan(material: Material, processed: Decimal, order_qty: Decimal, precision: int) -> Decimal:
	"""Of a material, for the first `processed` of `order_qty` units: exactly what is required at the end."""
	if processed == order_qty:
		return material.required
	digits = 0 if material.whole_number else precision
	return round_up(Fraction(material.required) * Fraction(processed) / Fraction(order_qty), digits)


def standard(
	materials: Iterable[Material], before: Decimal, processed: Decimal, order_qty: Decimal, precision: int
) -> dict[str, Decimal]:
	"""material name -> the lock's share of `processed` units after `before`: what a run is measured against."""
	return {
		material.name: cumulative_plan(material, before + processed, order_qty, precision)
		- cumulative_plan(material, before, order_qty, precision)
		for material in materials
	}


def plan_run(
	materials: Iterable[Material], before: Decimal, processed: Decimal, order_qty: Decimal, precision: int
) -> dict[str, Decimal]:
	"""material name -> what to take for `processed` units after `before` when nobody reports it.

	The plan for all units so far minus what earlier runs consumed: rounding never drifts, an earlier
	over-consumption is not asked for again, and the last run takes the exact rest. With `processed` the
	open quantity it is what the order still needs.
	"""
	return {
		material.name: max(
			ZERO, cumulative_plan(material, before + processed, order_qty, precision) - material.consumed
		)
		for material in materials
	}


def deviations(
	planned: Mapping[Key, Decimal], actual: Mapping[Key, Decimal], tolerance: Decimal
) -> list[Deviation]:
	"""Every (item, warehouse) whose actual is further from its plan than `tolerance` percent."""
	found = []
	for key in sorted(planned.keys() | actual.keys()):
		plan, taken = planned.get(key, ZERO), actual.get(key, ZERO)
		if abs(taken - plan) * 100 > plan * tolerance:
			found.append(Deviation(*key, planned=plan, actual=taken, tolerance=tolerance))
	return found


def at_most(qty: Decimal, tolerance: Decimal) -> Decimal:
	"""`qty` plus `tolerance` percent."""
	return qty * (100 + tolerance) / 100


def at_least(qty: Decimal, tolerance: Decimal) -> Decimal:
	"""`qty` minus `tolerance` percent."""
	return qty * (100 - tolerance) / 100
