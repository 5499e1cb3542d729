"""Figures that many orders share at the same moment: nothing lost, nothing twice, nothing made two times."""

from collections import Counter
from dataclasses import replace

import frappe

from tests.concurrency.conftest import PROCESSES
from tests.support import bins, vouchers
from tests.support.sabotage import late
from tests.support.workers import Call, together

ORDERS = "production_orders.api.orders"


def test_who_asks_at_once_for_one_sales_order_gets_one_set_of_drafts(scratch):
	item = scratch.item("FG")
	scratch.bom(item, {scratch.item("RAW"): 1})
	goods = scratch.plant.fg_warehouse
	sold = vouchers.sales_order(scratch.company, item_code=item, qty=10, warehouse=goods)
	frappe.db.commit()
	call = Call("Administrator", f"{ORDERS}.make_from_sales_order", {"sales_order": sold.name})
	outcomes = together([call] * 6)
	assert Counter(outcome.error for outcome in outcomes) == {"": 1, "InvalidInput": 5}
	frappe.db.rollback()
	assert frappe.get_all("Production Order", {"sales_order": sold.name}, pluck="qty") == [10]


def test_orders_confirmed_together_add_up_in_bins_that_nobody_has_made(scratch):
	item, materials = scratch.item("FG"), [scratch.item("RAW") for _ in range(3)]
	scratch.bom(item, dict.fromkeys(materials, 2))
	goods, store = scratch.plant.fg_warehouse, scratch.plant.source_warehouse
	sold = vouchers.sales_order(scratch.company, item_code=item, qty=100, warehouse=goods)
	asked = vouchers.material_request(
		scratch.company, "Manufacture", item_code=item, qty=100, warehouse=goods
	)
	links = {"sales_order": sold.name, "material_request": asked.name}
	drafts = [
		scratch.order(item, 5, shortage_policy="Confirm with Shortages", **links) for _ in range(PROCESSES)
	]
	frappe.db.delete("Bin", {"item_code": ["in", materials]})
	frappe.db.commit()
	outcomes = together(
		[Call("Administrator", f"{ORDERS}.confirm", {"order": order.name}) for order in drafts]
	)
	assert Counter(outcome.error for outcome in outcomes) == {"": PROCESSES}, outcomes[0].traceback
	frappe.db.rollback()
	made = 5 * PROCESSES
	for material in materials:
		assert bins.figures(material, store) == (0, 2 * made, -2 * made)
	assert bins.row(item, goods).planned_qty == made
	assert frappe.db.get_value("Sales Order Item", sold.items[0].name, "work_order_qty") == made
	assert frappe.db.get_value("Material Request Item", asked.items[0].name, "ordered_qty") == made
	assert bins.row(item, goods).indented_qty == 100 - made
	assert not bins.off(item, goods)


def test_vouchers_posted_meanwhile_lose_no_figure_of_an_order(scratch, callers):
	item, raw = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(item, {raw: 2})
	goods, store = scratch.plant.fg_warehouse, scratch.plant.source_warehouse
	scratch.stock(raw, 1000)
	scratch.stock(item, 10, warehouse=goods)
	orders = [scratch.order(item, 5) for _ in range(4)]
	frappe.db.commit()
	receipts = [
		callers.storekeeper(
			"Material Receipt", [{"item_code": code, "qty": 1, "basic_rate": 1, "t_warehouse": place}]
		)
		for code, place in ((raw, store), (item, goods))
	]
	confirms = [callers.planner("orders.confirm", order=order.name) for order in orders]
	outcomes = together([*confirms, *(replace(receipt, around=late) for receipt in receipts)])
	assert Counter(outcome.error for outcome in outcomes) == {"": 6}
	frappe.db.rollback()
	assert not bins.off(raw, store)
	assert not bins.off(item, goods)
