"""What an order must draw by its lock: nothing of a need gets lost between stock, explosion and shortage."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from .bom import LockedBom
from .reservation import walk

ANYWHERE = ""
"""Drawings move between warehouses as long as an order is open; what it draws of an item stays the same."""


def is_determined(bom: LockedBom, warehouse: str) -> bool:
	"""Whether drawings alone say what was exploded: what is asked for in several places has one BOM at most."""
	places, boms = defaultdict(set), defaultdict(set)
	for line in bom.lines:
		places[line.item_code].add(line.source_warehouse or warehouse)
		boms[line.item_code].add(line.bom_no)
	return all(len(places[item_code]) == 1 or len(boms[item_code]) == 1 for item_code in places)


def required(
	bom: LockedBom, qty: Decimal, warehouse: str, drawn: Mapping[str, Decimal], precision: int
) -> dict[str, Decimal]:
	"""item -> what has to be drawn, when of what can be made as much is drawn as `drawn` says.

	The walk of the confirmation again: what is drawn counts as the stock there was, the rest is exploded or short.
	Raises bom.Cycle.
	"""
	places = dict.fromkeys((warehouse, *(line.source_warehouse for line in bom.lines)), (ANYWHERE,))
	stock = {(item_code, ANYWHERE): of_it for item_code, of_it in drawn.items()}
	needs: dict[str, Decimal] = defaultdict(Decimal)
	for coverage in walk(bom, qty, warehouse, stock, precision, places):
		needs[coverage.item_code] += coverage.from_stock + coverage.short
	return needs
