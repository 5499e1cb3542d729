"""What it means to survive a fault: nothing half done after it, and another try of which nobody notices."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import frappe
import pytest

from production_orders.services import events
from tests.support.sabotage import AROUND_THE_UNIT, Fault, after, broken, killed, steps_of
from tests.support.state import fingerprint
from tests.support.workers import Call, alone

API = "production_orders.api"


def assert_survives(
	unit: Callable[[], Any], call: Call, at_least: int, killed_at: tuple[str, ...] = ()
) -> None:
	"""An exception and a killed process after every step leave everything as it was.

	Processes take their time: `killed_at` names the last parts of the steps that are worth one.
	"""
	steps = steps_of(unit)
	assert len(steps) >= at_least
	before = fingerprint()
	for step in steps:
		with pytest.raises(Fault), after(step, broken):
			unit()
		frappe.db.rollback()
		assert fingerprint() == before, f"an exception after {step} left something"
	for step in filter(lambda step: step.endswith(killed_at or ""), steps):
		outcome = alone(Call(call.user, call.method, call.arguments, partial(after, step, killed)))
		assert outcome.died, f"{step} was not reached: {outcome.traceback}"
		frappe.db.rollback()
		assert fingerprint() == before, f"a kill after {step} left something"


def retried(unit: Callable[[], Any]) -> list[str]:
	"""Steps after which a deadlock starts the unit over."""
	return [step for step in steps_of(unit) if not step.startswith(AROUND_THE_UNIT)]


def history(order: str) -> Counter[str]:
	"""How often each event is in an order's intact chain."""
	assert events.verify(frappe.get_doc("Production Order", order)) == []
	return Counter(event.event for event, _hash in events.of(order))
