"""Draws actions and does each twice: in the app, and in the reference. Refused or done, both must say the same."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import frappe
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from production_orders import errors
from production_orders.api import history, materials, orders, reservations, runs
from production_orders.services import invariants
from tests.model.books import Books
from tests.model.reference import ERPNEXT, OPEN_RUN, Plant, Refused
from tests.support.scratch import Scratch

pieces = st.integers(1, 8)
few = st.integers(0, 4)


class Life(RuleBasedStateMachine):
	"""Weeks of a small plant; `world` is its items, `tally` counts what happened over all lives."""

	order_names, run_names = Bundle("orders"), Bundle("runs")

	def __init__(self, scratch: Scratch, world: Any, tally: Counter[tuple[str, str]]) -> None:
		super().__init__()
		self.scratch, self.world, self.tally = scratch, world, tally
		scratch.stocks(dict.fromkeys(world.stock, (25, 10)))
		self.plant = Plant(world.recipes, dict.fromkeys(world.stock, 25))
		self.books = Books(scratch.plant, world.wip, world.items)

	def teardown(self) -> None:
		for name in self.plant.orders:
			assert history.verify(order=name)["intact"], name
		frappe.db.rollback()

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
			return None, type(error).__name__ if isinstance(error, errors.ProductionOrdersError) else ERPNEXT

	@invariant()
	def books_agree(self) -> None:
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
			item, at = self._one_of(self.world.products, number), self.scratch.plant.fg_warehouse
		else:
			item, at = self._one_of(self.world.stock, number), self.scratch.plant.source_warehouse
			qty = 3 * qty if kind == "issue" else qty
		voucher = self.scratch.stock if kind == "receive" else self.books.issue
		self.act(kind, lambda: voucher(item, qty, warehouse=at), lambda: getattr(self.plant, kind)(item, qty))

	def _one_of(self, items: Sequence[str], number: int) -> str:
		return items[number % len(items)] if items else ""

	# Orders.

	@rule(target=order_names, number=few, qty=pieces, is_staged=st.booleans())
	def draft(self, number: int, qty: int, is_staged: bool) -> str:
		item = self._one_of(self.world.products, number)
		places = {"wip_warehouse": self.world.wip} if is_staged else {}
		name = self.scratch.order(item, qty, consumption_policy="Flexible", **places).name
		self.plant.draft(name, item, qty, is_staged)
		self.tally["draft", ""] += 1
		return name

	@rule(name=order_names, block=st.booleans())
	def confirm(self, name: str, block: bool) -> None:
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

	@rule(target=order_names, number=few, qty=pieces, is_staged=st.booleans())
	def order(self, number: int, qty: int, is_staged: bool) -> str:
		"""A draft that is confirmed at once, so that lives have something to do."""
		name = self.draft(number, qty, is_staged)
		self.confirm(name, False)
		return name

	@rule(name=order_names)
	def cancel(self, name: str) -> None:
		self.act(
			"cancel",
			lambda: orders.cancel(order=name, reason="not wanted any more"),
			lambda: self.plant.cancel(name),
		)

	@rule(name=order_names)
	def end(self, name: str) -> None:
		"""Whatever still runs is aborted and the order closed, so that lives have ends."""
		for run, execution in self.plant.orders[name].runs.items():
			if execution.status in OPEN_RUN:
				self.abort((name, run))
		self.complete(name, True)

	@rule(name=order_names, close_short=st.booleans())
	def complete(self, name: str, close_short: bool) -> None:
		self.act(
			"complete",
			lambda: orders.complete(order=name, close_short=close_short, reason="enough"),
			lambda: self.plant.complete(name, close_short),
		)

	# Reservations.

	@rule(name=order_names)
	def reserve(self, name: str) -> None:
		self.act("reserve", lambda: reservations.reserve(order=name), lambda: self.plant.reserve(name))

	@rule(name=order_names)
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

	@rule(name=order_names)
	def stage(self, name: str) -> None:
		self.act("stage", lambda: materials.stage(order=name), lambda: self.plant.stage(name))

	@rule(name=order_names)
	def return_staged(self, name: str) -> None:
		self.act(
			"return staged",
			lambda: materials.return_staged(order=name, reason="wrong place"),
			lambda: self.plant.return_staged(name),
		)

	# Runs.

	@rule(target=run_names, name=order_names, qty=pieces)
	def start(self, name: str, qty: int) -> Any:
		answer = self.act(
			"start", lambda: runs.start(order=name, qty=qty), lambda: self.plant.start(name, qty)
		)
		if not answer:
			return multiple()
		self.plant.started(name, answer["run"], qty)
		return name, answer["run"]

	@rule(target=run_names, name=order_names, good=st.integers(1, 4), extra=st.integers(0, 1))
	def work(self, name: str, good: int, extra: int) -> Any:
		"""A run of all that is left, reported at once, so that much is made in a life."""
		started = self.start(name, max(1, self.plant.orders[name].room))
		if isinstance(started, tuple):
			self.post(started, min(good, self.plant.orders[name].open), 0, 0, extra)
		return started

	@rule(run=run_names)
	def pause(self, run: tuple[str, str]) -> None:
		self.act(
			"pause",
			lambda: runs.pause(run=run[1], reason="tool change"),
			lambda: self.plant.switch(*run, "Paused"),
		)

	@rule(run=run_names)
	def resume(self, run: tuple[str, str]) -> None:
		self.act("resume", lambda: runs.resume(run=run[1]), lambda: self.plant.switch(*run, "Running"))

	@rule(run=run_names)
	def abort(self, run: tuple[str, str]) -> None:
		self.act("abort", lambda: runs.abort(run=run[1], reason="wrong tool"), lambda: self.plant.abort(*run))

	@rule(
		run=run_names, good=few, rejected=st.integers(0, 1), lost=st.integers(0, 1), extra=st.integers(0, 2)
	)
	def post(self, run: tuple[str, str], good: int, rejected: int, lost: int, extra: int) -> None:
		"""Complete a run; `extra` pieces of its first material are taken beyond the plan."""
		name, execution = run
		more, consumption = self._extra(name, good + rejected + lost, extra)
		self.act(
			"post",
			lambda: runs.complete(
				run=execution,
				produced_qty=good,
				rejected_qty=rejected,
				loss_qty=lost,
				consumption=consumption,
			),
			lambda: self.plant.post(name, execution, good, rejected, lost, more),
		)

	def _extra(self, name: str, processed: int, extra: int) -> tuple[dict[str, int], list[dict[str, Any]]]:
		order = self.plant.orders[name]
		if not extra or any(material.staged for material in order.materials.values()):
			return {}, []
		item = min(order.materials)
		return {item: extra}, [{"item_code": item, "qty": order.plan(item, processed) + extra}]

	@rule(run=run_names)
	def reverse(self, run: tuple[str, str]) -> None:
		self.act(
			"reverse",
			lambda: runs.reverse(run=run[1], reason="wrong figures"),
			lambda: self.plant.reverse(*run),
		)
