"""The plan as a matrix: one line per item and warehouse with its figures, the chart, and what stands in the way."""

import frappe
import pytest

from production_orders.production_orders.report.net_requirements.net_requirements import execute
from tests.support.planning_works import HORIZON, sale


def report(works, **filters):
	return execute({"horizon": HORIZON, "company": works.company, "only_planned": 1, **filters})


def test_an_item_shows_what_is_planned_and_its_figures_below(works):
	material = works.item("RAW", lead_time_days=30)
	product = works.product({material: 2})
	works.stock(product, 3)
	sale(works, product, 8, due=0)
	columns, rows, message, chart, summary = report(works)
	assert message is None
	assert [column["fieldname"] for column in columns[:6]] == [
		"item_code",
		"warehouse",
		"supply",
		"on_hand",
		"total",
		"bucket_0",
	]
	lines = {row["item_code"]: row for row in rows if not row["indent"]}
	made, bought = lines[product], lines[material]
	assert (made["supply"], made["on_hand"], made["total"], made["bucket_0"]) == ("Make", 3, 5, 5)
	assert (made["late"], bought["late"]) == ([], [0])
	start = rows.index(made)
	assert [(row["item_code"], row["bucket_0"]) for row in rows[start + 1 : start + 6]] == [
		("Demand", 8),
		("Expected", None),
		("Missing", 5),
		("Planned", 5),
		("Stock at the End", 0),
	]
	assert [(card["label"], card["value"]) for card in summary] == [
		("Orders to Make", 1),
		("Rows to Buy", 1),
		("Late Already", 1),
	]
	assert [series["values"][0] for series in chart["data"]["datasets"]] == [1, 1]


def test_one_item_is_charted_by_its_quantities(works):
	item = works.item("RAW")
	sale(works, item, 8, due=0)
	_columns, rows, _message, chart, _summary = report(works, item_code=item)
	assert {row["item_code"] for row in rows if not row["indent"]} == {item}
	assert [(series["name"], series["values"][0]) for series in chart["data"]["datasets"]] == [
		("Missing", 8),
		("Planned", 8),
		("Stock at the End", 0),
	]


def test_what_needs_no_plan_is_shown_when_asked_for(works):
	item = works.item("RAW")
	works.stock(item, 9)
	sale(works, item, 8, due=9)

	def listed(**filters):
		return {row["item_code"] for row in report(works, **filters)[1]}

	assert item not in listed()
	assert item in listed(only_planned=0)
	assert item not in listed(only_planned=0, warehouse=works.plant.fg_warehouse)


def test_what_stands_in_the_way_is_told_and_is_no_markup(works):
	item = works.item("R&D", is_purchase_item=0)
	sale(works, item, 8, due=9)
	message = report(works)[2]
	assert "may not be purchased" in message
	assert "Item R&amp;D" in message


def test_a_report_of_what_one_may_not_see_is_refused(works, plants):
	user = works.user("Production Planner")
	permission = {"user": user, "allow": "Company", "for_value": plants["bicycle"].company}
	frappe.new_doc("User Permission").update({**permission, "apply_to_all_doctypes": 1}).insert()
	sale(works, works.item("SECRET"), 8, due=9)
	frappe.set_user(user)
	with pytest.raises(frappe.PermissionError):
		report(works)
	assert not [row for row in report(works, company=None)[1] if "SECRET" in row["item_code"]]


def test_an_empty_plan_is_an_empty_report(works):
	assert report(works, item_code=works.item("RAW"))[1:] == ([], None, None, [])
