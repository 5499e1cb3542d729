"""Runs are taken back while others complete, end, confirm and move stock: one effect each, nothing twice, nothing lost."""

from collections import Counter

import frappe

from tests.concurrency.conftest import PROCESSES
from tests.concurrency.test_one_order import confirmed, history, order_now, running
from tests.concurrency.test_scarce_stock import statuses
from tests.support.ledger import over_reserved, reserved_and_actual
from tests.support.workers import together


def completed(callers, order, qty: float, count: int) -> list[str]:
	"""`count` completed runs of an order."""
	runs = running(callers, order, qty, count)
	for run in runs:
		(outcome,) = together([callers.operator("runs.complete", run=run, produced_qty=qty)])
		assert outcome.ok, outcome.traceback
	return runs


def reversals(callers, runs: list[str]):
	return [callers.planner("runs.reverse", run=run, reason="counted wrong") for run in runs]


def test_planners_who_reverse_one_run_reverse_it_once(scratch, callers):
	order = confirmed(scratch, callers, qty=10)
	(run,) = completed(callers, order, 4, count=1)
	outcomes = together(reversals(callers, [run] * PROCESSES))
	assert statuses(outcomes) == {"Reversed": PROCESSES}
	assert all(outcome.answer == outcomes[0].answer for outcome in outcomes)
	assert history(order.name)["Reversed"] == 1
	order, material = order_now(order.name), order_now(order.name).materials[0]
	assert (order.produced_qty, order.open_qty) == (0, 10)
	assert (material.reserved_qty, material.consumed_qty, material.delivered_qty) == (20, 0, 0)
	assert reserved_and_actual([material.item_code]) == {material.item_code: (20, 20, 1000)}
	assert frappe.db.count("Stock Ledger Entry", {"item_code": order.item_code}) == 2


def test_runs_are_reversed_while_others_complete_and_no_update_is_lost(scratch, callers):
	order = confirmed(scratch, callers, qty=16)
	made = completed(callers, order, 2, count=4)
	open_runs = running(callers, order, 2, count=4)
	outcomes = together(
		[
			*reversals(callers, made),
			*(callers.operator("runs.complete", run=run, produced_qty=2) for run in open_runs),
		]
	)
	assert statuses(outcomes) == {"Reversed": 4, "Completed": 4}
	order, material = order_now(order.name), order_now(order.name).materials[0]
	assert (order.produced_qty, order.open_qty) == (8, 8)
	assert (material.reserved_qty, material.consumed_qty, material.delivered_qty) == (32, 16, 16)
	assert reserved_and_actual([material.item_code]) == {material.item_code: (16, 16, 984)}
	assert scratch.actual(order.item_code, order.fg_warehouse) == 8
	assert history(order.name)["Reversed"] == 4


def test_a_run_is_reversed_or_its_order_completed(scratch, callers):
	order = confirmed(scratch, callers, qty=4)
	(run,) = completed(callers, order, 4, count=1)
	outcomes = together(
		[*reversals(callers, [run] * 2), *[callers.planner("orders.complete", order=order.name)] * 2]
	)
	order = order_now(order.name)
	if order.status == "Completed":
		assert statuses(outcomes) == {"Completed": 2, "ReadOnly": 2}
		assert (order.produced_qty, scratch.actual(order.item_code, order.fg_warehouse)) == (4, 4)
	else:
		assert statuses(outcomes) == {"Reversed": 2, "ToleranceExceeded": 2}
		assert (order.produced_qty, scratch.actual(order.item_code, order.fg_warehouse)) == (0, 0)


def test_what_is_made_is_either_issued_or_taken_back(scratch, callers):
	order = confirmed(scratch, callers, qty=16)
	runs = completed(callers, order, 2, count=4)
	row = {"item_code": order.item_code, "qty": 2, "s_warehouse": order.fg_warehouse}
	issues = [callers.storekeeper("Material Issue", [row])] * 4
	outcomes = together([*reversals(callers, runs), *issues])
	done = Counter(outcome.ok for outcome in outcomes)
	assert done == {True: 4, False: 4}, [outcome.traceback for outcome in outcomes]
	back = sum(outcome.ok for outcome in outcomes[:4])
	assert {outcome.error for outcome in outcomes[:4]} <= {"", "InsufficientStock"}
	assert scratch.actual(order.item_code, order.fg_warehouse) == 0
	order, material = order_now(order.name), order_now(order.name).materials[0]
	assert (order.produced_qty, material.consumed_qty) == (8 - 2 * back, 16 - 4 * back)
	assert over_reserved([material.item_code]) == []


def test_rejects_are_either_worked_over_or_taken_back(scratch, callers):
	"""Rejects of another order lie in the same place: only its own count tells an order what still waits."""
	place, rejects = scratch.warehouse("Rework"), [{"qty": 2, "reason": "bent", "disposition": "Rework"}]
	order = confirmed(scratch, callers, qty=10, rework_warehouse=place)
	other = scratch.order(order.item_code, 10, rework_warehouse=place).name
	frappe.db.commit()
	assert together([callers.planner("orders.confirm", order=other)])[0].ok
	first, second = (running(callers, order_now(name), 4, count=1)[0] for name in (order.name, other))
	for run in (first, second):
		call = callers.operator("runs.complete", run=run, produced_qty=2, rejects=rejects)
		assert together([call])[0].ok
	(started,) = together([callers.operator("runs.start", order=order.name, rework=True)])
	mend = callers.operator("runs.complete", run=started.answer["run"], produced_qty=2)
	outcomes = together([*reversals(callers, [first]), mend])
	order = order_now(order.name)
	found = (order.produced_qty, order.rejected_qty, order.rework_qty)
	if outcomes[0].ok:
		assert (outcomes[1].error, found) == ("InvalidInput", (0, 0, 0)), outcomes[1].traceback
	else:
		assert (outcomes[0].error, found) == ("InsufficientStock", (4, 0, 0)), outcomes[0].traceback
	assert outcomes[0].ok != outcomes[1].ok
	assert history(order.name)["Reversed"] == int(outcomes[0].ok)


def test_what_comes_back_is_its_orders_and_not_who_confirms_meanwhile(scratch, callers):
	order = confirmed(scratch, callers, qty=4, stock=8)
	material = order.materials[0].item_code
	runs = completed(callers, order, 2, count=2)
	drafts = [scratch.order(order.item_code, 1).name for _ in range(6)]
	frappe.db.commit()
	confirms = [callers.planner("orders.confirm", order=name) for name in drafts]
	outcomes = together([*reversals(callers, runs), *confirms])
	assert statuses(outcomes[:2]) == {"Reversed": 2}, outcomes
	assert statuses(outcomes[2:]) == {"Shortage": 6}
	assert reserved_and_actual([material]) == {material: (8, 8, 8)}


def test_runs_of_orders_over_each_others_products_are_reversed_together(scratch, callers):
	"""The lower order's product is the upper one's material: their Bins meet in both orders."""
	raw, made, top = scratch.item("A-RAW"), scratch.item("B-MADE"), scratch.item("C-TOP")
	scratch.bom(made, {raw: 1})
	scratch.bom(top, {made: 1, raw: 1})
	scratch.stock(raw, 100)
	scratch.stock(made, 4)
	lower, upper = scratch.order(made, 8, fg_warehouse=scratch.plant.source_warehouse), scratch.order(top, 4)
	frappe.db.commit()
	for name in (lower.name, upper.name):
		assert together([callers.planner("orders.confirm", order=name)])[0].ok
	runs = completed(callers, order_now(upper.name), 1, count=4)
	runs += completed(callers, order_now(lower.name), 2, count=4)
	outcomes = together(reversals(callers, runs))
	assert statuses(outcomes) == {"Reversed": 8}, [outcome.traceback for outcome in outcomes]
	assert over_reserved([raw, made]) == []
	assert (scratch.actual(raw), scratch.actual(made)) == (100, 4)
