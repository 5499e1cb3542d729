"""A second, naive walk to compare with: quantities along every explicit path, in exact fractions.

It knows nothing of levels or netting order. It guesses which share of each need is exploded, adds up
every path from the finished item with those shares, corrects the shares and repeats until they stand.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from production_orders.domain.bom import BUILD_ON_DEMAND, Line, LockedBom

Place = tuple[str, str]
"""(item, where its stock is looked for)."""
Shares = dict[tuple[str, str, str], Fraction]
"""(item, place, BOM) -> the part of that need which is made."""
ROUNDING = 1000
"""Fractional units are counted in thousandths."""


@dataclass(frozen=True)
class Split:
	required: Fraction
	from_stock: Fraction
	exploded: Fraction
	short: Fraction


def split_by_paths(
	bom: LockedBom,
	qty: int,
	warehouse: str,
	available: Mapping[Place, int],
	groups: Mapping[str, Sequence[str]],
) -> dict[Place, Split]:
	shares: Shares = {}
	while True:
		demand: dict[Place, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
		for line, needed in _paths(bom, bom.bom_no, Fraction(qty), warehouse, shares):
			demand[line.item_code, line.source_warehouse or warehouse][line.bom_no] += needed
		splits, corrected = _decide(bom, demand, available, groups)
		if corrected == shares:
			return splits
		shares = corrected


def _paths(
	bom: LockedBom, bom_no: str, processed: Fraction, warehouse: str, shares: Shares
) -> Iterator[tuple[Line, Fraction]]:
	"""Every line once per path that leads to it, with what that path alone asks for."""
	for line in bom.lines:
		if line.parent_bom != bom_no:
			continue
		per_unit = Fraction(line.stock_qty) / Fraction(bom.headers[bom_no].quantity)
		needed = processed * per_unit * (100 + Fraction(line.waste_percentage)) / 100
		yield line, needed
		if line.bom_no:
			made = needed * shares.get(
				(line.item_code, line.source_warehouse or warehouse, line.bom_no), Fraction(1)
			)
			kept = 1 - Fraction(bom.headers[line.bom_no].process_loss_percentage) / 100
			yield from _paths(bom, line.bom_no, made / kept, warehouse, shares)


def _decide(
	bom: LockedBom,
	demand: Mapping[Place, Mapping[str, Fraction]],
	available: Mapping[Place, int],
	groups: Mapping[str, Sequence[str]],
) -> tuple[dict[Place, Split], Shares]:
	"""Narrow places are served before the groups around them."""
	lines = {line.item_code: line for line in bom.lines}
	left = {place: Fraction(max(0, held)) for place, held in available.items()}
	splits: dict[Place, Split] = {}
	shares: Shares = {}
	for item, place in sorted(demand, key=lambda at: (len(groups.get(at[1], "1")), at)):
		leaves = [(item, leaf) for leaf in groups.get(place, [place])]
		by_bom = {name: amount for name, amount in demand[item, place].items() if amount}
		grain = 1 if lines[item].whole_number else ROUNDING
		split, made = _split(lines[item], by_bom, [left.get(leaf, Fraction(0)) for leaf in leaves], grain)
		if split.required:
			splits[item, place] = split
		owed = split.from_stock
		for leaf in leaves:
			given = min(owed, _down(left.get(leaf, Fraction(0)), grain))
			left[leaf] = left.get(leaf, Fraction(0)) - given
			owed -= given
		shares |= {(item, place, name): made.get(name, 0) / amount for name, amount in by_bom.items()}
	return splits, shares


def _split(
	line: Line, by_bom: Mapping[str, Fraction], held: Sequence[Fraction], grain: int
) -> tuple[Split, dict[str, Fraction]]:
	"""One need: a queue of claims on the rounded total, stock serving its head; also what is made by BOM."""
	required = _up(sum(by_bom.values(), Fraction(0)), grain)
	bought = min(required, _up(by_bom.get("", Fraction(0)), grain))
	queue = [["", bought]] + [[name, by_bom[name]] for name in sorted(by_bom) if name]
	_fit(queue, required)
	stock = sum((_down(amount, grain) for amount in held), Fraction(0))
	from_stock = min(stock, bought if line.supply_policy == BUILD_ON_DEMAND else required)
	unserved = from_stock
	for claim in queue:
		served = min(claim[1], unserved)
		claim[1] -= served
		unserved -= served
	open_by_bom = {name: amount for name, amount in queue if amount}
	short = _up(open_by_bom.pop("", Fraction(0)), grain)
	return Split(required, from_stock, required - from_stock - short, short), open_by_bom


def _fit(queue: list[list], required: Fraction) -> None:
	"""The claims add up to the need: rounding the bought one up costs the last ones, the last takes the rest."""
	for claim in queue:
		claim[1] = min(claim[1], required)
		required -= claim[1]
	if len(queue) > 1:
		queue[-1][1] += required


def _up(amount: Fraction, grain: int) -> Fraction:
	return Fraction(ceil(amount * grain), grain)


def _down(amount: Fraction, grain: int) -> Fraction:
	return Fraction(floor(amount * grain), grain)
