"""A multi-level BOM frozen as a graph: one line per (parent BOM, component), shared sub-assemblies once."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import Any

from .quantity import ZERO, canonical

MAKE_TO_STOCK = "Make to Stock"
BUILD_ON_DEMAND = "Build on Demand"
STOCK_ONLY = "Stock Only"
SUPPLY_POLICIES = (MAKE_TO_STOCK, BUILD_ON_DEMAND, STOCK_ONLY)


@dataclass(frozen=True)
class Line:
	"""What one unit run of `parent_bom` draws of one component; quantities in the stock UOM."""

	parent_bom: str
	item_code: str
	bom_no: str
	"""The component's own BOM when it may be exploded, else empty."""
	stock_qty: Decimal
	"""Per full quantity of the parent BOM, waste not included."""
	bom_item: str
	item_name: str = ""
	stock_uom: str = ""
	uom: str = ""
	conversion_factor: Decimal = Decimal(1)
	waste_percentage: Decimal = ZERO
	supply_policy: str = MAKE_TO_STOCK
	"""Empty for a bought component that names none."""
	operation: str = ""
	source_warehouse: str = ""
	whole_number: bool = False
	valuation_rate: Decimal = ZERO
	level: int = 0
	allow_alternative: bool = False

	def content(self) -> dict[str, Any]:
		"""What the hash covers; facts that came later count only where they are set, so that old locks verify."""
		facts = dict(vars(self))
		if not self.allow_alternative:
			del facts["allow_alternative"]
		return facts


@dataclass(frozen=True)
class Header:
	"""What a BOM says of itself; `operations` and `scrap` are tuples of plain dicts."""

	bom_no: str
	item_code: str
	quantity: Decimal
	process_loss_percentage: Decimal = ZERO
	whole_number: bool = False
	operations: tuple[Mapping[str, Any], ...] = ()
	scrap: tuple[Mapping[str, Any], ...] = ()


@dataclass(eq=False)
class Cycle(Exception):
	"""The structure contains itself; `path` names the items from one occurrence to the next."""

	path: tuple[str, ...]


@dataclass(frozen=True)
class LockedBom:
	"""The whole structure of one finished item, as it stood when it was read."""

	bom_no: str
	lines: tuple[Line, ...]
	headers: Mapping[str, Header] = field(default_factory=dict)
	skipped: tuple[tuple[str, str], ...] = ()
	"""(item_code, bom_no) of components that are no stock items: told, but no part of what is promised."""

	@property
	def item_code(self) -> str:
		return self.headers[self.bom_no].item_code

	@cached_property
	def children(self) -> Mapping[str, tuple[Line, ...]]:
		"""bom_no -> its lines."""
		grouped: dict[str, list[Line]] = {bom_no: [] for bom_no in self.headers}
		for line in self.lines:
			grouped[line.parent_bom].append(line)
		return {bom_no: tuple(lines) for bom_no, lines in grouped.items()}

	@cached_property
	def parents(self) -> Mapping[str, tuple[str, ...]]:
		"""item -> the items whose BOM draws it. A variant made by its template's BOM stands for itself."""
		makers: dict[str, set[str]] = {self.bom_no: {self.item_code}}
		for line in self.lines:
			makers.setdefault(line.bom_no, set()).add(line.item_code)
		parents: dict[str, set[str]] = {self.item_code: set()}
		for line in self.lines:
			parents.setdefault(line.item_code, set()).update(makers[line.parent_bom])
		return {item: tuple(sorted(parents[item])) for item in sorted(parents)}

	@cached_property
	def items(self) -> tuple[str, ...]:
		"""Every item once, the finished one first, each after all items that need it; raises Cycle."""
		try:
			return tuple(TopologicalSorter(self.parents).static_order())
		except CycleError as cycle:
			raise Cycle(tuple(cycle.args[1])) from None

	@cached_property
	def levels(self) -> Mapping[str, int]:
		"""item -> length of the longest path from the finished item, which is level 0."""
		levels: dict[str, int] = {}
		for item in self.items:
			levels[item] = 1 + max((levels[parent] for parent in self.parents[item]), default=-1)
		return levels

	def with_levels(self, rates: Mapping[str, Decimal] = MappingProxyType({})) -> "LockedBom":
		"""Every line with its level, and with its item's rate where one is given; raises Cycle."""
		lines = (
			replace(
				line,
				level=self.levels[line.item_code],
				valuation_rate=rates.get(line.item_code, line.valuation_rate),
			)
			for line in self.lines
		)
		return replace(self, lines=tuple(lines))

	@property
	def content_hash(self) -> str:
		"""SHA-256 of the canonical form; the order in which rows were read does not matter."""
		return hashlib.sha256(canonical_json(self.content()).encode()).hexdigest()

	def content(self) -> dict[str, Any]:
		key = lambda line: (line.parent_bom, line.item_code, line.bom_item)  # noqa: E731
		return {
			"bom_no": self.bom_no,
			"lines": [line.content() for line in sorted(self.lines, key=key)],
			"headers": [vars(self.headers[bom_no]) for bom_no in sorted(self.headers)],
		}


def component_qty(line: Line, header: Header, processed: Fraction) -> Fraction:
	"""Of the component, waste included, to put `processed` units of the parent through its BOM."""
	qty, qty_parts = line.stock_qty.as_integer_ratio()
	waste, waste_parts = line.waste_percentage.as_integer_ratio()
	batch, batch_parts = header.quantity.as_integer_ratio()
	with_waste = 100 * waste_parts + waste
	# One Fraction of whole numbers costs a third of multiplying four of them.
	return processed * Fraction(qty * with_waste * batch_parts, qty_parts * 100 * waste_parts * batch)


def processed_for(header: Header, good: Fraction) -> Fraction:
	"""Units to put through a BOM to get `good` units out of it after its process loss."""
	return good / (1 - Fraction(header.process_loss_percentage) / 100)


def canonical_json(value: Any) -> str:
	"""JSON with sorted keys, no blanks and every Decimal as its one decimal string."""
	return json.dumps(value, default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
	"""What JSON has no word for."""
	if isinstance(value, Decimal):
		return canonical(value)
	if isinstance(value, Mapping):
		return dict(value)
	if isinstance(value, Iterable):
		return list(value)
	raise TypeError(f"{type(value).__name__} is no part of a canonical form")
