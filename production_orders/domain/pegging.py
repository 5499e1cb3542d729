"""Pegging: what every planned supply is for, from the order next to it up to the order at the top."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .quantity import ZERO
from .schedule import Movement


class Peg(NamedTuple):
	"""A part of a planned supply and what asks for it."""

	qty: Decimal
	cause: "Cause"


@dataclass(frozen=True, eq=False)
class PlannedSupply:
	"""One order or one row of a request that should be made."""

	item_code: str
	warehouse: str
	qty: Decimal
	"""What it brings."""
	ordered_qty: Decimal
	"""What to order for that, process loss included."""
	due: date
	release: date
	"""When to order or to start; today when that day is past."""
	is_late: bool
	bom_no: str
	source_warehouse: str
	pegs: tuple[Peg, ...]


Cause = Movement | PlannedSupply | None
"""A document's demand, a planned order further up, or the item's own safety stock, minimum or rounding."""


class Demand(NamedTuple):
	on: date
	qty: Decimal
	cause: Cause


def by_date(demand: Demand) -> tuple:
	"""The order in which demands are met; it knows nothing of how they were read."""
	cause = demand.cause
	if isinstance(cause, Movement):
		return demand.on, 0, cause.doctype, cause.name, demand.qty
	return demand.on, 1, cause.item_code, cause.warehouse, cause.due


def peg(demands: Iterable[Demand], supplies: Iterable[tuple[date, int, Decimal]]) -> dict[int, list[Peg]]:
	"""Meet the first to be needed by the first to be there -> the pegs of each numbered supply.

	`demands` come in their order; `supplies` as (day, number, quantity), below zero what is not planned here.
	What no demand asks for has no cause.
	"""
	wanted = iter(demands)
	pegs: dict[int, list[Peg]] = defaultdict(list)
	left, cause = ZERO, None
	for on, number, qty in sorted(supplies):
		while qty:
			while not left:
				_day, left, cause = next(wanted, Demand(on, qty, None))
			part = min(left, qty)
			left, qty = left - part, qty - part
			if number >= 0:
				pegs[number].append(Peg(part, cause))
	return pegs


def top_causes(supply: PlannedSupply) -> dict[Movement | None, tuple[Decimal, tuple[str, ...]]]:
	"""What asks for a supply at the very top -> (its share, the items from there down to this one)."""
	return _top_causes(supply, {})


def _top_causes(supply: PlannedSupply, known: dict) -> dict:
	"""Every planned order above is looked at once, however many ways lead to it."""
	if supply not in known:
		found: dict = {}
		for peg in supply.pegs:
			above = {peg.cause: (peg.qty, ())}
			if isinstance(peg.cause, PlannedSupply):
				share = peg.qty / peg.cause.qty
				above = {
					top: (qty * share, path) for top, (qty, path) in _top_causes(peg.cause, known).items()
				}
			for top, (qty, path) in above.items():
				before, first = found.get(top, (ZERO, (*path, supply.item_code)))
				found[top] = before + qty, first
		known[supply] = found
	return known[supply]
