"""Whatever breaks after whatever statement of a write, nothing stays half done, and another try has one effect."""

from collections.abc import Callable
from functools import partial
from typing import Any

import frappe
import pytest

from tests.support.faults import API
from tests.support.sabotage import (
	Fault,
	Kind,
	after_statement,
	broken,
	deadlocked,
	disconnected,
	killed,
	statements_of,
	timed_out,
)
from tests.support.state import fingerprint
from tests.support.workers import Call, alone
from tests.support.writes import PATHS, Plant, plant_of

pytestmark = pytest.mark.usefixtures("request_of_its_own")
WRITES = ("insert", "update", "delete")
AROUND = ("begin", "start", "set", "rollback")
"""Sent by what retries, which is not itself retried."""
THROUGH = ("runs.complete", "runs.reverse")
"""Broken after every kind of statement and by every fault; the others after every kind that writes."""


@pytest.fixture
def plant(scratch) -> Plant:
	return plant_of(scratch)


@pytest.fixture
def call(plant, bicycle) -> Callable[[str], tuple[Callable[[], Any], Call]]:
	"""A write with all that it needs: to be called here, and by a worker."""

	def ready(method: str) -> tuple[Callable[[], Any], Call]:
		path = PATHS[method]
		path.ready(plant)
		frappe.db.commit()
		arguments = path.arguments(plant)
		function = frappe.get_attr(f"{API}.{method}")
		user = bicycle.users["manager"].email
		return partial(function, **arguments), Call(user, f"{API}.{method}", arguments)

	return ready


def boundaries(unit: Callable[[], Any], writes_only: bool) -> list[tuple[Kind, int]]:
	"""The first statement of every kind, and the last of every kind that writes; what is cached is not read."""
	first, later = statements_of(unit), statements_of(unit)
	found = []
	for kind, count in (first & later).items():
		if kind[0] in WRITES:
			found += [(kind, number) for number in sorted({1, count})]
		elif kind[0] not in AROUND and not writes_only:
			found.append((kind, 1))
	return found


@pytest.mark.parametrize("method", PATHS)
def test_an_exception_after_any_statement_leaves_nothing(call, method):
	unit, _worker = call(method)
	points = boundaries(unit, writes_only=method not in THROUGH)
	assert points
	before = fingerprint()
	for kind, number in points:
		with pytest.raises(Fault), after_statement(kind, number, broken):
			unit()
		frappe.db.rollback()
		assert fingerprint() == before, f"an exception after {kind} {number} left something"


@pytest.mark.parametrize("method", PATHS)
def test_a_deadlock_after_any_statement_is_not_noticed(call, method):
	unit, _worker = call(method)
	points = boundaries(unit, writes_only=method not in THROUGH)
	unit()
	once = fingerprint()["counts"]
	frappe.db.rollback()
	for turn, (kind, number) in enumerate(points):
		with after_statement(kind, number, (deadlocked, timed_out)[turn % 2]):
			unit()
		assert fingerprint()["counts"] == once, f"a deadlock after {kind} {number} did something else"
		frappe.db.rollback()


@pytest.mark.parametrize("method", PATHS)
@pytest.mark.parametrize("fault", [killed, disconnected])
def test_a_worker_that_dies_or_loses_the_database_leaves_nothing(call, method, fault):
	unit, worker = call(method)
	points = boundaries(unit, writes_only=True)
	points = points if method in THROUGH else points[:: max(1, len(points) // 3)]
	before = fingerprint()
	for kind, number in points:
		around = partial(after_statement, kind, number, fault)
		outcome = alone(Call(worker.user, worker.method, worker.arguments, around))
		assert not outcome.ok, f"after {kind} {number} somebody was told that it is done"
		frappe.db.rollback()
		assert fingerprint() == before, f"after {kind} {number} something was left"
	outcome = alone(worker)
	assert outcome.ok, outcome.traceback
	frappe.db.rollback()
	assert fingerprint() != before


def test_what_erpnext_remembers_of_an_undone_attempt_is_forgotten(call):
	"""The next attempt's voucher has the same name, and other entries may follow it by then."""
	unit, _worker = call("runs.complete")

	def remember_and_fail() -> None:
		frappe.local.future_sle = {"remembered": True}
		deadlocked()

	with after_statement(("insert", "tabStock Ledger Entry"), 1, remember_and_fail):
		assert unit()["status"] == "Completed"
	assert "remembered" not in frappe.local.future_sle
	frappe.db.rollback()
