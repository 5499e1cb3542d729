"""Contract: what a Work Order adds to and takes from the Bins, Sales Orders and Material Requests in its life."""

import inspect
from typing import Any

import frappe
import pytest
from erpnext.manufacturing.doctype.work_order import work_order as module
from erpnext.selling.doctype.sales_order.sales_order import get_work_order_items
from erpnext.stock import stock_balance


@pytest.fixture
def product(erpnext: Any) -> Any:
	"""A product of two units of a material of which there are a hundred."""
	material, item = erpnext.stocked_item(100), erpnext.item()
	return frappe._dict(item=item, material=material, bom=erpnext.bom(item, {material: 2}))


def figures(erpnext: Any, product: Any) -> tuple[float, float]:
	"""What is planned of the product and reserved for production of its material."""
	planned = erpnext.bin(product.item).planned_qty
	return planned, erpnext.bin(product.material).reserved_qty_for_production


def make(order: Any, qty: float) -> Any:
	"""A submitted Manufacture entry for the order, as its button makes it."""
	entry = frappe.get_doc(module.make_stock_entry(order.name, "Manufacture", qty))
	entry.insert().submit()
	return entry


def test_a_submitted_order_plans_its_product_and_reserves_its_materials(erpnext: Any, product: Any) -> None:
	order = erpnext.work_order(product.bom, 10)
	assert order.status == "Not Started"
	assert figures(erpnext, product) == (10, 20)
	assert erpnext.bin(product.material).projected_qty == 80


def test_an_order_without_transfer_reserves_what_is_not_consumed(erpnext: Any, product: Any) -> None:
	order = erpnext.work_order(product.bom, 10)
	make(order, 4)
	order.reload()
	row = order.required_items[0]
	assert (order.status, order.produced_qty, row.consumed_qty) == ("In Process", 4, 8)
	assert figures(erpnext, product) == (6, 12)


def test_an_order_with_transfer_reserves_what_is_not_transferred(erpnext: Any, product: Any) -> None:
	order = erpnext.work_order(product.bom, 10, skip_transfer=0, wip_warehouse=erpnext.new_warehouse())
	entry = frappe.get_doc(module.make_stock_entry(order.name, "Material Transfer for Manufacture", 4))
	entry.insert().submit()
	order.reload()
	row = order.required_items[0]
	assert (order.status, order.material_transferred_for_manufacturing) == ("In Process", 4)
	assert (row.transferred_qty, row.consumed_qty) == (8, 0)
	assert figures(erpnext, product) == (10, 12)


def test_a_completed_order_plans_and_reserves_nothing(erpnext: Any, product: Any) -> None:
	order = erpnext.work_order(product.bom, 10)
	make(order, 10)
	order.reload()
	assert order.status == "Completed"
	assert figures(erpnext, product) == (0, 0)


def test_a_cancelled_entry_of_the_order_puts_its_figures_back(erpnext: Any, product: Any) -> None:
	order = erpnext.work_order(product.bom, 10)
	make(order, 4).cancel()
	order.reload()
	assert (order.status, order.produced_qty) == ("Not Started", 0)
	assert figures(erpnext, product) == (10, 20)


def test_a_stopped_order_counts_nothing_until_it_goes_on(erpnext: Any, product: Any) -> None:
	order = erpnext.work_order(product.bom, 10)
	module.stop_unstop(order.name, "Stopped")
	assert figures(erpnext, product) == (0, 0)
	module.stop_unstop(order.name, "Resumed")
	order.reload()
	assert order.status == "Not Started"
	assert figures(erpnext, product) == (10, 20)


def test_a_closed_order_counts_nothing(erpnext: Any, product: Any) -> None:
	order = erpnext.work_order(product.bom, 10)
	module.close_work_order(order.name, "Closed")
	assert frappe.db.get_value("Work Order", order.name, "status") == "Closed"
	assert figures(erpnext, product) == (0, 0)


def test_a_cancelled_order_counts_nothing(erpnext: Any, product: Any) -> None:
	order = erpnext.work_order(product.bom, 10)
	order.cancel()
	assert figures(erpnext, product) == (0, 0)


def test_a_stopped_order_cannot_be_cancelled(erpnext: Any, product: Any, unchanged: Any) -> None:
	order = erpnext.work_order(product.bom, 10)
	module.stop_unstop(order.name, "Stopped")
	order.reload()
	with unchanged(), pytest.raises(frappe.ValidationError, match="Unstop"):
		order.cancel()


def test_an_over_transferred_material_takes_from_what_other_orders_reserve(
	erpnext: Any, product: Any
) -> None:
	order = erpnext.work_order(product.bom, 10, skip_transfer=0, wip_warehouse=erpnext.new_warehouse())
	erpnext.work_order(product.bom, 5)
	frappe.db.set_value("Work Order Item", order.required_items[0].name, "transferred_qty", 23)
	reserved = module.get_reserved_qty_for_production(product.material, erpnext.warehouse)
	assert reserved == 10 + (20 - 23)


# Where its demand came from


def test_a_sales_order_row_counts_the_submitted_orders_for_its_item(erpnext: Any, product: Any) -> None:
	sold = erpnext.sales_order(product.item, 10)
	row = sold.items[0].name
	link = {"sales_order": sold.name, "sales_order_item": row}
	first = erpnext.work_order(product.bom, 4, **link)
	erpnext.work_order(product.bom, 5, **link)
	assert frappe.db.get_value("Sales Order Item", row, "work_order_qty") == 9
	first.cancel()
	assert frappe.db.get_value("Sales Order Item", row, "work_order_qty") == 5


def test_a_sales_order_row_follows_what_its_orders_produced(erpnext: Any, product: Any) -> None:
	sold = erpnext.sales_order(product.item, 10)
	row = sold.items[0].name
	order = erpnext.work_order(product.bom, 4, sales_order=sold.name, sales_order_item=row)
	make(order, 3)
	assert frappe.db.get_value("Sales Order Item", row, "produced_qty") == 3


def test_what_no_order_makes_yet_of_a_sales_order_is_offered(erpnext: Any, product: Any) -> None:
	sold = erpnext.sales_order(product.item, 10)
	link = {"sales_order": sold.name, "sales_order_item": sold.items[0].name}
	erpnext.work_order(product.bom, 4, **link)
	(offered,) = get_work_order_items(sold.name)
	assert {
		key: offered[key] for key in ("item_code", "bom", "warehouse", "pending_qty", "sales_order_item")
	} == {
		"item_code": product.item,
		"bom": product.bom,
		"warehouse": erpnext.warehouse,
		"pending_qty": 6,
		"sales_order_item": sold.items[0].name,
	}


def test_a_request_to_manufacture_counts_the_submitted_orders_of_its_row(erpnext: Any, product: Any) -> None:
	request = erpnext.material_request("Manufacture", product.item, 10)
	link = {"material_request": request.name, "material_request_item": request.items[0].name}
	order = erpnext.work_order(product.bom, 4, **link)
	request.reload()
	assert (request.items[0].ordered_qty, request.per_ordered, request.status) == (4, 40, "Partially Ordered")
	row = erpnext.bin(product.item)
	assert (row.indented_qty, row.planned_qty, row.projected_qty) == (6, 4, 10)
	order.cancel()
	request.reload()
	assert (request.items[0].ordered_qty, request.per_ordered, request.status) == (0, 0, "Pending")
	row = erpnext.bin(product.item)
	assert (row.indented_qty, row.planned_qty, row.projected_qty) == (10, 0, 10)


def test_a_request_whose_whole_quantity_is_being_made_counts_as_manufactured(
	erpnext: Any, product: Any
) -> None:
	request = erpnext.material_request("Manufacture", product.item, 10)
	link = {"material_request": request.name, "material_request_item": request.items[0].name}
	erpnext.work_order(product.bom, 10, **link)
	request.reload()
	assert (request.per_ordered, request.status) == (100, "Manufactured")
	assert erpnext.bin(product.item).indented_qty == 0


def test_the_ordered_quantity_of_a_request_to_manufacture_is_read_by_this_method(
	erpnext: Any, product: Any
) -> None:
	request = erpnext.material_request("Manufacture", product.item, 10)
	row = request.items[0].name
	erpnext.work_order(product.bom, 4, material_request=request.name, material_request_item=row)
	assert request.get_mr_items_ordered_qty([row]) == {row: 4}


# The seams


def test_the_functions_behind_the_bins_have_these_signatures(site: None) -> None:
	assert list(inspect.signature(module.get_reserved_qty_for_production).parameters) == [
		"item_code",
		"warehouse",
		"non_completed_production_plans",
		"check_production_plan",
	]
	assert list(inspect.signature(stock_balance.get_planned_qty).parameters) == ["item_code", "warehouse"]


def test_the_work_order_reads_planned_quantity_under_its_own_name(
	erpnext: Any, product: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
	monkeypatch.setattr(module, "get_planned_qty", lambda item_code, warehouse: 42)
	erpnext.work_order(product.bom, 10)
	assert erpnext.bin(product.item).planned_qty == 42


@pytest.mark.parametrize("how", ["button", "event"])
def test_a_bin_looks_the_production_reservation_up_when_it_needs_it(
	erpnext: Any, product: Any, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
	erpnext.work_order(product.bom, 10)
	monkeypatch.setattr(module, "get_reserved_qty_for_production", lambda item_code, warehouse, *_: 42)
	bin_doc = frappe.get_doc("Bin", erpnext.bin(product.material).name)
	if how == "button":
		bin_doc.recalculate_qty()
	else:
		bin_doc.update_reserved_qty_for_production()
	assert erpnext.bin(product.material).reserved_qty_for_production == 42
	assert erpnext.bin(product.material).projected_qty == 100 - 42


def test_a_recalculated_bin_looks_the_planned_quantity_up_when_it_needs_it(
	erpnext: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
	item = erpnext.stocked_item(10)
	monkeypatch.setattr(stock_balance, "get_planned_qty", lambda item_code, warehouse: 42)
	frappe.get_doc("Bin", erpnext.bin(item).name).recalculate_qty()
	assert (erpnext.bin(item).planned_qty, erpnext.bin(item).projected_qty) == (42, 52)
