"""Whatever breaks at whatever step of a staging or its return, nothing stays half done."""

from collections.abc import Callable
from functools import partial

import frappe
import pytest

from production_orders.api import materials, orders
from tests.support.faults import API, assert_survives, history, retried
from tests.support.sabotage import after, deadlocked
from tests.support.staging import Floor
from tests.support.workers import Call

pytestmark = pytest.mark.usefixtures("request_of_its_own")
STEPS = 20
"""At least so many functions take part; fewer means that the search for steps went blind."""


@pytest.fixture
def committed(scratch) -> Callable[[int], tuple[Floor, list[str]]]:
	"""Committed, confirmed orders of ten that have everything reserved."""

	def make(count: int) -> tuple[Floor, list[str]]:
		floor = Floor(scratch)
		scratch.stock(floor.steel, 100_000)
		names = []
		for _ in range(count):
			order = floor.order(10)
			frappe.db.commit()
			orders.confirm(order=order.name)
			frappe.db.commit()
			names.append(order.name)
		return floor, names

	return make


def give_back(order: str):
	return materials.return_staged(order=order, reason="line change")


def test_a_staging_that_breaks_anywhere_has_not_happened(committed, bicycle):
	floor, [order] = committed(1)
	stage = partial(materials.stage, order=order)
	call = Call(bicycle.users["planner"].email, f"{API}.materials.stage", {"order": order})
	assert_survives(stage, call, STEPS)
	stage()
	frappe.db.commit()
	assert floor.stock() == {"store": (100_080, 0), "wip": (20, 20)}
	assert history(order) == {"Confirmed": 1, "Staged": 1}


def test_a_return_that_breaks_anywhere_has_not_happened(committed, bicycle):
	floor, [order] = committed(1)
	materials.stage(order=order)
	frappe.db.commit()
	arguments = {"order": order, "reason": "line change"}
	call = Call(bicycle.users["planner"].email, f"{API}.materials.return_staged", arguments)
	assert_survives(partial(give_back, order), call, STEPS)
	give_back(order)
	frappe.db.commit()
	assert floor.stock() == {"store": (100_100, 20), "wip": (0, 0)}


def test_a_deadlock_at_any_step_of_a_staging_is_not_noticed(committed):
	steps = retried(partial(materials.stage, order=committed(1)[1][0]))
	floor, names = committed(len(steps))
	for step, order in zip(steps, names, strict=True):
		with after(step, deadlocked):
			materials.stage(order=order)
		frappe.db.commit()
		assert frappe.db.count("Stock Entry", {"production_order": order}) == 1, step
		assert history(order) == {"Confirmed": 1, "Staged": 1}, step
	assert floor.stock()["wip"] == (20 * len(steps), 20 * len(steps))
