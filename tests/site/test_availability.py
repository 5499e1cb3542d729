"""Available to promise is what is in stock and nobody has reserved."""

import frappe
import pytest

from production_orders.api import availability, orders, runs
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
