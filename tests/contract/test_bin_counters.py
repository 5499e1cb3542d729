"""Contract: what Bin says is ordered, requested, sold and to be made, and how it is added up again."""

from typing import Any

import frappe
import pytest
from erpnext.stock import stock_balance

COUNTERS = ["ordered_qty", "indented_qty", "planned_qty", "reserved_qty", "reserved_qty_for_production"]


@pytest.fixture
def boxed(erpnext: Any) -> str:
	"""An item without stock that is bought and sold in boxes of ten."""
	return erpnext.item(uoms=[{"uom": "Box", "conversion_factor": 10}])


def counters(erpnext: Any, item_code: str) -> dict[str, float]:
	"""The counters of the Bin that are not zero, and the projected quantity."""
	row = erpnext.bin(item_code)
	return {field: row[field] for field in [*COUNTERS, "projected_qty"] if row[field]}


# What counts


def test_a_purchase_order_is_ordered_in_the_stock_uom(erpnext: Any, boxed: str) -> None:
	erpnext.purchase_order(boxed, 3, uom="Box")
	assert counters(erpnext, boxed) == {"ordered_qty": 30, "projected_qty": 30}


def test_a_sales_order_is_reserved_in_the_stock_uom(erpnext: Any, boxed: str) -> None:
	erpnext.sales_order(boxed, 3, uom="Box")
	assert counters(erpnext, boxed) == {"reserved_qty": 30, "projected_qty": -30}


@pytest.mark.parametrize(
	("kind", "indented"),
	[("Purchase", 30), ("Manufacture", 30), ("Material Transfer", 30), ("Material Issue", -30)],
)
def test_a_material_request_is_indented_and_what_is_to_be_issued_counts_against_it(
	erpnext: Any, boxed: str, kind: str, indented: float
) -> None:
	erpnext.material_request(kind, boxed, 3, uom="Box")
	assert counters(erpnext, boxed) == {"indented_qty": indented, "projected_qty": indented}


def test_rows_of_one_item_are_added_up_by_warehouse(erpnext: Any) -> None:
	item, other = erpnext.item(), erpnext.new_warehouse()
	erpnext.purchase_order(item, 3)
	erpnext.purchase_order(item, 4)
	erpnext.purchase_order(item, 5, warehouse=other)
	assert (erpnext.bin(item).ordered_qty, erpnext.bin(item, other).ordered_qty) == (7, 5)


def test_what_was_received_is_no_longer_ordered(erpnext: Any) -> None:
	item = erpnext.item()
	order = erpnext.purchase_order(item, 10)
	frappe.db.set_value("Purchase Order Item", order.items[0].name, "received_qty", 4)
	assert stock_balance.get_ordered_qty(item, erpnext.warehouse) == 6


def test_what_was_delivered_is_no_longer_reserved(erpnext: Any) -> None:
	item = erpnext.item()
	order = erpnext.sales_order(item, 10)
	frappe.db.set_value("Sales Order Item", order.items[0].name, "delivered_qty", 4)
	assert stock_balance.get_reserved_qty(item, erpnext.warehouse) == 6


def test_what_was_ordered_is_no_longer_requested(erpnext: Any) -> None:
	item = erpnext.item()
	request = erpnext.material_request("Purchase", item, 10)
	frappe.db.set_value("Material Request Item", request.items[0].name, "ordered_qty", 4)
	assert stock_balance.get_indented_qty(item, erpnext.warehouse) == 6


@pytest.mark.parametrize(
	("doctype", "get_qty"),
	[
		("Purchase Order", stock_balance.get_ordered_qty),
		("Sales Order", stock_balance.get_reserved_qty),
	],
)
def test_what_the_supplier_delivers_to_the_customer_counts_nowhere(
	erpnext: Any, doctype: str, get_qty: Any
) -> None:
	item = erpnext.item()
	make = erpnext.purchase_order if doctype == "Purchase Order" else erpnext.sales_order
	order = make(item, 10)
	frappe.db.set_value(f"{doctype} Item", order.items[0].name, "delivered_by_supplier", 1)
	assert get_qty(item, erpnext.warehouse) == 0


def test_a_packed_component_is_reserved_as_far_as_its_bundle_is_not_delivered(erpnext: Any) -> None:
	bundle, component = erpnext.item(), erpnext.item()
	order = erpnext.sales_order(bundle, 4)
	row = frappe.new_doc("Packed Item")
	row.update({"parent": order.name, "parenttype": "Sales Order", "parentfield": "packed_items", "idx": 1})
	row.update({"parent_item": bundle, "item_code": component, "qty": 12, "warehouse": erpnext.warehouse})
	row.update({"parent_detail_docname": order.items[0].name, "docstatus": 1})
	row.db_insert()
	frappe.db.set_value("Sales Order Item", order.items[0].name, "delivered_qty", 1)
	assert stock_balance.get_reserved_qty(component, erpnext.warehouse) == 9


# What ends it


@pytest.mark.parametrize(
	("make", "field"),
	[("sales_order", "reserved_qty"), ("purchase_order", "ordered_qty")],
)
def test_a_cancelled_or_closed_order_counts_nothing_and_a_reopened_one_again(
	erpnext: Any, make: str, field: str
) -> None:
	item = erpnext.item()
	order, other = (getattr(erpnext, make)(item, qty) for qty in (10, 5))
	order.update_status("Closed")
	assert erpnext.bin(item)[field] == 5
	order.reload()
	order.update_status("Draft")
	assert erpnext.bin(item)[field] == 15
	other.reload()
	other.cancel()
	assert erpnext.bin(item)[field] == 10


def test_a_stopped_or_cancelled_request_counts_nothing(erpnext: Any) -> None:
	item = erpnext.item()
	stopped, cancelled = (erpnext.material_request("Purchase", item, qty) for qty in (10, 5))
	stopped.update_status("Stopped")
	assert erpnext.bin(item).indented_qty == 5
	cancelled.reload()
	cancelled.cancel()
	assert erpnext.bin(item).indented_qty == 0


def test_a_purchase_order_raised_from_a_request_takes_over_what_it_orders(erpnext: Any) -> None:
	item = erpnext.item()
	request = erpnext.material_request("Purchase", item, 10)
	link = {"material_request": request.name, "material_request_item": request.items[0].name}
	order = erpnext.purchase_order(item, 4, **link)
	assert counters(erpnext, item) == {"ordered_qty": 4, "indented_qty": 6, "projected_qty": 10}
	request.reload()
	assert (request.items[0].ordered_qty, request.per_ordered, request.status) == (4, 40, "Partially Ordered")
	order.cancel()
	assert counters(erpnext, item) == {"indented_qty": 10, "projected_qty": 10}
	request.reload()
	assert (request.items[0].ordered_qty, request.per_ordered, request.status) == (0, 0, "Pending")


# How it is added up again


def falsified(erpnext: Any, item_code: str) -> Any:
	"""The Bin after every counter has been overwritten."""
	name = erpnext.bin(item_code).name
	values = dict.fromkeys([*COUNTERS, "projected_qty", "actual_qty"], 77)
	frappe.db.set_value("Bin", name, values)
	return frappe.get_doc("Bin", name)


@pytest.fixture
def busy(erpnext: Any) -> tuple[str, dict[str, float]]:
	"""An item that everything happens to, and what its Bin must say."""
	item, material = erpnext.item(), erpnext.stocked_item(20)
	erpnext.receive(item, 20, 10)
	erpnext.purchase_order(item, 1)
	erpnext.material_request("Purchase", item, 2)
	erpnext.sales_order(item, 3)
	erpnext.work_order(erpnext.bom(item, {material: 1}), 4)
	product = erpnext.item()
	erpnext.work_order(erpnext.bom(product, {item: 2}), 6)
	expected = dict(zip(COUNTERS, (1, 2, 4, 3, 12), strict=True))
	return item, {**expected, "projected_qty": 20 + 1 + 2 + 4 - 3 - 12}


def test_every_event_leaves_the_figures_that_recalculating_gives(
	erpnext: Any, busy: tuple[str, dict[str, float]]
) -> None:
	item, expected = busy
	assert counters(erpnext, item) == expected


def test_recalculating_a_bin_derives_every_counter_anew(
	erpnext: Any, busy: tuple[str, dict[str, float]]
) -> None:
	item, expected = busy
	falsified(erpnext, item).recalculate_qty()
	assert counters(erpnext, item) == expected
	assert erpnext.bin(item).actual_qty == 20


def test_repost_stock_of_the_bin_alone_derives_all_but_the_production_reservation(
	erpnext: Any, busy: tuple[str, dict[str, float]]
) -> None:
	item, expected = busy
	falsified(erpnext, item)
	stock_balance.repost_stock(item, erpnext.warehouse, only_bin=True)
	expected["reserved_qty_for_production"] = 77
	expected["projected_qty"] += 12 - 77
	row = erpnext.bin(item)
	assert {field: row[field] for field in [*COUNTERS, "actual_qty"]} == {
		**{field: expected[field] for field in COUNTERS},
		"actual_qty": 20,
	}


def test_update_bin_qty_writes_the_given_counters_and_the_projection(erpnext: Any) -> None:
	item = erpnext.stocked_item(10)
	stock_balance.update_bin_qty(item, erpnext.warehouse, {"planned_qty": 5, "reserved_qty": 2})
	row = erpnext.bin(item)
	assert (row.planned_qty, row.reserved_qty, row.projected_qty) == (5, 2, 13)
