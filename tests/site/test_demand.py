"""From open orders to planned ones: signals, net requirements, and what is made of them, once."""

from unittest import mock

import frappe
import pytest
from frappe.utils import getdate, nowdate

from production_orders import errors
from production_orders.api import demand, orders, reservations
from production_orders.production_orders.report.net_requirements.net_requirements import execute
from production_orders.services import planned_supply, planning_job
from tests.support import vouchers
from tests.support.orders import confirmed, tamper, value
from tests.support.planning_works import HORIZON, PlanningScratch, day, horizon
from tests.support.state import quiet

SHORT = {"shortage_policy": "Confirm with Shortages"}


@pytest.fixture
def works(site, planning_works) -> PlanningScratch:
	return PlanningScratch(planning_works)


def sale(works, item: str, qty: float, due: int, warehouse: str | None = None):
	warehouse = warehouse or works.plant.source_warehouse
	return vouchers.sales_order(
		works.company, item_code=item, qty=qty, warehouse=warehouse, delivery_date=day(due)
	)


def requirements(works, horizon: str = HORIZON) -> dict[tuple[str, str], dict]:
	answer = demand.net_requirements(horizon=horizon, company=works.company)
	return {(row["item_code"], row["warehouse"]): row for row in answer["items"]}


def total(row: dict, field: str) -> float:
	return sum(bucket[field] for bucket in row["buckets"])


def planned(works, horizon: str = HORIZON) -> dict[str, float]:
	"""item -> planned quantity, over all buckets and warehouses."""
	found: dict[str, float] = {}
	for (item, _warehouse), row in requirements(works, horizon).items():
		if qty := total(row, "planned_qty"):
			found[item] = found.get(item, 0) + qty
	return found


def make(works, horizon: str = HORIZON) -> dict:
	return demand.make_requests(horizon=horizon, company=works.company)


def signals_of(order: str, horizon: str = HORIZON) -> list[tuple]:
	fields = ("item_code", "date", "qty", "reserved_qty", "status")
	return [
		tuple(signal[field] for field in fields)
		for signal in demand.signals(horizon=horizon)["signals"]
		if signal["order"] == order
	]


def test_a_confirmed_order_signals_what_it_will_draw_at_its_planned_start(works):
	material = works.item("RAW")
	works.stock(material, 7)
	order = works.order(works.product({material: 2}), 10, planned_start_date=day(9), **SHORT)
	assert signals_of(order.name) == []
	confirmed(order)
	assert signals_of(order.name) == [(material, day(9), 20, 7, "Confirmed")]
	orders.cancel(order=order.name, reason="no demand")
	assert signals_of(order.name) == []


def test_an_order_that_should_have_started_signals_today_and_one_beyond_the_horizon_nothing(works):
	product = works.product({works.item("RAW"): 1})
	late = works.order(product, 1, planned_start_date=day(-9), **SHORT)
	far = works.order(product, 1, planned_start_date=day(56), **SHORT)
	for order in (late, far):
		confirmed(order)
	assert [date for _item, date, *_rest in signals_of(late.name)] == [nowdate()]
	assert signals_of(far.name) == []


def test_drafts_signal_what_their_bom_asks_for_when_the_horizon_includes_them(works):
	with_drafts = horizon(horizon_name="With drafts", days=30, include_drafts=1)
	tube, bolt = works.item("TUBE"), works.item("BOLT")
	frame = works.product({tube: 3, bolt: 2}, "FRAME", supply_policy="Build on Demand")
	order = works.order(works.product({frame: 2, bolt: 1}), 5, planned_start_date=day(3))
	assert signals_of(order.name) == []
	assert sorted(signals_of(order.name, with_drafts)) == sorted(
		[(bolt, day(3), 25, 0, "Draft"), (tube, day(3), 30, 0, "Draft")]
	)


def test_sales_are_netted_level_by_level_and_bucket_by_bucket(works):
	screw = works.item("SCREW", lead_time_days=5)
	wheel = works.product({screw: 4}, "WHEEL", lead_time_days=3)
	bike = works.product({wheel: 2, screw: 1}, "BIKE", lead_time_days=2)
	works.stock(wheel, 6)
	sale(works, bike, 5, due=30)
	found = requirements(works)
	stores = works.plant.source_warehouse
	assert [found[item, stores]["low_level_code"] for item in (bike, wheel, screw)] == [0, 1, 2]
	assert [found[item, stores]["is_made"] for item in (bike, wheel, screw)] == [True, True, False]
	assert planned(works) == {bike: 5, wheel: 4, screw: 21}
	releases = {
		item: [bucket["release_date"] for bucket in found[item, stores]["buckets"] if bucket["planned_qty"]]
		for item in (bike, wheel, screw)
	}
	assert releases == {
		bike: [day(28)],
		wheel: [day(25)],
		screw: [day(20)] if same_week(25, 28) else [day(20), day(23)],
	}


def same_week(*days: int) -> bool:
	return len({getdate(day(number)).isocalendar()[:2] for number in days}) == 1


def test_a_short_order_asks_for_what_it_did_not_reserve_and_open_supply_counts(works):
	material = works.item("RAW")
	works.stock(material, 7)
	order = works.order(works.product({material: 2}), 10, planned_start_date=day(9), **SHORT)
	confirmed(order)
	stores = works.plant.source_warehouse
	assert planned(works) == {material: 13}
	vouchers.purchase_order(works.company, item_code=material, qty=3, warehouse=stores, schedule_date=day(5))
	vouchers.material_request(
		works.company, "Purchase", item_code=material, qty=4, warehouse=stores, schedule_date=day(6)
	)
	row = requirements(works)[material, stores]
	assert (total(row, "gross_qty"), total(row, "receipts_qty"), total(row, "planned_qty")) == (13, 7, 6)


def test_what_is_planned_is_made_once(works):
	screw = works.item("SCREW", min_order_qty=100)
	wheel = works.product({screw: 4}, "WHEEL", lead_time_days=3)
	bike = works.product({wheel: 2}, "BIKE", lead_time_days=2)
	sold = sale(works, bike, 5, due=30)
	made = make(works)
	assert make(works) == {"horizon": HORIZON, "production_orders": [], "material_requests": []}
	assert planned(works) == {}
	fields = ("item_code", "qty", "status", "source_warehouse", "fg_warehouse", "need_by_date")
	stores = works.plant.source_warehouse
	assert [value("Production Order", name, *fields) for name in made["production_orders"]] == [
		(bike, 5, "Draft", stores, stores, getdate(day(30))),
		(wheel, 10, "Draft", stores, stores, getdate(day(28))),
	]
	starts = [value("Production Order", name, "planned_start_date") for name in made["production_orders"]]
	assert [str(getdate(start)) for start in starts] == [day(28), day(25)]
	(request,) = made["material_requests"]
	assert value("Material Request", request, "docstatus", "material_request_type", "company") == (
		1,
		"Purchase",
		works.company,
	)
	row = frappe.get_all(
		"Material Request Item",
		{"parent": request},
		["item_code", "qty", "warehouse", "schedule_date", "production_order"],
	)
	assert row == [
		{
			"item_code": screw,
			"qty": 100,
			"warehouse": stores,
			"schedule_date": getdate(day(25)),
			"production_order": None,
		}
	]
	pegs = frappe.get_all(
		"Demand Peg",
		{"company": works.company, "item_code": ["in", [bike, wheel, screw]]},
		["supply", "item_code", "qty", "cause_type", "cause"],
		order_by="name",
		as_list=True,
	)
	bike_order, wheel_order = made["production_orders"]
	assert sorted(pegs) == sorted(
		[
			(bike_order, bike, 5, "Sales Order", sold.name),
			(wheel_order, wheel, 10, "Production Order", bike_order),
			(request, screw, 40, "Production Order", wheel_order),
			(request, screw, 60, "Item", screw),
		]
	)


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


def test_what_nobody_wants_any_more_is_surplus_and_asks_for_nothing(works):
	product = works.product({works.item("RAW"): 2})
	sold = sale(works, product, 5, due=9)
	(name,) = make(works)["production_orders"]
	sold.reload()
	sold.cancel()
	assert planned(works) == {}
	assert demand.net_requirements(horizon=HORIZON, company=works.company)["surplus"] == [name]


def test_safety_stock_is_filled_where_the_item_is_at_home(works):
	home = [{"company": works.company, "default_warehouse": works.plant.fg_warehouse}]
	item = works.item("KEPT", safety_stock=12, item_defaults=home)
	works.stock(item, 5, warehouse=works.plant.fg_warehouse)
	assert total(requirements(works)[item, works.plant.fg_warehouse], "planned_qty") == 7
	made = make(works)
	assert frappe.get_all(
		"Demand Peg", {"item_code": item}, ["qty", "cause_type", "cause"], as_list=True
	) == ((7, "Item", item),)
	assert len(made["material_requests"]) == 1


def test_stock_in_the_warehouses_of_a_group_is_counted_for_an_order_that_draws_from_the_group(works):
	material = works.item("RAW")
	product = works.product({material: 1})
	works.stock(material, 4)
	works.stock(material, 5, warehouse=works.plant.fg_warehouse)
	group = f"All Warehouses - {works.plant.table.abbr}"
	sold = sale(works, product, 10, due=9)
	draft = works.order(
		product,
		10,
		source_warehouse=group,
		fg_warehouse=works.plant.source_warehouse,
		planned_start_date=day(5),
		need_by_date=day(9),
		sales_order=sold.name,
	)
	assert planned(works) == {material: 1}
	assert draft.source_warehouse == group


def test_causes_lead_to_the_sale_at_the_top(works):
	screw = works.item("SCREW")
	wheel = works.product({screw: 4}, "WHEEL")
	bike = works.product({wheel: 2}, "BIKE")
	sold = sale(works, bike, 5, due=9)
	(supply,) = demand.causes(item_code=screw, horizon=HORIZON, company=works.company)["supplies"]
	assert (supply["qty"], supply["due_date"]) == (40, day(9))
	assert supply["causes"] == [
		{
			"cause_type": "Sales Order",
			"cause": sold.name,
			"date": day(9),
			"qty": 40,
			"path": [bike, wheel, screw],
		}
	]


def test_looking_writes_nothing(works):
	sale(works, works.product({works.item("RAW"): 1}), 5, due=9)
	with quiet():
		demand.signals(horizon=HORIZON)
		demand.net_requirements(horizon=HORIZON)


def statements(work) -> int:
	with mock.patch.object(frappe.db, "sql", wraps=frappe.db.sql) as sql:
		work()
		return sql.call_count


def test_the_number_of_statements_does_not_grow_with_the_demand(works):
	def look():
		frappe.local.cache = {}
		demand.net_requirements(horizon=HORIZON, company=works.company)

	product = works.product({works.item("RAW"): 1})
	sale(works, product, 5, due=9)
	confirmed(works.order(product, 2, planned_start_date=day(1), **SHORT))
	look()
	few = statements(look)
	for number in range(6):
		other = works.product({works.item("RAW"): 1, works.item("RAW"): 2})
		sale(works, other, 5, due=9 + number)
		confirmed(works.order(other, 2, planned_start_date=day(number), **SHORT))
	look()  # making items may have cleared what a host caches
	assert statements(look) == few


# What cannot be planned.


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


# In the background.


@pytest.fixture
def told(monkeypatch) -> list[tuple]:
	"""Everything that was sent to a browser."""
	sent: list[tuple] = []

	def tell(event: str, message: object = None, **to: object) -> None:
		if event == "msgprint":
			sent.append((event, message, to))

	monkeypatch.setattr(frappe, "publish_realtime", tell)
	monkeypatch.setattr(
		frappe, "publish_progress", lambda percent, **_how: sent.append(("progress", percent))
	)
	return sent


def test_a_job_reports_its_progress_and_its_result(works, told, monkeypatch):
	monkeypatch.setattr(planning_job.unit_of_work, "run_alone", lambda effect: effect())
	sale(works, works.product({works.item("RAW"): 1}), 5, due=9)
	planning_job.run(HORIZON, works.company)
	planning_job.run(HORIZON, works.company)
	assert told[0] == ("progress", 100)
	assert [event for event, *_rest in told] == ["progress", "msgprint", "msgprint"]
	assert told[1][1]["message"].startswith("1 draft production orders and 1 Material Requests")
	assert told[2][1]["message"].startswith("Nothing to plan")
	assert told[1][2] == {"user": "Administrator"}


def test_a_job_that_fails_tells_why(works, told, monkeypatch):
	monkeypatch.setattr(planning_job.unit_of_work, "run_alone", lambda effect: effect())
	sale(works, works.item("UNLOVED", is_purchase_item=0), 1, due=9)
	with pytest.raises(errors.InvalidInput):
		planning_job.run(HORIZON, works.company)
	((event, message, _to),) = told
	assert (event, message["indicator"]) == ("msgprint", "red")
	assert "UNLOVED" in message["message"]


def test_a_run_is_queued_for_the_long_workers(works, monkeypatch):
	queued = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **how: queued.append((method, how)))
	assert demand.start_requests(horizon=HORIZON, company=works.company) == {
		"horizon": HORIZON,
		"queued": True,
	}
	((method, how),) = queued
	assert frappe.get_attr(method) is planning_job.run
	assert (how["queue"], how["horizon"], how["company"]) == ("long", HORIZON, works.company)


def test_a_peg_stays_as_it_was_written(works, unchanged):
	sale(works, works.item("RAW"), 1, due=9)
	make(works)
	peg = frappe.get_last_doc("Demand Peg")
	for write in (peg.save, peg.delete, lambda: frappe.copy_doc(peg).insert()):
		with unchanged(), pytest.raises(errors.ReadOnly):
			write()
