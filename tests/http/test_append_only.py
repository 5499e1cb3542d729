"""What is written once is never written again: events, locks, requests, a run's posting and an order's reservations."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import frappe
import pytest

from production_orders import system
from production_orders.api import runs
from production_orders.domain.lifecycle import COMPLETED, CONFIRMED
from production_orders.services import audit
from tests.http import routes
from tests.http.cast import ORDER, RUN, body

CHANGES = {
	"Production Event": {"details": "{}"},
	"BOM Lock": {"content_hash": "0" * 64},
	"BOM Lock Line": {"qty_per_unit": 777},
	"Production Genealogy": {"qty": 777},
	"Production Request": {"response": "{}"},
	"Production Audit": {"findings": "All is well"},
	"Demand Peg": {"qty": 777},
	"Production Order Material": {"reserved_qty": 777},
	"Production Run Consumption": {"qty": 777},
	"Production Run Reject": {"qty": 777},
	"Production Run Interval": {"minutes": 777},
	"Production Run Labour": {"minutes": 777},
	"Production Run Downtime": {"minutes": 777},
}
ROWS = tuple(doctype for doctype in CHANGES if doctype.startswith(("Production Order ", "Production Run ")))
"""Rows of a document that people may write: a client adds one by writing the document."""
BESIDE = ("_user_tags", "_comments", "_assign", "_liked_by", "modified", "modified_by")


@pytest.fixture(scope="module")
def written(cast) -> tuple[str, dict[str, str]]:
	"""(order, {DocType: a row of it that hangs on the order}); its one run is completed."""
	order = cast.fresh(ORDER, CONFIRMED)
	run = runs.start(order=order, qty=4)["run"]
	rejects = [{"qty": 1, "reason": "scratched"}]
	labour, downtime = [{"minutes": 30}], [{"reason": "lunch", "minutes": 5}]
	key = f"key of {order}"
	runs.complete(
		run=run, produced_qty=3, rejects=rejects, labour=labour, downtime=downtime, idempotency_key=key
	)
	audit.verify_histories()
	peg = {"name": f"peg of {order}", "cause_type": ORDER, "cause": order, "qty": 1}
	system.insert_rows("Demand Peg", [peg])
	frappe.db.commit()
	of_order, of_run = {"production_order": order}, {"parent": run}
	where = {
		"Production Genealogy": of_order,
		"Production Event": of_order,
		"Production Audit": of_order,
		"BOM Lock": of_order,
		"BOM Lock Line": {"parent": f"{order}-L1"},
		"Production Request": {"idempotency_key": key},
		"Demand Peg": {"name": peg["name"]},
		"Production Order Material": {"parent": order},
	}
	return order, {doctype: frappe.db.get_value(doctype, where.get(doctype, of_run)) for doctype in CHANGES}


@pytest.fixture
def still(written) -> Callable[..., AbstractContextManager[None]]:
	"""Every column of the row itself stays, beside everything that hangs on its order."""

	@contextmanager
	def block(doctype: str, *, but: tuple[str, ...] = ()) -> Iterator[None]:
		before = row_of(doctype, written[1][doctype], but)
		yield
		assert row_of(doctype, written[1][doctype], but) == before

	return block


def row_of(doctype: str, name: str, but: tuple[str, ...]) -> dict[str, Any]:
	frappe.db.rollback()
	row = frappe.db.get_value(doctype, name, "*", as_dict=True)
	return {field: value for field, value in row.items() if field not in but}


@pytest.mark.parametrize("doctype", CHANGES)
def test_no_route_changes_deletes_or_renames_what_is_written(admin, untouched, still, written, doctype):
	order, names = written
	name = names[doctype]
	with untouched(order), still(doctype):
		for route, write in routes.WRITES.items():
			assert_refused(write(admin, doctype, name, CHANGES[doctype]), route)
		for route, act in {**routes.DELETES, **routes.RENAMES}.items():
			assert_refused(act(admin, doctype, name), route)


@pytest.mark.parametrize("doctype", [doctype for doctype in CHANGES if doctype not in ROWS])
def test_no_route_adds_a_row_by_hand(admin, untouched, written, doctype):
	order, names = written
	doc = {**body(doctype, names[doctype]), "name": None}
	with untouched(order):
		assert_refused(routes.single(admin.post(routes.resource(doctype), **doc)), "POST")
		insert = admin.post(f"{routes.CLIENT}.insert", doc=json.dumps(doc))
		assert_refused(routes.single(insert), "client.insert")


@pytest.mark.parametrize("doctype", ROWS)
def test_no_route_adds_a_row_to_what_is_written(admin, untouched, written, doctype):
	order, names = written
	doc = {**body(doctype, names[doctype]), "name": None}
	with untouched(order):
		insert = admin.post(f"{routes.CLIENT}.insert", doc=json.dumps(doc))
		assert_refused(routes.single(insert), "client.insert")


@pytest.mark.parametrize(
	"doctype", [doctype for doctype in CHANGES if doctype not in (*ROWS, "BOM Lock Line")]
)
def test_what_people_stick_on_it_is_harmless(admin, untouched, still, written, doctype):
	"""A tag, a comment, an assignment: beside what is written, and no part of any hash."""
	order, names = written
	beside = {"doctype": doctype, "name": names[doctype]}
	with untouched(order, but=BESIDE), still(doctype, but=BESIDE):
		tag = {"tag": "looked at", "dt": doctype, "dn": names[doctype]}
		admin.post("/api/method/frappe.desk.doctype.tag.tag.add_tag", **tag)
		to = json.dumps(["Administrator"])
		admin.post("/api/method/frappe.desk.form.assign_to.add", assign_to=to, **beside)
		said = {"reference_doctype": doctype, "reference_name": names[doctype], "content": "Why?"}
		who = {"comment_email": "Administrator", "comment_by": "Administrator"}
		admin.post("/api/method/frappe.desk.form.utils.add_comment", **said, **who)
	assert admin.read("history.verify", order=order).json()["message"]["intact"] is True


def assert_refused(outcome: routes.Outcome, route: str) -> None:
	assert outcome.refused, f"{route}: {outcome.text}"
	assert outcome.status in (200, 403, 409, 417), f"{route}: {outcome.text}"


def test_the_stock_entry_of_a_run_is_undone_by_no_route(cast, admin, untouched):
	order = cast.settled(ORDER, COMPLETED)
	entry = frappe.db.get_value(RUN, {"production_order": order}, "stock_entry")
	with untouched(order):
		for route, act in {**routes.CANCELS, **routes.DELETES, **routes.RENAMES}.items():
			assert_refused(act(admin, "Stock Entry", entry), route)


def test_the_stock_entry_of_a_run_stays_its_own(cast, admin, untouched):
	order = cast.settled(ORDER, COMPLETED)
	entry = frappe.db.get_value(RUN, {"production_order": order}, "stock_entry")
	with untouched(order):
		for route, write in routes.WRITES.items():
			assert_refused(write(admin, "Stock Entry", entry, {"production_run": None}), route)


def test_nobody_else_posts_for_a_run(cast, admin, untouched):
	order = cast.settled(ORDER, COMPLETED)
	run = frappe.db.get_value(RUN, {"production_order": order})
	row = {"item_code": cast.material, "qty": 1, "t_warehouse": "Stores - BW", "basic_rate": 1}
	receipt = {"stock_entry_type": "Material Receipt", "company": "Bicycle Works", "items": [row]}
	with untouched(order):
		response = admin.post(routes.resource("Stock Entry"), **receipt, production_run=run)
	assert (response.status_code, response.json()["error"]["code"]) == (409, "read_only")
	assert run in response.json()["error"]["message"]


def test_the_reservation_of_an_order_is_changed_by_no_route(cast, admin, untouched):
	order = cast.settled(ORDER, CONFIRMED)
	entry = frappe.db.get_value("Stock Reservation Entry", {"voucher_no": order})
	with untouched(order):
		for route, write in routes.WRITES.items():
			assert_refused(write(admin, "Stock Reservation Entry", entry, {"reserved_qty": 1}), route)
		for route, act in {**routes.CANCELS, **routes.DELETES, **routes.RENAMES}.items():
			assert_refused(act(admin, "Stock Reservation Entry", entry), route)


def test_nobody_else_reserves_for_an_order(cast, admin, untouched):
	order = cast.settled(ORDER, CONFIRMED)
	entry = frappe.db.get_value("Stock Reservation Entry", {"voucher_no": order})
	doc = {**body("Stock Reservation Entry", entry), "name": None, "docstatus": 0}
	with untouched(order):
		response = admin.post(routes.resource("Stock Reservation Entry"), **doc)
	assert (response.status_code, response.json()["error"]["code"]) == (409, "read_only")
