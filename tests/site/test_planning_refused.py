"""What cannot be planned, and who may not plan it: refused by name, and nothing has changed."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import demand
from production_orders.services import planned_supply
from tests.support.orders import tamper, value
from tests.support.planning_works import (
	HORIZON,
	horizon,
	make,
	planned,
	sale,
)


@pytest.mark.parametrize("days", [0, -5, 5000])
def test_a_horizon_of_no_days_or_of_too_many_is_refused_by_name(site, unchanged, days):
	with unchanged(), pytest.raises(frappe.ValidationError) as refusal:
		horizon(horizon_name="Nothing", days=days)
	assert "Nothing" in str(refusal.value) or days < 0


def test_a_horizon_that_lost_its_days_is_refused_when_it_is_used(works, unchanged):
	tamper("Planning Horizon", {"name": HORIZON}, days=0)
	for method in (demand.signals, demand.net_requirements, demand.make_requests):
		with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
			method(horizon=HORIZON)
		assert refusal.value.details[0]["field"] == "days"


def test_an_unknown_horizon_is_not_found(site, unchanged):
	for method in (demand.signals, demand.net_requirements, demand.make_requests, demand.start_requests):
		with unchanged(), pytest.raises(frappe.DoesNotExistError):
			method(horizon="No such horizon")


def test_without_a_default_a_horizon_must_be_named(site):
	first = horizon(horizon_name="First", days=7, is_default=1)
	second = horizon(horizon_name="Second", days=14, is_default=1)
	assert demand.signals()["horizon"] == second
	assert not value("Planning Horizon", first, "is_default")
	frappe.db.set_value("Planning Horizon", second, "is_default", 0)
	with pytest.raises(errors.InvalidInput):
		demand.signals()


def refused(works, unchanged) -> str:
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		make(works)
	return str(refusal.value)


def test_everything_that_cannot_be_supplied_is_told_at_once_and_nothing_is_planned(works, unchanged):
	good, gone, unloved = works.item("GOOD"), works.item("GONE"), works.item("UNLOVED", is_purchase_item=0)
	for item in (good, gone, unloved):
		sale(works, item, 1, due=9)
	frappe.db.set_value("Item", gone, "disabled", 1)
	told = refused(works, unchanged)
	assert f"Item {gone} is disabled" in told
	assert f"Item {unloved} has no active default BOM" in told
	assert good not in told


def test_a_disabled_component_of_what_must_be_made_is_told_and_of_what_is_in_stock_is_not(works, unchanged):
	component = works.item("OLD")
	product = works.product({component: 1})
	sale(works, product, 5, due=9)
	frappe.db.set_value("Item", component, "disabled", 1)
	assert component in refused(works, unchanged)
	works.stock(product, 5)
	assert make(works)["production_orders"] == []


def test_an_item_made_of_itself_is_refused_with_its_path(works, unchanged):
	upper, lower = works.item("UPPER"), works.item("LOWER")
	works.bom(upper, {lower: 1})
	works.bom(lower, {works.item("RAW"): 1})
	tamper(
		"BOM Item",
		{
			"item_code": frappe.get_all(
				"BOM Item", {"parenttype": "BOM", "parent": ["like", f"BOM-{lower}%"]}, pluck="item_code"
			)[0]
		},
		item_code=upper,
	)
	sale(works, upper, 5, due=9)
	told = refused(works, unchanged)
	assert upper in told
	assert lower in told
	with pytest.raises(errors.InvalidInput):
		demand.net_requirements(horizon=HORIZON, company=works.company)


def test_a_draft_whose_bom_is_gone_is_told(works, unchanged):
	material = works.item("RAW")
	product = works.product({material: 1})
	sold = sale(works, product, 5, due=9)
	draft = works.order(product, 5, sales_order=sold.name)
	tamper("Production Order", {"name": draft.name}, bom_no="BOM-GONE")
	told = refused(works, unchanged)
	assert draft.name in told
	assert "BOM-GONE" in told


def test_a_failure_in_the_middle_leaves_nothing(works, unchanged, monkeypatch):
	sale(works, works.product({works.item("RAW"): 1}), 5, due=9)

	def fail(*_args):
		raise frappe.ValidationError("the buyer's form is broken")

	monkeypatch.setattr(planned_supply.purchase_request, "submit", fail)
	with unchanged(), pytest.raises(frappe.ValidationError):
		make(works)


# Who may plan.


def test_an_operator_looks_and_does_not_plan(works, unchanged):
	frappe.set_user(works.plant.users["operator"].email)
	assert demand.signals(horizon=HORIZON)["horizon"] == HORIZON
	for method in (demand.make_requests, demand.start_requests):
		with unchanged(), pytest.raises(frappe.PermissionError):
			method(horizon=HORIZON)


def test_a_storekeeper_does_not_even_look(works):
	frappe.set_user(works.plant.users["stock"].email)
	for method in (demand.signals, demand.net_requirements):
		with pytest.raises(frappe.PermissionError):
			method(horizon=HORIZON)


def test_a_planner_plans(works):
	material = works.item("RAW")
	product = works.product({material: 1})
	sale(works, product, 5, due=9)
	frappe.set_user(works.plant.users["planner"].email)
	made = make(works)
	assert [len(made[kind]) for kind in ("production_orders", "material_requests")] == [1, 1]
	assert value("Production Order", made["production_orders"][0], "owner") == frappe.session.user
	assert frappe.get_doc("Material Request", made["material_requests"][0]).has_permission("read")


def allow(user: str, doctype: str, name: str) -> None:
	permission = {"doctype": "User Permission", "user": user, "allow": doctype, "for_value": name}
	frappe.get_doc({**permission, "apply_to_all_doctypes": 1}).insert(ignore_permissions=True)


def test_a_planner_sees_and_plans_the_allowed_warehouses_only(works):
	mine, theirs = works.item("MINE"), works.item("THEIRS")
	sale(works, mine, 3, due=9)
	sale(works, theirs, 4, due=9, warehouse=works.plant.fg_warehouse)
	user = works.user("Production Planner")
	allow(user, "Warehouse", works.plant.source_warehouse)
	frappe.set_user(user)
	assert planned(works) == {mine: 3}
	(request,) = make(works)["material_requests"]
	assert frappe.get_all("Material Request Item", {"parent": request}, pluck="item_code") == [mine]


def test_a_planner_of_another_company_sees_nothing_of_this_one(works, plants):
	item = works.item("SECRET")
	sale(works, item, 3, due=9)
	user = works.user("Production Planner")
	allow(user, "Company", plants["bicycle"].company)
	frappe.set_user(user)
	answer = demand.net_requirements(horizon=HORIZON)
	assert item not in {row["item_code"] for row in answer["items"]}
	with pytest.raises(frappe.PermissionError):
		demand.net_requirements(horizon=HORIZON, company=works.company)
