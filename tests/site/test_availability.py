"""Available to promise is what is in stock and nobody has reserved."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from production_orders import errors
from production_orders.api import availability, orders, runs
from tests.support import vouchers
from tests.support.orders import confirmed, started


def test_every_warehouse_is_listed_and_added_up(scratch):
	item, plant = scratch.item(), scratch.plant
	scratch.stock(item, 12)
	scratch.stock(item, 3, warehouse=plant.fg_warehouse)
	answer = availability.atp(item_code=item, company=plant.company)
	assert answer == {
		"item_code": item,
		"stock_uom": "Nos",
		"actual_qty": 15,
		"reserved_qty": 0,
		"atp_qty": 15,
		"warehouses": [
			{"warehouse": plant.fg_warehouse, "actual_qty": 3, "reserved_qty": 0, "atp_qty": 3},
			{"warehouse": plant.source_warehouse, "actual_qty": 12, "reserved_qty": 0, "atp_qty": 12},
		],
	}
	assert availability.atp(item_code=item, company="Paint Works")["warehouses"] == []


def test_it_follows_an_order_through_its_life(scratch):
	order = scratch.simple_order(qty=10, stock=25)
	item = frappe.get_all("BOM Item", {"parent": order.bom_no}, pluck="item_code")[0]

	def atp():
		answer = availability.atp(item_code=item, warehouse=scratch.plant.source_warehouse)
		return answer["actual_qty"], answer["reserved_qty"], answer["atp_qty"]

	seen = [atp()]
	confirmed(order)
	seen.append(atp())
	run = started(order, qty=4)
	runs.complete(run=run, produced_qty=4, consumption=[{"item_code": item, "qty": 9}])
	seen.append(atp())
	orders.complete(order=order.name, close_short=True, reason="enough")
	seen.append(atp())
	assert seen == [(25, 0, 25), (25, 20, 5), (16, 11, 5), (16, 0, 16)]


def test_a_cancelled_order_promises_nothing(scratch):
	order = scratch.simple_order(qty=10, stock=25)
	item = confirmed(order)["materials"][0]["item_code"]
	orders.cancel(order=order.name, reason="no demand")
	assert availability.atp(item_code=item, warehouse=scratch.plant.source_warehouse)["atp_qty"] == 25


def test_an_item_without_stock_is_available_nowhere(scratch):
	answer = availability.atp(item_code=scratch.item())
	assert (answer["atp_qty"], answer["warehouses"]) == (0, [])


def test_what_does_not_exist_is_not_found(scratch):
	with pytest.raises(frappe.DoesNotExistError):
		availability.atp(item_code="NO-SUCH-ITEM")
	with pytest.raises(frappe.DoesNotExistError):
		availability.atp(item_code=scratch.item(), warehouse="NO-SUCH-WAREHOUSE")


def _by_date(scratch, item: str, number: int, **where):
	where = where or {"warehouse": scratch.plant.source_warehouse}
	return availability.atp(item_code=item, date=add_days(today(), number), **where)


def test_by_date_it_counts_what_is_to_come_and_looks_ahead_to_what_is_to_go(scratch):
	item, stores = scratch.item(), scratch.plant.source_warehouse
	scratch.stock(item, 10)
	row = {"item_code": item, "warehouse": stores}
	vouchers.purchase_order(scratch.company, **row, qty=20, schedule_date=add_days(today(), 9))
	vouchers.sales_order(scratch.company, **row, qty=8, delivery_date=add_days(today(), 5))
	answer = _by_date(scratch, item, 8)
	assert (answer["date"], answer["atp_qty"], answer["actual_qty"]) == (
		getdate(add_days(today(), 8)),
		2,
		10,
	)
	curve = [
		tuple(point[key] for key in ("supply_qty", "demand_qty", "balance_qty", "atp_qty"))
		for point in answer["curve"]
	]
	assert curve == [(0, 0, 10, 2), (0, 8, 2, 2), (20, 0, 22, 22)]
	assert [_by_date(scratch, item, number)["atp_qty"] for number in (0, 9, 400)] == [2, 22, 22]


def test_by_date_a_group_is_its_leaves_and_what_is_reserved_is_not_free(scratch):
	item, plant = scratch.item(), scratch.plant
	scratch.stock(item, 5)
	scratch.stock(item, 3, warehouse=plant.fg_warehouse)
	finished = scratch.item("FG")
	scratch.bom(finished, {item: 1})
	confirmed(scratch.order(finished, 4))
	group = frappe.db.get_value("Warehouse", plant.source_warehouse, "parent_warehouse")
	assert _by_date(scratch, item, 0)["atp_qty"] == 1
	assert _by_date(scratch, item, 0, warehouse=group)["atp_qty"] == 4
	assert _by_date(scratch, item, 0, company=plant.company)["atp_qty"] == 4
	assert availability.atp(item_code=item, warehouse=group)["atp_qty"] == 4


def test_the_past_cannot_be_promised(scratch):
	with pytest.raises(errors.InvalidInput, match="past") as refusal:
		_by_date(scratch, scratch.item(), -1)
	assert [problem["field"] for problem in refusal.value.details] == ["date"]


def test_a_disabled_warehouse_has_nothing_to_promise(scratch):
	item, plant = scratch.item(), scratch.plant
	scratch.stock(item, 5)
	scratch.stock(item, 3, warehouse=plant.fg_warehouse)
	frappe.db.set_value("Warehouse", plant.fg_warehouse, "disabled", 1)
	assert availability.atp(item_code=item, company=plant.company)["atp_qty"] == 5
	assert _by_date(scratch, item, 0, company=plant.company)["atp_qty"] == 5
