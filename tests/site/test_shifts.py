"""A run that outlasts its operator: handed over, everybody's minutes and every standstill written down."""

import json
from datetime import datetime
from functools import partial

import frappe
import pytest

from production_orders import errors
from production_orders.api import runs
from production_orders.permissions import OPERATOR
from production_orders.services import clock as service_clock
from tests.support.orders import confirmed, events_of, started, value
from tests.support.state import quiet


@pytest.fixture
def order(scratch, product):
	"""A confirmed order of 10."""
	order = scratch.order(product.item, 10)
	confirmed(order)
	return order


@pytest.fixture
def clock(monkeypatch):
	"""`clock(2, 22)` sets the day of March and the hour that the floor's clock shows."""

	def at(day: int, hour: int, minute: int = 0) -> None:
		monkeypatch.setattr(service_clock, "now_datetime", lambda: datetime(2026, 3, day, hour, minute))

	return at


@pytest.fixture
def night(scratch) -> str:
	return scratch.user(OPERATOR)


def intervals(run: str) -> list[tuple]:
	fields = ["activity", "operator", "from_time", "to_time", "minutes"]
	rows = frappe.get_all("Production Run Interval", {"parent": run}, fields, order_by="idx", as_list=True)
	return [tuple(row) for row in rows]


def rows(table: str, run: str, *fields: str) -> list[tuple]:
	found = frappe.get_all(
		f"Production Run {table}", {"parent": run}, list(fields), order_by="idx", as_list=True
	)
	return [tuple(row) for row in found]


def details_of(order, event: str) -> list[dict]:
	found = frappe.get_all(
		"Production Event",
		{"production_order": order.name, "event": event},
		pluck="details",
		order_by="sequence",
	)
	return [json.loads(details) for details in found]


def test_a_run_is_handed_over_between_shifts_with_every_interval_under_its_operator(order, clock, night):
	clock(2, 14)
	run = started(order)
	clock(2, 22)
	answer = runs.hand_over(run=run, operator=night, reason="end of shift")
	assert answer == {
		"run": run,
		"status": "Running",
		"order": order.name,
		"order_status": "In Progress",
		"qty": 10,
		"operator": night,
	}
	clock(3, 2)
	runs.pause(run=run, reason="break")
	clock(3, 2, 30)
	runs.resume(run=run)
	clock(3, 6)
	runs.complete(run=run, produced_qty=10)

	def at(day, hour, minute=0):
		return datetime(2026, 3, day, hour, minute)

	assert intervals(run) == [
		("Running", "Administrator", at(2, 14), at(2, 22), 480),
		("Running", night, at(2, 22), at(3, 2), 240),
		("Paused", night, at(3, 2), at(3, 2, 30), 30),
		("Running", night, at(3, 2, 30), at(3, 6), 210),
	]
	assert value("Production Run", run, "operator", "run_minutes") == (night, 930)
	assert details_of(order, "Handed Over") == [
		{"from_operator": "Administrator", "operator": night, "reason": "end of shift"}
	]


def test_a_paused_run_is_handed_over_and_stays_paused(order, clock, night):
	clock(2, 8)
	run = started(order)
	clock(2, 9)
	runs.pause(run=run, reason="no material")
	clock(2, 10)
	assert runs.hand_over(run=run, operator=night)["status"] == "Paused"
	clock(2, 11)
	runs.resume(run=run)
	assert [(activity, operator, minutes) for activity, operator, *_when, minutes in intervals(run)] == [
		("Running", "Administrator", 60),
		("Paused", "Administrator", 60),
		("Paused", night, 60),
		("Running", night, 0),
	]


def test_handing_over_to_whoever_has_the_run_is_quiet(order, night):
	run = started(order, operator=night)
	with quiet():
		assert runs.hand_over(run=run, operator=night)["operator"] == night


@pytest.mark.parametrize("who", ["nobody@test.example", "disabled", "without role"])
def test_a_run_is_handed_over_only_to_whoever_may_work_on_it(order, scratch, unchanged, who):
	run = started(order)
	if who != "nobody@test.example":
		who, kind = scratch.user(*([OPERATOR] if who == "disabled" else [])), who
		frappe.db.set_value("User", who, "enabled", int(kind != "disabled"))
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.hand_over(run=run, operator=who)
	assert [detail["field"] for detail in refusal.value.details] == ["operator"]
	assert who in str(refusal.value)
	assert value("Production Run", run, "operator") == "Administrator"


def test_a_run_is_not_started_for_whoever_may_not_work_on_it(order, scratch, unchanged):
	with unchanged(), pytest.raises(errors.InvalidInput):
		started(order, operator=scratch.user())


def test_a_run_is_for_operators_of_its_company(order, night, unchanged):
	run = started(order, qty=1)
	permission = {"user": night, "allow": "Company", "for_value": "Paint Works"}
	frappe.get_doc({"doctype": "User Permission", **permission}).insert()
	for work in (partial(started, order, qty=1), partial(runs.hand_over, run=run)):
		with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
			work(operator=night)
		assert [detail["field"] for detail in refusal.value.details] == ["operator"]
		assert f"{night} may not work for Bicycle Works" in str(refusal.value)


def test_only_minutes_of_employees_of_its_company_are_counted(order, unchanged):
	run = started(order)
	ours, theirs = ({"minutes": 5, "employee": employee(name)} for name in ("Bicycle Works", "Paint Works"))
	runs.log_labour(run=run, **ours)
	log = partial(runs.log_labour, run=run, **theirs)
	complete = partial(runs.complete, run=run, produced_qty=10, labour=[ours, theirs])
	for work, field in ((log, "employee"), (complete, "labour.1.employee")):
		with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
			work()
		assert [detail["field"] for detail in refusal.value.details] == [field]
		assert f"{theirs['employee']} is no employee of Bicycle Works" in str(refusal.value)


def employee(company: str) -> str:
	facts = {"gender": "Female", "date_of_birth": "1990-05-01", "date_of_joining": "2020-01-01"}
	return frappe.get_doc(doctype="Employee", first_name="Ada", company=company, **facts).insert().name


def test_a_run_that_runs_changes_its_operator_by_handing_over_only(order, night):
	run = frappe.get_doc("Production Run", started(order))
	run.operator = night
	with pytest.raises(errors.ReadOnly) as refusal:
		run.save()
	assert [detail["field"] for detail in refusal.value.details] == ["operator"]


def test_a_planned_run_is_started_by_whoever_takes_it(order, night):
	run = frappe.get_doc({"doctype": "Production Run", "production_order": order.name, "qty": 4}).insert()
	runs.start(order=order.name, run=run.name, operator=night, qty=3)
	assert value("Production Run", run.name, "operator", "qty") == (night, 3)
	assert intervals(run.name)[0][:2] == ("Running", night)


@pytest.mark.parametrize("action", ["hand_over", "log_labour", "log_downtime"])
@pytest.mark.parametrize("state", ["Planned", "Aborted", "Completed"])
def test_only_a_run_on_the_floor_is_handed_over_or_written_into(order, unchanged, action, state):
	if state == "Planned":
		run = frappe.get_doc({"doctype": "Production Run", "production_order": order.name, "qty": 4})
		run = run.insert().name
	else:
		run = started(order)
		end = {"Aborted": (runs.abort, {"reason": "x"}), "Completed": (runs.complete, {"produced_qty": 10})}
		method, arguments = end[state]
		method(run=run, **arguments)
	given = {
		"hand_over": {"operator": "Administrator"},
		"log_labour": {"minutes": 5},
		"log_downtime": {"minutes": 5, "reason": "no air"},
	}[action]
	with unchanged(), pytest.raises(errors.IllegalTransition) as refusal:
		getattr(runs, action)(run=run, **given)
	assert refusal.value.details["status"] == state


def test_several_operators_have_their_own_minutes_across_shifts(order, night):
	run = started(order)
	runs.log_labour(run=run, minutes=20, activity="Setup", hour_rate=30)
	runs.log_labour(run=run, minutes=400, hour_rate=24)
	runs.hand_over(run=run, operator=night)
	answer = runs.log_labour(run=run, minutes=60, hour_rate=36)
	assert [(row["activity"], row["minutes"], row["hour_rate"]) for row in answer["labour"]] == [
		("Setup", 20, 30),
		("Run", 400, 24),
		("Run", 60, 36),
	]
	runs.complete(run=run, produced_qty=10)
	assert rows("Labour", run, "activity", "minutes", "hour_rate", "amount") == [
		("Setup", 20, 30, 10),
		("Run", 400, 24, 160),
		("Run", 60, 36, 36),
	]
	assert value("Production Run", run, "setup_minutes", "labour_cost") == (20, 206)
	assert [details["minutes"] for details in details_of(order, "Labour Logged")] == [20, 400, 60]


def test_downtime_is_logged_while_the_run_goes_on_and_stays_apart_from_run_and_setup(order, clock):
	station = frappe.get_doc(
		{"doctype": "Workstation", "workstation_name": f"Press {frappe.generate_hash(length=6)}"}
	).insert()
	clock(2, 8)
	run = started(order, workstation=station.name)
	answer = runs.log_downtime(run=run, reason="no air", minutes=7)
	assert answer["status"] == "Running"
	assert answer["downtime"] == [{"reason": "no air", "minutes": 7, "workstation": station.name}]
	runs.pause(run=run, reason="waiting")
	runs.log_downtime(run=run, reason="no light", minutes=5.5)
	runs.resume(run=run)
	runs.log_labour(run=run, activity="Setup", minutes=15, hour_rate=40)
	clock(2, 9)
	runs.complete(run=run, produced_qty=10)
	assert rows("Downtime", run, "reason", "minutes", "workstation") == [
		("no air", 7, station.name),
		("no light", 5.5, station.name),
	]
	assert value("Production Run", run, "run_minutes", "setup_minutes", "downtime_minutes") == (60, 15, 12.5)


def test_minutes_given_at_completion_stand_for_those_logged(order):
	run = started(order)
	runs.log_labour(run=run, minutes=400, hour_rate=24)
	runs.log_downtime(run=run, reason="no air", minutes=7)
	runs.complete(
		run=run,
		produced_qty=10,
		labour=[{"minutes": 300, "hour_rate": 24}],
		downtime=[{"reason": "no water", "minutes": 9}],
	)
	assert rows("Labour", run, "minutes", "amount") == [(300, 120)]
	assert rows("Downtime", run, "reason", "minutes") == [("no water", 9)]


def test_an_empty_list_at_completion_takes_what_was_logged_back(order):
	run = started(order)
	runs.log_labour(run=run, minutes=400, hour_rate=24)
	runs.log_downtime(run=run, reason="no air", minutes=7)
	runs.complete(run=run, produced_qty=10, labour=[], downtime=[])
	assert rows("Labour", run, "minutes") == rows("Downtime", run, "minutes") == []
	assert value("Production Run", run, "downtime_minutes", "labour_cost", "downtime_cost") == (0, 0, 0)
	assert len(details_of(order, "Labour Logged")) == 1


@pytest.mark.parametrize(
	("method", "arguments", "field"),
	[
		("log_labour", {"minutes": 0}, "minutes"),
		("log_labour", {"minutes": 5, "activity": "Sleep"}, "activity"),
		("log_labour", {"minutes": 5, "hour_rate": -1}, "hour_rate"),
		("log_downtime", {"minutes": 5, "reason": " "}, "reason"),
		("log_downtime", {"minutes": 0, "reason": "no air"}, "minutes"),
	],
)
def test_what_cannot_be_is_not_logged(order, unchanged, method, arguments, field):
	run = started(order)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		getattr(runs, method)(run=run, **arguments)
	assert [detail["field"] for detail in refusal.value.details] == [field]


@pytest.mark.parametrize(
	("method", "arguments"),
	[
		("log_labour", {"minutes": 5, "employee": "HR-EMP-99999"}),
		("log_downtime", {"minutes": 5, "reason": "no air", "workstation": "No Such Press"}),
	],
)
def test_nobody_and_no_place_that_is_unknown_is_logged(order, unchanged, method, arguments):
	run = started(order)
	with unchanged(), pytest.raises(frappe.LinkValidationError):
		getattr(runs, method)(run=run, **arguments)


def test_several_runs_of_one_order_go_on_in_parallel_each_with_its_own_clock_and_log(order, clock, night):
	clock(2, 8)
	first, second = started(order, qty=6), started(order, qty=4, operator=night)
	clock(2, 9)
	runs.pause(run=first, reason="lunch")
	runs.log_labour(run=second, minutes=30, hour_rate=20)
	clock(2, 10)
	runs.complete(run=second, produced_qty=4)
	runs.resume(run=first)
	clock(2, 12)
	runs.complete(run=first, produced_qty=6)
	assert value("Production Run", first, "run_minutes", "operator") == (180, "Administrator")
	assert value("Production Run", second, "run_minutes", "operator") == (120, night)
	assert rows("Labour", first, "minutes") == []
	assert rows("Labour", second, "minutes") == [(30,)]
	assert value("Production Order", order.name, "produced_qty", "open_qty") == (10, 0)
	assert [event for _sequence, event, _subject in events_of(order)] == [
		"Confirmed",
		"Running",
		"In Progress",
		"Running",
		"Paused",
		"Labour Logged",
		"Completed",
		"Running",
		"Completed",
	]
