"""Capable to promise: the earliest day on which a quantity can be had from stock, made, or bought.

A day is feasible when scheduling backwards from it asks nobody for anything sooner than possible. What
is wanted comes from the stock that may be promised for its day; the rest is made from components wanted
one lead time earlier, or is bought, one lead time from today at the earliest. Needs of one item are netted
once over all its parents and days. A later day, more supply or a smaller quantity never make a feasible
day infeasible, so the earliest one is found by bisection.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import lcm

from .availability import Curve
from .bom import BUILD_ON_DEMAND, LockedBom, component_qty, processed_for
from .quantity import ZERO, round_up
from .reservation import Key, Leaves


@dataclass(frozen=True)
class Want:
	"""What is asked for, in the stock UOM, and what may be done to have it."""

	item_code: str
	qty: Decimal
	warehouse: str
	"""Where its stock is looked for, and that of components whose lines name no other place; may be a group."""
	bom_no: str = ""
	"""Empty for what is bought."""
	supply_policy: str = ""
	whole_number: bool = False


@dataclass(frozen=True)
class Circumstances:
	"""What the world offers; an item without a curve has no stock, one without a lead time needs none."""

	today: date
	supply: Mapping[Key, Curve]
	lead_times: Mapping[str, int]
	"""Days, by item."""
	precision: int
	"""Decimals of a fractional UOM."""
	leaves: Leaves


@dataclass(frozen=True)
class Critical:
	"""An item that keeps the promise from being a day earlier: `qty` of it cannot be there before `on`."""

	item_code: str
	warehouse: str
	on: date
	qty: Decimal
	is_made: bool
	takes_lead_time: bool
	"""Made or bought from today on; otherwise expected supply brings it sooner than that."""


@dataclass(frozen=True)
class Promise:
	on: date
	from_stock: Decimal
	rest: Decimal
	"""What is made, or bought if it has no BOM."""
	critical: tuple[Critical, ...]


def promise(structure: LockedBom, want: Want, given: Circumstances) -> Promise:
	"""The earliest feasible day for `want`, whose structure this is. Raises bom.Cycle."""
	network = _Network(structure, want, given)
	days = range(network.longest_path + 1)
	day = bisect_left(days, True, key=network.is_feasible)
	from_stock = network.from_stock(day)
	return Promise(
		on=given.today + timedelta(days=day),
		from_stock=from_stock,
		rest=want.qty - from_stock,
		critical=tuple(network.critical(day)),
	)


@dataclass(frozen=True)
class _Draw:
	"""One line: per unit of its parent, `weight` / denominator of the item it draws."""

	item_code: str
	place: str
	bom_no: str
	weight: int


@dataclass(frozen=True)
class _Late:
	item_code: str
	place: str
	bom_no: str
	day: int
	units: int


_ByDay = dict[int, int]
_Claims = dict[str, dict[str, _ByDay]]
"""place -> {BOM: needs by day}"""


class _Network:
	"""The structure in whole numbers: days counted from today, quantities in the smallest unit.

	Needs of an item are kept multiplied by its `denominators`, exact until they are rounded up.
	"""

	def __init__(self, structure: LockedBom, want: Want, given: Circumstances) -> None:
		self.want, self.given = want, given
		self.items = structure.items
		self.scale = 10**given.precision
		self.whole = {line.item_code: line.whole_number for line in structure.lines}
		self.whole[want.item_code] = want.whole_number
		self.on_demand = {line.item_code for line in structure.lines if line.supply_policy == BUILD_ON_DEMAND}
		if want.supply_policy == BUILD_ON_DEMAND:
			self.on_demand.add(want.item_code)
		self.lead_times = {item: max(0, given.lead_times.get(item, 0)) for item in self.items}
		self.longest_path = self._longest_path(structure)
		self.denominators: dict[str, int] = defaultdict(lambda: 1)
		self.draws = self._draws(structure)
		self.stock = {key: self._stock(key[0], curve) for key, curve in given.supply.items()}

	def _longest_path(self, structure: LockedBom) -> int:
		"""Days from nothing at all to the finished item; whatever is wanted after that is feasible."""
		days: dict[str, int] = {}
		for item in self.items:
			before = max((days[parent] for parent in structure.parents[item]), default=0)
			days[item] = before + self.lead_times[item]
		return max(days.values())

	def _draws(self, structure: LockedBom) -> dict[str, list[_Draw]]:
		per_unit = []
		for bom_no, lines in structure.children.items():
			processed = processed_for(structure.headers[bom_no], Fraction(1))
			per_unit += [(line, component_qty(line, structure.headers[bom_no], processed)) for line in lines]
		for line, qty in per_unit:
			known = self.denominators[line.item_code]
			self.denominators[line.item_code] = lcm(known, qty.denominator)
		draws: dict[str, list[_Draw]] = defaultdict(list)
		for line, qty in per_unit:
			weight = qty.numerator * (self.denominators[line.item_code] // qty.denominator)
			place = line.source_warehouse or self.want.warehouse
			draws[line.parent_bom].append(_Draw(line.item_code, place, line.bom_no, weight))
		return draws

	def _stock(self, item_code: str, curve: Curve) -> "_Stock":
		step = self.step(item_code)
		return _Stock(
			days=[(point.on - self.given.today).days for point in curve.points],
			units=[int(point.atp * self.scale) // step * step for point in curve.points],
		)

	def step(self, item_code: str) -> int:
		"""The smallest quantity of an item that exists, in units."""
		return self.scale if self.whole.get(item_code) else 1

	def units(self, qty: Decimal) -> int:
		return int(round_up(qty, self.given.precision) * self.scale)

	def qty(self, units: int) -> Decimal:
		return Decimal(units).scaleb(-self.given.precision)

	def from_stock(self, day: int) -> Decimal:
		"""What a promise for this day takes of the wanted item's own stock."""
		if self.want.bom_no and self.want.item_code in self.on_demand:
			return ZERO
		stock = self.stock.get((self.want.item_code, self.want.warehouse))
		return min(self.want.qty, self.qty(stock.atp(day))) if stock else ZERO

	def is_feasible(self, day: int) -> bool:
		return next(self.late(day), None) is None

	def critical(self, day: int) -> Iterator[Critical]:
		"""What would come too late for the day before, each item once."""
		if day == 0:
			return
		late_by_item: dict[str, list[_Late]] = defaultdict(list)
		for late in self.late(day - 1):
			late_by_item[late.item_code].append(late)
		for item, found in late_by_item.items():
			first = found[0]
			yield Critical(
				item_code=item,
				warehouse=first.place,
				on=self.given.today + timedelta(days=first.day + 1),
				qty=self.qty(sum(late.units for late in found)),
				is_made=bool(first.bom_no),
				takes_lead_time=first.day + 1 >= self.lead_times[item],
			)

	def late(self, day: int) -> Iterator[_Late]:
		"""Schedule backwards from a day; what is needed sooner than it can be made or bought."""
		needs: dict[str, _Claims] = defaultdict(lambda: defaultdict(lambda: defaultdict(_by_day)))
		want = self.want
		needs[want.item_code][want.warehouse][want.bom_no][day] = (
			self.units(want.qty) * self.denominators[want.item_code]
		)
		for item in self.items:
			lead_time = self.lead_times[item]
			for place, bom_no, rests in self._rests(item, needs.pop(item, {})):
				for late in [on for on in rests if on < lead_time]:
					yield _Late(item, place, bom_no, late, rests.pop(late))
				for draw in self.draws.get(bom_no, ()):
					needed = needs[draw.item_code][draw.place][draw.bom_no]
					for on, units in rests.items():
						needed[on - lead_time] += units * draw.weight

	def _rests(self, item: str, claims: _Claims) -> Iterator[tuple[str, str, _ByDay]]:
		"""(place, BOM, what stock leaves open by day) of every need of an item.

		Stock goes first to the smaller place, where nothing can be exploded, then by BOM name: as a
		confirmation gives it. What is wanted before, on whatever day, is left to those who want it.
		"""
		for place, by_bom in claims.items():
			before = [needs for sharing in self._before(place, claims) for needs in claims[sharing].values()]
			for bom_no in sorted(by_bom):
				is_exploded = bool(bom_no) and item in self.on_demand
				stock = None if is_exploded else self.stock.get((item, place))
				yield place, bom_no, self._rest(item, by_bom[bom_no], before, stock)
				before.append(by_bom[bom_no])

	def _before(self, place: str, others: Iterable[str]) -> list[str]:
		"""Places that share stock with this one and take of it first."""
		leaves = {at: self.given.leaves.get(at, (at,)) for at in (place, *others)}
		rank = {at: (len(leaves[at]), at) for at in leaves}
		return [
			at for at in others if rank[at] < rank[place] and not set(leaves[at]).isdisjoint(leaves[place])
		]

	def _rest(self, item: str, own: _ByDay, before: Sequence[_ByDay], stock: "_Stock | None") -> _ByDay:
		"""Of `own` needs what stock leaves open, if it keeps enough for all needs `before`, later ones too."""
		step, size = self.step(item), self.denominators[item] * self.step(item)
		days = sorted(own.keys() | set().union(*before))
		free = [stock.atp(day) if stock else 0 for day in days]
		if before:
			kept = accumulate(sum(needs.get(day, 0) for needs in before) for day in days)
			left = [there - -(-units // size) * step for there, units in zip(free, kept, strict=True)]
			free = list(accumulate(reversed(left), min))[::-1]
		asked = open_units = 0
		by_day = {}
		for day, there in zip(days, free, strict=True):
			asked += own.get(day, 0)
			rest = -(-asked // size) * step - max(0, there)
			if rest > open_units:
				by_day[day] = rest - open_units
				open_units = rest
		return by_day


@dataclass(frozen=True)
class _Stock:
	"""A curve in units and days from today."""

	days: Sequence[int]
	units: Sequence[int]

	def atp(self, day: int) -> int:
		return self.units[bisect_right(self.days, day) - 1]


def _by_day() -> _ByDay:
	return defaultdict(int)
