"""States x routes x targets: only the legal edges of the design's table move, whatever route a client takes."""

import frappe
import pytest

from production_orders.domain.lifecycle import (
	CANCELLED,
	COMPLETED,
	CONFIRMED,
	DOCSTATUS,
	DRAFT,
	IN_PROGRESS,
	PLANNED,
	REVERSED,
	RUNNING,
	TABLES,
)
from tests.http import routes
from tests.http.cast import ORDER, RUN, STATUSES, order_of

EVERY_STATUS = [(doctype, status) for doctype in (ORDER, RUN) for status in STATUSES[doctype]]


def assert_refused(outcome: routes.Outcome, route: str) -> None:
	"""With 409 from us, or 417 where Frappe itself refuses to touch a cancelled document."""
	assert outcome.refused, f"{route}: {outcome.text}"
	assert outcome.status in (200, 409, 417), f"{route}: {outcome.text}"
	if outcome.status == 409:
		assert "Traceback" not in outcome.text
		assert outcome.code in ("illegal_transition", "read_only")


@pytest.mark.parametrize(("doctype", "status"), EVERY_STATUS)
def test_no_write_sets_a_status(cast, admin, untouched, doctype, status):
	name = cast.settled(doctype, status)
	with untouched(order_of(doctype, name)):
		for route, write in routes.WRITES.items():
			for target in set(STATUSES[doctype]) - {status}:
				assert_refused(write(admin, doctype, name, {"status": target}), route)


@pytest.mark.parametrize(("doctype", "status"), EVERY_STATUS)
def test_no_write_reaches_a_status_by_a_docstatus_that_no_edge_leads_to(
	cast, admin, untouched, doctype, status
):
	name = cast.settled(doctype, status)
	last = CANCELLED if doctype == ORDER else REVERSED
	wishes = {(docstatus, target) for docstatus in (1, 2) for target in (COMPLETED, last)}
	with untouched(order_of(doctype, name)):
		for route, write in routes.WRITES.items():
			for docstatus, target in wishes - _legal_wishes(doctype, status):
				if target != status:
					values = {"docstatus": docstatus, "status": target}
					assert_refused(write(admin, doctype, name, values), route)


def _legal_wishes(doctype: str, status: str) -> set[tuple[int, str]]:
	"""What a Workflow's own buttons write: the next status and the docstatus it has."""
	if doctype == RUN:
		return set()
	return {(DOCSTATUS[ORDER][target], target) for target in TABLES[ORDER][status]}


@pytest.mark.parametrize(("doctype", "status"), [edge for edge in EVERY_STATUS if edge != (ORDER, DRAFT)])
def test_only_a_draft_order_is_submitted(cast, admin, untouched, doctype, status):
	"""Submitting what is submitted already is a save that changes nothing."""
	name = cast.settled(doctype, status)
	is_submitted = DOCSTATUS[doctype][status] == 1
	with untouched(order_of(doctype, name), but=("modified", "modified_by") if is_submitted else ()):
		for route, submit in routes.SUBMITS.items():
			outcome = submit(admin, doctype, name)
			if not is_submitted:
				assert_refused(outcome, route)


@pytest.mark.parametrize(
	("doctype", "status"),
	[edge for edge in EVERY_STATUS if edge not in ((ORDER, CONFIRMED), (ORDER, IN_PROGRESS))],
)
def test_only_an_open_order_is_cancelled(cast, admin, untouched, doctype, status):
	name = cast.settled(doctype, status)
	with untouched(order_of(doctype, name)):
		for route, cancel in routes.CANCELS.items():
			assert_refused(cancel(admin, doctype, name), route)


@pytest.mark.parametrize("status", [RUNNING, COMPLETED])
def test_an_order_with_a_run_that_made_or_makes_something_is_not_cancelled(cast, admin, untouched, status):
	order = order_of(RUN, cast.settled(RUN, status))
	with untouched(order):
		for route, cancel in CANCELLING.items():
			if route != "bulk_workflow_approval":
				assert_refused(cancel(admin, ORDER, order), route)


@pytest.mark.parametrize(
	("doctype", "status"), [edge for edge in EVERY_STATUS if edge not in ((ORDER, DRAFT), (RUN, PLANNED))]
)
def test_what_has_left_its_first_status_is_never_deleted(cast, admin, untouched, doctype, status):
	name = cast.settled(doctype, status)
	with untouched(order_of(doctype, name)):
		for route, delete in routes.DELETES.items():
			assert_refused(delete(admin, doctype, name), route)


@pytest.mark.parametrize(("doctype", "status"), EVERY_STATUS)
def test_nothing_is_renamed(cast, admin, untouched, doctype, status):
	name = cast.settled(doctype, status)
	with untouched(order_of(doctype, name)):
		for route, rename in routes.RENAMES.items():
			assert_refused(rename(admin, doctype, name), route)


@pytest.mark.parametrize(("doctype", "status"), [(ORDER, CANCELLED), (RUN, REVERSED)])
def test_nothing_is_amended(cast, admin, untouched, doctype, status):
	name = cast.settled(doctype, status)
	with untouched(order_of(doctype, name)):
		for route, amend in routes.AMENDS.items():
			assert_refused(amend(admin, doctype, name), route)


@pytest.mark.parametrize(("doctype", "status"), EVERY_STATUS)
def test_a_workflow_action_that_needs_a_report_or_has_no_edge_is_refused(
	cast, admin, untouched, doctype, status
):
	name = cast.settled(doctype, status)
	with untouched(order_of(doctype, name)):
		for action in _actions_beyond_docstatus(doctype, status):
			assert_refused(routes.apply_workflow(action)(admin, doctype, name), action)
			routes.bulk_workflow_approval(action)(admin, doctype, name)


def _actions_beyond_docstatus(doctype: str, status: str) -> list[str]:
	"""All but confirming and cancelling an order, which submit and cancel say in full."""
	every = {action for edges in TABLES[doctype].values() for action in edges.values()}
	legal = set(TABLES[doctype][status].values())
	return sorted(every - (legal & {"Confirm", "Cancel"}))


CONFIRMING = {
	**routes.SUBMITS,
	"apply_workflow": routes.apply_workflow("Confirm"),
	"bulk_workflow_approval": routes.bulk_workflow_approval("Confirm"),
}
CANCELLING = {
	**routes.CANCELS,
	"apply_workflow": routes.apply_workflow("Cancel"),
	"bulk_workflow_approval": routes.bulk_workflow_approval("Cancel"),
}


@pytest.mark.parametrize("route", CONFIRMING)
def test_a_draft_submitted_by_any_route_is_confirmed_with_lock_reservation_and_event(cast, server, route):
	order = cast.fresh(ORDER, DRAFT)
	outcome = CONFIRMING[route](server.as_("planner"), ORDER, order)
	assert not outcome.refused, outcome.text
	frappe.db.rollback()
	doc = frappe.get_doc(ORDER, order)
	assert (doc.status, doc.docstatus, doc.bom_lock) == (CONFIRMED, 1, f"{order}-L1")
	assert [(row.item_code, row.reserved_qty) for row in doc.materials] == [(cast.material, 20)]
	assert held(order) == [("Reserved", 1, 20)]
	assert history(order) == ["Confirmed"]


@pytest.mark.parametrize("route", CANCELLING)
@pytest.mark.parametrize("status", [CONFIRMED, IN_PROGRESS])
def test_an_open_order_cancelled_by_any_route_gives_its_reservation_back(cast, server, route, status):
	order = cast.fresh(ORDER, CONFIRMED)
	if status == IN_PROGRESS:
		started = server.as_("operator").write("runs.start", order=order).json()["message"]
		server.as_("operator").write("runs.abort", run=started["run"], reason="wrong tool")
	outcome = CANCELLING[route](server.as_("planner"), ORDER, order)
	assert not outcome.refused, outcome.text
	frappe.db.rollback()
	assert frappe.db.get_value(ORDER, order, ["status", "docstatus"]) == (CANCELLED, 2)
	assert held(order) == [("Cancelled", 2, 0)]
	assert history(order)[-1] == "Cancelled"
	assert history(order).count("Cancelled") == 1


@pytest.mark.parametrize("route", routes.DELETES)
@pytest.mark.parametrize(("doctype", "status"), [(ORDER, DRAFT), (RUN, PLANNED)])
def test_a_document_that_promised_nothing_yet_may_be_deleted(cast, server, doctype, status, route):
	name = cast.fresh(doctype, status)
	outcome = routes.DELETES[route](server.as_("manager"), doctype, name)
	assert not outcome.refused, outcome.text
	frappe.db.rollback()
	assert not frappe.db.exists(doctype, name)


@pytest.mark.parametrize("status", STATUSES[ORDER])
def test_writing_the_status_it_has_is_quiet(cast, server, status):
	order = cast.fresh(ORDER, status)
	before = history(order)
	response = server.as_("planner").put(routes.resource(ORDER, order), status=status)
	assert response.status_code == (417 if status == CANCELLED else 200)
	assert history(order) == before
	assert frappe.db.get_value(ORDER, order, "status") == status


@pytest.mark.parametrize("status", [status for status in STATUSES[ORDER] if status != DRAFT])
def test_an_order_is_born_a_draft(cast, admin, status):
	response = admin.post(routes.resource(ORDER), **new_order(cast), status=status)
	assert response.status_code == 409
	assert response.json()["error"]["code"] == "illegal_transition"


@pytest.mark.parametrize(("docstatus", "refusal"), [(1, 409), (2, 417)])
def test_no_order_is_posted_as_submitted_or_cancelled(cast, admin, docstatus, refusal):
	before = frappe.db.count(ORDER)
	response = admin.post(routes.resource(ORDER), **new_order(cast), docstatus=docstatus)
	frappe.db.rollback()
	assert response.status_code == refusal, response.text
	assert frappe.db.count(ORDER) == before


def new_order(cast) -> dict[str, object]:
	plant = cast.scratch.plant
	return {
		"item_code": cast.product,
		"qty": 10,
		"company": plant.company,
		"source_warehouse": plant.source_warehouse,
		"fg_warehouse": plant.fg_warehouse,
	}


def held(order: str) -> list[tuple[str, int, float]]:
	rows = frappe.get_all(
		"Stock Reservation Entry",
		filters={"voucher_no": order},
		fields=["status", "docstatus", "reserved_qty"],
	)
	return [(row.status, row.docstatus, row.reserved_qty) for row in rows]


def history(order: str) -> list[str]:
	frappe.db.rollback()
	events = frappe.get_all("Production Event", {"production_order": order}, ["event"], order_by="sequence")
	return [event.event for event in events]
