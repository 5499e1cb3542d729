"""Orders that could never be kept: refused where they are written down, every problem named, nothing stored."""

from typing import Any

import frappe
import pytest

from tests.http.cast import ORDER
from tests.support.http import refusal


@pytest.fixture(scope="module")
def names(cast) -> dict[str, str]:
	"""Masters with one thing wrong each, by what is wrong with them."""
	scratch = cast.scratch
	disabled, template = scratch.item("OFF"), template_item(scratch)
	service = scratch.item("SERVICE", is_stock_item=0)
	ended = scratch.item("OLD", end_of_life="2020-01-01")
	litre = scratch.item("LITRE", uom="Kg")
	scratch.bom(litre, {cast.material: 1})
	inactive = scratch.bom(cast.product, {cast.material: 3}, is_default=0)
	frappe.db.set_value("BOM", inactive, "is_active", 0)
	frappe.db.set_value("Item", disabled, "disabled", 1)
	names = {
		"disabled item": disabled,
		"template": template,
		"service": service,
		"ended": ended,
		"without BOM": scratch.item("BARE"),
		"cyclic": cyclic_item(scratch),
		"in kg": litre,
		"inactive BOM": inactive,
		"BOM of another": frappe.db.get_value("Item", litre, "default_bom"),
		"group": warehouse("All", is_group=1),
		"disabled": warehouse("Closed", disabled=1),
	}
	frappe.db.commit()
	return names


def template_item(scratch: Any) -> str:
	item = scratch.item("TEMPLATE")
	frappe.db.set_value("Item", item, "has_variants", 1)
	return item


def cyclic_item(scratch: Any) -> str:
	"""Made of a part whose own BOM, submitted later, is made of it again."""
	whole, part = scratch.item("WHOLE"), scratch.item("PART")
	scratch.bom(whole, {part: 1})
	scratch.bom(part, {whole: 1})
	return whole


def warehouse(name: str, **values: int) -> str:
	code = f"{name} {frappe.generate_hash(length=6)}"
	doc = frappe.get_doc(
		{"doctype": "Warehouse", "warehouse_name": code, "company": "Bicycle Works", **values}
	)
	return doc.insert().name


def order(cast: Any, names: dict[str, str], values: dict[str, Any]) -> dict[str, Any]:
	good = {
		"item_code": cast.product,
		"qty": 10,
		"company": "Bicycle Works",
		"source_warehouse": "Stores - BW",
		"fg_warehouse": "Finished Goods - BW",
	}
	return good | {field: names.get(value, value) for field, value in values.items()}


BAD_FOR_BOTH = [
	({"qty": -1}, "qty", "above zero"),
	({"qty": 0}, "qty", ""),
	({"qty": 1e30}, "qty", ""),
	({"qty": 1.5}, "qty", "decimals"),
	({"item_code": "in kg", "qty": 1.23456789}, "qty", "decimals"),
	({"item_code": "disabled item"}, "item_code", "disabled"),
	({"item_code": "template"}, "item_code", "template"),
	({"item_code": "service"}, "item_code", "not a stock item"),
	({"item_code": "ended"}, "item_code", "end of life"),
	({"item_code": "without BOM"}, "bom_no", "no active default BOM"),
	({"bom_no": "inactive BOM"}, "bom_no", "not active"),
	({"bom_no": "BOM of another"}, "bom_no", "makes"),
	({"source_warehouse": "Stores - PW"}, "source_warehouse", "Paint Works"),
	({"source_warehouse": "group"}, "source_warehouse", "group"),
	({"source_warehouse": "disabled"}, "source_warehouse", "disabled"),
	({"company": "Paint Works"}, "source_warehouse", "Bicycle Works"),
]
BAD_ORDERS = [
	*BAD_FOR_BOTH,
	({"qty": float("nan")}, "qty", ""),
	({"qty": float("inf")}, "qty", ""),
	({"fg_warehouse": "Finished Goods - PW"}, "fg_warehouse", "Paint Works"),
	({"scrap_warehouse": "group"}, "scrap_warehouse", "group"),
	({"fg_warehouse": None}, "fg_warehouse", "required"),
	({"qty": None}, "qty", "required"),
	(
		{"planned_start_date": "2026-12-02 06:00:00", "planned_end_date": "2026-12-01 06:00:00"},
		"planned_end_date",
		"before planned start",
	),
	(
		{"planned_start_date": "2026-12-02 06:00:00", "need_by_date": "2026-12-01"},
		"need_by_date",
		"before planned start",
	),
	({"over_production_tolerance": -1}, "over_production_tolerance", "-1"),
	({"under_production_tolerance": 101}, "under_production_tolerance", "101"),
	({"consumption_tolerance": float("nan")}, "consumption_tolerance", "nan"),
]


@pytest.mark.parametrize(("values", "field", "problem"), BAD_ORDERS)
def test_a_draft_that_could_never_be_confirmed_is_not_stored(cast, server, names, values, field, problem):
	before = frappe.db.count(ORDER)
	response = server.as_("planner").post(f"/api/resource/{ORDER}", **order(cast, names, values))
	error = refusal(response, 422, "invalid_input")
	assert field in {detail["field"] for detail in error["details"]}
	assert problem in error["message"]
	frappe.db.rollback()
	assert frappe.db.count(ORDER) == before


@pytest.mark.parametrize(("values", "field", "problem"), BAD_FOR_BOTH)
def test_a_preview_refuses_what_an_order_would(cast, server, names, values, field, problem):
	arguments = order(cast, names, values)
	del arguments["fg_warehouse"]
	response = server.as_("planner").read("orders.preview", **arguments)
	error = refusal(response, 422, "invalid_input")
	assert field in {detail["field"] for detail in error["details"]}


def test_every_problem_of_a_draft_is_named_at_once(cast, server, names):
	values = {
		"item_code": "disabled item",
		"qty": 1.5,
		"source_warehouse": "group",
		"fg_warehouse": "disabled",
	}
	response = server.as_("planner").post(f"/api/resource/{ORDER}", **order(cast, names, values))
	error = refusal(response, 422, "invalid_input")
	fields = [detail["field"] for detail in error["details"]]
	assert fields == ["item_code", "qty", "bom_no", "source_warehouse", "fg_warehouse"]
	assert names["group"] in error["message"]
	assert names["disabled"] in error["message"]


def test_a_bom_that_contains_itself_is_refused_with_its_path(cast, server, names, untouched):
	arguments = order(cast, names, {"item_code": "cyclic"})
	del arguments["fg_warehouse"]
	error = refusal(server.as_("planner").read("orders.preview", **arguments), 422, "invalid_input")
	assert error["message"].count(names["cyclic"]) >= 2
	draft = server.as_("planner").post(
		f"/api/resource/{ORDER}", **order(cast, names, {"item_code": "cyclic"})
	)
	name = draft.json()["data"]["name"]
	with untouched(name):
		refusal(server.as_("planner").write("orders.confirm", order=name), 422, "invalid_input")


def test_a_reason_is_kept_word_for_word_and_harms_nothing(cast, server):
	reason = "<img src=x onerror=alert(1)> '; DROP TABLE `tabProduction Event`; -- \\ \" ünï©ode 🚲"
	order = cast.fresh(ORDER, "Confirmed")
	planner = server.as_("planner")
	assert planner.write("orders.cancel", order=order, reason=reason).status_code == 200
	event = planner.read("history.events", order=order).json()["message"][-1]
	assert (event["event"], event["details"]["reason"]) == ("Cancelled", reason)
	assert planner.read("history.verify", order=order).json()["message"]["intact"] is True
