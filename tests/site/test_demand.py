"""What open orders ask for, and what must be supplied for it: signals and net requirements."""

from unittest import mock

import frappe
from frappe.utils import getdate, nowdate

from production_orders.api import demand, orders
from tests.support import vouchers
from tests.support.orders import confirmed
from tests.support.planning_works import (
	HORIZON,
	day,
	horizon,
	make,
	planned,
	requirements,
	sale,
	total,
)
from tests.support.state import quiet

SHORT = {"shortage_policy": "Confirm with Shortages"}


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
