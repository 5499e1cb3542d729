"""Contract: the rows of ERPNext's orders and requests that say what is to come and to go, how much and when."""

from typing import Any

import frappe
import pytest
from frappe.utils import add_days, date_diff, nowdate

FIELDS = {
	"Sales Order": {
		"company": "Link",
		"status": "Select",
		"delivery_date": "Date",
		"per_delivered": "Percent",
		"skip_delivery_note": "Check",
		"packed_items": "Table",
	},
	"Sales Order Item": {
		"item_code": "Link",
		"warehouse": "Link",
		"delivery_date": "Date",
		"qty": "Float",
		"conversion_factor": "Float",
		"stock_qty": "Float",
		"delivered_qty": "Float",
		"work_order_qty": "Float",
		"planned_qty": "Float",
		"produced_qty": "Float",
		"ordered_qty": "Float",
		"stock_reserved_qty": "Float",
		"bom_no": "Link",
		"delivered_by_supplier": "Check",
	},
	"Packed Item": {
		"parent_item": "Link",
		"item_code": "Link",
		"warehouse": "Link",
		"qty": "Float",
		"parent_detail_docname": "Data",
	},
	"Purchase Order": {
		"company": "Link",
		"status": "Select",
		"schedule_date": "Date",
		"per_received": "Percent",
		"is_subcontracted": "Check",
	},
	"Purchase Order Item": {
		"item_code": "Link",
		"warehouse": "Link",
		"schedule_date": "Date",
		"expected_delivery_date": "Date",
		"qty": "Float",
		"conversion_factor": "Float",
		"stock_qty": "Float",
		"received_qty": "Float",
		"delivered_by_supplier": "Check",
		"material_request": "Link",
		"material_request_item": "Data",
	},
	"Material Request": {
		"company": "Link",
		"status": "Select",
		"material_request_type": "Select",
		"schedule_date": "Date",
		"per_ordered": "Percent",
	},
	"Material Request Item": {
		"item_code": "Link",
		"warehouse": "Link",
		"schedule_date": "Date",
		"qty": "Float",
		"conversion_factor": "Float",
		"stock_qty": "Float",
		"ordered_qty": "Float",
		"received_qty": "Float",
		"bom_no": "Link",
		"sales_order": "Link",
		"sales_order_item": "Data",
	},
	"Work Order": {
		"production_item": "Link",
		"company": "Link",
		"status": "Select",
		"fg_warehouse": "Link",
		"qty": "Float",
		"produced_qty": "Float",
		"process_loss_qty": "Float",
		"skip_transfer": "Check",
		"planned_start_date": "Datetime",
		"planned_end_date": "Datetime",
		"expected_delivery_date": "Date",
		"sales_order": "Link",
		"sales_order_item": "Data",
		"material_request": "Link",
		"material_request_item": "Data",
	},
	"Work Order Item": {
		"item_code": "Link",
		"source_warehouse": "Link",
		"required_qty": "Float",
		"transferred_qty": "Float",
		"consumed_qty": "Float",
		"returned_qty": "Float",
	},
}


@pytest.mark.parametrize(
	("doctype", "fieldname", "fieldtype"),
	[(doctype, *field) for doctype, fields in FIELDS.items() for field in fields.items()],
)
def test_the_field_exists_with_this_type(site: None, doctype: str, fieldname: str, fieldtype: str) -> None:
	assert frappe.get_meta(doctype).get_field(fieldname).fieldtype == fieldtype


@pytest.mark.parametrize(
	("doctype", "statuses"),
	[
		("Sales Order", {"Draft", "On Hold", "To Deliver and Bill", "Completed", "Cancelled", "Closed"}),
		("Purchase Order", {"Draft", "On Hold", "To Receive and Bill", "Completed", "Closed", "Delivered"}),
		("Material Request", {"Draft", "Pending", "Stopped", "Partially Ordered", "Ordered", "Cancelled"}),
		("Work Order", {"Draft", "Not Started", "In Process", "Completed", "Stopped", "Closed", "Cancelled"}),
	],
)
def test_the_statuses_that_decide_whether_it_counts_are_these(
	site: None, doctype: str, statuses: set[str]
) -> None:
	assert statuses <= set(frappe.get_meta(doctype).get_options("status").split("\n"))


# Dates


DATES = {
	"Sales Order": "delivery_date",
	"Purchase Order": "schedule_date",
	"Material Request": "schedule_date",
}


def order(erpnext: Any, doctype: str, item_code: str, qty: float = 1, **row: Any) -> Any:
	if doctype == "Material Request":
		return erpnext.material_request("Purchase", item_code, qty, **row)
	make = erpnext.sales_order if doctype == "Sales Order" else erpnext.purchase_order
	return make(item_code, qty, **row)


@pytest.mark.parametrize("doctype", DATES)
def test_a_row_may_be_due_today_but_not_before(erpnext: Any, unchanged: Any, doctype: str) -> None:
	field, item = DATES[doctype], erpnext.item()
	assert order(erpnext, doctype, item, **{field: nowdate()}).docstatus == 1
	with unchanged(), pytest.raises(frappe.ValidationError, match="Date"):
		order(erpnext, doctype, item, **{field: add_days(nowdate(), -1)})


@pytest.mark.parametrize(
	("doctype", "days"), [("Sales Order", 9), ("Purchase Order", 4), ("Material Request", 4)]
)
def test_rows_keep_their_own_dates_and_the_head_has_the_last_delivery_or_the_first_need(
	erpnext: Any, doctype: str, days: int
) -> None:
	field, item = DATES[doctype], erpnext.item()
	doc = frappe.copy_doc(order(erpnext, doctype, item))
	doc.update({field: None, "items": []})
	for days_ahead in (9, 4):
		row = {"item_code": item, "qty": 1, "rate": 1, "warehouse": erpnext.warehouse}
		doc.append("items", {**row, field: add_days(nowdate(), days_ahead)})
	doc.run_method("set_missing_values")
	doc.insert()
	assert date_diff(doc.get(field), nowdate()) == days
	assert [date_diff(row.get(field), nowdate()) for row in doc.items] == [9, 4]


def test_a_work_order_has_a_planned_start_and_no_planned_end_without_operations(erpnext: Any) -> None:
	made = erpnext.work_order(erpnext.bom(erpnext.item(), {erpnext.item(): 1}), 2)
	assert date_diff(made.planned_start_date, nowdate()) == 0
	assert (made.planned_end_date, made.expected_delivery_date) == (None, None)


# Quantities and places


@pytest.mark.parametrize("doctype", DATES)
def test_a_row_is_counted_in_the_stock_uom(erpnext: Any, doctype: str) -> None:
	item = erpnext.item(uoms=[{"uom": "Box", "conversion_factor": 10}])
	(row,) = order(erpnext, doctype, item, 3, uom="Box").items
	assert (row.qty, row.conversion_factor, row.stock_qty, row.stock_uom) == (3, 10, 30, "Nos")


@pytest.mark.parametrize("doctype", DATES)
def test_a_uom_without_a_factor_counts_as_the_stock_uom(erpnext: Any, doctype: str) -> None:
	(row,) = order(erpnext, doctype, erpnext.item(), 3, uom="Box").items
	assert (row.conversion_factor, row.stock_qty) == (1, 3)


@pytest.mark.parametrize("doctype", DATES)
def test_a_row_of_nothing_is_refused(erpnext: Any, unchanged: Any, doctype: str) -> None:
	item = erpnext.item()
	with unchanged(), pytest.raises(frappe.ValidationError, match="Quantity"):
		order(erpnext, doctype, item, 0)


@pytest.mark.parametrize("doctype", DATES)
def test_a_stock_item_needs_a_warehouse(erpnext: Any, unchanged: Any, doctype: str) -> None:
	item = erpnext.item()
	with unchanged(), pytest.raises(frappe.ValidationError, match=r"(?i)warehouse"):
		order(erpnext, doctype, item, warehouse=None)


@pytest.mark.parametrize("doctype", ["Sales Order", "Purchase Order"])
def test_a_warehouse_that_nobody_named_is_the_default_of_the_item_in_the_company(
	erpnext: Any, doctype: str
) -> None:
	defaults = [{"company": erpnext.company, "default_warehouse": erpnext.warehouse}]
	item = erpnext.item(item_defaults=defaults)
	assert order(erpnext, doctype, item, warehouse=None).items[0].warehouse == erpnext.warehouse


@pytest.mark.parametrize("doctype", DATES)
def test_a_row_may_name_a_group_of_warehouses(erpnext: Any, doctype: str) -> None:
	group = erpnext.new_warehouse(is_group=1)
	assert order(erpnext, doctype, erpnext.item(), warehouse=group).items[0].warehouse == group


def test_a_request_to_manufacture_names_the_default_bom(erpnext: Any) -> None:
	item = erpnext.item()
	bom_no = erpnext.bom(item, {erpnext.item(): 1})
	assert erpnext.material_request("Manufacture", item, 1).items[0].bom_no == bom_no
