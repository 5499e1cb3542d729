"""What the people of a plant do all day, drawn at random: each a request of its own with its own commit."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe.query_builder.functions import Sum

from fixtures import stock
from production_orders.api import orders, reservations, runs
from production_orders.services.queries import OPEN_RESERVATION

REFUSALS = {
	"IllegalTransition",
	"InsufficientStock",
	"InvalidInput",
	"NegativeStockError",
	"ReservedStock",
	"Shortage",
	"ToleranceExceeded",
	"ValidationError",
}
"""What a person may be told when somebody else was faster; anything else is a defect."""
NATIVE = ("issue", "receive")
"""ERPNext's own vouchers, which it does not try again after a deadlock."""


@dataclass(frozen=True)
class World:
	"""What everybody works on."""

	plant: Any
	materials: Sequence[str]
	products: Sequence[str]


@dataclass
class Day:
	"""What happened to one person: outcomes by operation, and what was found broken after a commit."""

	outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
	broken: list[str] = field(default_factory=list)


class Person:
	"""Draws operations from its own seed; answers wait for nobody."""

	def __init__(self, world: World, seed: int) -> None:
		self.world = world
		self.random = random.Random(seed)

	def live(self, operations: int) -> Day:
		day = Day()
		names = list(OPERATIONS)
		weights = [weight for weight, _operation in OPERATIONS.values()]
		for name in self.random.choices(names, weights, k=operations):
			day.outcomes[name, self._request(OPERATIONS[name][1])] += 1
			day.broken += [f"{name}: {item}" for item in over_promised(self.world.materials)]
		return day

	def _request(self, operation: Callable[["Person"], Any]) -> str:
		"""The name of the error that reached the client, or empty."""
		_forget_last_request()
		try:
			operation(self)
			frappe.db.commit()
			return ""
		except Exception as error:
			frappe.db.rollback()
			return type(error).__name__

	def be(self, role: str) -> None:
		frappe.set_user(self.world.plant.users[role].email)

	def some_order(self) -> str | None:
		"""An open order, by name."""
		known = {"item_code": ["in", self.world.products], "status": ["in", ["Confirmed", "In Progress"]]}
		names = frappe.get_all("Production Order", known, pluck="name", order_by="name desc", limit=40)
		return self.random.choice(names) if names else None

	def rows(self, place: str) -> list[dict[str, Any]]:
		"""One to three materials in any order, as rows of a Stock Entry."""
		chosen = self.random.sample(self.world.materials, self.random.randint(1, 3))
		warehouse = {place: self.world.plant.source_warehouse}
		return [
			{"item_code": item, "qty": self.random.randint(1, 8), "basic_rate": 10, **warehouse}
			for item in chosen
		]


def confirm(person: Person) -> None:
	person.be("planner")
	product = person.random.choice(person.world.products)
	order = person.world.plant.draft_order(product, person.random.randint(1, 6))
	frappe.db.commit()
	on_shortage = person.random.choice(["Block", "Confirm with Shortages", "Confirm with Shortages"])
	orders.confirm(order=order.name, on_shortage=on_shortage)


def cancel(person: Person) -> None:
	person.be("manager")
	if order := person.some_order():
		orders.cancel(order=order, reason="not wanted any more")


def release(person: Person) -> None:
	person.be("planner")
	if order := person.some_order():
		reservations.release(order=order, reason="needed elsewhere")


def reserve(person: Person) -> None:
	person.be("planner")
	if order := person.some_order():
		reservations.reserve(order=order)


def reallocate(person: Person) -> None:
	person.be("planner")
	reservations.reallocate(item_code=person.random.choice(person.world.materials))


def move(person: Person) -> None:
	person.be("planner")
	source, target = person.some_order(), person.some_order()
	if source and target and source != target:
		reservations.move(
			from_order=source,
			to_order=target,
			item_code=person.random.choice(person.world.materials),
			qty=1,
			reason="more urgent",
		)


def run(person: Person) -> None:
	person.be("operator")
	if order := person.some_order():
		made = runs.start(order=order, qty=1)["run"]
		frappe.db.commit()
		runs.complete(run=made, produced_qty=1)


def close(person: Person) -> None:
	person.be("planner")
	if order := person.some_order():
		orders.complete(order=order, close_short=True, reason="enough")


def issue(person: Person) -> None:
	person.be("stock")
	stock.post(stock.ISSUE, person.world.plant.company, person.rows("s_warehouse"))


def receive(person: Person) -> None:
	person.be("stock")
	stock.post(stock.RECEIPT, person.world.plant.company, person.rows("t_warehouse"))


OPERATIONS: dict[str, tuple[int, Callable[[Person], None]]] = {
	"confirm": (24, confirm),
	"run": (16, run),
	"receive": (16, receive),
	"issue": (12, issue),
	"cancel": (8, cancel),
	"close": (6, close),
	"release": (6, release),
	"reserve": (5, reserve),
	"reallocate": (4, reallocate),
	"move": (8, move),
}
"""name -> (how often, what)."""


def over_promised(item_codes: Sequence[str]) -> list[str]:
	"""Items of which more is promised than is there, at this committed moment: one statement, one snapshot."""
	frappe.db.rollback()
	bins, entry = frappe.qb.DocType("Bin"), frappe.qb.DocType("Stock Reservation Entry")
	promised = (
		frappe.qb.from_(entry)
		.select(entry.item_code, entry.warehouse, Sum(entry.reserved_qty - entry.delivered_qty).as_("qty"))
		.where(entry.item_code.isin(list(item_codes)))
		.where((entry.docstatus == 1) & entry.status.isin(OPEN_RESERVATION))
		.groupby(entry.item_code, entry.warehouse)
	)
	rows = (
		frappe.qb.from_(bins)
		.join(promised)
		.on((promised.item_code == bins.item_code) & (promised.warehouse == bins.warehouse))
		.select(bins.item_code, promised.qty, bins.actual_qty)
		.where(promised.qty > bins.actual_qty + 1e-6)
		.run()
	)
	return [f"{item}: {qty} promised, {actual} there" for item, qty, actual in rows]


def _forget_last_request() -> None:
	frappe.db.rollback()
	frappe.clear_messages()
	frappe.flags.currently_saving = []
	frappe.local.document_cache = {}
	frappe.local.response = frappe._dict({"docs": []})
