"""Orders take a new BOM while others do so too, start or cancel them: one effect each, and nothing is promised twice."""

from collections import Counter

import frappe

from tests.concurrency.conftest import PROCESSES
from tests.concurrency.test_one_order import confirmed, history, order_now
from tests.concurrency.test_scarce_stock import statuses, stocked
from tests.support.ledger import over_reserved, reserved_and_actual
from tests.support.workers import Call, together

CHANGE = {"reason": "ECO-17"}


def changed(scratch, order, per_unit: float) -> str:
	"""Another version of the order's product, of another material; its code. Committed."""
	(material,) = stocked(scratch, 1, qty=30)
	scratch.bom(order.item_code, {material: per_unit})
	frappe.db.commit()
	return material


def relocks(callers, names: list[str]) -> list[Call]:
	return [callers.planner("orders.relock", order=name, **CHANGE) for name in names]


def test_planners_who_relock_one_order_relock_it_once(scratch, callers):
	order = confirmed(scratch, callers, qty=10)
	before, after = order.materials[0].item_code, changed(scratch, order, per_unit=3)
	outcomes = together(relocks(callers, [order.name] * PROCESSES))
	assert statuses(outcomes) == {"Confirmed": PROCESSES}, [outcome.traceback for outcome in outcomes]
	assert Counter(outcome.answer["changed"] for outcome in outcomes) == {True: 1, False: PROCESSES - 1}
	assert {outcome.answer["bom_lock"] for outcome in outcomes} == {f"{order.name}-L2"}
	assert history(order.name) == {"Confirmed": 1, "Superseded": 1, "Relocked": 1}
	locks = frappe.get_all("BOM Lock", {"production_order": order.name}, pluck="status", order_by="name")
	assert locks == ["Superseded", "Active"]
	assert reserved_and_actual([before, after]) == {before: (0, 0, 1000), after: (30, 30, 30)}


def test_orders_that_are_relocked_together_share_what_the_new_version_takes(scratch, callers):
	first = confirmed(scratch, callers, qty=1)
	orders = [first.name] + [scratch.order(first.item_code, 1).name for _ in range(11)]
	frappe.db.commit()
	confirms = together([callers.planner("orders.confirm", order=name) for name in orders[1:]])
	assert statuses(confirms) == {"Confirmed": 11}
	before, after = first.materials[0].item_code, changed(scratch, first, per_unit=7)
	outcomes = together(relocks(callers, orders))
	assert statuses(outcomes) == {"Confirmed": 4, "Shortage": 8}, [outcome.traceback for outcome in outcomes]
	assert reserved_and_actual([before, after]) == {before: (16, 16, 1000), after: (28, 28, 30)}
	assert [len(order_now(name).materials) for name in orders] == [1] * 12
	assert Counter(history(name)["Relocked"] for name in orders) == {1: 4, 0: 8}


def test_an_order_is_relocked_before_it_starts_or_not_at_all(scratch, callers):
	order = confirmed(scratch, callers, qty=4)
	before, after = order.materials[0].item_code, changed(scratch, order, per_unit=3)
	start = callers.operator("runs.start", order=order.name, qty=1)
	outcomes = together([*relocks(callers, [order.name] * 4), *[start] * 4])
	assert statuses(outcomes[4:]) == {"Running": 4}, [outcome.traceback for outcome in outcomes]
	assert set(statuses(outcomes[:4])) <= {"Confirmed", "IllegalTransition"}
	relocked = int(any(outcome.ok for outcome in outcomes[:4]))
	assert sum(outcome.ok and outcome.answer["changed"] for outcome in outcomes[:4]) == relocked
	assert history(order.name) == {
		"Confirmed": 1,
		"In Progress": 1,
		"Running": 4,
		**({"Superseded": 1, "Relocked": 1} if relocked else {}),
	}
	(material,) = order_now(order.name).materials
	assert (material.item_code, material.reserved_qty) == ((after, 12) if relocked else (before, 8))
	assert over_reserved([before, after]) == []


def test_an_order_that_is_relocked_and_cancelled_holds_nothing(scratch, callers):
	order = confirmed(scratch, callers, qty=4)
	before, after = order.materials[0].item_code, changed(scratch, order, per_unit=3)
	cancel = callers.manager("orders.cancel", order=order.name, reason="not wanted")
	outcomes = together([*relocks(callers, [order.name] * 4), *[cancel] * 4])
	assert statuses(outcomes[4:]) == {"Cancelled": 4}, [outcome.traceback for outcome in outcomes]
	assert set(statuses(outcomes[:4])) <= {"Confirmed", "IllegalTransition"}
	assert history(order.name)["Cancelled"] == 1
	assert reserved_and_actual([before, after]) == {before: (0, 0, 1000), after: (0, 0, 30)}
