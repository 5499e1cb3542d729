"""Whatever breaks at whatever step of a relock, the order keeps its old promise whole; a deadlock is not noticed."""

from functools import partial
from itertools import cycle
from typing import Any

import frappe
import pytest

from production_orders.api import history, orders
from tests.support.faults import API, assert_survives, retried
from tests.support.orders import confirmed
from tests.support.sabotage import after, deadlocked, timed_out
from tests.support.workers import Call

pytestmark = pytest.mark.usefixtures("request_of_its_own")
STEPS = 40
"""At least so many functions take part; fewer means that the search for steps went blind."""
KILLED_AT = ("bom_lock:supersede", "confirmation:keep", "reservation_entry:sync", "bins:replace")


@pytest.fixture
def outdated(scratch):
	"""Committed orders of one product whose BOM has been replaced since: one part stays, one goes, one comes."""

	def make(count: int) -> list[str]:
		finished, kept, gone, new = (scratch.item(name) for name in ("FG", "KEPT", "GONE", "NEW"))
		scratch.bom(finished, {kept: 2, gone: 1})
		scratch.stocks(dict.fromkeys((kept, gone, new), (100_000, 1)))
		made = [scratch.order(finished, 10) for _order in range(count)]
		for order in made:
			confirmed(order)
		scratch.bom(finished, {kept: 3, new: 1})
		frappe.db.commit()
		return [order.name for order in made]

	return make


def relock(order: str) -> dict[str, Any]:
	return orders.relock(order=order, reason="ECO-17")


def test_a_relock_that_breaks_anywhere_has_not_happened(outdated, bicycle):
	(order,) = outdated(1)
	call = Call(bicycle.users["planner"].email, f"{API}.orders.relock", {"order": order, "reason": "ECO-17"})
	assert_survives(partial(relock, order), call, STEPS, KILLED_AT)
	assert relock(order)["changed"] is True
	frappe.db.commit()
	assert history.verify(order=order)["intact"] is True


def test_a_deadlock_at_any_step_of_a_relock_is_not_noticed(outdated):
	steps = retried(partial(relock, outdated(1)[0]))
	for step, order, fault in zip(steps, outdated(len(steps)), cycle((deadlocked, timed_out))):
		with after(step, fault):
			answer = relock(order)
		frappe.db.commit()
		assert (answer["changed"], answer["bom_lock"], len(answer["materials"])) == (
			True,
			f"{order}-L2",
			2,
		), step
		events = [row["event"] for row in history.events(order=order)]
		assert events == ["Confirmed", "Superseded", "Relocked"], step
