"""What a run should consume, and whether what it did consume is within the order's policy."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from .quantity import ZERO, round_up, total
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
	held: Decimal = ZERO
	"""What its open reservation holds."""
	is_staged: bool = False
	"""Whether it is where the floor works, for rows of the same item in the stores."""


Need = tuple[Material, ...]
"""Rows that are asked for together and stand in for one another."""


@dataclass(frozen=True)
class Deviation:
	"""Consumption outside the tolerance around the plan."""

	item_code: str
	warehouse: str
	planned: Decimal
	actual: Decimal
	tolerance: Decimal
	"""Percent of the plan."""


def needs(materials: Iterable[Material]) -> list[Need]:
	"""All rows of an item of which some is staged; every other row for itself."""
	materials = list(materials)
	staged = {material.item_code for material in materials if material.is_staged}
	found: dict[tuple[str, str], list[Material]] = defaultdict(list)
	for material in materials:
		found[material.item_code, "" if material.item_code in staged else material.name].append(material)
	return list(map(tuple, found.values()))


def _together(need: Need) -> Material:
	required, consumed = total(row.required for row in need), total(row.consumed for row in need)
	return replace(need[0], required=required, consumed=consumed)


def spread(need: Need, qty: Decimal) -> dict[str, Decimal]:
	"""material name -> its part of what is asked of a need.

	Staged stock is used up first, then what each store was to give; what is more is asked of the first store.
	"""
	shares = dict.fromkeys((row.name for row in need), ZERO)
	for row in sorted(need, key=lambda row: not row.is_staged):
		left = row.held if row.is_staged else max(ZERO, row.required - row.consumed)
		shares[row.name] = min(qty, left)
		qty -= shares[row.name]
	store = next((row for row in need if not row.is_staged), need[0])
	shares[store.name] += qty
	return shares


def fill(qty: Decimal, wanted: Mapping[str, Decimal]) -> dict[str, Decimal]:
	"""name -> its part of `qty`, each what it wants, in their order; what is more goes to the first."""
	parts: dict[str, Decimal] = {}
	for name, most in wanted.items():
		parts[name] = min(qty, most)
		qty -= parts[name]
	parts[next(iter(parts))] += qty
	return {name: part for name, part in parts.items() if part} or dict.fromkeys(list(parts)[:1], ZERO)


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
	shares: dict[str, Decimal] = {}
	for need in needs(materials):
		whole = _together(need)
		after = cumulative_plan(whole, before + processed, order_qty, precision)
		shares |= spread(need, after - cumulative_plan(whole, before, order_qty, precision))
	return shares


def plan_run(
	materials: Iterable[Material], before: Decimal, processed: Decimal, order_qty: Decimal, precision: int
) -> dict[str, Decimal]:
	"""material name -> what to take for `processed` units after `before` when nobody reports it.

	The plan for all units so far minus what earlier runs consumed: rounding never drifts, an earlier
	over-consumption is not asked for again, and the last run takes the exact rest. With `processed` the
	open quantity it is what the order still needs.
	"""
	shares: dict[str, Decimal] = {}
	for need in needs(materials):
		whole = _together(need)
		after = cumulative_plan(whole, before + processed, order_qty, precision)
		shares |= spread(need, max(ZERO, after - whole.consumed))
	return shares


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
