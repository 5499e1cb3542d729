"""The walk: from the finished item down the locked graph, netting every item once over all its parents."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .bom import BUILD_ON_DEMAND, Line, LockedBom, component_qty, processed_for
from .quantity import ZERO, round_down, round_up

Key = tuple[str, str]
"""(item_code, warehouse): where stock is looked for."""


@dataclass(frozen=True)
class Coverage:
	"""How one need is met: `required == from_stock + exploded + short`, in the stock UOM."""

	item_code: str
	warehouse: str
	required: Decimal
	from_stock: Decimal
	exploded: Decimal
	short: Decimal
	available: Decimal
	line: Line
	"""The first line that asks for it; item facts are the same on all of them."""
	path: tuple[str, ...]
	"""Items from the finished one to this one."""
	level: int

	@property
	def key(self) -> Key:
		return self.item_code, self.warehouse

	@property
	def drawn(self) -> Decimal:
		"""What the order will take of this very item; the exploded part is taken as its components."""
		return self.from_stock + self.short


class _Need:
	"""What all parents met so far ask of one (item, warehouse), by the BOM that would make it."""

	def __init__(self, line: Line, path: tuple[str, ...]) -> None:
		self.line = line
		self.path = path
		self.by_bom: dict[str, Fraction] = defaultdict(Fraction)


def keys(bom: LockedBom, warehouse: str) -> set[Key]:
	"""Every (item, warehouse) whose stock the walk may use; Build on Demand never does."""
	return {
		(line.item_code, line.source_warehouse or warehouse)
		for line in bom.lines
		if line.supply_policy != BUILD_ON_DEMAND or not line.bom_no
	}


def walk(
	bom: LockedBom, qty: Decimal, warehouse: str, available: Mapping[Key, Decimal], precision: int
) -> Iterator[Coverage]:
	"""Cover `qty` of the finished item, parents before components.

	`available` is free stock in the stock UOM; `precision` the decimals of a fractional UOM.
	Every need is rounded up once, after all its parents are known. Raises bom.Cycle.
	"""
	needs: dict[str, dict[str, _Need]] = defaultdict(dict)
	_explode(bom, bom.bom_no, Fraction(qty), (bom.item_code,), warehouse, needs)
	for item_code in bom.items[1:]:
		for at, need in sorted(needs[item_code].items()):
			coverage, to_make = _cover(
				need, at, available.get((item_code, at), ZERO), precision, bom.levels[item_code]
			)
			if coverage.required:
				yield coverage
			for bom_no, good in to_make.items():
				processed = processed_for(bom.headers[bom_no], good)
				_explode(bom, bom_no, processed, need.path, warehouse, needs)


def _explode(
	bom: LockedBom,
	bom_no: str,
	processed: Fraction,
	path: tuple[str, ...],
	warehouse: str,
	needs: dict[str, dict[str, _Need]],
) -> None:
	for line in bom.children[bom_no]:
		at = line.source_warehouse or warehouse
		need = needs[line.item_code].setdefault(at, _Need(line, (*path, line.item_code)))
		need.by_bom[line.bom_no] += component_qty(line, bom.headers[bom_no], processed)


def _cover(
	need: _Need, warehouse: str, available: Decimal, precision: int, level: int
) -> tuple[Coverage, dict[str, Fraction]]:
	"""Split one need into stock, explosion and shortage; also what is to be made, by BOM."""
	digits = 0 if need.line.whole_number else precision
	required = round_up(sum(need.by_bom.values(), Fraction(0)), digits)
	usable = min(round_down(max(available, ZERO), digits), _may_take(need, required, digits))
	from_stock = min(usable, required)
	to_make = _to_make(need.by_bom, required, from_stock, digits)
	short = round_up(to_make.pop("", Fraction(0)), digits)
	coverage = Coverage(
		item_code=need.line.item_code,
		warehouse=warehouse,
		required=required,
		from_stock=from_stock,
		exploded=required - from_stock - short,
		short=short,
		available=available,
		line=need.line,
		path=need.path,
		level=level,
	)
	return coverage, to_make


def _may_take(need: _Need, required: Decimal, digits: int) -> Decimal:
	"""Of stock: everything, but of what is built on demand only what cannot be exploded."""
	if need.line.supply_policy != BUILD_ON_DEMAND:
		return required
	return round_up(need.by_bom.get("", Fraction(0)), digits)


def _to_make(
	by_bom: Mapping[str, Fraction], required: Decimal, from_stock: Decimal, digits: int
) -> dict[str, Fraction]:
	"""What stock leaves open, by BOM: stock goes first where nothing can be exploded, then by BOM name.

	What cannot be exploded is rounded up on its own; the last BOM takes what is left of the need.
	"""
	stock, need = Fraction(from_stock), Fraction(required)
	names = sorted(by_bom)
	open_by_bom = {}
	for name in names:
		exact = by_bom[name] if name else Fraction(round_up(by_bom[name], digits))
		wanted = need if name == names[-1] else min(need, exact)
		taken = min(stock, wanted)
		need, stock = need - wanted, stock - taken
		if wanted > taken:
			open_by_bom[name] = wanted - taken
	return open_by_bom


def shortage(needed: Decimal, reserved: Decimal, delivered: Decimal) -> Decimal:
	"""Of what is still needed, the part that no open reservation holds."""
	return max(ZERO, needed - (reserved - delivered))
