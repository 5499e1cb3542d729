"""What is planned is made once: drafts and requests, and what they count for afterwards."""

from types import SimpleNamespace

import frappe
import pytest
from frappe.utils import getdate

from production_orders.api import demand, orders, reservations
from production_orders.production_orders.report.net_requirements.net_requirements import execute
from tests.support import vouchers
from tests.support.orders import confirmed, value
from tests.support.planning_works import (
	HORIZON,
	day,
	horizon,
	make,
	planned,
	sale,
)

SHORT = {"shortage_policy": "Confirm with Shortages"}


@pytest.fixture
def made(works):
	"""What was planned of 5 bikes sold, which take 2 wheels each, which take 4 screws each."""
	screw = works.item("SCREW", min_order_qty=100)
	wheel = works.product({screw: 4}, "WHEEL", lead_time_days=3)
	bike = works.product({wheel: 2}, "BIKE", lead_time_days=2)
	sold = sale(works, bike, 5, due=30)
	answer = make(works)
	bikes, wheels = answer["production_orders"]
	(request,) = answer["material_requests"]
	return SimpleNamespace(
		screw=screw, wheel=wheel, bike=bike, sold=sold, bikes=bikes, wheels=wheels, request=request
	)


def test_what_is_planned_is_made_once(works, made):
	assert make(works) == {"horizon": HORIZON, "production_orders": [], "material_requests": []}
	assert planned(works) == {}


def test_what_is_made_becomes_drafts_that_start_early_enough(works, made):
	fields = ("item_code", "qty", "status", "source_warehouse", "fg_warehouse", "need_by_date")
	stores, drafts = works.plant.source_warehouse, (made.bikes, made.wheels)
	assert [value("Production Order", name, *fields) for name in drafts] == [
		(made.bike, 5, "Draft", stores, stores, getdate(day(30))),
		(made.wheel, 10, "Draft", stores, stores, getdate(day(28))),
	]
	starts = [value("Production Order", name, "planned_start_date") for name in drafts]
	assert [str(getdate(start)) for start in starts] == [day(28), day(25)]


def test_what_is_bought_is_requested_in_its_least_quantity(works, made):
	fields = ("docstatus", "material_request_type", "company")
	assert value("Material Request", made.request, *fields) == (1, "Purchase", works.company)
	fields = ["item_code", "qty", "warehouse", "schedule_date", "production_order"]
	rows = frappe.get_all("Material Request Item", {"parent": made.request}, fields, as_list=True)
	assert rows == ((made.screw, 100, works.plant.source_warehouse, getdate(day(25)), None),)


def test_everything_planned_is_pegged_to_what_asks_for_it(works, made):
	pegs = frappe.get_all(
		"Demand Peg",
		{"company": works.company, "item_code": ["in", [made.bike, made.wheel, made.screw]]},
		["supply", "item_code", "qty", "cause_type", "cause"],
		as_list=True,
	)
	assert set(pegs) == {
		(made.bikes, made.bike, 5, "Sales Order", made.sold.name),
		(made.wheels, made.wheel, 10, "Production Order", made.bikes),
		(made.request, made.screw, 40, "Production Order", made.wheels),
		(made.request, made.screw, 60, "Item", made.screw),
	}
	assert len(pegs) == 4


def test_what_is_requested_counts_for_erpnext_too(works):
	material = works.item("RAW")
	sale(works, material, 8, due=9)
	make(works)
	at = {"item_code": material, "warehouse": works.plant.source_warehouse}
	assert frappe.db.get_value("Bin", at, "indented_qty") == 8


def test_a_row_for_one_production_order_names_it(works):
	material = works.item("RAW")
	order = works.order(works.product({material: 2}), 10, planned_start_date=day(9), **SHORT)
	confirmed(order)
	(request,) = make(works)["material_requests"]
	assert value("Material Request Item", {"parent": request}, "production_order") == order.name


def test_what_a_plan_has_ordered_for_several_is_not_requested_again_for_one(works):
	"""Bought and made materials alike: the plan's rows and orders are for both orders."""
	raw = works.item("RAW")
	part = works.product({works.item("RAW"): 1}, "PART", supply_policy="Stock Only")
	product = works.product({raw: 2, part: 1})
	short = [works.order(product, qty, planned_start_date=day(9), **SHORT) for qty in (10, 5)]
	for order in short:
		confirmed(order)
	make(works)
	assert frappe.get_all(
		"Material Request Item", {"item_code": raw}, ["qty", "production_order"], as_list=True
	) == ((30, None),)
	for order in short:
		assert reservations.request_supply(order=order.name)["requested"] == []
	frappe.db.delete("Demand Peg", {"cause": short[1].name})
	assert {
		(row["item_code"], row["qty"])
		for row in reservations.request_supply(order=short[1].name)["requested"]
	} == {
		(raw, 10),
		(part, 5),
	}


def test_requests_are_gathered_by_the_week_in_which_they_must_be_released(works):
	near, far = works.item("NEAR", lead_time_days=14), works.item("FAR", lead_time_days=2)
	sale(works, near, 1, due=15)
	sale(works, far, 1, due=15)
	sale(works, far, 2, due=40)
	found = make(works)["material_requests"]
	rows = [
		sorted(frappe.get_all("Material Request Item", {"parent": name}, ["item_code", "qty"], as_list=True))
		for name in found
	]
	assert rows == [[(near, 1)], [(far, 1)], [(far, 2)]]


def test_a_planned_draft_that_is_deleted_is_planned_again(works):
	product = works.product({works.item("RAW"): 1})
	sale(works, product, 5, due=9)
	(first,) = make(works)["production_orders"]
	frappe.delete_doc("Production Order", first)
	again = make(works)
	assert len(again["production_orders"]) == 1
	assert again["material_requests"] == []


def test_a_draft_for_a_sale_is_supply_and_a_draft_by_hand_is_not_unless_included(works):
	with_drafts = horizon(horizon_name="With drafts", days=30, include_drafts=1)
	material = works.item("RAW")
	product = works.product({material: 1})
	sold = sale(works, product, 5, due=9)
	draft = works.order(product, 5, need_by_date=day(9), fg_warehouse=works.plant.source_warehouse)
	assert planned(works) == {product: 5, material: 5}
	assert planned(works, with_drafts) == {material: 5}
	draft.update({"sales_order": sold.name, "sales_order_item": sold.items[0].name})
	draft.save()
	assert planned(works) == {material: 5}


def test_a_request_and_the_draft_that_is_made_for_it_are_one_supply(works):
	material = works.item("RAW")
	product = works.product({material: 1})
	stores = works.plant.source_warehouse
	sale(works, product, 15, due=12)
	request = vouchers.material_request(
		works.company, "Manufacture", item_code=product, qty=10, warehouse=stores
	)
	assert planned(works) == {product: 5, material: 5}
	(name,) = orders.make_from_material_request(material_request=request.name)["production_orders"]
	assert planned(works) == {product: 5, material: 15}
	orders.confirm(order=name, on_shortage="Confirm with Shortages")
	assert planned(works) == {product: 5, material: 15}


def test_a_confirmed_plan_still_leaves_nothing_to_plan(works):
	material = works.item("RAW")
	product = works.product({material: 2})
	sale(works, product, 5, due=9)
	(name,) = make(works)["production_orders"]
	orders.confirm(order=name, on_shortage="Confirm with Shortages")
	assert planned(works) == {}
	works.stock(material, 3)
	assert planned(works) == {}


def test_an_order_confirmed_before_its_parts_are_made_makes_their_drafts_surplus(works):
	"""A confirmation explodes what is not in stock, so nothing asks for the planned part any more."""
	screw = works.item("SCREW")
	wheel = works.product({screw: 4}, "WHEEL")
	bike = works.product({wheel: 2}, "BIKE")
	sale(works, bike, 5, due=9)
	upper, lower = make(works)["production_orders"]
	orders.confirm(order=upper, on_shortage="Confirm with Shortages")
	answer = demand.net_requirements(horizon=HORIZON, company=works.company)
	assert planned(works) == {}
	assert answer["surplus"] == [lower]
	assert "not needed any more" in execute({"horizon": HORIZON, "company": works.company})[2]
	frappe.delete_doc("Production Order", lower)
	assert make(works) == {"horizon": HORIZON, "production_orders": [], "material_requests": []}
