"""How much of a stock several wishes can get at once, by a maximum flow and nothing cleverer."""

from collections.abc import Mapping, Sequence

Wish = tuple[tuple[str, ...], int]
"""(leaves that will do, whole units)."""


def most_for(leaves: tuple[str, ...], wanted: int, kept: Sequence[Wish], supply: Mapping[str, int]) -> int:
	"""The most units one more wish can get when all of `kept` are met in full."""
	return next(qty for qty in range(wanted, -1, -1) if _can_meet([*kept, (leaves, qty)], supply) or qty == 0)


def _can_meet(wishes: Sequence[Wish], supply: Mapping[str, int]) -> bool:
	"""Whether every unit finds a leaf: units are matched one by one along augmenting paths."""
	slots = [leaf for leaf, qty in sorted(supply.items()) for _unit in range(qty)]
	units = [leaves for leaves, qty in wishes for _unit in range(qty)]
	owner: dict[int, int] = {}
	return all(_match(unit, units, slots, owner, set()) for unit in range(len(units)))


def _match(
	unit: int, units: Sequence[tuple[str, ...]], slots: Sequence[str], owner: dict[int, int], tried: set[int]
) -> bool:
	for slot, leaf in enumerate(slots):
		if leaf in units[unit] and slot not in tried:
			tried.add(slot)
			if slot not in owner or _match(owner[slot], units, slots, owner, tried):
				owner[slot] = unit
				return True
	return False
