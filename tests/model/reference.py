"""A plant on the back of an envelope: what orders, runs and stock should be after each action, in whole pieces.

It knows nothing of the app. Whatever it refuses, it refuses by the name of the error and leaves everything as it was.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

OPEN = ("Confirmed", "In Progress")
OPEN_RUN = ("Planned", "Running", "Paused")
ERPNEXT = "ERPNext"
"""Refused by ERPNext itself, whatever the error is called."""

Recipe = Mapping[str, int]
"""component -> pieces per piece."""


@dataclass(eq=False)
class Refused(Exception):
	"""What a client would be told, by the name of the error."""

	error: str


@dataclass
class Material:
	"""What an order draws of one item."""

	required: int
	held: int = 0
	consumed: int = 0
	staged: int = 0
	"""Held where it is used, no longer in the store."""


@dataclass
class Run:
	"""One execution and what it took."""

	qty: int
	status: str = "Running"
	good: int = 0
	rejected: int = 0
	lost: int = 0
	taken: dict[str, int] = field(default_factory=dict)
	"""From the store."""
	used: dict[str, int] = field(default_factory=dict)
	"""Of what was staged."""


@dataclass
class Order:
	"""One commitment, its materials and its runs."""

	item: str
	qty: int
	is_staged: bool = False
	"""Whether its materials may be brought to where they are used."""
	status: str = "Draft"
	produced: int = 0
	rejected: int = 0
	lost: int = 0
	closed_short: int = 0
	materials: dict[str, Material] = field(default_factory=dict)
	runs: dict[str, Run] = field(default_factory=dict)

	@property
	def open(self) -> int:
		if self.status not in OPEN:
			return 0
		return max(0, self.qty - self.produced - self.lost)

	@property
	def processed(self) -> int:
		return self.produced + self.rejected + self.lost

	@property
	def in_runs(self) -> int:
		return sum(run.qty for run in self.runs.values() if run.status in OPEN_RUN)

	@property
	def room(self) -> int:
		"""What a further run may make."""
		return self.qty - self.produced - self.lost - self.in_runs

	def plan(self, item: str, more: int) -> int:
		"""What the next `more` pieces take of an item: the share of all so far, rounded up, less what was taken."""
		material = self.materials[item]
		share = -(-material.required * (self.processed + more) // self.qty)
		return max(0, share - material.consumed)

	def short(self, item: str) -> int:
		if self.status not in OPEN or not self.open:
			return 0
		material = self.materials[item]
		return max(0, self.plan(item, self.open) - material.held - material.staged)


class Plant:
	"""One store, one place for finished goods."""

	def __init__(self, recipes: Mapping[str, Recipe], stock: Mapping[str, int]) -> None:
		self.recipes = recipes
		self.stock = dict(stock)
		self.wip: dict[str, int] = {}
		self.finished: dict[str, list[tuple[object, int]]] = {item: [] for item in recipes}
		"""item -> (what moved it, how many), in the order of the ledger."""
		self.orders: dict[str, Order] = {}

	def held(self, item: str) -> int:
		return sum(row.held for row in self._rows(item))

	def staged(self, item: str) -> int:
		return sum(row.staged for row in self._rows(item))

	def _rows(self, item: str) -> list[Material]:
		return [order.materials[item] for order in self.orders.values() if item in order.materials]

	def free(self, item: str) -> int:
		return self.stock.get(item, 0) - self.held(item)

	def in_finished(self, item: str) -> int:
		return sum(qty for _cause, qty in self.finished[item])

	# Stock comes and goes.

	def receive(self, item: str, qty: int) -> None:
		self.stock[item] = self.stock.get(item, 0) + qty

	def issue(self, item: str, qty: int) -> None:
		if qty > self.free(item):
			raise Refused("ReservedStock" if self.held(item) else ERPNEXT)
		self.stock[item] -= qty

	def sell(self, item: str, qty: int) -> None:
		if qty > self.in_finished(item):
			raise Refused(ERPNEXT)
		self.finished[item].append((None, -qty))

	# Orders.

	def draft(self, name: str, item: str, qty: int, is_staged: bool) -> None:
		self.orders[name] = Order(item, qty, is_staged)

	def confirm(self, name: str, block: bool) -> None:
		order = self.orders[name]
		if order.status == "Confirmed":
			return
		if order.status != "Draft":
			raise Refused("IllegalTransition")
		materials = {
			item: Material(required, min(required, self.free(item)))
			for item, required in self._walk(order.item, order.qty)
		}
		if block and any(row.held < row.required for row in materials.values()):
			raise Refused("Shortage")
		order.materials, order.status = materials, "Confirmed"

	def _walk(self, item: str, qty: int) -> Iterator[tuple[str, int]]:
		"""(item, drawn from the store or short of), every item netted once."""
		needed = {component: per * qty for component, per in self.recipes[item].items()}
		while made := next((component for component in needed if component in self.recipes), None):
			from_stock = min(needed[made], max(0, self.free(made)))
			if from_stock:
				yield made, from_stock
			rest = needed.pop(made) - from_stock
			for component, per in self.recipes[made].items():
				needed[component] = needed.get(component, 0) + per * rest
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
		given, short = (
			giver.materials.get(item, Material(0)),
			taker.short(item) if item in taker.materials else 0,
		)
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
		self.stock[item] -= qty
		self.wip[item] = self.wip.get(item, 0) + qty

	def _holding(self, name: str) -> Order:
		order = self.orders[name]
		if order.status not in OPEN:
			raise Refused("IllegalTransition")
		return order

	# Runs.

	def start(self, name: str, qty: int) -> None:
		order = self._holding(name)
		if qty > order.room:
			raise Refused("ToleranceExceeded")

	def started(self, name: str, run: str, qty: int) -> None:
		order = self.orders[name]
		order.runs[run] = Run(qty)
		order.status = "In Progress"

	def switch(self, name: str, run: str, status: str) -> None:
		"""Pause or resume."""
		execution = self.orders[name].runs[run]
		if execution.status not in ("Running", "Paused"):
			raise Refused("IllegalTransition")
		execution.status = status

	def abort(self, name: str, run: str) -> None:
		execution = self.orders[name].runs[run]
		if execution.status == "Completed" or execution.status == "Reversed":
			raise Refused("IllegalTransition")
		execution.status = "Aborted"

	def post(self, name: str, run: str, good: int, rejected: int, lost: int, more: Mapping[str, int]) -> None:
		"""Complete a run that took `more` of some materials than their plan."""
		order, execution = self.orders[name], self.orders[name].runs[run]
		if execution.status not in ("Running", "Paused"):
			raise Refused("IllegalTransition")
		if not good + rejected + lost:
			raise Refused("InvalidInput")
		if order.produced + order.lost + good + lost > order.qty:
			raise Refused("ToleranceExceeded")
		taken = {
			item: order.plan(item, good + rejected + lost) + more.get(item, 0) for item in order.materials
		}
		used = {item: min(qty, order.materials[item].staged) for item, qty in taken.items()}
		taken = {item: qty - used[item] for item, qty in taken.items()}
		if any(qty > order.materials[item].held + max(0, self.free(item)) for item, qty in taken.items()):
			raise Refused("InsufficientStock")
		for item, material in order.materials.items():
			self._draw(material, item, taken[item], used[item])
		execution.status, execution.taken, execution.used = "Completed", taken, used
		execution.good, execution.rejected, execution.lost = good, rejected, lost
		self._count(order, execution, 1)
		if good:
			self.finished[order.item].append((run, good))

	def _draw(self, material: Material, item: str, taken: int, used: int) -> None:
		material.consumed += taken + used
		material.held -= min(taken, material.held)
		material.staged -= used
		self.stock[item] -= taken
		self.wip[item] = self.wip.get(item, 0) - used

	def _count(self, order: Order, run: Run, sign: int) -> None:
		order.produced += sign * run.good
		order.rejected += sign * run.rejected
		order.lost += sign * run.lost

	def reverse(self, name: str, run: str) -> None:
		order, execution = self.orders[name], self.orders[name].runs[run]
		if execution.status == "Reversed":
			return
		if execution.status != "Completed":
			raise Refused("IllegalTransition")
		if order.status not in OPEN:
			raise Refused("ReadOnly")
		if execution.good and execution.good > self._lowest_since(order.item, run):
			raise Refused("InsufficientStock")
		self.finished[order.item] = [move for move in self.finished[order.item] if move[0] != run]
		execution.status = "Reversed"
		self._count(order, execution, -1)
		for item, material in order.materials.items():
			self.stock[item] += execution.taken[item]
			self.wip[item] = self.wip.get(item, 0) + execution.used[item]
			material.consumed -= execution.taken[item] + execution.used[item]
		for item, material in order.materials.items():
			material.staged += min(order.short(item), execution.used[item])
			material.held += min(order.short(item), execution.taken[item], max(0, self.free(item)))

	def _lowest_since(self, item: str, run: str) -> int:
		"""The least that was there at any moment after the run was posted."""
		moves = self.finished[item]
		posted = next(number for number, (cause, _qty) in enumerate(moves) if cause == run)
		return min(list(accumulate(qty for _cause, qty in moves))[posted:])
