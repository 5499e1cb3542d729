"""Stagings of one order at the same moment, and staging against a run of it: nothing is moved or promised twice."""

import frappe

from tests.concurrency.test_one_order import history, order_now, running
from tests.support.ledger import over_reserved
from tests.support.staging import Floor
from tests.support.workers import together


def confirmed(scratch, callers, qty: float):
	"""A committed floor and its confirmed order."""
	floor = Floor(scratch)
	order = floor.order(qty)
	frappe.db.commit()
	outcome = together([callers.planner("orders.confirm", order=order.name)])[0]
	assert outcome.ok, outcome.traceback
	return floor, order_now(order.name)


def test_planners_who_stage_the_same_material_stage_it_once(scratch, callers):
	floor, order = confirmed(scratch, callers, qty=10)
	call = callers.planner("materials.stage", order=order.name)
	outcomes = together([call] * 8)
	assert all(outcome.ok for outcome in outcomes), [outcome.traceback for outcome in outcomes]
	assert sorted(len(outcome.answer["staged"]) for outcome in outcomes) == [0] * 7 + [1]
	assert history(order.name) == {"Confirmed": 1, "Staged": 1}
	assert floor.stock() == {"store": (80, 0), "wip": (20, 20)}


def test_parts_that_are_staged_together_add_up(scratch, callers):
	floor, order = confirmed(scratch, callers, qty=10)
	part = callers.planner(
		"materials.stage", order=order.name, materials=[{"item_code": floor.steel, "qty": 3}]
	)
	outcomes = together([part] * 8)
	assert sum(outcome.ok for outcome in outcomes) == 6
	assert over_reserved([floor.steel]) == []
	assert floor.stock() == {"store": (82, 2), "wip": (18, 18)}


def test_staging_and_completions_of_runs_meet_without_loss(scratch, callers):
	floor, order = confirmed(scratch, callers, qty=10)
	names = running(callers, order, qty=2, count=4)
	part = [{"item_code": floor.steel, "qty": 4}]
	calls = [callers.operator("runs.complete", run=name, produced_qty=2) for name in names]
	calls += [callers.planner("materials.stage", order=order.name, materials=part)] * 2
	calls += [callers.planner("materials.return_staged", order=order.name, reason="x")]
	outcomes = together(calls)
	assert all(outcome.ok for outcome in outcomes[:4]), [outcome.traceback for outcome in outcomes[:4]]
	assert all(outcome.ok for outcome in outcomes[6:]), outcomes[6].traceback
	done = order_now(order.name)
	assert sum(row.consumed_qty for row in done.materials) == 16
	assert sum(row.required_qty for row in done.materials) == 20
	stock = floor.stock()
	assert sum(actual for actual, _reserved in stock.values()) == 84
	assert sum(reserved for _actual, reserved in stock.values()) == 4
	assert over_reserved([floor.steel]) == []
