"""A plant on the back of an envelope: what orders, runs and stock should be after each action.

It knows nothing of the app. Whatever it refuses, it refuses by the name of the error and leaves everything as it was.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.model.ledger import GOODS, REWORK, SCRAP, STORE, WIP, Ledger
from tests.model.order import ON_FLOOR, OPEN, OPEN_RUN, Amounts, Draw, Material, Order, Recipe, Report, Run

ERPNEXT = "ERPNext"
"""Refused by ERPNext itself, whatever the error is called."""


@dataclass(eq=False)
class Refused(Exception):
	"""What a client would be told, by the name of the error."""

	error: str


class Plant:
	"""One store, one place each for good pieces, for those to be worked over, and for scrap."""

	def __init__(
		self, recipes: Mapping[str, Recipe], alternatives: Mapping[str, str], stock: Amounts
	) -> None:
		self.recipes = dict(recipes)
		self.alternatives = alternatives
		self.orders: dict[str, Order] = {}
		self.ledger = Ledger()
		for item, qty in stock.items():
			self.ledger.put(item, STORE, qty)

	def held(self, item: str) -> int:
		return sum(row.held for row in self._rows(item))

	def staged(self, item: str) -> int:
		return sum(row.staged for row in self._rows(item))

	def _rows(self, item: str) -> list[Material]:
		return [order.materials[item] for order in self.orders.values() if item in order.materials]

	def free(self, item: str) -> int:
		return self.ledger.there(item, STORE) - self.held(item)

	# Stock comes and goes.

	def receive(self, item: str, qty: int) -> None:
		self.ledger.put(item, STORE, qty)

	def issue(self, item: str, qty: int) -> None:
		if qty > self.free(item):
			raise Refused("ReservedStock" if self.held(item) else ERPNEXT)
		self.ledger.put(item, STORE, -qty)

	def sell(self, item: str, qty: int) -> None:
		if qty > self.ledger.there(item, GOODS):
			raise Refused(ERPNEXT)
		self.ledger.put(item, GOODS, -qty)

	# Orders.

	def draft(self, name: str, item: str, qty: int, is_staged: bool) -> None:
		self.orders[name] = Order(item, qty, is_staged)

	def confirm(self, name: str, block: bool) -> None:
		order = self.orders[name]
		if order.status == "Confirmed":
			return
		if order.status != "Draft":
			raise Refused("IllegalTransition")
		self._promise(order, block)
		order.status, order.blocks = "Confirmed", block

	def relock(self, name: str) -> None:
		"""As if it were confirmed today."""
		order = self.orders[name]
		if order.status != "Confirmed" or any(row.staged for row in order.materials.values()):
			raise Refused("IllegalTransition")
		if order.locks[-1] != self.recipes[order.item]:
			self._promise(order, order.blocks)

	def _promise(self, order: Order, block: bool) -> None:
		before, order.materials = order.materials, {}
		needs = list(self._walk(order.item, order.qty))
		materials = {item: Material(qty, min(qty, max(0, self.free(item)))) for item, qty in needs}
		if block and any(row.held < row.required for row in materials.values()):
			order.materials = before
			raise Refused("Shortage")
		order.materials = materials
		order.locks.append(self.recipes[order.item])

	def _walk(self, item: str, qty: int) -> Iterator[tuple[str, int]]:
		"""(item, drawn from the store or short of), every item netted once."""
		needed = Counter({component: per * qty for component, per in self.recipes[item].takes.items()})
		while made := next((component for component in needed if component in self.recipes), None):
			from_stock = min(needed[made], max(0, self.free(made)))
			if from_stock:
				yield made, from_stock
			rest = needed.pop(made) - from_stock
			for component, per in self.recipes[made].takes.items():
				needed[component] += per * rest
		yield from ((component, required) for component, required in needed.items() if required)

	def cancel(self, name: str) -> None:
		order = self.orders[name]
		if order.status == "Cancelled":
			return
		if order.status not in OPEN or self._any(order, *OPEN_RUN, "Completed"):
			raise Refused("IllegalTransition")
		self._end(order, "Cancelled")

	def complete(self, name: str, close_short: bool) -> None:
		order = self.orders[name]
		if order.status == "Completed":
			return
		if order.status != "In Progress" or self._any(order, *OPEN_RUN):
			raise Refused("IllegalTransition")
		if order.open and not close_short:
			raise Refused("ToleranceExceeded")
		order.closed_short = order.open
		self._end(order, "Completed")

	def _any(self, order: Order, *statuses: str) -> bool:
		return any(run.status in statuses for run in order.runs.values())

	def _end(self, order: Order, status: str) -> None:
		order.status = status
		for item, material in order.materials.items():
			self._carry(item, material, -material.staged)
			material.held = 0

	# Reservations.

	def reserve(self, name: str) -> None:
		order = self._holding(name)
		for item, material in order.materials.items():
			material.held += min(order.short(item), max(0, self.free(item)))

	def release(self, name: str) -> None:
		for material in self._holding(name).materials.values():
			material.held = 0

	def move(self, name: str, other: str, item: str, qty: int) -> None:
		giver, taker = self._holding(name), self._holding(other)
		given = giver.materials.get(item, Material(0))
		short = taker.short(item) if item in taker.materials else 0
		if name == other or qty > min(given.held, short):
			raise Refused("InvalidInput")
		given.held -= qty
		taker.materials[item].held += qty

	def missing(self, name: str) -> list[str]:
		"""Items that an order is short of."""
		order = self.orders[name]
		return [item for item in order.materials if order.short(item)]

	def holders(self, item: str) -> list[str]:
		"""Orders that hold some of an item in the store."""
		rows = ((name, order.materials.get(item)) for name, order in self.orders.items())
		return [name for name, row in rows if row and row.held]

	def open_orders(self) -> list[str]:
		return [name for name, order in self.orders.items() if order.open]

	def open_runs(self) -> list[tuple[str, str]]:
		"""(order, run) of all that are not yet reported or aborted."""
		orders = self.orders.items()
		return [
			(name, run) for name, order in orders for run, it in order.runs.items() if it.status in OPEN_RUN
		]

	def waiting_orders(self) -> list[str]:
		"""Orders of which some pieces wait for rework."""
		return [name for name, order in self.orders.items() if order.status in OPEN and order.waiting]

	def stage(self, name: str) -> None:
		for item, material in self._staging(name).materials.items():
			self._carry(item, material, material.held)

	def return_staged(self, name: str) -> None:
		for item, material in self._staging(name).materials.items():
			self._carry(item, material, -material.staged)

	def _staging(self, name: str) -> Order:
		order = self._holding(name)
		if not order.is_staged:
			raise Refused("InvalidInput")
		return order

	def _carry(self, item: str, material: Material, qty: int) -> None:
		"""From the store to where it is used, back when negative; the promise goes along."""
		material.held -= qty
		material.staged += qty
		self.ledger.put(item, STORE, -qty)
		self.ledger.put(item, WIP, qty)

	def _holding(self, name: str) -> Order:
		order = self.orders[name]
		if order.status not in OPEN:
			raise Refused("IllegalTransition")
		return order

	# Runs.

	def start(self, name: str, qty: int, is_rework: bool) -> None:
		if qty > self._holding(name).room(is_rework):
			raise Refused("ToleranceExceeded")

	def started(self, name: str, run: str, qty: int, is_rework: bool) -> None:
		order = self.orders[name]
		order.runs[run] = Run(qty, is_rework)
		order.status = "In Progress"

	def switch(self, name: str, run: str, status: str) -> None:
		"""Pause or resume."""
		execution = self.orders[name].runs[run]
		if execution.status not in ON_FLOOR:
			raise Refused("IllegalTransition")
		execution.status = status

	def abort(self, name: str, run: str) -> None:
		execution = self.orders[name].runs[run]
		if execution.status == "Completed" or execution.status == "Reversed":
			raise Refused("IllegalTransition")
		execution.status = "Aborted"

	def post(self, name: str, run: str, report: Report) -> None:
		"""Complete a run."""
		order, execution = self.orders[name], self.orders[name].runs[run]
		self._require_possible(order, execution, report)
		back = list(self._back(order, report))
		draws = [*back, *self._draws(order, execution, report, back)]
		beside = {} if execution.is_rework else order.gives(report.processed) | report.beside
		self._require_stock(order, draws)
		if sum(draw.qty for draw in draws) < 0:
			raise Refused("InvalidInput")  # what comes back is worth more than what is taken
		self._take(order, run, draws)
		self._bring(order, run, report, beside)
		execution.status, execution.report, execution.draws = "Completed", report, draws
		self._give_up(order, report.instead)

	def _require_possible(self, order: Order, run: Run, report: Report) -> None:
		if run.status not in ON_FLOOR:
			raise Refused("IllegalTransition")
		if not report.processed or (run.is_rework and report.processed > order.waiting):
			raise Refused("InvalidInput")
		if order.produced + order.lost + report.good + report.lost > order.qty:
			raise Refused("ToleranceExceeded")
		known = () if run.is_rework else order.locks[-1].gives
		if any(item not in known for item in report.beside):
			raise Refused("InvalidInput")
		taken = order.taken()
		if report.back and not report.finished:
			raise Refused("InvalidInput")
		if any(qty > sum(taken[item].values()) for item, qty in report.back.items()):
			raise Refused("InvalidInput")
		if any(item not in order.materials or run.is_rework for item in report.instead):
			raise Refused("InvalidInput")

	def _back(self, order: Order, report: Report) -> Iterator[Draw]:
		"""Of what was taken as itself first, then of what stood in for another."""
		taken = order.taken()
		for item, qty in report.back.items():
			for material in sorted(taken[item], key=lambda material: material not in ("", item)):
				part = min(qty, taken[item][material])
				qty -= part
				yield Draw(item, STORE, -part, material)

	def _draws(self, order: Order, run: Run, report: Report, back: Sequence[Draw]) -> Iterator[Draw]:
		if run.is_rework:
			yield Draw(order.item, REWORK, report.processed)
		else:
			for item in order.materials:
				returned = -sum(draw.qty for draw in back if draw.material == item)
				yield from self._of_material(order, item, report, returned)
		yield from (Draw(item, STORE, qty) for item, qty in report.added.items())

	def _of_material(self, order: Order, item: str, report: Report, back: int) -> Iterator[Draw]:
		"""What is staged is used first; an alternative stands in for what would come from the store first."""
		wanted = order.plan(item, report.processed, back) + report.more.get(item, 0)
		instead = report.instead.get(item, 0)
		used = min(wanted, order.materials[item].staged)
		taken = wanted - used
		spared = min(used, max(0, instead - taken))
		yield Draw(item, STORE, max(0, taken - instead), item)
		yield Draw(item, WIP, used - spared, item)
		if instead:
			yield Draw(self.alternatives[item], STORE, instead - spared, item)
			yield Draw(self.alternatives[item], STORE, spared, item, spares_wip=True)

	def _require_stock(self, order: Order, draws: Sequence[Draw]) -> None:
		wanted: Counter[str] = Counter()
		for draw in draws:
			wanted[draw.item] += max(0, draw.qty) if draw.place == STORE else 0
		for item, qty in wanted.items():
			own = order.materials[item].held if item in order.materials else 0
			if qty > own + max(0, self.free(item)):
				raise Refused("InsufficientStock")

	def _take(self, order: Order, run: str, draws: Sequence[Draw]) -> None:
		for draw in draws:
			self.ledger.put(draw.item, draw.place, -draw.qty, run)
			if draw.item == draw.material and draw.qty > 0:
				material = order.materials[draw.item]
				if draw.place == WIP:
					material.staged -= draw.qty
				else:
					material.held -= min(draw.qty, material.held)

	def _bring(self, order: Order, run: str, report: Report, beside: Amounts) -> None:
		if not report.finished:
			return
		for item, qty in beside.items():
			self.ledger.put(item, order.locks[-1].gives[item][1], qty, run)
		self.ledger.put(order.item, SCRAP, report.scrapped, run)
		self.ledger.put(order.item, REWORK, report.bent, run)
		self.ledger.put(order.item, GOODS, report.good, run)

	def _give_up(self, order: Order, replaced: Amounts) -> None:
		"""What an alternative was taken for is not held any longer than it is needed."""
		for item, qty in replaced.items():
			material = order.materials[item]
			needed = order.needed(item)
			surplus = material.held - (needed - min(needed, material.staged))
			material.held -= min(qty, max(0, surplus))

	def reverse(self, name: str, run: str) -> None:
		order, execution = self.orders[name], self.orders[name].runs[run]
		if execution.status == "Reversed":
			return
		if execution.status != "Completed":
			raise Refused("IllegalTransition")
		if order.status not in OPEN:
			raise Refused("ReadOnly")
		if execution.report.bent > order.waiting + execution.worked_over:
			raise Refused("InsufficientStock")
		for (item, place), qty in self.ledger.brought(run).items():
			promised = self.held(item) if place == STORE else 0
			there = self.ledger.there(item, place) - promised
			if qty > min(there, self.ledger.lowest_since(run, item, place)):
				raise Refused("InsufficientStock")
		self.ledger.undo(run)
		execution.status = "Reversed"
		self._hold_again(order, execution)

	def _hold_again(self, order: Order, run: Run) -> None:
		"""What a run took is held again as far as it is needed and free, where it was staged first."""
		back = {
			(item, place): sum(
				max(0, draw.qty)
				for draw in run.draws
				if (draw.material, draw.place) == (item, place) and not draw.spares_wip
			)
			for item in order.materials
			for place in (WIP, STORE)
		}
		for item, material in order.materials.items():
			material.staged += min(order.short(item), back[item, WIP])
			material.held += min(order.short(item), back[item, STORE], max(0, self.free(item)))
