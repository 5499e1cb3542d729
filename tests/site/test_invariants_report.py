"""The report of broken invariants: empty on a healthy site, and nobody sees through it what is hidden from them."""

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.permissions import add_user_permission

from production_orders.services import invariants
from tests.support.orders import confirmed, tamper

REPORT = "Invariants"


@pytest.fixture
def broken(scratch, product):
	"""An order whose total is not what its runs add up to."""
	order = scratch.order(product.item, 10)
	confirmed(order)
	tamper("Production Order", {"name": order.name}, rejected_qty=3)
	return order


def shown(**filters) -> list[dict]:
	return run(REPORT, filters=filters)["result"]


def named(order, **filters) -> list[dict]:
	return [row for row in shown(**filters) if row["name"] == order.name]


def test_a_violation_says_where_what_is_expected_and_what_is_found(broken, bicycle, product):
	assert named(broken) == [
		{
			"invariant": "What is needed is reserved or short",
			"doctype": "Production Order",
			"name": broken.name,
			"what": f"{product.material}: short",
			"expected": "6",
			"found": "0",
			"company": bicycle.company,
			"order": broken.name,
			"warehouse": "",
		},
		{
			"invariant": "Orders say what their runs add up to",
			"doctype": "Production Order",
			"name": broken.name,
			"what": "rejected_qty",
			"expected": "0",
			"found": "3",
			"company": bicycle.company,
			"order": broken.name,
			"warehouse": "",
		},
	]


def test_the_summary_counts_by_invariant_and_a_healthy_site_is_told_so(broken, monkeypatch):
	summary = {card["label"]: card["value"] for card in run(REPORT)["report_summary"]}
	assert summary["Orders say what their runs add up to"] >= 1
	monkeypatch.setattr(invariants, "check", list)
	healthy = run(REPORT)
	assert (healthy["result"], healthy["report_summary"]) == ([], [])
	assert healthy["message"] == f"All {len(invariants.INVARIANTS)} invariants hold."


def test_a_company_is_shown_alone(broken, bicycle, paint):
	assert named(broken, company=bicycle.company) != []
	assert named(broken, company=paint.company) == []


@pytest.mark.parametrize("role", ["Production Manager", "Manufacturing Manager", "System Manager"])
def test_managers_see_what_is_broken(broken, scratch, role):
	frappe.set_user(scratch.user(role))
	assert len(named(broken)) == 2


@pytest.mark.parametrize("role", ["Production Planner", "Production Operator", "Stock User"])
def test_nobody_else_sees_it(broken, scratch, role):
	frappe.set_user(scratch.user(role))
	with pytest.raises(frappe.PermissionError):
		shown()


@pytest.mark.parametrize("role", ["Production Manager", "System Manager"])
def test_user_permissions_on_a_company_hold(broken, scratch, paint, role):
	user = scratch.user(role)
	add_user_permission("Company", paint.company, user)
	frappe.set_user(user)
	assert named(broken) == []


def test_user_permissions_on_a_warehouse_hold(broken, scratch, bicycle):
	user = scratch.user("Production Manager")
	add_user_permission("Warehouse", scratch.warehouse("Elsewhere"), user)
	frappe.set_user(user)
	assert named(broken) == []
