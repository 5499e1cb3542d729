"""Several people act on one order at the same moment: one effect each, no update is lost."""

from collections import Counter

import frappe

from production_orders.services import events
from tests.concurrency.conftest import PROCESSES
from tests.concurrency.test_scarce_stock import statuses
from tests.support.ledger import over_reserved, reserved_and_actual
from tests.support.workers import together


def order_now(name: str):
	"""The order as it is committed."""
	frappe.db.rollback()
	return frappe.get_doc("Production Order", name)


def history(name: str) -> Counter[str]:
	"""How often each event is in an unbroken history."""
	order = order_now(name)
	assert events.verify(order) == []
	return Counter(event.event for event, _hash in events.of(name))


def confirmed(scratch, callers, qty: float, stock: float = 1000, **values):
	"""A committed, confirmed order of a product that takes two of one material."""
	order = scratch.simple_order(qty=qty, stock=stock, **values)
	frappe.db.commit()
	outcome = together([callers.planner("orders.confirm", order=order.name)])[0]
	assert outcome.ok, outcome.traceback
	return order_now(order.name)


def running(callers, order, qty: float, count: int) -> list[str]:
	"""`count` running runs of an order."""
	outcomes = [
		together([callers.operator("runs.start", order=order.name, qty=qty)])[0] for _ in range(count)
	]
	return [outcome.answer["run"] for outcome in outcomes]


def test_planners_who_confirm_one_order_confirm_it_once(scratch, callers):
	order = scratch.simple_order(qty=5, stock=100)
	frappe.db.commit()
	calls = [
		callers.planner("orders.confirm", order=order.name),
		callers.manager("orders.confirm", order=order.name),
	]
	outcomes = together(calls * 4)
	assert statuses(outcomes) == {"Confirmed": 8}
	assert all(outcome.answer == outcomes[0].answer for outcome in outcomes)
	assert history(order.name) == {"Confirmed": 1}
	assert frappe.db.count("BOM Lock", {"production_order": order.name}) == 1
	assert frappe.db.count("Stock Reservation Entry", {"voucher_no": order.name}) == 1


def test_runs_that_start_together_stay_within_the_order(scratch, callers):
	order = confirmed(scratch, callers, qty=10)
	outcomes = together([callers.operator("runs.start", order=order.name, qty=1)] * PROCESSES)
	assert statuses(outcomes) == {"Running": 10, "ToleranceExceeded": 6}
	assert order_now(order.name).run_count == 10
	assert history(order.name) == {"Confirmed": 1, "Running": 10, "In Progress": 1}


def test_runs_that_complete_together_stay_within_the_tolerance_and_lose_no_update(scratch, callers):
	order = confirmed(scratch, callers, qty=16)
	calls = [
		callers.operator("runs.complete", run=run, produced_qty=6)
		for run in running(callers, order, 4, count=4)
	]
	outcomes = together(calls)
	assert statuses(outcomes) == {"Completed": 2, "ToleranceExceeded": 2}
	order, material = order_now(order.name), order_now(order.name).materials[0]
	assert (order.produced_qty, order.open_qty) == (12, 4)
	assert (material.reserved_qty, material.consumed_qty, material.delivered_qty) == (32, 24, 24)
	assert reserved_and_actual([material.item_code]) == {material.item_code: (8, 8, 976)}
	assert scratch.actual(order.item_code, order.fg_warehouse) == 12
	assert history(order.name)["Completed"] == 2


def test_orders_are_confirmed_while_runs_take_the_same_material(scratch, callers):
	orders = [confirmed(scratch, callers, qty=4, stock=0, shortage_policy="Confirm with Shortages")]
	material, product = orders[0].materials[0].item_code, orders[0].item_code
	scratch.stock(material, 32)
	drafts = [scratch.order(product, 4).name for _ in range(7)]
	frappe.db.commit()
	together([callers.planner("orders.confirm", order=name) for name in drafts[:3]])
	runs = [running(callers, order_now(name), 4, count=1)[0] for name in drafts[:3]]
	calls = [callers.operator("runs.complete", run=run, produced_qty=4) for run in runs]
	calls += [callers.planner("orders.confirm", order=name) for name in drafts[3:]]
	outcomes = together(calls)
	assert statuses(outcomes[:3]) == {"Completed": 3}
	assert statuses(outcomes[3:]) == {"Confirmed": 1, "Shortage": 3}
	assert reserved_and_actual([material]) == {material: (8, 8, 8)}
	assert over_reserved([material]) == []


def test_a_product_is_completed_while_it_is_reserved_as_a_material(scratch, callers):
	"""The lower order moves its product in while the upper ones lock it: the Bins meet in both orders."""
	raw, upper = scratch.item("A-RAW"), scratch.item("C-TOP")
	made = scratch.item("B-MADE")
	scratch.bom(made, {raw: 1})
	scratch.bom(upper, {made: 1, raw: 1})
	scratch.stock(raw, 100)
	scratch.stock(made, 4)
	lower = scratch.order(made, 8).name
	uppers = [scratch.order(upper, 1).name for _ in range(6)]
	frappe.db.commit()
	assert together([callers.planner("orders.confirm", order=lower)])[0].ok
	runs = running(callers, order_now(lower), 4, count=2)
	calls = [callers.operator("runs.complete", run=run, produced_qty=4) for run in runs]
	outcomes = together(calls + [callers.planner("orders.confirm", order=name) for name in uppers])
	assert statuses(outcomes) == {"Completed": 2, "Confirmed": 6}
	assert scratch.actual(made) == 4
	assert over_reserved([raw, made]) == []


def test_an_order_is_either_cancelled_or_started(scratch, callers):
	order = confirmed(scratch, callers, qty=4)
	material = order.materials[0].item_code
	outcomes = together(
		[
			callers.manager("orders.cancel", order=order.name, reason="not wanted"),
			callers.operator("runs.start", order=order.name, qty=4),
		]
		* 2
	)
	status = order_now(order.name).status
	if status == "Cancelled":
		assert statuses(outcomes) == {"Cancelled": 2, "IllegalTransition": 2}
		assert reserved_and_actual([material]) == {material: (0, 0, 1000)}
	else:
		assert status == "In Progress"
		assert statuses(outcomes) == {"Running": 1, "IllegalTransition": 2, "ToleranceExceeded": 1}
		assert reserved_and_actual([material]) == {material: (8, 8, 1000)}
