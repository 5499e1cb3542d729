"""Exactly what an order is short of is requested, once: bought items from buyers, made ones as draft orders."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from production_orders import errors
from production_orders.api import reservations
from production_orders.services import events
from tests.support.orders import confirmed, events_of
from tests.support.state import quiet

SHORT = "Confirm with Shortages"


@pytest.fixture
def short_order(scratch):
	"""A confirmed order of 10 that misses 5 of a bought material and 10 of a sub-assembly made on its own orders."""
	finished, bought, made = (scratch.item(name) for name in ("FG", "BUY", "MAKE"))
	frappe.db.set_value("Item", made, "supply_policy", "Stock Only")
	scratch.bom(made, {scratch.item("PART"): 1})
	scratch.bom(finished, {bought: 2, made: 1})
	scratch.stock(bought, 15)
	order = scratch.order(finished, 10, shortage_policy=SHORT, priority="High")
	confirmed(order)
	order.bought, order.made = bought, made
	return order


def rows_of(request: str) -> list[tuple]:
	fields = ["item_code", "qty", "stock_qty", "warehouse", "schedule_date", "production_order"]
	rows = frappe.get_all("Material Request Item", {"parent": request}, fields, order_by="idx", as_list=True)
	return [tuple(row) for row in rows]


def test_what_is_bought_is_requested_and_what_is_made_becomes_a_draft(scratch, short_order):
	answer = reservations.request_supply(order=short_order.name)
	stores = scratch.plant.source_warehouse
	((request,), (draft,)) = answer["material_requests"], answer["production_orders"]
	assert answer == {
		"order": short_order.name,
		"material_requests": [request],
		"production_orders": [draft],
		"requested": [
			{
				"item_code": short_order.made,
				"warehouse": stores,
				"qty": 10,
				"doctype": "Production Order",
				"name": draft,
			},
			{
				"item_code": short_order.bought,
				"warehouse": stores,
				"qty": 5,
				"doctype": "Material Request",
				"name": request,
			},
		],
	}
	assert rows_of(request) == [(short_order.bought, 5, 5, stores, getdate(today()), short_order.name)]
	made = frappe.get_doc("Production Order", draft)
	assert (made.status, made.item_code, made.qty, made.fg_warehouse, made.priority, made.supplied_order) == (
		"Draft",
		short_order.made,
		10,
		stores,
		"High",
		short_order.name,
	)
	assert frappe.db.get_value("Material Request", request, ["material_request_type", "docstatus"]) == (
		"Purchase",
		1,
	)


def test_the_history_says_what_was_requested(short_order):
	answer = reservations.request_supply(order=short_order.name)
	event, _hash = events.of(short_order.name)[-1]
	assert (event.event, events.details(event)) == ("Supply Requested", {"materials": answer["requested"]})


def test_what_was_requested_is_not_requested_again(short_order):
	reservations.request_supply(order=short_order.name)
	with quiet():
		answer = reservations.request_supply(order=short_order.name)
	assert (answer["requested"], answer["material_requests"]) == ([], [])


def test_only_what_is_not_yet_requested_is_requested(scratch, short_order):
	bought = [{"item_code": short_order.bought}]
	reservations.request_supply(order=short_order.name, materials=bought)
	reservations.release(order=short_order.name, reason="lent", materials=[{**bought[0], "qty": 3}])
	answer = reservations.request_supply(order=short_order.name, materials=bought)
	assert [row["qty"] for row in answer["requested"]] == [3]


def test_what_has_come_is_not_awaited_any_more(short_order):
	bought = [{"item_code": short_order.bought}]
	first = reservations.request_supply(order=short_order.name, materials=bought)["material_requests"][0]
	frappe.db.set_value("Material Request Item", {"parent": first}, "received_qty", 5)
	answer = reservations.request_supply(order=short_order.name, materials=bought)
	assert [row["qty"] for row in answer["requested"]] == [5]


def test_a_cancelled_request_is_made_again(short_order):
	first = reservations.request_supply(order=short_order.name)
	frappe.get_doc("Material Request", first["material_requests"][0]).cancel()
	frappe.delete_doc("Production Order", first["production_orders"][0])
	again = reservations.request_supply(order=short_order.name)
	assert [row["qty"] for row in again["requested"]] == [10, 5]


def test_only_the_named_materials_are_requested(short_order):
	answer = reservations.request_supply(order=short_order.name, materials=[{"item_code": short_order.made}])
	assert (len(answer["production_orders"]), answer["material_requests"]) == (1, [])


def test_a_material_that_is_none_of_the_orders_is_refused(short_order, unchanged):
	rows = [{"item_code": "nothing"}, {"item_code": short_order.bought, "warehouse": "nowhere"}]
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		reservations.request_supply(order=short_order.name, materials=rows)
	assert [problem["field"] for problem in refusal.value.details] == ["materials.0", "materials.1"]


def test_an_item_that_may_not_be_purchased_is_refused(short_order, unchanged):
	frappe.db.set_value("Item", short_order.bought, "is_purchase_item", 0)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		reservations.request_supply(order=short_order.name)
	assert short_order.bought in str(refusal.value)


@pytest.mark.parametrize(("start", "need", "wanted"), [(4, 9, 4), (None, 9, 9), (-3, 9, 0), (None, None, 0)])
def test_it_is_wanted_when_production_starts_and_never_in_the_past(scratch, start, need, wanted):
	day = {"planned_start_date": start, "need_by_date": need}
	days = {field: add_days(today(), days) for field, days in day.items() if days is not None}
	order = scratch.simple_order(qty=1, stock=0, shortage_policy=SHORT, **days)
	confirmed(order)
	request = reservations.request_supply(order=order.name)["material_requests"][0]
	assert rows_of(request)[0][4] == getdate(add_days(today(), wanted))


def test_a_planner_needs_no_right_to_buy(scratch, short_order):
	frappe.set_user(scratch.user("Production Planner"))
	assert len(reservations.request_supply(order=short_order.name)["requested"]) == 2


def test_an_operator_requests_nothing(scratch, short_order, unchanged):
	frappe.set_user(scratch.user("Production Operator"))
	with unchanged(), pytest.raises(frappe.PermissionError):
		reservations.request_supply(order=short_order.name)


def test_what_was_requested_is_where_the_shortage_is_expected_from(short_order):
	request = reservations.request_supply(order=short_order.name)["material_requests"][0]
	by_item = {row["item_code"]: row for row in reservations.get(order=short_order.name)["shortages"]}
	assert by_item[short_order.bought]["expected_from"] == {"doctype": "Material Request", "name": request}
	assert len(events_of(short_order)) == 2
