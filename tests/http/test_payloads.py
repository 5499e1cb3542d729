"""Forged payloads: what a client may not write stays as it was, however the write is dressed."""

import json
from typing import Any

import pytest

from production_orders.domain.lifecycle import (
	CANCELLED,
	COMPLETED,
	CONFIRMED,
	DRAFT,
	IN_PROGRESS,
	PLANNED,
	RUNNING,
)
from tests.http import routes
from tests.http.cast import ORDER, RUN, STATUSES, body, order_of

SYSTEM = {
	"bom_lock": "PRO-2026-99999-L1",
	"content_hash": "0" * 64,
	"event_head": "0" * 64,
	"event_count": 7,
	"run_count": 7,
	"produced_qty": 7,
	"open_qty": 7,
	"rejected_qty": 7,
	"process_loss_qty": 7,
	"rework_qty": 7,
	"closed_short_qty": 7,
	"materials": [{"item_code": "BICYCLE", "required_qty": 7, "reserved_qty": 7}],
	"amended_from": "self",
}
"""Written by services only, in every status of an order."""
COMMITMENT = {
	"qty": 99,
	"item_code": "BICYCLE",
	"bom_no": "",
	"bom_pinned": 1,
	"company": "Paint Works",
	"source_warehouse": "Scrap - BW",
	"fg_warehouse": "Scrap - BW",
	"scrap_warehouse": "",
	"rework_warehouse": "Scrap - BW",
	"wip_warehouse": "Scrap - BW",
	"shortage_policy": "Confirm with Shortages",
	"consumption_policy": "Strict",
	"consumption_tolerance": 50,
	"over_production_tolerance": 50,
	"under_production_tolerance": 50,
	"naming_series": "",
	"item_name": "Another",
	"stock_uom": "Kg",
	"owner": "planner@paint.example",
	"creation": "2001-01-01 00:00:00",
}
"""Decided at confirmation, or before."""
SCHEDULE = {
	"priority": "Urgent",
	"planned_start_date": "2026-12-01 06:00:00",
	"planned_end_date": "2026-12-02 06:00:00",
	"need_by_date": "2026-12-03",
	"notes": "<p>asked for by the customer</p>",
}
RUN_SYSTEM = {
	"production_order": "PRO-2026-99999",
	"produced_qty": 7,
	"rejected_qty": 7,
	"process_loss_qty": 7,
	"reject_reason": "bent",
	"rejects": [{"qty": 7, "reason": "bent"}],
	"rework_qty": 7,
	"is_rework": 1,
	"stock_entry": "self",
	"standard_cost": 7,
	"actual_cost": 7,
	"total_variance": 7,
	"labour_cost": 7,
	"recovered_cost": 7,
	"outputs": [{"item_code": "BICYCLE", "qty": 7}],
	"started_at": "2001-01-01 00:00:00",
	"ended_at": "2001-01-01 00:00:00",
	"posting_datetime": "2001-01-01 00:00:00",
	"run_minutes": 7,
	"downtime_minutes": 7,
	"run_number": 7,
	"consumption": [{"item_code": "BICYCLE", "qty": 7}],
	"labour": [{"minutes": 7}],
	"downtime": [{"minutes": 7, "reason": "lunch"}],
	"intervals": [{"status": "Running", "minutes": 7}],
	"amended_from": "self",
}
FETCHED = {"item_code": "BICYCLE", "item_name": "Another", "stock_uom": "Kg", "company": "Paint Works"}
"""A run's copies of what its order says; Frappe fetches them again before anybody can look."""
DISGUISES: dict[str, dict[str, Any]] = {
	"flags": {"flags": {"by_service": True, "ignore_permissions": True, "ignore_validate": True}},
	"islocal": {"__islocal": 1},
	"unsaved": {"__unsaved": 1},
	"action": {"_action": "save", "_doc_before_save": None},
	"draft again": {"docstatus": 0, "status": DRAFT},
	"cancelled": {"docstatus": 2},
	"cancelled with status": {"docstatus": 2, "status": CANCELLED},
}


def forged(values: dict[str, Any], name: str) -> dict[str, Any]:
	return {field: name if value == "self" else value for field, value in values.items()}


@pytest.mark.parametrize(
	("doctype", "status", "values"),
	[
		(ORDER, DRAFT, SYSTEM),
		(ORDER, CONFIRMED, SYSTEM | COMMITMENT),
		(ORDER, IN_PROGRESS, SYSTEM | COMMITMENT),
		(ORDER, COMPLETED, SYSTEM | COMMITMENT | SCHEDULE),
		(ORDER, CANCELLED, SYSTEM | COMMITMENT | SCHEDULE),
		*((RUN, status, RUN_SYSTEM) for status in STATUSES[RUN]),
		*(
			(RUN, status, {"qty": 1, "operator": "operator@bicycle.example"})
			for status in STATUSES[RUN]
			if status != PLANNED
		),
	],
)
def test_a_field_that_is_not_editable_now_is_not_written(cast, admin, untouched, doctype, status, values):
	name = cast.settled(doctype, status)
	with untouched(order_of(doctype, name)):
		answers = {
			field: routes.put(admin, doctype, name, {field: value})
			for field, value in forged(values, name).items()
		}
		assert [field for field, answer in answers.items() if not answer.refused] == []
	assert {answer.status for answer in answers.values()} <= {409, 417}


@pytest.mark.parametrize("status", [PLANNED, RUNNING])
def test_what_a_run_fetches_from_its_order_stays_fetched(cast, admin, untouched, status):
	run = cast.settled(RUN, status)
	with untouched(order_of(RUN, run), but=("modified", "modified_by")):
		for write in routes.WRITES.values():
			write(admin, RUN, run, FETCHED)


@pytest.mark.parametrize("route", routes.WRITES)
@pytest.mark.parametrize(
	("doctype", "status"),
	[(ORDER, status) for status in STATUSES[ORDER] if status != DRAFT]
	+ [(RUN, status) for status in STATUSES[RUN] if status != PLANNED],
)
def test_a_forbidden_field_is_not_written_under_any_disguise(cast, admin, untouched, doctype, status, route):
	name = cast.settled(doctype, status)
	with untouched(order_of(doctype, name)):
		for disguise, values in DISGUISES.items():
			outcome = routes.WRITES[route](admin, doctype, name, {**values, "qty": 99})
			assert outcome.refused, f"{disguise}: {outcome.text}"
			assert outcome.status in (200, 409, 417), f"{disguise}: {outcome.text}"


@pytest.mark.parametrize("values", [[], "changed", "doubled"], ids=["emptied", "changed", "doubled"])
@pytest.mark.parametrize(
	("doctype", "status", "table", "column"),
	[
		(ORDER, CONFIRMED, "materials", "reserved_qty"),
		(ORDER, COMPLETED, "materials", "consumed_qty"),
		(RUN, RUNNING, "intervals", "minutes"),
		(RUN, COMPLETED, "consumption", "qty"),
	],
)
def test_rows_of_a_table_stay_as_they_are(cast, admin, untouched, doctype, status, table, column, values):
	name = cast.settled(doctype, status)
	rows = body(doctype, name)[table]
	if values == "changed":
		values = [{**row, column: 777} for row in rows]
	elif values == "doubled":
		values = [*rows, {**rows[0], "name": None}]
	with untouched(order_of(doctype, name)):
		for route, write in routes.WRITES.items():
			assert write(admin, doctype, name, {table: values}).refused, route


@pytest.mark.parametrize(
	("doctype", "status", "table", "column"),
	[
		(ORDER, CONFIRMED, "materials", "reserved_qty"),
		(RUN, RUNNING, "intervals", "minutes"),
		(RUN, COMPLETED, "consumption", "qty"),
	],
)
def test_a_row_is_not_written_around_its_document(cast, admin, untouched, doctype, status, table, column):
	name = cast.settled(doctype, status)
	row = body(doctype, name)[table][0]
	with untouched(order_of(doctype, name)):
		for route, write in routes.WRITES.items():
			outcome = write(admin, row["doctype"], row["name"], {column: 777})
			assert outcome.refused, f"{route}: {outcome.text}"
		for route, delete in routes.DELETES.items():
			outcome = delete(admin, row["doctype"], row["name"])
			assert outcome.refused, f"{route}: {outcome.text}"
		for route in ("POST", "client.insert"):
			outcome = insert_row(admin, route, {**row, "name": None, column: 777})
			assert outcome.refused, f"{route}: {outcome.text}"


def insert_row(client: Any, route: str, row: dict[str, Any]) -> routes.Outcome:
	if route == "POST":
		return routes.single(client.post(routes.resource(row["doctype"]), **row))
	return routes.single(client.post(f"{routes.CLIENT}.insert", doc=json.dumps(row)))


@pytest.mark.parametrize("status", [CONFIRMED, IN_PROGRESS])
def test_the_schedule_of_an_open_order_may_be_changed(cast, server, untouched, status):
	order = cast.settled(ORDER, status)
	before = {field: value for field, value in body(ORDER, order).items() if field in SCHEDULE}
	with untouched(order, but=("modified", "modified_by", *SCHEDULE)):
		for route, write in routes.WRITES.items():
			outcome = write(server.as_("planner"), ORDER, order, SCHEDULE)
			assert not outcome.refused, f"{route}: {outcome.text}"
	now = body(ORDER, order)
	assert {field: now[field] for field in SCHEDULE} == SCHEDULE
	routes.put(server.as_("planner"), ORDER, order, {**dict.fromkeys(SCHEDULE), **before})


def test_every_forbidden_field_of_one_call_is_named(cast, admin):
	order = cast.settled(ORDER, CONFIRMED)
	response = admin.put(routes.resource(ORDER, order), qty=99, fg_warehouse="Scrap - BW", priority="High")
	error = response.json()["error"]
	assert (response.status_code, error["code"]) == (409, "read_only")
	assert {detail["field"] for detail in error["details"]} == {"qty", "fg_warehouse"}
	assert error["message"] == "\n".join(detail["problem"] for detail in error["details"])
	assert order in error["message"]
	assert CONFIRMED in error["message"]
