"""A run on the floor: started within what is open, its clock kept, aborted without a trace in stock."""

import json
from datetime import datetime

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, runs
from production_orders.services import clock as service_clock
from tests.support.orders import confirmed, events_of, running, started, value
from tests.support.state import quiet


@pytest.fixture
def order(scratch, product):
	"""A confirmed order of 10."""
	order = scratch.order(product.item, 10)
	confirmed(order)
	return order


@pytest.fixture
def clock(monkeypatch):
	"""`clock(8, 30)` sets the time of day that the floor's clock shows."""

	def at(hour: int, minute: int) -> None:
		monkeypatch.setattr(service_clock, "now_datetime", lambda: datetime(2026, 3, 2, hour, minute))

	return at


def test_the_first_run_puts_the_order_in_progress(order):
	answer = runs.start(order=order.name)
	assert answer == {
		"run": f"{order.name}-R01",
		"status": "Running",
		"order": order.name,
		"order_status": "In Progress",
		"qty": 10,
	}
	assert value("Production Order", order.name, "status", "docstatus") == ("In Progress", 1)
	assert value("Production Run", answer["run"], "status", "docstatus", "operator", "item_code") == (
		"Running",
		0,
		"Administrator",
		order.item_code,
	)
	assert events_of(order) == [
		(1, "Confirmed", order.name),
		(2, "Running", answer["run"]),
		(3, "In Progress", order.name),
	]


def test_the_timeline_of_a_started_run_tells_what_changed_and_no_empty_numbers(order):
	run = started(order, qty=4)
	(version,) = frappe.get_all("Version", {"ref_doctype": "Production Run", "docname": run}, pluck="data")
	changed = [field for field, _before, _after in json.loads(version)["changed"]]
	assert changed == ["status", "operator", "started_at"]


def test_runs_are_numbered_and_the_second_one_leaves_the_order_in_progress(order):
	assert [started(order, qty=3), started(order, qty=2)] == [f"{order.name}-R01", f"{order.name}-R02"]
	assert [event for _sequence, event, _subject in events_of(order)] == [
		"Confirmed",
		"Running",
		"In Progress",
		"Running",
	]


def test_a_run_without_a_quantity_takes_what_no_other_run_is_making(order):
	started(order, qty=3)
	assert runs.start(order=order.name)["qty"] == 7


def test_runs_together_stay_within_what_is_open(order, unchanged):
	started(order, qty=6)
	with unchanged(), pytest.raises(errors.ToleranceExceeded) as refusal:
		started(order, qty=5)
	assert refusal.value.details == [{"planned": 4, "actual": 5, "tolerance": 0}]


def test_the_over_production_tolerance_widens_what_runs_may_take(scratch, unchanged):
	order = scratch.simple_order(qty=10, stock=100, over_production_tolerance=20)
	running(order, qty=10)
	with unchanged(), pytest.raises(errors.ToleranceExceeded):
		started(order, qty=3)
	assert runs.start(order=order.name, qty=2)["qty"] == 2


@pytest.mark.parametrize("qty", [0, -1, "NaN", 1.5, 10**10])
def test_a_run_needs_a_quantity_that_can_be_counted(order, unchanged, qty):
	with unchanged(), pytest.raises((errors.InvalidInput, errors.ToleranceExceeded)):
		started(order, qty=qty)


@pytest.mark.parametrize("state", ["Draft", "Completed", "Cancelled"])
def test_only_a_confirmed_order_takes_runs(scratch, unchanged, state):
	order = scratch.simple_order(qty=10, stock=100)
	if state != "Draft":
		confirmed(order)
	if state == "Completed":
		orders.complete(order=order.name, produced_qty=10)
	if state == "Cancelled":
		orders.cancel(order=order.name, reason="no demand")
	with unchanged(), pytest.raises(errors.IllegalTransition) as refusal:
		started(order, qty=1)
	assert (refusal.value.details["status"], refusal.value.details["target"]) == (state, "In Progress")


def test_a_fully_made_order_takes_no_further_run(order, unchanged):
	runs.complete(run=started(order), produced_qty=10)
	with unchanged(), pytest.raises(errors.ProductionOrdersError):
		started(order)


def test_a_planned_run_is_started_by_name(order):
	run = frappe.get_doc({"doctype": "Production Run", "production_order": order.name, "qty": 4}).insert()
	assert (run.name, run.status) == (f"{order.name}-R01", "Planned")
	assert value("Production Order", order.name, "status") == "Confirmed"
	answer = runs.start(order=order.name, run=run.name)
	assert (answer["run"], answer["status"], answer["order_status"]) == (run.name, "Running", "In Progress")
	assert runs.start(order=order.name)["qty"] == 6


def test_a_planned_run_of_another_order_is_not_started(scratch, order, unchanged):
	other = scratch.simple_order(qty=10, stock=100)
	confirmed(other)
	run = frappe.get_doc({"doctype": "Production Run", "production_order": other.name, "qty": 4}).insert()
	with unchanged(), pytest.raises(errors.ProductionOrdersError):
		runs.start(order=order.name, run=run.name)


def test_a_planned_run_counts_against_what_is_open(order, unchanged):
	frappe.get_doc({"doctype": "Production Run", "production_order": order.name, "qty": 4}).insert()
	with unchanged(), pytest.raises(errors.ToleranceExceeded):
		started(order, qty=7)


def test_every_interval_is_kept_and_only_running_time_counts(order, clock):
	clock(8, 0)
	run = started(order)
	clock(8, 30)
	assert runs.pause(run=run, reason="lunch")["status"] == "Paused"
	clock(8, 45)
	assert runs.resume(run=run)["status"] == "Running"
	clock(9, 55)
	runs.complete(run=run, produced_qty=10)
	intervals = frappe.get_all(
		"Production Run Interval",
		{"parent": run},
		["activity", "from_time", "to_time", "minutes", "reason"],
		order_by="idx",
		as_list=True,
	)

	def at(hour, minute):
		return datetime(2026, 3, 2, hour, minute)

	assert [(*row[:4], row[4] or "") for row in intervals] == [
		("Running", at(8, 0), at(8, 30), 30, ""),
		("Paused", at(8, 30), at(8, 45), 15, "lunch"),
		("Running", at(8, 45), at(9, 55), 70, ""),
	]
	assert value("Production Run", run, "started_at", "ended_at", "run_minutes") == (
		at(8, 0),
		at(9, 55),
		100,
	)


def test_pausing_a_paused_run_is_quiet(order):
	run = started(order)
	runs.pause(run=run, reason="lunch")
	with quiet():
		assert runs.pause(run=run, reason="again")["status"] == "Paused"
	runs.resume(run=run)
	with quiet():
		assert runs.resume(run=run)["status"] == "Running"


def test_a_paused_run_may_be_completed(order):
	run = started(order)
	runs.pause(run=run, reason="lunch")
	assert runs.complete(run=run, produced_qty=10)["status"] == "Completed"


def test_a_run_that_was_never_started_is_neither_paused_nor_completed(order, unchanged):
	run = frappe.get_doc({"doctype": "Production Run", "production_order": order.name, "qty": 4}).insert()
	with unchanged():
		with pytest.raises(errors.IllegalTransition):
			runs.pause(run=run.name, reason="lunch")
		with pytest.raises(errors.IllegalTransition):
			runs.complete(run=run.name, produced_qty=4)


def test_an_aborted_run_frees_its_quantity(order, scratch):
	run = started(order)
	answer = runs.abort(run=run, reason="wrong tool")
	assert (answer["status"], answer["order_status"]) == ("Aborted", "In Progress")
	assert value("Production Run", run, "docstatus", "stock_entry") == (0, None)
	assert runs.start(order=order.name)["qty"] == 10
	assert events_of(order)[3] == (4, "Aborted", run)


@pytest.mark.parametrize("action", ["pause", "resume", "complete"])
def test_an_aborted_run_stays_aborted(order, unchanged, action):
	run = started(order)
	runs.abort(run=run, reason="wrong tool")
	arguments = {"pause": {"reason": "x"}, "resume": {}, "complete": {"produced_qty": 1}}[action]
	with unchanged(), pytest.raises(errors.IllegalTransition) as refusal:
		getattr(runs, action)(run=run, **arguments)
	assert refusal.value.details["status"] == "Aborted"
	assert value("Production Run", run, "status") == "Aborted"


def test_aborting_twice_is_quiet(order):
	run = started(order)
	runs.abort(run=run, reason="wrong tool")
	with quiet():
		assert runs.abort(run=run, reason="again")["status"] == "Aborted"


@pytest.mark.parametrize("action", ["pause", "abort"])
def test_pausing_and_aborting_need_a_reason(order, unchanged, action):
	run = started(order)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		getattr(runs, action)(run=run, reason="")
	assert [problem["field"] for problem in refusal.value.details] == ["reason"]


def test_labour_and_downtime_are_kept_as_separate_figures(order):
	run = started(order)
	runs.complete(
		run=run,
		produced_qty=10,
		labour=[
			{"activity": "Setup", "minutes": 15, "hour_rate": 40},
			{"activity": "Run", "minutes": 90, "hour_rate": 32},
		],
		downtime=[{"reason": "no air", "minutes": 7}, {"reason": "no light", "minutes": 5.5}],
	)
	assert value("Production Run", run, "setup_minutes", "downtime_minutes") == (15, 12.5)
	rows = frappe.get_all(
		"Production Run Labour",
		{"parent": run},
		["activity", "minutes", "hour_rate", "amount"],
		order_by="idx",
		as_list=True,
	)
	assert [tuple(row) for row in rows] == [("Setup", 15, 40, 10), ("Run", 90, 32, 48)]


def test_allowed_actions_of_a_run_follow_its_status(order):
	def allowed(run):
		return {row["action"] for row in runs.allowed_actions(run=run)["actions"] if row["allowed"]}

	run = started(order)
	on_floor = {"complete", "hand_over", "log_labour", "log_downtime", "abort"}
	assert allowed(run) == {"pause", *on_floor}
	runs.pause(run=run, reason="lunch")
	assert allowed(run) == {"resume", *on_floor}
	runs.abort(run=run, reason="enough")
	assert allowed(run) == set()
