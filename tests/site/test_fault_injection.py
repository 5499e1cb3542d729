"""Whatever breaks at whatever step of a confirmation or a run's completion, nothing stays half done."""

from collections.abc import Callable
from functools import partial
from itertools import cycle
from typing import Any

import frappe
import pytest

from production_orders.api import orders, runs
from tests.support.faults import API, assert_survives, history, retried
from tests.support.ledger import reserved_and_actual
from tests.support.sabotage import after, deadlocked, timed_out
from tests.support.workers import Call

pytestmark = pytest.mark.usefixtures("request_of_its_own")
CONFIRM_STEPS = 30
"""At least so many functions take part; fewer means that the search for steps went blind."""
COMPLETE_STEPS = 45
FAULTS = (deadlocked, timed_out)


@pytest.fixture
def drafts(scratch, bicycle) -> Callable[[int], list[str]]:
	"""Committed drafts of one product with a sub-assembly, a bought material and stock for all of them."""

	def make(count: int) -> list[str]:
		finished, made, bought, raw = (scratch.item(name) for name in ("FG", "SUB", "BOUGHT", "RAW"))
		scratch.bom(made, {raw: 2})
		co = {"item_code": scratch.item("CO"), "stock_qty": 1, "rate": 1, "cost_share": 10}
		scratch.bom(finished, {made: 1, bought: 3}, scrap_items=[co])
		scratch.stock(bought, 1_000_000)
		scratch.stock(raw, 1_000_000)
		scratch.stock(finished, 1, warehouse=scratch.plant.scrap_warehouse)  # or a first reject makes its Bin
		scratch.stock(co["item_code"], 1, warehouse=scratch.plant.fg_warehouse)
		names = [scratch.order(finished, 1000).name for _ in range(count)]
		frappe.db.commit()
		return names

	return make


@pytest.fixture
def started(drafts) -> Callable[[int], tuple[str, list[str]]]:
	"""A committed order in progress with so many running runs of one piece."""

	def make(count: int) -> tuple[str, list[str]]:
		order = drafts(1)[0]
		orders.confirm(order=order)
		frappe.db.commit()
		names = []
		for _ in range(count):
			names.append(runs.start(order=order, qty=1)["run"])
			frappe.db.commit()
		return order, names

	return make


REPORT = {
	"produced_qty": 1,
	"rejected_qty": 1,
	"reject_reason": "bent",
	"labour": [{"minutes": 30, "hour_rate": 20}],
}


def complete(run: str) -> dict[str, Any]:
	return runs.complete(run=run, **REPORT)


def test_a_confirmation_that_breaks_anywhere_has_not_happened(drafts, bicycle):
	order = drafts(1)[0]
	call = Call(bicycle.users["planner"].email, f"{API}.orders.confirm", {"order": order})
	assert_survives(partial(orders.confirm, order=order), call, CONFIRM_STEPS)
	answer = orders.confirm(order=order)
	frappe.db.commit()
	assert answer["status"] == "Confirmed"
	assert history(order) == {"Confirmed": 1}
	held = reserved_and_actual([row["item_code"] for row in answer["materials"]])
	assert sorted(held.values()) == [(2000, 2000, 1_000_000), (3000, 3000, 1_000_000)]


def test_a_completion_that_breaks_anywhere_has_not_happened(started, bicycle):
	order, [run] = started(1)
	call = Call(bicycle.users["operator"].email, f"{API}.runs.complete", {"run": run, **REPORT})
	assert_survives(partial(complete, run), call, COMPLETE_STEPS)
	answer = complete(run)
	frappe.db.commit()
	assert (answer["status"], answer["produced_total"], answer["open_qty"]) == ("Completed", 1, 999)
	assert frappe.db.count("Stock Entry", {"production_run": run, "docstatus": 1}) == 1
	assert history(order)["Completed"] == 1


def test_a_deadlock_at_any_step_of_a_confirmation_is_not_noticed(drafts):
	steps = retried(partial(orders.confirm, order=drafts(1)[0]))
	for step, order, fault in zip(steps, drafts(len(steps)), cycle(FAULTS)):
		with after(step, fault):
			answer = orders.confirm(order=order)
		frappe.db.commit()
		assert (answer["status"], len(answer["materials"])) == ("Confirmed", 2), step
		assert history(order) == {"Confirmed": 1}, step
		assert frappe.db.count("Stock Reservation Entry", {"voucher_no": order}) == 2, step


def test_a_deadlock_at_any_step_of_a_completion_is_not_noticed(started):
	steps = retried(partial(complete, started(1)[1][0]))
	order, names = started(len(steps))
	for made, (step, run, fault) in enumerate(zip(steps, names, cycle(FAULTS)), start=1):
		with after(step, fault):
			answer = complete(run)
		frappe.db.commit()
		assert (answer["status"], answer["produced_total"]) == ("Completed", made), step
		assert frappe.db.count("Stock Entry", {"production_run": run}) == 1, step
	assert history(order)["Completed"] == len(steps)
