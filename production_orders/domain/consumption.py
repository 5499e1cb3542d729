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


def cumulative_plan(required: Decimal, processed: Decimal, order_qty: Decimal, digits: int) -> Decimal:
	"""Of a material, for the first `processed` of `order_qty` units: exactly `required` at the end."""
	return round_up(Fraction(required) * Fraction(processed) / Fraction(order_qty), digits)


def plan_run(
	materials: Iterable[Material],
	processed_before: Decimal,
	processed: Decimal,
	order_qty: Decimal,
	precision: int,
) -> dict[str, Decimal]:
	"""material name -> what a run of `processed` units should consume.

	The plan for all units so far minus what earlier runs consumed: rounding never drifts, an earlier
	over-consumption is not asked for again, and the last run takes the exact rest.
	"""
	return {
		material.name: max(
			ZERO,
			cumulative_plan(
				material.required,
				processed_before + processed,
				order_qty,
				0 if material.whole_number else precision,
			)
			- material.consumed,
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
