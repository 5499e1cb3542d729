"""What an order draws: its BOM, with the parts that are built on demand opened up.

All other parts are supplied on their own, so one level is all that planning an order needs.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from .bom import BUILD_ON_DEMAND, Cycle, Header, Line, component_qty, processed_for
from .quantity import round_down, round_up
from .reservation import Key

Maker = tuple[str, str]
"""(item_code, bom_no): an item and a BOM that makes it."""


class Part(NamedTuple):
	"""A component and how an order comes by it."""

	item_code: str
	source_warehouse: str
	"""Where the BOM wants it drawn; empty leaves that to the order."""
	opened: str
	"""The BOM by which the same order makes this part, or empty."""


@dataclass(frozen=True)
class Recipes:
	"""Every BOM that the orders of a plan may use."""

	headers: Mapping[str, Header]
	lines: Iterable[Line] = field(repr=False)
	precision: int = 3
	"""Decimals of a fractional UOM."""

	@cached_property
	def parts(self) -> Mapping[str, Mapping[Part, Fraction]]:
		"""bom_no -> {part: quantity per unit put through}; a BOM without stock items has none."""
		grouped: dict[str, dict[Part, Fraction]] = {bom_no: defaultdict(Fraction) for bom_no in self.headers}
		for line in self.lines:
			opened = line.bom_no if line.supply_policy == BUILD_ON_DEMAND else ""
			part = Part(line.item_code, line.source_warehouse, opened)
			header = self.headers[line.parent_bom]
			grouped[line.parent_bom][part] += component_qty(line, header, Fraction(1))
		return grouped

	@cached_property
	def digits(self) -> Mapping[str, int]:
		"""component -> decimals in which it is counted."""
		return {line.item_code: 0 if line.whole_number else self.precision for line in self.lines}

	def processed(self, bom_no: str, good: Decimal, digits: int) -> Decimal:
		"""The quantity to order for `good` units after the process loss of the BOM."""
		return round_up(processed_for(self.headers[bom_no], Fraction(good)), digits)

	def good(self, bom_no: str, processed: Decimal, digits: int) -> Decimal:
		"""What an order of `processed` units gives."""
		kept = 1 - Fraction(self.headers[bom_no].process_loss_percentage) / 100
		return round_down(Fraction(processed) * kept, digits)

	def draws(self, bom_no: str, qty: Decimal, warehouse: str) -> dict[Key, Decimal]:
		"""(item, place) -> what an order of `qty` takes; every need is rounded up once, as the order will."""
		needs: dict[Part, Fraction] = {}
		self._put_through(bom_no, Fraction(qty), needs)
		for name in self._opened_below(bom_no):
			for part in [part for part in needs if part.opened == name]:
				good = Fraction(round_up(needs.pop(part), self.digits[part.item_code]))
				self._put_through(name, processed_for(self.headers[name], good), needs)
		drawn: dict[Key, Fraction] = {}
		for part, need in needs.items():
			_add(drawn, (part.item_code, part.source_warehouse or warehouse), need)
		return {key: round_up(need, self.digits[key[0]]) for key, need in drawn.items() if need}

	def _put_through(self, bom_no: str, processed: Fraction, needs: dict[Part, Fraction]) -> None:
		for part, per_unit in self.parts[bom_no].items():
			_add(needs, part, processed * per_unit)

	def used(self, bom_nos: Iterable[str]) -> set[str]:
		"""These BOMs and those that their orders open."""
		return {name for bom_no in bom_nos for name in (bom_no, *self._opened_below(bom_no))}

	def _opened_below(self, bom_no: str) -> tuple[str, ...]:
		"""BOMs that an order by `bom_no` opens, each after all that ask for it."""
		if bom_no not in self._opened:
			askers: dict[str, set[str]] = {bom_no: set()}
			waiting = [bom_no]
			for asker in waiting:
				for name in {part.opened for part in self.parts[asker]} - {""}:
					waiting += [name] if name not in askers else []
					askers.setdefault(name, set()).add(asker)
			self._opened[bom_no] = tuple(TopologicalSorter(askers).static_order())[1:]
		return self._opened[bom_no]

	@cached_property
	def _opened(self) -> dict[str, tuple[str, ...]]:
		return {}

	def levels(self, makers: Collection[Maker]) -> dict[str, int]:
		"""item -> low-level code: 0 at the top, each below all items made of it; raises Cycle."""
		parents = self._parents(makers)
		try:
			order = tuple(TopologicalSorter(parents).static_order())
		except CycleError as cycle:
			raise Cycle(tuple(cycle.args[1])) from None
		levels: dict[str, int] = {}
		for item in order:
			levels[item] = 1 + max((levels[parent] for parent in parents.get(item, ())), default=-1)
		return levels

	def _parents(self, makers: Collection[Maker]) -> dict[str, set[str]]:
		"""component -> the items that draw it."""
		parents: dict[str, set[str]] = defaultdict(set)
		known, waiting = set(makers), list(makers)
		for item_code, bom_no in waiting:
			for part in self.parts[bom_no]:
				parents[part.item_code].add(item_code)
				maker = (part.item_code, part.opened)
				if part.opened and maker not in known:
					known.add(maker)
					waiting.append(maker)
		return parents


def _add(sums: dict[Any, Fraction], key: Any, qty: Fraction) -> None:
	"""Without the sum with zero that a default would cost: nearly every key comes once."""
	known = sums.get(key)
	sums[key] = qty if known is None else known + qty
