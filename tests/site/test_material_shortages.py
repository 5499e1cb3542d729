"""The report of everything that open orders are short of, as far as a user may see it."""

from unittest import mock

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.permissions import add_user_permission
from frappe.utils import add_days, getdate, today

from production_orders.api import orders, reservations
from production_orders.services import shortages

REPORT = "Material Shortages"


@pytest.fixture
def waiting(wanted):
	"""Two orders that are short of the same material: Low misses 4, High misses 6."""
	low = wanted.order(4, priority="Low", need_by_date=add_days(today(), 3))
	high = wanted.order(6, priority="High", need_by_date=add_days(today(), 9))
	return frappe._dict(low=low, high=high, material=wanted.item, order=wanted.order)


def shown(**filters) -> list[dict]:
	return run(REPORT, filters=filters)["result"]


def test_every_shortage_is_listed_with_what_it_is_for(scratch, waiting):
	high, low = shown(item_code=waiting.material)
	assert (high["order"], low["order"]) == (waiting.high.name, waiting.low.name)
	expected = {
		"product": waiting.high.item_code,
		"priority": "High",
		"need_by_date": getdate(add_days(today(), 9)),
		"item_code": waiting.material,
		"warehouse": scratch.plant.source_warehouse,
		"stock_uom": "Nos",
		"short_qty": 6,
		"required_qty": 6,
		"available_qty": 0,
		"expected_on": None,
		"expected_name": None,
		"outlook": "Uncovered",
		"path": f"{waiting.high.item_code} › {waiting.material}",
	}
	assert {field: high[field] for field in expected} == expected


def test_the_outlook_says_what_becomes_of_a_shortage(scratch, waiting):
	reservations.request_supply(order=waiting.high.name)
	request = frappe.get_all("Material Request Item", {"production_order": waiting.high.name}, pluck="name")[
		0
	]
	frappe.db.set_value("Material Request Item", request, "schedule_date", add_days(today(), 5))
	high, low = shown(item_code=waiting.material)
	assert (high["outlook"], high["expected_on"]) == ("On the Way", add_days(today(), 5))
	assert high["expected_doctype"] == "Material Request"
	assert (low["outlook"], low["expected_on"]) == ("Uncovered", None)
	scratch.stock(waiting.material, 5)
	high, low = shown(item_code=waiting.material)
	assert (high["outlook"], low["outlook"], low["expected_on"]) == (
		"On the Way",
		"Late",
		add_days(today(), 5),
	)
	scratch.stock(waiting.material, 1)
	high, low = shown(item_code=waiting.material)
	assert (high["outlook"], high["expected_on"], low["outlook"]) == ("Free Now", None, "Late")
	assert [row["outlook"] for row in shown(order=waiting.low.name)] == ["Late"]


def test_covered_and_ended_orders_are_not_listed(scratch, waiting):
	orders.cancel(order=waiting.low.name, reason="not wanted")
	scratch.stock(waiting.material, 6)
	reservations.reallocate(item_code=waiting.material)
	assert shown(item_code=waiting.material) == []


def test_it_is_narrowed_by_order_warehouse_and_company(scratch, waiting):
	group = f"All Warehouses - {scratch.plant.table.abbr}"
	only = {"item_code": waiting.material}
	assert [row["order"] for row in shown(order=waiting.low.name)] == [waiting.low.name]
	assert len(shown(**only, warehouse=group)) == 2
	assert shown(**only, warehouse=scratch.plant.fg_warehouse) == []
	assert len(shown(**only, company=scratch.company)) == 2
	assert shown(**only, company="Paint Works") == []


def test_planners_see_the_shortages_of_their_orders_and_warehouses(scratch, waiting):
	a, b = scratch.warehouse("A"), scratch.warehouse("B")
	seen, hidden = (waiting.order(1, source_warehouse=place) for place in (a, b))
	planner = scratch.user("Production Planner")
	for warehouse in (a, scratch.plant.fg_warehouse, scratch.plant.scrap_warehouse):
		add_user_permission("Warehouse", warehouse, planner, ignore_permissions=True)
	frappe.set_user(planner)
	assert {row["order"] for row in shown()} == {seen.name}
	with pytest.raises(frappe.PermissionError):
		shown(order=hidden.name)
	with pytest.raises(frappe.PermissionError):
		shown(warehouse=b)


def test_the_summary_counts_orders_and_outlooks(scratch, waiting):
	scratch.stock(waiting.material, 7)
	summary = run(REPORT, filters={"item_code": waiting.material})["report_summary"]
	assert {card["label"]: card["value"] for card in summary} == {
		"Orders Waiting": 2,
		"Free Now": 1,
		"On the Way": 0,
		"Late": 0,
		"Uncovered": 1,
	}


def statements(filters: dict) -> int:
	with mock.patch.object(frappe.db, "sql", wraps=frappe.db.sql) as sql:
		shortages.of_open_orders(filters)
	return sql.call_count


def test_the_number_of_statements_does_not_grow_with_the_shortages(waiting):
	filters = {"item_code": waiting.material}
	statements(filters)
	few = statements(filters)
	for _ in range(8):
		waiting.order(1)
	assert statements(filters) == few
	assert len(shown(**filters)) == 10
