"""Free stock of one item is given to open shortages by rank, the same result whatever the order of arrival.

A place is a warehouse or a group that stands for its leaves; places form a tree. What is held already comes first
and never shrinks, but what a group's order holds may move between the group's leaves when somebody gains by it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .quantity import ZERO, round_down, total

PRIORITIES = ("Urgent", "High", "Normal", "Low")
Leaves = tuple[str, ...]
"""The warehouses of a place in the order of their names."""
Rank = tuple[int, date, str]
Quantities = Mapping[str, Decimal]
"""leaf -> quantity."""


@dataclass(frozen=True)
class Claim:
	"""What one order holds and is short of in one place."""

	rank: Rank
	leaves: Leaves
	held: Quantities
	"""What may move within the place."""
	short: Decimal


@dataclass(frozen=True)
class Share:
	"""What a claim holds after the allocation, where, and how much of that is new."""

	claim: Claim
	gained: Decimal
	placed: Quantities


def rank(priority: str | None, need_by: date | None, order: str) -> Rank:
	"""Who comes first: the more urgent, then the sooner needed, then the name; no date is the latest."""
	return PRIORITIES.index(priority or "Normal"), need_by or date.max, order


def allocate(claims: Iterable[Claim], free: Quantities, digits: int) -> list[Share]:
	"""The shares of all claims, by rank. Every claim gets all that the ones before it leave possible.

	`free` is what nobody holds, in each leaf; `digits` the decimals in which the item is counted.
	"""
	ranked = sorted(claims, key=lambda claim: (claim.rank, claim.leaves))
	supply = _supply(ranked, free, digits)
	slack = _Slack({claim.leaves for claim in ranked}, supply)
	for claim in ranked:
		slack.take(claim.leaves, total(claim.held.values()))
	gains = [_gain(claim, slack, digits) for claim in ranked]
	placed = _place(ranked, gains, supply)
	return [Share(*share) for share in zip(ranked, gains, placed, strict=True)]


def _supply(claims: Iterable[Claim], free: Quantities, digits: int) -> dict[str, Decimal]:
	"""What may be given out in each leaf: what is free, in whole units, and what the claims hold."""
	supply: dict[str, Decimal] = defaultdict(Decimal)
	for leaf, qty in free.items():
		supply[leaf] = round_down(max(ZERO, qty), digits)
	for claim in claims:
		for leaf, qty in claim.held.items():
			supply[leaf] += qty
	return supply


def _gain(claim: Claim, slack: "_Slack", digits: int) -> Decimal:
	qty = round_down(min(claim.short, slack.of(claim.leaves)), digits)
	slack.take(claim.leaves, qty)
	return qty


class _Slack:
	"""What each place still has for those who may use it: its supply minus all that was given within it."""

	def __init__(self, places: Collection[Leaves], supply: Quantities) -> None:
		self._left = {place: total(supply.get(leaf, ZERO) for leaf in place) for place in places}
		leaves = {place: set(place) for place in places}
		self._around = {
			place: [other for other in places if leaves[place] <= leaves[other]] for place in places
		}

	def of(self, place: Leaves) -> Decimal:
		return max(ZERO, min(self._left[around] for around in self._around[place]))

	def take(self, place: Leaves, qty: Decimal) -> None:
		for around in self._around[place]:
			self._left[around] -= qty


def _place(
	claims: Collection[Claim], gains: Collection[Decimal], supply: Quantities
) -> list[dict[str, Decimal]]:
	"""Leaf -> quantity for each claim: the narrowest places first, as a wider one can give way.

	A claim stays where it holds, then takes what nobody holds in the order of the leaves, then sends
	those of wider places elsewhere.
	"""
	left, holders = dict(supply), _sums(claim.held for claim in claims)
	placed: list[dict[str, Decimal]] = [defaultdict(Decimal) for _claim in claims]
	by_place = defaultdict(list)
	for claim, gain, at in zip(claims, gains, placed, strict=True):
		by_place[claim.leaves].append((claim, gain, at))
	for leaves in sorted(by_place, key=lambda place: (len(place), place)):
		for claim, _gain, at in by_place[leaves]:
			for leaf, qty in claim.held.items():
				_move(min(qty, left[leaf]), leaf, left, at)
				holders[leaf] -= qty
		for claim, gain, at in by_place[leaves]:
			for kept in (holders, {}):
				for leaf in leaves:
					missing = total(claim.held.values()) + gain - total(at.values())
					spare = left.get(leaf, ZERO) - kept.get(leaf, ZERO)
					_move(max(ZERO, min(missing, spare)), leaf, left, at)
	return placed


def _move(qty: Decimal, leaf: str, left: dict[str, Decimal], at: dict[str, Decimal]) -> None:
	if qty:
		left[leaf] -= qty
		at[leaf] += qty


def requirement_moves(short: Quantities, change: Quantities) -> dict[str, Decimal]:
	"""leaf -> what more (or less) is required there when a claim's holdings `change`; the sum is zero.

	What is gained covers what is short in its own leaf; beyond that the requirement follows the stock,
	from the short leaves in the order of their names.
	"""
	moves: dict[str, Decimal] = {}
	covered = {leaf: min(short.get(leaf, ZERO), max(ZERO, qty)) for leaf, qty in change.items()}
	for leaf, qty in change.items():
		moves[leaf] = qty - covered[leaf]
	open_qty = total(moves.values())
	for leaf in sorted(short):
		taken = min(open_qty, short[leaf] - covered.get(leaf, ZERO))
		moves[leaf] = moves.get(leaf, ZERO) - taken
		open_qty -= taken
	return {leaf: qty for leaf, qty in moves.items() if qty}


def _sums(quantities: Iterable[Quantities]) -> dict[str, Decimal]:
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for by_leaf in quantities:
		for leaf, qty in by_leaf.items():
			sums[leaf] += qty
	return sums
