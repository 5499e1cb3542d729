"""Whatever breaks at whatever step of a relock, the order keeps its old promise whole; a deadlock is not noticed."""

from collections.abc import Iterator
from functools import partial
from itertools import cycle
from typing import Any

import frappe
import pytest

from production_orders.api import history, orders
from tests.support.orders import confirmed
from tests.support.sabotage import (
	AROUND_THE_UNIT,
	Fault,
	after,
	broken,
	deadlocked,
	killed,
	steps_of,
	timed_out,
)
from tests.support.state import fingerprint
from tests.support.workers import Call, alone, in_request

STEPS = 40
"""At least so many functions take part; fewer means that the search for steps went blind."""
KILLED_AT = ("bom_lock:supersede", "confirmation:keep", "reservation_entry:sync", "bins:replace")


@pytest.fixture(autouse=True)
def request_of_its_own(site) -> Iterator[None]:
	"""Only a unit that is a whole request starts over."""
	in_request()
	yield
	del frappe.local.request


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
	steps = steps_of(partial(relock, order))
	assert len(steps) >= STEPS
	before = fingerprint()
	for step in steps:
		with pytest.raises(Fault), after(step, broken):
			relock(order)
		frappe.db.rollback()
		assert fingerprint() == before, f"an exception after {step} left something"
	arguments = {"order": order, "reason": "ECO-17"}
	for step in [step for step in steps if step.rpartition(".")[2] in KILLED_AT]:
		call = Call(bicycle.users["planner"].email, "production_orders.api.orders.relock", arguments)
		outcome = alone(Call(call.user, call.method, call.arguments, partial(after, step, killed)))
		assert outcome.died, f"{step} was not reached: {outcome.traceback}"
		frappe.db.rollback()
		assert fingerprint() == before, f"a kill after {step} left something"
	assert relock(order)["changed"] is True
	frappe.db.commit()
	assert history.verify(order=order)["intact"] is True


def test_a_deadlock_at_any_step_of_a_relock_is_not_noticed(outdated):
	(probe,) = outdated(1)
	steps = [step for step in steps_of(partial(relock, probe)) if not step.startswith(AROUND_THE_UNIT)]
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
