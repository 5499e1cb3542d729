"""Draws actions and does each twice: in the app, and in the reference. Refused or done, both must say the same."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import frappe
from hypothesis import strategies as st
from hypothesis.stateful import (
	Bundle,
	RuleBasedStateMachine,
	initialize,
	invariant,
	multiple,
	precondition,
	rule,
)

from production_orders import errors
from production_orders.api import history, materials, orders, reservations, runs
from production_orders.services import invariants
from tests.model.books import Books
from tests.model.ledger import GOODS, STORE
from tests.model.order import OPEN_RUN, Report
from tests.model.reference import ERPNEXT, Plant, Refused
from tests.support.scratch import Scratch

ENOUGH = 4
"""Open orders; while there are as many, what happens happens to them."""
pieces = st.integers(1, 8)
few = st.integers(0, 4)
at_most_one = st.integers(0, 1)
deviations = st.sampled_from(("", "more", "instead", "added", "back", "beside"))


class Life(RuleBasedStateMachine):
	"""Weeks of a small plant; `world` is its items and BOMs, `tally` counts what happened over all lives."""

	order_names, run_names = Bundle("orders"), Bundle("runs")

	def __init__(self, scratch: Scratch, world: Any, tally: Counter[tuple[str, str]]) -> None:
		super().__init__()
		self.scratch, self.world, self.tally = scratch, world, tally
		scratch.stocks(dict.fromkeys(world.stock, (25, 10)))
		recipes = {item: versions[0][1] for item, versions in world.versions.items()}
		self.plant = Plant(recipes, {world.replaced: world.alternative}, dict.fromkeys(world.stock, 25))
		self.books = Books(scratch.company, world.places, world.items)

	def teardown(self) -> None:
		for name in self.plant.orders:
			assert history.verify(order=name)["intact"], name
		frappe.db.rollback()
		_forget_vouchers()

	def act(self, action: str, real: Callable[[], Any], expected: Callable[[], Any]) -> Any:
		"""The answer of the app, None when both refuse."""
		try:
			expected()
			refusal = ""
		except Refused as refused:
			refusal = refused.error
		answer, error = self._answer(real)
		assert error == refusal, f"{action}: {error or 'done'}, and not {refusal or 'done'}"
		self.tally[action, refusal] += 1
		return answer

	def _answer(self, real: Callable[[], Any]) -> tuple[Any, str]:
		"""(answer, name of the error); what a refused call wrote is undone as its request would undo it."""
		writes = frappe.db.transaction_writes
		frappe.db.savepoint("before_action")
		try:
			return real(), ""
		except frappe.ValidationError as error:
			frappe.db.rollback(save_point="before_action")
			frappe.db.transaction_writes = writes
			frappe.flags.currently_saving = []
			frappe.clear_messages()
			_forget_vouchers()
			return None, type(error).__name__ if isinstance(error, errors.ProductionOrdersError) else ERPNEXT

	@invariant()
	def books_agree(self) -> None:
		self.tally["check", ""] += 1
		differences = self.books.differences(self.plant)
		assert not differences, differences

	@invariant()
	def nothing_is_violated(self) -> None:
		violations = set(invariants.check()) - self.world.violated_before
		assert not violations, violations

	@rule(kind=st.sampled_from(("receive", "issue", "sell")), number=few, qty=pieces)
	def somebody(self, kind: str, number: int, qty: int) -> None:
		"""Stock comes and goes by vouchers of people who know nothing of production orders."""
		if kind == "sell":
			qty = -(-qty // 4)
			item, at = self._one_of(self.world.goods, number), GOODS
		else:
			item, at = self._one_of(self.world.stock, number), STORE
			qty = 3 * qty if kind == "issue" else qty
		voucher = self.scratch.stock if kind == "receive" else lambda *sold: self.books.issue(*sold, place=at)
		self.act(kind, lambda: voucher(item, qty), lambda: getattr(self.plant, kind)(item, qty))

	def _one_of(self, items: Sequence[Any], number: int) -> Any:
		return items[number % len(items)] if items else ""

	# Orders.

	def draft(self, number: int, qty: int, is_staged: bool) -> str:
		item = self._one_of(self.world.products, number)
		places = {"rework_warehouse": self.world.places["rework"]}
		if is_staged:
			places["wip_warehouse"] = self.world.places["wip"]
		name = self.scratch.order(item, qty, consumption_policy="Flexible", **places).name
		self.plant.draft(name, item, qty, is_staged)
		self.tally["draft", ""] += 1
		return name

	@rule(name=order_names, how=st.sampled_from(("confirm", "confirm_whole", "relock", "relock")))
	def decide(self, name: str, how: str) -> None:
		getattr(self, how)(name)

	def confirm_whole(self, name: str) -> None:
		self.confirm(name, block=True)

	def confirm(self, name: str, block: bool = False) -> None:
		policy = "Block" if block else "Confirm with Shortages"
		self.act(
			"confirm",
			lambda: orders.confirm(order=name, on_shortage=policy),
			lambda: self.plant.confirm(name, block),
		)

	@initialize(target=order_names, kinds=st.tuples(few, few), qty=pieces)
	def begin(self, kinds: tuple[int, int], qty: int) -> Any:
		"""A staged and an unstaged order, so that every life has something to do."""
		return multiple(self.order(kinds[0], qty, True), self.order(kinds[1], qty, False))

	@precondition(lambda self: len(self.plant.open_orders()) < ENOUGH)
	@rule(target=order_names, number=few, qty=pieces, is_staged=st.booleans(), confirmed=few)
	def order(self, number: int, qty: int, is_staged: bool, confirmed: int = 1) -> str:
		"""A draft that is mostly confirmed at once, so that lives have something to do."""
		name = self.draft(number, qty, is_staged)
		if confirmed:
			self.confirm(name)
		return name

	@rule(number=few, version=at_most_one)
	def change(self, number: int, version: int) -> None:
		"""Engineering has another default BOM for a product, or the same as before."""
		item = self._one_of(self.world.products, number)
		bom, recipe = self.world.versions[item][version]
		frappe.get_doc("BOM", bom).update({"is_default": 1}).save()
		self.plant.recipes[item] = recipe

	def relock(self, name: str) -> None:
		self.act(
			"relock", lambda: orders.relock(order=name, reason="new version"), lambda: self.plant.relock(name)
		)

	@rule(name=order_names, how=st.sampled_from(("cancel", "complete", "end")), number=few)
	def leave(self, name: str, how: str, number: int) -> None:
		"""Mostly the last of many open orders, so that there is work left in a life."""
		many = self.plant.open_orders()[ENOUGH - 1 :] if number else []
		getattr(self, how)(self._one_of(many, number) or name)

	def cancel(self, name: str) -> None:
		self.act(
			"cancel",
			lambda: orders.cancel(order=name, reason="not wanted any more"),
			lambda: self.plant.cancel(name),
		)

	def end(self, name: str) -> None:
		"""Whatever still runs is aborted and the order closed, so that lives have ends; it has nothing to give then."""
		for run, execution in self.plant.orders[name].runs.items():
			if execution.status in OPEN_RUN:
				self.abort((name, run))
		self.complete(name, True)
		self.release(name)

	def complete(self, name: str, close_short: bool = False) -> None:
		self.act(
			"complete",
			lambda: orders.complete(order=name, close_short=close_short, reason="enough"),
			lambda: self.plant.complete(name, close_short),
		)

	# Reservations.

	@rule(name=order_names, how=st.sampled_from(("reserve", "release", "stage", "return_staged")))
	def hold(self, name: str, how: str) -> None:
		getattr(self, how)(name)

	def reserve(self, name: str) -> None:
		self.act("reserve", lambda: reservations.reserve(order=name), lambda: self.plant.reserve(name))

	def release(self, name: str) -> None:
		self.act(
			"release",
			lambda: reservations.release(order=name, reason="needed elsewhere"),
			lambda: self.plant.release(name),
		)

	@rule(name=order_names, other=order_names, number=few, qty=st.integers(1, 3))
	def move(self, name: str, other: str, number: int, qty: int) -> None:
		item = self._one_of(self.plant.missing(other) or self.world.stock, number)
		name = self._one_of(self.plant.holders(item) if number else [], number) or name
		self.act(
			"move",
			lambda: reservations.move(
				from_order=name, to_order=other, item_code=item, qty=qty, reason="more urgent"
			),
			lambda: self.plant.move(name, other, item, qty),
		)

	def stage(self, name: str) -> None:
		self.act("stage", lambda: materials.stage(order=name), lambda: self.plant.stage(name))

	def return_staged(self, name: str) -> None:
		self.act(
			"return staged",
			lambda: materials.return_staged(order=name, reason="wrong place"),
			lambda: self.plant.return_staged(name),
		)

	# Runs.

	@rule(target=run_names, name=order_names, qty=pieces, rework=st.booleans())
	def start(self, name: str, qty: int, rework: bool) -> Any:
		answer = self.act(
			"start rework" if rework else "start",
			lambda: runs.start(order=name, qty=qty, rework=rework),
			lambda: self.plant.start(name, qty, rework),
		)
		if not answer:
			return multiple()
		self.plant.started(name, answer["run"], qty, rework)
		return name, answer["run"]

	@rule(
		target=run_names,
		name=order_names,
		good=st.integers(1, 4),
		bent=st.integers(0, 2),
		deviation=deviations,
		number=few,
	)
	def work(self, name: str, good: int, bent: int, deviation: str, number: int) -> Any:
		"""A run of all that is left, of an open order as a rule, reported at once: much is made in a life."""
		name = self._one_of(self.plant.open_orders(), number) or name
		made = []
		if deviation == "back" and not self.plant.orders[name].done:
			made.append(self._worked(name, 1, 0, "", number))
		made.append(self._worked(name, good, bent, deviation, number))
		return _those(made)

	def _worked(self, name: str, good: int, bent: int, deviation: str, number: int) -> Any:
		started = self.start(name, max(1, self.plant.orders[name].room()), False)
		if isinstance(started, tuple):
			self.post(started, min(good, self.plant.orders[name].open), 0, bent, 0, deviation, number, 1)
		return started

	@rule(target=run_names, name=order_names, scrapped=at_most_one, bent=at_most_one, number=few)
	def mend(self, name: str, scrapped: int, bent: int, number: int) -> Any:
		"""All that waits for rework is worked over and reported at once; of where there is none, some is made first."""
		made = []
		if not self.plant.waiting_orders():
			worked = self._one_of(self.plant.open_orders(), number) or name
			made.append(self._worked(worked, 1, 2, "", number))
		name = self._one_of(self.plant.waiting_orders(), number) or name
		waiting = self.plant.orders[name].room(is_rework=True)
		made.append(self.start(name, max(1, waiting), True))
		if isinstance(made[-1], tuple):
			scrapped, bent = min(scrapped, waiting), min(bent, waiting - min(scrapped, waiting))
			self.post(made[-1], waiting - scrapped - bent, scrapped, bent, 0, "", 0, 1)
		return _those(made)

	@rule(target=run_names, name=order_names, qty=st.integers(1, 3), number=few)
	def rest(self, name: str, qty: int, number: int) -> Any:
		"""A run that is begun, paused, taken up again, and left to those who report it."""
		started = self.start(self._one_of(self.plant.open_orders(), number) or name, qty, False)
		if isinstance(started, tuple):
			self.pause(started)
			self.resume(started)
		return started

	@rule(run=run_names, how=st.sampled_from(("pause", "resume", "abort")))
	def interrupt(self, run: tuple[str, str], how: str) -> None:
		getattr(self, how)(run)

	def pause(self, run: tuple[str, str]) -> None:
		self.act(
			"pause",
			lambda: runs.pause(run=run[1], reason="tool change"),
			lambda: self.plant.switch(*run, "Paused"),
		)

	def resume(self, run: tuple[str, str]) -> None:
		self.act("resume", lambda: runs.resume(run=run[1]), lambda: self.plant.switch(*run, "Running"))

	def abort(self, run: tuple[str, str]) -> None:
		self.act("abort", lambda: runs.abort(run=run[1], reason="wrong tool"), lambda: self.plant.abort(*run))

	@rule(
		run=run_names,
		good=few,
		scrapped=at_most_one,
		bent=at_most_one,
		lost=at_most_one,
		deviation=deviations,
		number=few,
		qty=st.integers(1, 3),
	)
	def report(self, run: tuple[str, str], number: int, **said: Any) -> None:
		"""Of a run that is open, where there is one."""
		self.post(self._one_of(self.plant.open_runs(), number) or run, number=number, **said)

	def post(
		self,
		run: tuple[str, str],
		good: int,
		scrapped: int,
		bent: int,
		lost: int,
		deviation: str,
		number: int,
		qty: int,
	) -> None:
		"""Complete a run; something of it may be otherwise than planned."""
		name, execution = run
		action = f"post {deviation}".strip()
		if self.plant.orders[name].runs[execution].is_rework:  # which has no plan of materials
			action, deviation = "rework", "added" if deviation in ("more", "back") else deviation
		other = {deviation: {self._deviating(name, deviation, number): qty}} if deviation else {}
		report = Report(good, scrapped, bent, lost, **other)
		said = self._said(name, report)
		self.act(
			action,
			lambda: runs.complete(run=execution, **said),
			lambda: self.plant.post(name, execution, report),
		)

	def _deviating(self, name: str, deviation: str, number: int) -> str:
		"""The item of which something is otherwise."""
		order = self.plant.orders[name]
		items = {
			"more": sorted(order.materials),
			"instead": [self.world.replaced],
			"added": [self.world.alternative],
			"back": sorted(set(self.world.stock) & order.taken().keys()) or self.world.stock,
			"beside": self.world.beside,
		}
		return self._one_of(items[deviation], number)

	def _said(self, name: str, report: Report) -> dict[str, Any]:
		"""A report as the API takes it."""
		order, store = self.plant.orders[name], self.world.places["store"]
		rejects = [("Scrap", report.scrapped), ("Rework", report.bent)]
		more = {item: order.plan(item, report.processed) + qty for item, qty in report.more.items()}
		instead = {self.plant.alternatives[item]: qty for item, qty in report.instead.items()}
		return {
			"produced_qty": report.good,
			"rejects": [{"disposition": to, "qty": qty, "reason": "bent"} for to, qty in rejects if qty],
			"loss_qty": report.lost,
			"consumption": [*_rows(more | report.added), *_rows(instead, replaces=self.world.replaced)],
			"returns": _rows(report.back, warehouse=store),
			"outputs": _rows(report.beside),
		}

	@rule(run=run_names)
	def reverse(self, run: tuple[str, str]) -> None:
		self.act(
			"reverse",
			lambda: runs.reverse(run=run[1], reason="wrong figures"),
			lambda: self.plant.reverse(*run),
		)


def _forget_vouchers() -> None:
	"""ERPNext remembers what follows a voucher, by a name that a rollback gives free again."""
	frappe.local.future_sle = {}


def _those(started: Sequence[Any]) -> Any:
	"""The runs that were started, of those that were tried."""
	return multiple(*(run for run in started if isinstance(run, tuple)))


def _rows(amounts: Mapping[str, int], **fields: str) -> list[dict[str, Any]]:
	return [{"item_code": item, "qty": qty, **fields} for item, qty in amounts.items()]
