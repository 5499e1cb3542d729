"""A second, naive walk to compare with: quantities along every explicit path, in whole units.

It knows nothing of levels or netting order. It guesses which share of each need is exploded, adds up
every path from the finished item with those shares, corrects the shares and repeats until they stand.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from production_orders.domain.bom import BUILD_ON_DEMAND, LockedBom

Place = tuple[str, str]
Shares = dict[tuple[str, str, str], Fraction]
"""(item, warehouse, BOM) -> the part of that need which is made."""


@dataclass(frozen=True)
class Split:
	required: int
	from_stock: int
	exploded: int
	short: int


def split_by_paths(
	bom: LockedBom, qty: int, warehouse: str, available: Mapping[Place, int]
) -> dict[Place, Split]:
	shares: Shares = {}
	while True:
		demand = _demand(bom, bom.bom_no, Fraction(qty), warehouse, shares)
		splits, corrected = _decide(bom, demand, available)
		if corrected == shares:
			return splits
		shares = corrected


def _demand(
	bom: LockedBom, bom_no: str, made: Fraction, warehouse: str, shares: Shares
) -> dict[Place, dict[str, Fraction]]:
	"""place -> {BOM: quantity}, every path walked on its own."""
	total: dict[Place, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
	for line in bom.lines:
		if line.parent_bom != bom_no:
			continue
		at = line.source_warehouse or warehouse
		needed = made * Fraction(line.stock_qty)
		total[line.item_code, at][line.bom_no] += needed
		if line.bom_no:
			share = shares.get((line.item_code, at, line.bom_no), Fraction(1))
			below = _demand(bom, line.bom_no, needed * share, warehouse, shares)
			for place, by_bom in below.items():
				for name, amount in by_bom.items():
					total[place][name] += amount
	return total


def _decide(
	bom: LockedBom, demand: Mapping[Place, Mapping[str, Fraction]], available: Mapping[Place, int]
) -> tuple[dict[Place, Split], Shares]:
	policies = {line.item_code: line.supply_policy for line in bom.lines}
	splits, shares = {}, {}
	for place, by_bom in demand.items():
		left, open_by_bom = Fraction(max(0, available.get(place, 0))), {}
		if policies[place[0]] == BUILD_ON_DEMAND:
			left = min(left, by_bom.get("", Fraction(0)))
		for name in sorted(by_bom):
			open_by_bom[name] = max(Fraction(0), by_bom[name] - left)
			left = max(Fraction(0), left - by_bom[name])
			shares[(*place, name)] = open_by_bom[name] / by_bom[name] if by_bom[name] else Fraction(0)
		required = sum(by_bom.values())
		if required:
			short = open_by_bom.get("", Fraction(0))
			from_stock = required - sum(open_by_bom.values())
			exploded = required - from_stock - short
			splits[place] = Split(int(required), int(from_stock), int(exploded), int(short))
	return splits, shares
