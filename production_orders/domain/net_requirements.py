"""Gross to net: what has to be made and bought, by when, and what causes it.

Items are netted by low-level code, each once per warehouse over everything that asks for it; what is
planned of a made item asks for its components when it starts. The result does not depend on the order of
the input, and what it plans, taken as supply, leaves nothing to plan.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from .horizon import Horizon
from .pegging import Cause, Demand, Peg, PlannedSupply, by_date, peg
from .quantity import ZERO, round_up
from .recipe import Maker, Recipes
from .reservation import Key
from .schedule import Movement


@dataclass(frozen=True)
class Terms:
	"""How an item is supplied."""

	digits: int = 3
	"""Decimals in which it is counted."""
	lead_time_days: int = 0
	safety_stock: Decimal = ZERO
	safety_warehouse: str = ""
	"""The one place that keeps the safety stock."""
	min_order_qty: Decimal = ZERO
	bom_no: str = ""
	"""The BOM by which it is made; empty: it is bought."""
	source_warehouse: str = ""
	"""Where its orders draw from; empty: where they deliver to."""


@dataclass(frozen=True)
class Draft:
	"""A production order that is not confirmed yet: supply when it is due, demand when it starts."""

	name: str
	item_code: str
	warehouse: str
	qty: Decimal
	bom_no: str
	source_warehouse: str
	start: date
	due: date
	if_needed: bool = False
	"""Whether it counts only as long as something asks for it: an earlier plan, and no wish of anybody."""
	material_request: str = ""
	"""The request that it is made for, and that expects the same quantity until it is confirmed."""


@dataclass(frozen=True)
class Situation:
	"""All that a plan is made from."""

	horizon: Horizon
	terms: Mapping[str, Terms]
	recipes: Recipes
	free: Mapping[Key, Decimal] = field(default_factory=dict)
	"""Stock that nobody has reserved."""
	issues: Collection[Movement] = ()
	receipts: Collection[Movement] = ()
	drafts: Collection[Draft] = ()
	places: Collection[str] | None = None
	"""The warehouses to plan for; None for all."""
	leaves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
	"""group of warehouses -> its warehouses in the order in which an order draws from them."""


@dataclass(frozen=True)
class Figures:
	"""One bucket of one requirement."""

	gross: Decimal = ZERO
	receipts: Decimal = ZERO
	projected: Decimal = ZERO
	"""At the end of the bucket, with what is planned."""
	net: Decimal = ZERO
	planned: Decimal = ZERO
	release: date | None = None
	is_late: bool = False


@dataclass(frozen=True)
class Requirement:
	"""One item in one warehouse over the horizon."""

	item_code: str
	warehouse: str
	low_level_code: int
	is_made: bool
	on_hand: Decimal
	safety_stock: Decimal
	buckets: tuple[Figures, ...]
	planned: tuple[PlannedSupply, ...]
	needed: tuple[str, ...]
	"""Drafts of an earlier plan that are needed still."""


def plan(situation: Situation) -> Iterator[Requirement]:
	"""Every requirement with a demand or a safety stock, by low-level code; raises bom.Cycle."""
	return _Planner(situation).requirements()


class _Lot(NamedTuple):
	"""What one bucket lacks and what is planned for it."""

	index: int
	due: date
	net: Decimal
	ordered: Decimal
	good: Decimal


class _Line:
	"""The running balance of one item in one warehouse."""

	def __init__(self, horizon: Horizon, free: Decimal, demands: list[Demand], receipts: list) -> None:
		self.horizon = horizon
		self.free = free
		self.demands = sorted(demands, key=by_date)
		self.receipts = sorted(receipts)
		self.gross: dict[int, Decimal] = defaultdict(Decimal)
		self.received: dict[int, Decimal] = defaultdict(Decimal)
		for demand in demands:
			self.gross[horizon.index(demand.on)] += demand.qty
		for on, qty in receipts:
			self.received[horizon.index(on)] += qty

	@property
	def eventful(self) -> set[int]:
		"""The buckets in which anything happens, and the first."""
		return {0, *self.gross, *self.received}

	def change(self, index: int) -> Decimal:
		return self.received.get(index, ZERO) - self.gross.get(index, ZERO)

	def projected(self) -> list[Decimal]:
		"""The balance at the end of every bucket when nothing is planned."""
		balance, balances = self.free, []
		for index in range(len(self.horizon.buckets)):
			balance += self.change(index)
			balances.append(balance)
		return balances

	def first_day_below(self, index: int, opening: Decimal, least: Decimal) -> date:
		"""The day in a bucket, short at its end, from which on the balance is short."""
		if opening < least:
			return self.horizon.buckets[index].start
		changes = self._changes[index]
		return next(on for on, balance in _running(opening, changes) if balance < least)

	@cached_property
	def _changes(self) -> dict[int, dict[date, Decimal]]:
		"""bucket -> {day: receipts minus demands}."""
		changes: dict[int, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
		for on, qty in self.receipts:
			changes[self.horizon.index(on)][on] += qty
		for demand in self.demands:
			changes[self.horizon.index(demand.on)][demand.on] -= demand.qty
		return changes

	def pegs(self, safety: Decimal, lots: Collection[_Lot]) -> dict[int, list[Peg]]:
		"""Safety stock, and what stock lacks already, comes before every demand."""
		today = self.horizon.today
		own = Demand(today, safety + max(ZERO, -self.free), None)
		supplies = [(today, -1, max(ZERO, self.free)), *((on, -1, qty) for on, qty in self.receipts)]
		supplies += [(lot.due, number, lot.good) for number, lot in enumerate(lots)]
		return peg([own, *self.demands], supplies)


def _running(balance: Decimal, changes: Mapping[date, Decimal]) -> Iterator[tuple[date, Decimal]]:
	for on in sorted(changes):
		balance += changes[on]
		yield on, balance


class _Planner:
	def __init__(self, situation: Situation) -> None:
		self.situation = situation
		self.horizon, self.recipes = situation.horizon, situation.recipes
		self.levels = self.recipes.levels(_makers(situation))
		self.demands: dict[str, dict[str, list[Demand]]] = defaultdict(lambda: defaultdict(list))
		self.receipts: dict[Key, list[tuple[date, Decimal]]] = defaultdict(list)
		for issue in situation.issues:
			self._ask((issue.item_code, issue.warehouse), issue.on, issue.qty, issue)
		for receipt in situation.receipts:
			self._receive((receipt.item_code, receipt.warehouse), receipt.on, receipt.qty)
		self.drafts: dict[Key, list[Draft]] = defaultdict(list)
		for draft in situation.drafts:
			if draft.if_needed:
				self.drafts[draft.item_code, draft.warehouse].append(draft)
			else:
				self._take(draft)

	def _ask(self, key: Key, on: date, qty: Decimal, cause: Cause) -> None:
		if self.horizon.covers(on):
			self.demands[key[0]][key[1]].append(Demand(max(on, self.horizon.today), qty, cause))

	def _receive(self, key: Key, on: date, qty: Decimal) -> None:
		if self.horizon.covers(on):
			self.receipts[key].append((max(on, self.horizon.today), qty))

	def _good(self, draft: Draft) -> Decimal:
		return self.recipes.good(draft.bom_no, draft.qty, self.situation.terms[draft.item_code].digits)

	def _take(self, draft: Draft) -> None:
		self._receive((draft.item_code, draft.warehouse), draft.due, self._good(draft))
		for key, qty in self.recipes.draws(draft.bom_no, draft.qty, draft.source_warehouse).items():
			cause = Movement(*key, draft.start, qty, "Production Order", draft.name)
			self._ask(key, draft.start, qty, cause)

	def requirements(self) -> Iterator[Requirement]:
		terms = self.situation.terms
		for item_code in sorted(terms, key=lambda item_code: (self.levels.get(item_code, 0), item_code)):
			places = self.demands.pop(item_code, {})
			if terms[item_code].safety_stock and terms[item_code].safety_warehouse:
				places.setdefault(terms[item_code].safety_warehouse, [])
			for place, demands in sorted(self._on_leaves(item_code, places).items()):
				if self.situation.places is None or place in self.situation.places:
					yield self._requirement(item_code, place, demands)

	def _line(self, item_code: str, place: str, demands: list[Demand]) -> _Line:
		key = (item_code, place)
		return _Line(self.horizon, self.situation.free.get(key, ZERO), demands, self.receipts.get(key, []))

	def _safety(self, item_code: str, place: str) -> Decimal:
		terms = self.situation.terms[item_code]
		return terms.safety_stock if place == terms.safety_warehouse else ZERO

	def _requirement(self, item_code: str, place: str, demands: list[Demand]) -> Requirement:
		safety = self._safety(item_code, place)
		needed = self._needed(item_code, place, demands, safety)
		for draft in needed:
			self._take(draft)
		line = self._line(item_code, place, demands)
		lots = list(self._lots(item_code, line, safety))
		planned = tuple(self._supplies(item_code, place, lots, line.pegs(safety, lots)))
		for supply in planned:
			if supply.bom_no:
				self._explode(supply)
		return Requirement(
			item_code=item_code,
			warehouse=place,
			low_level_code=self.levels.get(item_code, 0),
			is_made=bool(self.situation.terms[item_code].bom_no),
			on_hand=line.free,
			safety_stock=safety,
			buckets=tuple(
				_figures(line, {lot.index: (lot, supply) for lot, supply in zip(lots, planned, strict=True)})
			),
			planned=planned,
			needed=tuple(draft.name for draft in needed),
		)

	def _needed(self, item_code: str, place: str, demands: list[Demand], safety: Decimal) -> list[Draft]:
		"""Of the drafts of an earlier plan those without which something would be missing once they are due."""
		waiting = sorted(self.drafts.get((item_code, place), ()), key=lambda draft: (draft.due, draft.name))
		if not waiting:
			return []
		line, needed = self._line(item_code, place, demands), []
		balance = line.free
		for index in sorted(line.eventful | {self.horizon.index(draft.due) for draft in waiting}):
			balance += line.change(index)
			while balance < safety and waiting and self._is_there(waiting[0], index):
				balance += self._good(waiting[0])
				needed.append(waiting.pop(0))
			if balance < safety:
				balance += self._lot(item_code, index, self.horizon.today, safety - balance).good
		return needed

	def _is_there(self, draft: Draft, index: int) -> bool:
		return self.horizon.covers(draft.due) and self.horizon.index(draft.due) <= index

	def _lots(self, item_code: str, line: _Line, safety: Decimal) -> Iterator[_Lot]:
		"""What every bucket lacks at its end, made up to what may be ordered."""
		balance = line.free
		for index in sorted(line.eventful):
			opening = balance
			balance += line.change(index)
			if balance < safety:
				lot = self._lot(
					item_code, index, line.first_day_below(index, opening, safety), safety - balance
				)
				balance += lot.good
				yield lot

	def _lot(self, item_code: str, index: int, due: date, net: Decimal) -> _Lot:
		terms = self.situation.terms[item_code]
		good = round_up(max(net, terms.min_order_qty), terms.digits)
		if not terms.bom_no:
			return _Lot(index, due, net, good, good)
		ordered = self.recipes.processed(terms.bom_no, good, terms.digits)
		return _Lot(index, due, net, ordered, self.recipes.good(terms.bom_no, ordered, terms.digits))

	def _supplies(
		self, item_code: str, place: str, lots: list[_Lot], pegs: Mapping[int, list[Peg]]
	) -> Iterator[PlannedSupply]:
		terms = self.situation.terms[item_code]
		for number, lot in enumerate(lots):
			release = lot.due - timedelta(days=terms.lead_time_days)
			yield PlannedSupply(
				item_code=item_code,
				warehouse=place,
				qty=lot.good,
				ordered_qty=lot.ordered,
				due=lot.due,
				release=max(release, self.horizon.today),
				is_late=release < self.horizon.today,
				bom_no=terms.bom_no,
				source_warehouse=terms.source_warehouse or place,
				pegs=tuple(pegs[number]),
			)

	def _explode(self, supply: PlannedSupply) -> None:
		drawn = self.recipes.draws(supply.bom_no, supply.ordered_qty, supply.source_warehouse)
		for key, qty in drawn.items():
			self._ask(key, supply.release, qty, supply)

	def _on_leaves(self, item_code: str, places: dict[str, list[Demand]]) -> dict[str, list[Demand]]:
		"""Demands of a group of warehouses go to those of it that can meet them, the rest to the first."""
		leaves = self.situation.leaves
		groups = {place: demands for place, demands in places.items() if leaves.get(place)}
		if not groups:
			return places
		spread = {place: list(demands) for place, demands in places.items() if place not in groups}
		rooms: dict[str, list[Decimal]] = {}
		for leaf in {leaf for group in groups for leaf in leaves[group]}:
			safety = self._safety(item_code, leaf)
			rooms[leaf] = [
				qty - safety for qty in self._line(item_code, leaf, spread.get(leaf, [])).projected()
			]
		asked = ((demand, group) for group, demands in groups.items() for demand in demands)
		for demand, group in sorted(asked, key=lambda pair: (by_date(pair[0]), pair[1])):
			for leaf, qty in _take_from(rooms, leaves[group], self.horizon.index(demand.on), demand.qty):
				spread.setdefault(leaf, []).append(demand._replace(qty=qty))
		return spread


def _makers(situation: Situation) -> set[Maker]:
	by_terms = {(item_code, terms.bom_no) for item_code, terms in situation.terms.items() if terms.bom_no}
	return by_terms | {(draft.item_code, draft.bom_no) for draft in situation.drafts}


def _take_from(
	rooms: dict[str, list[Decimal]], leaves: Iterable[str], index: int, qty: Decimal
) -> Iterator[tuple[str, Decimal]]:
	"""From the leaves in turn what none of their later demands needs; what is left, from the first."""
	first, *_others = leaves
	taken: dict[str, Decimal] = defaultdict(Decimal)
	for leaf in leaves:
		room = rooms[leaf]
		part = min(qty, max(ZERO, min(room[index:]))) if room[-1] > 0 else ZERO
		room[index:] = [balance - part for balance in room[index:]]
		taken[leaf] += part
		qty -= part
	rooms[first][index:] = [balance - qty for balance in rooms[first][index:]]
	taken[first] += qty
	return ((leaf, part) for leaf, part in taken.items() if part)


def _figures(line: _Line, lots: Mapping[int, tuple[_Lot, PlannedSupply]]) -> Iterator[Figures]:
	balance = line.free
	for index in range(len(line.horizon.buckets)):
		gross, received = line.gross.get(index, ZERO), line.received.get(index, ZERO)
		lot, supply = lots.get(index, (None, None))
		balance += received - gross + (lot.good if lot else ZERO)
		yield Figures(
			gross=gross,
			receipts=received,
			projected=balance,
			net=lot.net if lot else ZERO,
			planned=lot.good if lot else ZERO,
			release=supply.release if supply else None,
			is_late=bool(supply and supply.is_late),
		)
