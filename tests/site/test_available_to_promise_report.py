"""The Available to Promise report: day by day, document by document, only what its reader may see."""

import frappe
import pytest
from frappe.desk import query_report
from frappe.utils import add_days, formatdate, getdate, today

from production_orders import errors
from production_orders.permissions import PLANNER
from tests.support import vouchers
from tests.support.orders import confirmed, tamper

REPORT = "Available to Promise"


def day(number: int):
	return getdate(add_days(today(), number))


@pytest.fixture
def show(scratch):
	def run(item_code: str, **filters):
		asked = {"item_code": item_code, "company": scratch.company, "horizon": 30, **filters}
		return query_report.run(REPORT, filters=asked, ignore_prepared_report=True)

	return run


@pytest.fixture
def bolt(scratch):
	"""10 in the stores; 6 overdue and 20 on day 9 to come, 8 on day 5 and 5 on day 40 to go."""
	item = scratch.item("BOLT")
	scratch.stock(item, 10)
	row = {"item_code": item, "warehouse": scratch.plant.source_warehouse}
	overdue = vouchers.purchase_order(scratch.company, **row, qty=6)
	tamper("Purchase Order Item", {"parent": overdue.name}, schedule_date=day(-4))
	return frappe._dict(
		item=item,
		overdue=overdue.name,
		bought=vouchers.purchase_order(scratch.company, **row, qty=20, schedule_date=day(9)).name,
		sold=vouchers.sales_order(scratch.company, **row, qty=8, delivery_date=day(5)).name,
		later=vouchers.sales_order(scratch.company, **row, qty=5, delivery_date=day(40)).name,
	)


def rows(report) -> list[tuple]:
	fields = ("on", "document_type", "document", "due", "supply", "demand", "balance", "atp")
	return [tuple(row.get(field) for field in fields) for row in report["result"]]


def test_every_document_stands_on_its_day_with_the_balance_it_leaves(show, bolt):
	after = f"After {formatdate(day(30))}"
	assert rows(show(bolt.item)) == [
		(day(0), "Free Stock", None, None, None, None, 10, 8),
		(day(0), "Purchase Order", bolt.overdue, day(-4), 6, None, 16, 8),
		(day(5), "Sales Order", bolt.sold, day(5), None, 8, 8, 8),
		(day(9), "Purchase Order", bolt.bought, day(9), 20, None, 28, 23),
		(None, after, None, None, None, 5, 23, 23),
	]


def test_the_chart_has_a_point_for_every_day(show, bolt):
	chart = show(bolt.item)["chart"]
	assert chart["data"]["labels"] == [formatdate(day(number)) for number in range(31)]
	balance, promised = (dataset["values"] for dataset in chart["data"]["datasets"])
	assert balance == [16] * 5 + [8] * 4 + [28] * 22
	assert promised == [8] * 9 + [23] * 22


def test_the_summary_says_what_can_be_promised_and_how_low_it_gets(show, bolt):
	cards = [(card["label"], card["value"], card["indicator"]) for card in show(bolt.item)["report_summary"]]
	assert cards == [
		("Can Be Promised Today", 8, "Green"),
		(f"Can Be Promised by {formatdate(day(30))}", 23, "Green"),
		(f"Lowest Balance, on {formatdate(day(5))}", 8, "Green"),
	]


def test_more_to_go_than_there_is_turns_red(show, scratch):
	order = scratch.simple_order(10, stock=5, shortage_policy="Confirm with Shortages")
	material = confirmed(order)["materials"][0]["item_code"]
	report = show(material)
	assert rows(report)[-1][1:] == ("Production Order", order.name, day(0), None, 15, -15, 0)
	assert [card["indicator"] for card in report["report_summary"]] == ["Orange", "Orange", "Red"]


def test_requests_count_when_they_are_asked_for(show, scratch, bolt):
	row = {"item_code": bolt.item, "warehouse": scratch.plant.source_warehouse, "qty": 7}
	request = vouchers.material_request(scratch.company, "Purchase", **row, schedule_date=day(2))
	assert request.name not in [row[2] for row in rows(show(bolt.item))]
	found = rows(show(bolt.item, with_material_requests=1))
	assert found[2] == (day(2), "Material Request", request.name, day(2), 7, None, 23, 15)


def test_only_the_warehouse_that_is_asked_for_counts(show, scratch, bolt):
	scratch.stock(bolt.item, 3, warehouse=scratch.plant.fg_warehouse)
	assert rows(show(bolt.item, warehouse=scratch.plant.fg_warehouse)) == [
		(day(0), "Free Stock", None, None, None, None, 3, 3)
	]
	group = frappe.db.get_value("Warehouse", scratch.plant.fg_warehouse, "parent_warehouse")
	assert [row[-1] for row in rows(show(bolt.item, warehouse=group))] == [11, 11, 11, 26, 26]


def test_of_one_day_what_comes_in_stands_before_what_goes_out(show, scratch, bolt):
	row = {"item_code": bolt.item, "warehouse": scratch.plant.source_warehouse}
	sold = vouchers.sales_order(scratch.company, **row, qty=24, delivery_date=day(9))
	found = rows(show(bolt.item))[3:5]
	assert [(row[2], row[6]) for row in found] == [(bolt.bought, 28), (sold.name, 4)]


@pytest.mark.parametrize("horizon", [0, -1, 1001, "soon"])
def test_a_horizon_that_is_no_number_of_days_is_refused_by_name(show, bolt, horizon):
	with pytest.raises(errors.InvalidInput, match=f"Horizon {horizon}"):
		show(bolt.item, horizon=horizon)


def test_nothing_is_shown_before_an_item_is_chosen(show):
	assert show("")["result"] == []


@pytest.fixture
def planner(scratch):
	"""A planner who may see the stores only."""
	user = scratch.user(PLANNER)
	values = {"allow": "Warehouse", "for_value": scratch.plant.source_warehouse}
	limits = {"apply_to_all_doctypes": 0, "applicable_for": "Warehouse"}
	frappe.new_doc("User Permission").update({"user": user, **values, **limits}).insert()
	return user


def test_a_reader_sees_his_own_warehouses_and_no_document_he_may_not_read(show, scratch, bolt, planner):
	scratch.stock(bolt.item, 3, warehouse=scratch.plant.fg_warehouse)
	frappe.set_user(planner)
	found = rows(show(bolt.item))
	assert found[0] == (day(0), "Free Stock", None, None, None, None, 10, 8)
	assert found[2] == (day(5), "Sales Order", None, day(5), None, 8, 8, 8)
	with pytest.raises(frappe.PermissionError):
		show(bolt.item, warehouse=scratch.plant.fg_warehouse)


def test_whoever_has_no_role_in_production_may_not_run_it(show, scratch, bolt):
	frappe.set_user(scratch.user("Stock User"))
	with pytest.raises(frappe.PermissionError):
		show(bolt.item)
