"""What is written once is never written again: events, locks, requests, a run's posting and an order's reservations."""

import json

import frappe
import pytest

from production_orders.domain.lifecycle import COMPLETED, CONFIRMED
from tests.http import routes
from tests.http.cast import ORDER, RUN, body

CHANGES = {
	"Production Event": {"details": "{}"},
	"Production Genealogy": {"qty": 777},
	"BOM Lock": {"content_hash": "0" * 64},
	"BOM Lock Line": {"qty_per_unit": 777},
	"Production Request": {"response": "{}"},
}


@pytest.fixture(scope="module")
def written(cast) -> tuple[str, dict[str, str]]:
	"""(order, {DocType: a row of it that hangs on the order})."""
	from production_orders.api import orders, runs

	order = cast.fresh(ORDER, "Draft")
	orders.confirm(order=order, idempotency_key=f"key of {order}")
	runs.complete(run=runs.start(order=order, qty=4)["run"], produced_qty=4)
	frappe.db.commit()
	lock = f"{order}-L1"
	return order, {
		"Production Event": f"{order}-E00001",
		"Production Genealogy": f"{order}-R01-G00001",
		"BOM Lock": lock,
		"BOM Lock Line": frappe.db.get_value("BOM Lock Line", {"parent": lock}),
		"Production Request": frappe.db.get_value(
			"Production Request", {"idempotency_key": f"key of {order}"}
		),
	}


@pytest.mark.parametrize("doctype", CHANGES)
def test_no_route_changes_deletes_or_renames_what_is_written(admin, untouched, written, doctype):
	order, names = written
	name = names[doctype]
	with untouched(order):
		for route, write in routes.WRITES.items():
			assert_refused(write(admin, doctype, name, CHANGES[doctype]), route)
		for route, act in {**routes.DELETES, **routes.RENAMES}.items():
			assert_refused(act(admin, doctype, name), route)


@pytest.mark.parametrize("doctype", CHANGES)
def test_no_route_adds_a_row_by_hand(admin, untouched, written, doctype):
	order, names = written
	doc = {**body(doctype, names[doctype]), "name": None}
	with untouched(order):
		assert_refused(routes.single(admin.post(routes.resource(doctype), **doc)), "POST")
		insert = admin.post(f"{routes.CLIENT}.insert", doc=json.dumps(doc))
		assert_refused(routes.single(insert), "client.insert")


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
