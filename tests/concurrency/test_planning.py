"""Planners who plan at the same moment: every demand is supplied once, by whatever horizon they look."""

import frappe

from tests.concurrency.conftest import Callers
from tests.support import planning_works, vouchers
from tests.support.planning_works import HORIZON, day
from tests.support.workers import together


def sold(works, qty: float) -> tuple[str, str]:
	"""A committed sale of a product of one material: (product, material)."""
	material = works.item("RAW")
	product = works.product({material: 2})
	vouchers.sales_order(
		works.company,
		item_code=product,
		qty=qty,
		warehouse=works.plant.source_warehouse,
		delivery_date=day(9),
	)
	frappe.db.commit()
	return product, material


def supplied(product: str, material: str) -> tuple[list[float], list[float]]:
	"""The quantities of all orders and of all request rows, as committed."""
	frappe.db.rollback()
	orders = frappe.get_all("Production Order", {"item_code": product}, pluck="qty")
	rows = frappe.get_all("Material Request Item", {"item_code": material, "docstatus": 1}, pluck="qty")
	return orders, rows


def test_eight_plans_at_once_make_one(works):
	product, material = sold(works, 5)
	call = Callers(works.plant).planner("demand.make_requests", horizon=HORIZON, company=works.company)
	outcomes = together([call] * 8)
	assert [outcome.error for outcome in outcomes] == [""] * 8
	made = [outcome.answer["production_orders"] for outcome in outcomes]
	assert sorted(len(names) for names in made) == [0] * 7 + [1]
	assert supplied(product, material) == ([5], [10])


def test_plans_by_different_horizons_wait_for_each_other(works):
	if not frappe.db.exists("Planning Horizon", "Test Days"):
		planning_works.horizon(horizon_name="Test Days", days=30, bucket="Day")
	product, material = sold(works, 3)
	planner = Callers(works.plant).planner
	calls = [
		planner("demand.make_requests", horizon=horizon, company=works.company)
		for horizon in (HORIZON, "Test Days")
	]
	outcomes = together(calls * 3)
	assert [outcome.error for outcome in outcomes] == [""] * 6
	assert supplied(product, material) == ([3], [6])


def test_one_key_in_parallel_is_one_effect_and_one_answer(works):
	product, material = sold(works, 2)
	call = Callers(works.plant).planner(
		"demand.make_requests",
		horizon=HORIZON,
		company=works.company,
		idempotency_key=f"plan {product}",
	)
	outcomes = together([call] * 4)
	assert all(outcome.answer == outcomes[0].answer for outcome in outcomes)
	assert len(outcomes[0].answer["production_orders"]) == 1
	assert supplied(product, material) == ([2], [4])
