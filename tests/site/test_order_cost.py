"""What orders should cost, have cost as posted, and cost by the ledger of this moment."""

from unittest import mock

import frappe
import pytest
from frappe.desk.query_report import run as run_report
from frappe.permissions import add_user_permission
from frappe.utils import add_days, today

from production_orders.api import materials, runs
from production_orders.services import order_cost
from tests.support.joinery import Joinery
from tests.support.orders import confirmed, running, started, value

REPORT = "Order Cost"


@pytest.fixture
def wasteful(joinery):
	"""An order of 10, of which 4 are made with too much steel."""
	order = joinery.order(10)
	joinery.waste(running(order, qty=4))
	return order


def report(**filters) -> dict:
	return run_report(REPORT, filters=filters)


def line(order) -> dict:
	"""The one line of an order."""
	(row,) = [row for row in report(order=order.name)["result"] if isinstance(row, dict)]
	return row


def test_a_line_shows_standard_and_actual_of_all_and_of_each_unit(joinery, wasteful):
	expected = {
		"production_order": wasteful.name,
		"item_code": joinery.chair,
		"status": "In Progress",
		"qty": 10,
		"produced_qty": 4,
		"standard_cost": 129,
		"standard_made": 51.6,
		"actual_cost": 57.6,
		"ledger_cost": 57.6,
		"changed_cost": 0,
		"total_variance": 6,
		"standard_per_unit": 12.9,
		"actual_per_unit": 14.4,
		"in_process": 0,
		"still_to_spend": 77.4,
	}
	shown = line(wasteful)
	assert {field: shown[field] for field in expected} == expected


def test_an_order_of_which_nothing_was_made_has_only_a_standard(joinery):
	order = joinery.order(10)
	confirmed(order)
	shown = line(order)
	assert (shown["standard_cost"], shown["still_to_spend"]) == (129, 129)
	assert (shown["actual_cost"], shown["ledger_cost"], shown["actual_per_unit"]) == (0, 0, None)


def test_drafts_and_cancelled_orders_have_no_cost(joinery):
	draft = joinery.order(10)
	assert [row for row in report(order=draft.name)["result"] if isinstance(row, dict)] == []


def test_all_kinds_of_runs_are_in_the_ledger_as_they_were_posted(joinery):
	"""One with a by-product and rejects, one that made nothing, one that was worked over."""
	order = joinery.order(
		10, rework_warehouse=joinery.scratch.warehouse("Rework"), over_production_tolerance=50
	)
	rejects = [{"qty": 2, "reason": "rough", "disposition": "Rework"}, {"qty": 1, "reason": "bent"}]
	runs.complete(run=running(order, qty=8), produced_qty=5, rejects=rejects)
	assert line(order)["in_process"] == pytest.approx(2 * 8 * 12.9 / 7, abs=0.01)
	runs.complete(run=started(order, qty=1), produced_qty=0, loss_qty=1)
	rework = started(order, qty=2, rework=True)
	labour = [{"activity": "Run", "minutes": 12}]
	runs.complete(run=rework, produced_qty=1, rejected_qty=1, reject_reason="bent", labour=labour)
	shown = line(order)
	assert (shown["produced_qty"], shown["in_process"], shown["changed_cost"]) == (6, 0, 0)
	assert shown["actual_cost"] == shown["ledger_cost"] == pytest.approx(8 * 12.9 + 13 + 12)


def test_staged_materials_are_on_the_floor(joinery):
	order = joinery.order(10, wip_warehouse=joinery.scratch.warehouse("Floor"))
	confirmed(order)
	materials.stage(order=order.name, materials=[{"item_code": joinery.steel, "qty": 15}])
	assert line(order)["in_process"] == 45
	runs.complete(run=started(order, qty=5), produced_qty=5)
	assert line(order)["in_process"] == 15


def test_a_reversed_run_costs_nothing(joinery, wasteful):
	(run,) = frappe.get_all("Production Run", {"production_order": wasteful.name}, pluck="name")
	runs.reverse(run=run, reason="counted wrong")
	shown = line(wasteful)
	assert (shown["actual_cost"], shown["ledger_cost"], shown["total_variance"]) == (0, 0, 0)


@pytest.mark.erpnext
def test_a_back_dated_receipt_changes_the_cost_of_now_and_not_the_cost_as_posted(joinery, wasteful):
	"""10 kg of steel were taken at 3.00. That 40 kg more had come a day before at 4.00 makes it 3.50 each: 5.00 more."""
	entry = value("Production Run", {"production_order": wasteful.name}, "stock_entry")
	posted = value("Production Run", {"production_order": wasteful.name}, "material_cost", "actual_cost")
	receive_yesterday(joinery, joinery.steel, 40, 4)
	repost()
	assert frappe.db.get_value("Stock Entry", entry, "total_outgoing_value") == 39
	shown = line(wasteful)
	assert (shown["actual_cost"], shown["ledger_cost"], shown["changed_cost"]) == (57.6, 62.6, 5)
	assert (
		value("Production Run", {"production_order": wasteful.name}, "material_cost", "actual_cost") == posted
	)
	assert value("Production Order", wasteful.name, "actual_cost", "total_variance") == (57.6, 6)


def receive_yesterday(joinery: Joinery, item_code: str, qty: float, rate: float) -> None:
	"""Before all the stock that the joinery began with."""
	row = {
		"item_code": item_code,
		"qty": qty,
		"basic_rate": rate,
		"t_warehouse": joinery.scratch.plant.source_warehouse,
	}
	entry = {
		"doctype": "Stock Entry",
		"stock_entry_type": "Material Receipt",
		"purpose": "Material Receipt",
		"company": joinery.scratch.company,
		"set_posting_time": 1,
		"posting_date": add_days(today(), -1),
		"posting_time": "12:00:00",
		"items": [row],
	}
	frappe.get_doc(entry).insert().submit()


def repost() -> None:
	"""What ERPNext's hourly job does, in this transaction."""
	from erpnext.stock.doctype.repost_item_valuation import repost_item_valuation

	with mock.patch.dict(frappe.flags, {"in_test": True}):
		for name in frappe.get_all("Repost Item Valuation", {"status": "Queued"}, pluck="name"):
			repost_item_valuation.repost(frappe.get_doc("Repost Item Valuation", name))


def test_it_is_narrowed_by_company_item_and_status(joinery, wasteful):
	def names(**filters) -> list[str]:
		return [row["production_order"] for row in report(**filters)["result"] if isinstance(row, dict)]

	confirmed_only = joinery.order(1)
	confirmed(confirmed_only)
	assert names(item_code=joinery.chair) == [confirmed_only.name, wasteful.name]
	assert names(item_code=joinery.chair, status="Confirmed") == [confirmed_only.name]
	assert names(item_code=joinery.chair, company=joinery.scratch.company, status="In Progress") == [
		wasteful.name
	]
	assert names(item_code=joinery.chair, company="Paint Works") == []


def test_the_chart_and_the_summary_show_the_three_costs(joinery, wasteful):
	shown = report(item_code=joinery.chair)
	assert shown["chart"]["data"]["labels"] == [wasteful.name.rpartition("-")[2]]
	assert {series["name"]: series["values"] for series in shown["chart"]["data"]["datasets"]} == {
		"Standard": [51.6],
		"As Posted": [57.6],
		"Now": [57.6],
	}
	assert {card["label"]: card["value"] for card in shown["report_summary"]} == {
		"Actual as Posted": 57.6,
		"Variance": 6,
		"Changed Since Posting": 0,
		"On the Floor": 0,
		"Still to Spend": 77.4,
	}


def test_users_see_the_orders_of_the_warehouses_they_may_see(joinery, wasteful):
	hidden = joinery.order(1, fg_warehouse=joinery.scratch.warehouse("Elsewhere"))
	confirmed(hidden)
	planner = joinery.scratch.user("Production Planner")
	plant = joinery.scratch.plant
	for warehouse in (plant.source_warehouse, plant.fg_warehouse, plant.scrap_warehouse):
		add_user_permission("Warehouse", warehouse, planner, ignore_permissions=True)
	frappe.set_user(planner)
	seen = {row["production_order"] for row in report()["result"] if isinstance(row, dict)}
	assert seen & {wasteful.name, hidden.name} == {wasteful.name}
	with pytest.raises(frappe.PermissionError):
		report(order=hidden.name)


def test_users_see_no_orders_of_other_companies(joinery, wasteful):
	stranger = joinery.scratch.user("Production Planner")
	add_user_permission("Company", "Paint Works", stranger, ignore_permissions=True)
	frappe.set_user(stranger)
	with pytest.raises(frappe.PermissionError):
		report(order=wasteful.name)
	with pytest.raises(frappe.PermissionError):
		report(company=joinery.scratch.company)


def statements(joinery) -> int:
	with mock.patch.object(frappe.db, "sql", wraps=frappe.db.sql) as sql:
		order_cost.of_orders({"item_code": joinery.chair})
	return sql.call_count


def test_the_number_of_statements_does_not_grow_with_the_orders(joinery, wasteful):
	statements(joinery)
	few = statements(joinery)
	for _ in range(3):
		runs.complete(run=running(joinery.order(1)), produced_qty=1)
	assert statements(joinery) == few
	assert len(order_cost.of_orders({"item_code": joinery.chair})) == 4
