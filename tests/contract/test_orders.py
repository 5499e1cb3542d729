"""Contract: the fields of ERPNext's orders and requests that say what is to come and to go, how much and when."""

import frappe
import pytest

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
