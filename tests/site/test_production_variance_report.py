"""The report that says why runs and orders cost what they cost, as far as a user may see them."""

from unittest import mock

import frappe
import pytest
from frappe.desk.query_report import run as run_report
from frappe.permissions import add_user_permission
from frappe.utils import add_days, getdate, today

from production_orders.api import orders, runs
from production_orders.services import run_costs
from tests.support.orders import confirmed, running, started

REPORT = "Production Variance"


@pytest.fixture
def made(joinery):
	"""One order of 10: three as planned and four with too much steel, for 6.00; its runs."""
	order = joinery.order(10)
	first = running(order, qty=3)
	runs.complete(run=first, produced_qty=3)
	second = started(order, qty=4)
	joinery.waste(second)
	return frappe._dict(order=order, first=first, second=second)


def report(**filters) -> dict:
	return run_report(REPORT, filters=filters)


def shown(**filters) -> list[dict]:
	"""Its lines without the total."""
	return [row for row in report(**filters)["result"] if isinstance(row, dict)]


def test_every_run_has_a_line_with_its_parts(joinery, made):
	second, first = shown(per="Run", item_code=joinery.chair)
	assert (first["run"], second["run"]) == (made.first, made.second)
	expected = {
		"production_order": made.order.name,
		"item_code": joinery.chair,
		"order_status": "In Progress",
		"produced_qty": 4,
		"rejected_qty": 0,
		"process_loss_qty": 0,
		"stock_uom": "Nos",
		"currency": frappe.get_cached_value("Company", joinery.scratch.company, "default_currency"),
		"standard_cost": 51.6,
		"actual_cost": 57.6,
		"total_variance": 6,
		"usage_variance": 6,
		"substitution_variance": 0,
		"price_variance": 0,
		"yield_variance": 0,
		"scrap_variance": 0,
		"labour_variance": 0,
		"downtime_variance": 0,
	}
	assert {field: second[field] for field in expected} == expected
	assert getdate(second["posting_datetime"]) == getdate(today())
	assert second["percent"] == pytest.approx(100 * 6 / 51.6)
	assert (first["standard_cost"], first["actual_cost"], first["total_variance"]) == (38.7, 38.7, 0)


def test_an_order_has_one_line_with_the_sums_of_its_runs(joinery, made):
	(line,) = shown(per="Order", order=made.order.name)
	expected = {
		"production_order": made.order.name,
		"runs": 2,
		"produced_qty": 7,
		"standard_cost": 90.3,
		"actual_cost": 96.3,
		"total_variance": 6,
		"usage_variance": 6,
	}
	assert {field: line[field] for field in expected} == expected
	assert "run" not in line


def test_only_what_stands_is_listed(joinery, made):
	started(made.order, qty=1)
	runs.reverse(run=made.second, reason="counted wrong")
	assert [row["run"] for row in shown(per="Run", item_code=joinery.chair)] == [made.first]


def test_it_is_narrowed_by_order_status_item_company_and_dates(joinery, made):
	only = {"per": "Run", "item_code": joinery.chair}
	other = joinery.order(1)
	runs.complete(run=running(other), produced_qty=1)
	orders.complete(order=other.name)
	assert len(shown(**only)) == 3
	assert len(shown(**only, order=other.name)) == 1
	assert [row["production_order"] for row in shown(**only, status="Completed")] == [other.name]
	assert len(shown(**only, status="In Progress")) == 2
	assert len(shown(**only, company=joinery.scratch.company)) == 3
	assert shown(**only, company="Paint Works") == []
	frappe.db.set_value("Production Run", made.first, "posting_datetime", f"{add_days(today(), -3)} 23:30:00")
	assert [row["run"] for row in shown(**only, to_date=add_days(today(), -3))] == [made.first]
	assert len(shown(**only, from_date=add_days(today(), -3))) == 3
	assert len(shown(**only, from_date=add_days(today(), -2))) == 2
	assert shown(**only, to_date=add_days(today(), -4)) == []


def test_the_chart_stacks_the_parts_and_leaves_out_what_goes_by_the_lock(joinery, made):
	chart = report(per="Run", item_code=joinery.chair)["chart"]
	assert chart["data"]["labels"] == [made.second.rpartition("-")[2]]
	assert chart["barOptions"]["stacked"] == 1
	assert {series["name"]: series["values"] for series in chart["data"]["datasets"]} == {
		"Usage": [6],
		"Substitution": [0],
		"Price": [0],
		"Yield": [0],
		"Scrap": [0],
		"Labour": [0],
		"Downtime": [0],
	}


def test_the_summary_adds_up_what_is_shown(joinery, made):
	cards = report(per="Run", item_code=joinery.chair)["report_summary"]
	assert {card["label"]: card["value"] for card in cards} == {
		"Standard": 90.3,
		"Actual": 96.3,
		"Variance": 6,
		"Most From Usage": 6,
	}
	assert report(per="Run", item_code=joinery.steel)["report_summary"] == []


def test_users_see_the_runs_of_the_companies_and_warehouses_they_may_see(joinery, made):
	place = joinery.scratch.warehouse("Elsewhere")
	joinery.scratch.stocks({joinery.steel: (1, 3)})
	hidden = joinery.order(1, fg_warehouse=place)
	runs.complete(run=running(hidden), produced_qty=1)
	assert len(shown(per="Order", item_code=joinery.chair)) == 2
	planner = joinery.scratch.user("Production Planner")
	plant = joinery.scratch.plant
	for warehouse in (plant.source_warehouse, plant.fg_warehouse, plant.scrap_warehouse):
		add_user_permission("Warehouse", warehouse, planner, ignore_permissions=True)
	frappe.set_user(planner)
	seen = {row["production_order"] for row in shown(per="Order")}
	assert seen & {made.order.name, hidden.name} == {made.order.name}
	with pytest.raises(frappe.PermissionError):
		shown(order=hidden.name)
	frappe.set_user("Administrator")
	stranger = joinery.scratch.user("Production Planner")
	add_user_permission("Company", "Paint Works", stranger, ignore_permissions=True)
	frappe.set_user(stranger)
	assert made.order.name not in {row["production_order"] for row in shown(per="Order")}
	with pytest.raises(frappe.PermissionError):
		shown(company=joinery.scratch.company)


def test_whoever_has_no_role_sees_nothing(made, scratch):
	frappe.set_user(scratch.user())
	with pytest.raises(frappe.PermissionError):
		shown(per="Run")


def statements(joinery) -> int:
	with mock.patch.object(frappe.db, "sql", wraps=frappe.db.sql) as sql:
		run_costs.of_runs({"item_code": joinery.chair})
	return sql.call_count


def test_the_number_of_statements_does_not_grow_with_the_runs(joinery, made):
	statements(joinery)
	few = statements(joinery)
	for _ in range(3):
		order = joinery.order(1)
		confirmed(order)
		runs.complete(run=started(order), produced_qty=1)
	assert statements(joinery) == few
	assert len(run_costs.of_runs({"item_code": joinery.chair})) == 5
