"""Planning over HTTP: shapes, bad input, roles and replays."""

from uuid import uuid4

import frappe
import pytest

from tests.support import vouchers
from tests.support.planning_works import HORIZON, day

NUMBER = (int, float)
ITEM = {
	"company": str,
	"item_code": str,
	"warehouse": str,
	"low_level_code": int,
	"is_made": bool,
	"on_hand_qty": NUMBER,
	"safety_stock": NUMBER,
	"buckets": list,
}
BUCKET = {
	"gross_qty": NUMBER,
	"receipts_qty": NUMBER,
	"projected_qty": NUMBER,
	"net_qty": NUMBER,
	"planned_qty": NUMBER,
	"release_date": (str, type(None)),
	"is_late": bool,
}
PEG = {"item_code": str, "warehouse": str, "due_date": str, "qty": NUMBER, "causes": list}
CAUSE = {
	"cause_type": str,
	"cause": (str, type(None)),
	"through": (dict, type(None)),
	"qty": NUMBER,
}
READS = ("demand.signals", "demand.net_requirements")
WRITES = ("demand.make_requests", "demand.start_requests")


@pytest.fixture
def planner(works, server):
	user = works.plant.users["planner"]
	return server.with_token(f"{user.api_key}:{user.api_secret}")


@pytest.fixture
def operator(works, server):
	user = works.plant.users["operator"]
	return server.with_token(f"{user.api_key}:{user.api_secret}")


def sold(works) -> tuple[str, str, str]:
	"""A committed sale of 5 of a product of 2 of one material: (sale, product, material)."""
	material = works.item("RAW")
	product = works.product({material: 2})
	sale = vouchers.sales_order(
		works.company,
		item_code=product,
		qty=5,
		warehouse=works.plant.source_warehouse,
		delivery_date=day(9),
	)
	frappe.db.commit()
	return sale.name, product, material


def assert_shape(answer: dict, shape: dict) -> None:
	assert answer.keys() == shape.keys()
	for key, kind in shape.items():
		assert isinstance(answer[key], kind), key


def test_a_plan_is_looked_at_made_and_replayed(works, planner):
	sale, product, material = sold(works)
	arguments = {"horizon": HORIZON, "company": works.company}
	answer = planner.read("demand.net_requirements", **arguments).json()["message"]
	assert answer["horizon"] == HORIZON
	items = {row["item_code"]: row for row in answer["items"]}
	for row in items.values():
		assert_shape(row, ITEM)
		assert len(row["buckets"]) == len(answer["buckets"])
		for bucket in row["buckets"]:
			assert_shape(bucket, BUCKET)
	assert sum(bucket["planned_qty"] for bucket in items[material]["buckets"]) == 10
	pegs = {peg["item_code"]: peg for peg in answer["pegs"]}
	for peg in pegs.values():
		assert_shape(peg, PEG)
		for cause in peg["causes"]:
			assert_shape(cause, CAUSE)
	assert [(cause["cause_type"], cause["cause"]) for cause in pegs[product]["causes"]] == [
		("Sales Order", sale)
	]
	assert pegs[material]["causes"][0]["through"]["item_code"] == product

	key = uuid4().hex
	first = planner.write("demand.make_requests", idempotency_key=key, **arguments)
	again = planner.write("demand.make_requests", idempotency_key=key, **arguments)
	assert first.status_code == 200
	assert again.json() == first.json()
	assert len(first.json()["message"]["production_orders"]) == 1
	empty = planner.write("demand.make_requests", **arguments).json()["message"]
	assert empty == {"horizon": HORIZON, "production_orders": [], "material_requests": []}
	other = planner.write("demand.make_requests", idempotency_key=key, horizon=HORIZON)
	assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_conflict")


@pytest.mark.parametrize("method", [*READS, *WRITES])
def test_an_unknown_horizon_is_404(planner, method):
	call = planner.read if method in READS else planner.write
	response = call(method, horizon="No such horizon")
	assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", [*READS, *WRITES])
def test_an_unknown_field_is_422(planner, method):
	call = planner.read if method in READS else planner.write
	response = call(method, horizon=HORIZON, days=5)
	assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid_input")


def test_an_unknown_company_is_404(planner):
	response = planner.read("demand.net_requirements", horizon=HORIZON, company="No such company")
	assert response.status_code == 404


def test_writes_are_post_only_and_reads_are_get_only(planner):
	assert planner.read("demand.make_requests", horizon=HORIZON).status_code == 403
	assert planner.write("demand.signals", horizon=HORIZON).status_code == 403


@pytest.mark.parametrize("method", WRITES)
def test_an_operator_may_not_plan(operator, method):
	response = operator.write(method, horizon=HORIZON)
	assert (response.status_code, response.json()["error"]["code"]) == (403, "not_permitted")


def test_nobody_plans_without_a_login(server):
	assert server.guest().write("demand.make_requests", horizon=HORIZON).status_code == 403
	assert server.guest().read("demand.signals", horizon=HORIZON).status_code == 403


@pytest.mark.parametrize("values", [{"days": 0}, {"days": 2000}, {"bucket": "Hour"}])
def test_a_horizon_that_means_nothing_is_refused_by_rest_too(planner, values):
	body = {"horizon_name": f"H {uuid4().hex[:6]}", "days": 5, "bucket": "Day", **values}
	before = frappe.db.count("Planning Horizon")
	response = planner.post("/api/resource/Planning Horizon", **body)
	assert response.status_code in (417, 422)
	frappe.db.rollback()
	assert frappe.db.count("Planning Horizon") == before


def test_an_operator_may_not_change_a_horizon(operator):
	assert operator.put(f"/api/resource/Planning Horizon/{HORIZON}", days=5).status_code == 403


def test_a_peg_cannot_be_written_over_rest(works, planner, admin):
	sold(works)
	planner.write("demand.make_requests", horizon=HORIZON, company=works.company)
	frappe.db.rollback()
	name = frappe.get_all("Demand Peg", {"company": works.company}, pluck="name", limit=1)[0]
	before = frappe.db.get_value("Demand Peg", name, "*", as_dict=True)
	for response in (
		admin.put(f"/api/resource/Demand Peg/{name}", qty=1),
		admin.delete(f"/api/resource/Demand Peg/{name}"),
		admin.post("/api/resource/Demand Peg", qty=1),
	):
		assert response.status_code == 409
	frappe.db.rollback()
	assert frappe.db.get_value("Demand Peg", name, "*", as_dict=True) == before
