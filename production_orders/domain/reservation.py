"""The walk: from the finished item down the locked graph, netting every item once over all its parents."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from .bom import BUILD_ON_DEMAND, Line, LockedBom, component_qty, processed_for
from .quantity import ZERO, round_down, round_up, total

Key = tuple[str, str]
"""(item_code, warehouse): where stock is looked for."""

Leaves = Mapping[str, tuple[str, ...]]
"""Group of warehouses -> those that hold stock, in the order in which they give it."""

NO_GROUPS: Leaves = MappingProxyType({})
NOTHING_HELD: Mapping[Key, Decimal] = MappingProxyType({})


@dataclass(frozen=True)
class Coverage:
	"""How one need is met: `required == from_stock + exploded + short`, in the stock UOM."""

	item_code: str
	warehouse: str
	"""Where the stock is to come from: one warehouse, or a group of them."""
	required: Decimal
	from_stock: Decimal
	exploded: Decimal
	short: Decimal
	available: Decimal
	taken: Mapping[str, Decimal]
	"""What each warehouse gives, in their order; the first one is named even when it gives nothing."""
	line: Line
	"""The first line that asks for it; item facts are the same on all of them."""
	path: tuple[str, ...]
	"""Items from the finished one to this one."""
	level: int
	put_through: Mapping[str, Fraction] = field(default_factory=dict)
	"""Units that make the exploded part, by BOM, process loss included."""

	@property
	def key(self) -> Key:
		return self.item_code, self.warehouse


@dataclass(frozen=True)
class Share:
	"""What the order takes of one item from one warehouse; the exploded part is taken as its components."""

	coverage: Coverage
	"""The need it serves; of several, the first that is short."""
	warehouse: str
	from_stock: Decimal
	short: Decimal

	@property
	def drawn(self) -> Decimal:
		return self.from_stock + self.short

	def __add__(self, other: "Share") -> "Share":
		need = other.coverage if other.short and not self.short else self.coverage
		if self.coverage.line.allow_alternative != other.coverage.line.allow_alternative:
			need = replace(need, line=replace(need.line, allow_alternative=False))
		return Share(need, self.warehouse, self.from_stock + other.from_stock, self.short + other.short)


class _Need:
	"""What all parents met so far ask of one item at one place, by the BOM that would make it."""

	def __init__(self, line: Line, path: tuple[str, ...]) -> None:
		self.line = line
		self.path = path
		self.by_bom: dict[str, Fraction] = defaultdict(Fraction)

	def ask(self, line: Line) -> None:
		"""An alternative will do only where every line lets it."""
		if self.line.allow_alternative and not line.allow_alternative:
			self.line = replace(self.line, allow_alternative=False)


def keys(bom: LockedBom, warehouse: str, leaves: Leaves = NO_GROUPS) -> set[Key]:
	"""Every (item, warehouse) whose stock the walk may use; Build on Demand never does."""
	return {
		(line.item_code, leaf)
		for line in bom.lines
		if line.supply_policy != BUILD_ON_DEMAND or not line.bom_no
		for leaf in _leaves(line.source_warehouse or warehouse, leaves)
	}


def _leaves(place: str, leaves: Leaves) -> tuple[str, ...]:
	return leaves.get(place, (place,))


def walk(
	bom: LockedBom,
	qty: Decimal,
	warehouse: str,
	available: Mapping[Key, Decimal],
	precision: int,
	leaves: Leaves = NO_GROUPS,
	held: Mapping[Key, Decimal] = NOTHING_HELD,
) -> Iterator[Coverage]:
	"""Cover `qty` of the finished item, parents before components.

	`available` is free stock in the stock UOM; `precision` the decimals of a fractional UOM. A place is a
	warehouse or, with `leaves`, a group. Every need is rounded up once, after all its parents are known.
	Of what is available, what is `held` already is taken first.
	Raises bom.Cycle.
	"""
	needs: dict[str, dict[str, _Need]] = defaultdict(dict)
	_explode(bom, bom.bom_no, Fraction(qty), (bom.item_code,), warehouse, needs)
	for item_code in bom.items[1:]:
		taken: dict[str, Decimal] = defaultdict(Decimal)
		for place in sorted(needs[item_code], key=lambda place: (len(_leaves(place, leaves)), place)):
			need = needs[item_code].pop(place)
			free = {
				leaf: available.get((item_code, leaf), ZERO) - taken[leaf] for leaf in _leaves(place, leaves)
			}
			first = {
				leaf: min(qty, held.get((item_code, leaf), ZERO) - taken[leaf]) for leaf, qty in free.items()
			}
			coverage = _cover(bom, need, place, free, first, precision)
			for leaf, given in coverage.taken.items():
				taken[leaf] += given
			if coverage.required:
				yield coverage
			for bom_no, processed in coverage.put_through.items():
				_explode(bom, bom_no, processed, need.path, warehouse, needs)


def shares(coverages: Iterable[Coverage]) -> list[Share]:
	"""One per (item, warehouse); what a group is short of stands at the first of its warehouses."""
	found: dict[Key, Share] = {}
	for coverage in coverages:
		short = coverage.short
		for warehouse, qty in coverage.taken.items():
			if qty or short:
				key, share = (coverage.item_code, warehouse), Share(coverage, warehouse, qty, short)
				found[key] = found[key] + share if key in found else share
			short = ZERO
	return list(found.values())


def _explode(
	bom: LockedBom,
	bom_no: str,
	processed: Fraction,
	path: tuple[str, ...],
	warehouse: str,
	needs: dict[str, dict[str, _Need]],
) -> None:
	header = bom.headers[bom_no]
	for line in bom.children[bom_no]:
		places = needs[line.item_code]
		place = line.source_warehouse or warehouse
		if place not in places:
			places[place] = _Need(line, (*path, line.item_code))
		places[place].ask(line)
		places[place].by_bom[line.bom_no] += component_qty(line, header, processed)


def _cover(
	bom: LockedBom,
	need: _Need,
	place: str,
	free: Mapping[str, Decimal],
	first: Mapping[str, Decimal],
	precision: int,
) -> Coverage:
	"""Split one need into stock, explosion and shortage."""
	digits = 0 if need.line.whole_number else precision
	required = round_up(sum(need.by_bom.values(), Fraction(0)), digits)
	taken = _take(free, first, min(required, _may_take(need, required, digits)), digits)
	from_stock = total(taken.values())
	to_make = _to_make(need.by_bom, required, from_stock, digits)
	short = round_up(to_make.pop("", Fraction(0)), digits)
	return Coverage(
		item_code=need.line.item_code,
		warehouse=place,
		required=required,
		from_stock=from_stock,
		exploded=required - from_stock - short,
		short=short,
		available=total(max(ZERO, qty) for qty in free.values()),
		taken=taken,
		line=need.line,
		path=need.path,
		level=bom.levels[need.line.item_code],
		put_through={bom_no: processed_for(bom.headers[bom_no], good) for bom_no, good in to_make.items()},
	)


def _take(
	free: Mapping[str, Decimal], first: Mapping[str, Decimal], wanted: Decimal, digits: int
) -> dict[str, Decimal]:
	"""What each warehouse gives of what is wanted; those after the first that give nothing are left out."""
	given: dict[str, Decimal] = dict.fromkeys(free, ZERO)
	for stock in (first, free):
		for warehouse, qty in stock.items():
			more = min(round_down(max(qty - given[warehouse], ZERO), digits), wanted)
			given[warehouse] += more
			wanted -= more
	return {warehouse: qty for number, (warehouse, qty) in enumerate(given.items()) if qty or not number}


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


def put_through(bom: LockedBom, qty: Decimal, coverages: Iterable[Coverage]) -> dict[str, Fraction]:
	"""Units that an order of `qty` puts through each BOM: the finished one's, and what was exploded."""
	units = {bom.bom_no: Fraction(qty)}
	for coverage in coverages:
		for bom_no, processed in coverage.put_through.items():
			units[bom_no] = units.get(bom_no, Fraction(0)) + processed
	return units


def shortage(needed: Decimal, reserved: Decimal, delivered: Decimal) -> Decimal:
	"""Of what is still needed, the part that no open reservation holds."""
	return max(ZERO, needed - (reserved - delivered))
