"""Contract: the fields of Item, UOM, Warehouse and Company that decide what may be made, where and in which amounts."""

from typing import Any

import frappe
import pytest

FIELDS = {
	"Item": {
		"item_code": "Data",
		"item_name": "Data",
		"stock_uom": "Link",
		"is_stock_item": "Check",
		"disabled": "Check",
		"has_variants": "Check",
		"end_of_life": "Date",
		"valuation_rate": "Currency",
		"valuation_method": "Select",
		"allow_negative_stock": "Check",
		"default_bom": "Link",
		"has_batch_no": "Check",
		"create_new_batch": "Check",
		"batch_number_series": "Data",
		"has_serial_no": "Check",
		"include_item_in_manufacturing": "Check",
		"serial_no_series": "Data",
		"has_expiry_date": "Check",
		"shelf_life_in_days": "Int",
		"lead_time_days": "Int",
		"safety_stock": "Float",
		"min_order_qty": "Float",
		"purchase_uom": "Link",
		"default_material_request_type": "Select",
		"item_defaults": "Table",
	},
	"Item Default": {"company": "Link", "default_warehouse": "Link"},
	"GL Entry": {
		"posting_date": "Date",
		"account": "Link",
		"debit": "Currency",
		"credit": "Currency",
		"voucher_type": "Link",
		"voucher_no": "Dynamic Link",
		"is_cancelled": "Check",
	},
	"Batch": {
		"item": "Link",
		"disabled": "Check",
		"expiry_date": "Date",
		"manufacturing_date": "Date",
		"batch_qty": "Float",
		"reference_doctype": "Link",
		"reference_name": "Dynamic Link",
	},
	"Serial No": {
		"item_code": "Link",
		"warehouse": "Link",
		"status": "Select",
		"batch_no": "Link",
		"company": "Link",
	},
	"Serial and Batch Bundle": {
		"item_code": "Link",
		"warehouse": "Link",
		"type_of_transaction": "Select",
		"voucher_type": "Link",
		"voucher_no": "Dynamic Link",
		"voucher_detail_no": "Data",
		"is_cancelled": "Check",
		"entries": "Table",
	},
	"Serial and Batch Entry": {
		"batch_no": "Link",
		"serial_no": "Link",
		"qty": "Float",
		"delivered_qty": "Float",
		"warehouse": "Link",
	},
	"Stock Settings": {
		"allow_negative_stock": "Check",
		"enable_stock_reservation": "Check",
		"auto_reserve_serial_and_batch": "Check",
		"pick_serial_and_batch_based_on": "Select",
	},
	"UOM": {"uom_name": "Data", "must_be_whole_number": "Check", "enabled": "Check"},
	"Warehouse": {"company": "Link", "is_group": "Check", "disabled": "Check", "parent_warehouse": "Link"},
	"Company": {
		"abbr": "Data",
		"default_currency": "Link",
		"stock_adjustment_account": "Link",
		"default_operating_cost_account": "Link",
		"expenses_included_in_valuation": "Link",
		"enable_perpetual_inventory": "Check",
	},
	"Workstation": {"workstation_name": "Data", "hour_rate": "Currency"},
	"Stock Entry Detail": {
		"s_warehouse": "Link",
		"t_warehouse": "Link",
		"is_finished_item": "Check",
		"is_scrap_item": "Check",
		"allow_zero_valuation_rate": "Check",
		"use_serial_batch_fields": "Check",
		"batch_no": "Link",
		"serial_no": "Text",
		"serial_and_batch_bundle": "Link",
		"basic_rate": "Currency",
		"basic_amount": "Currency",
		"valuation_rate": "Currency",
		"transfer_qty": "Float",
	},
}


@pytest.mark.parametrize(
	("doctype", "fieldname", "fieldtype"),
	[(doctype, *field) for doctype, fields in FIELDS.items() for field in fields.items()],
)
def test_a_field_we_read_exists_with_its_type(
	site: Any, doctype: str, fieldname: str, fieldtype: str
) -> None:
	assert frappe.get_meta(doctype).get_field(fieldname).fieldtype == fieldtype


@pytest.mark.parametrize(("uom", "whole"), [("Nos", 1), ("Kg", 0), ("Meter", 0)])
def test_a_uom_says_whether_it_takes_fractions(site: Any, uom: str, whole: int) -> None:
	assert frappe.db.get_value("UOM", uom, "must_be_whole_number") == whole


def test_an_item_is_a_stock_item_in_use_unless_said_otherwise(erpnext: Any) -> None:
	fields = ["is_stock_item", "disabled", "has_variants", "has_batch_no", "end_of_life"]
	*flags, end_of_life = frappe.db.get_value("Item", erpnext.item(), fields)
	assert flags == [1, 0, 0, 0]
	assert end_of_life is None or str(end_of_life) == "2099-12-31"


def test_an_item_is_named_by_its_code(erpnext: Any) -> None:
	item = erpnext.item()
	assert frappe.db.get_value("Item", item, ["name", "item_code"]) == (item, item)


def test_an_item_has_its_stock_uom_with_factor_one_among_its_uoms(erpnext: Any) -> None:
	item = erpnext.item(uom="Kg")
	rows = frappe.get_all(
		"UOM Conversion Detail", {"parent": item}, ["uom", "conversion_factor"], as_list=True
	)
	assert rows == (("Kg", 1),)


def test_a_warehouse_is_a_leaf_of_one_company_named_with_its_abbreviation(erpnext: Any) -> None:
	abbreviation = frappe.db.get_value("Company", erpnext.company, "abbr")
	fields = ["warehouse_name", "company", "is_group", "disabled"]
	name, *rest = frappe.db.get_value("Warehouse", erpnext.warehouse, fields)
	assert erpnext.warehouse == f"{name} - {abbreviation}"
	assert rest == [erpnext.company, 0, 0]


def test_the_company_has_an_account_for_stock_differences_and_one_for_additional_costs(erpnext: Any) -> None:
	company = frappe.get_doc("Company", erpnext.company)
	assert company.stock_adjustment_account
	assert company.default_operating_cost_account or company.expenses_included_in_valuation


def test_a_stock_entry_type_of_the_same_name_exists_for_each_purpose_we_post(site: Any) -> None:
	for purpose in ("Manufacture", "Material Issue", "Material Receipt", "Material Transfer"):
		assert frappe.db.get_value("Stock Entry Type", purpose, "purpose") == purpose


@pytest.mark.parametrize("fieldname", ["stock_entry_type", "items"])
def test_a_stock_entry_needs_this_field(erpnext: Any, unchanged: Any, fieldname: str) -> None:
	item = erpnext.stocked_item(5)
	doc = frappe.get_doc(doctype="Stock Entry", purpose="Material Issue", stock_entry_type="Material Issue")
	doc.update({"company": erpnext.company, "items": [erpnext.consumed(item, 1)], fieldname: None})
	with unchanged(), pytest.raises(frappe.ValidationError):
		doc.insert().submit()


# Per company


def test_an_item_has_one_row_of_defaults_per_company(erpnext: Any, unchanged: Any) -> None:
	mine = {"company": erpnext.company, "default_warehouse": erpnext.warehouse}
	company = frappe.db.get_value("Company", {"name": ("!=", erpnext.company)})
	stores = frappe.db.get_value("Warehouse", {"company": company, "is_group": 0})
	other = {"company": company, "default_warehouse": stores}
	item = frappe.get_doc("Item", erpnext.item(item_defaults=[mine, other]))
	assert [row.company for row in item.item_defaults] == [erpnext.company, company]
	with unchanged(), pytest.raises(frappe.ValidationError, match="Item Defaults"):
		erpnext.item(item_defaults=[mine, mine])


def test_a_default_warehouse_belongs_to_the_company_of_its_row(erpnext: Any, unchanged: Any) -> None:
	company = frappe.db.get_value("Company", {"name": ("!=", erpnext.company)})
	row = {"company": company, "default_warehouse": erpnext.warehouse}
	with unchanged(), pytest.raises(frappe.ValidationError, match="Warehouse"):
		erpnext.item(item_defaults=[row])


# Groups of warehouses


@pytest.fixture
def group(erpnext: Any) -> dict[str, str]:
	"""A group with a leaf of its own and a group below that has another."""
	top = erpnext.new_warehouse(is_group=1)
	below = erpnext.new_warehouse(is_group=1, parent_warehouse=top)
	leaves = {
		name: erpnext.new_warehouse(parent_warehouse=parent)
		for name, parent in (("near", top), ("far", below))
	}
	return {"top": top, "below": below, **leaves}


def test_the_leaves_of_a_group_lie_between_its_left_and_its_right(
	erpnext: Any, group: dict[str, str]
) -> None:
	left, right = frappe.db.get_value("Warehouse", group["top"], ["lft", "rgt"])
	filters = {"lft": (">", left), "rgt": ("<", right), "is_group": 0}
	leaves = frappe.get_all("Warehouse", filters, pluck="name")
	assert set(leaves) == {group["near"], group["far"]}
	assert erpnext.warehouse not in leaves


def test_a_leaf_that_moves_is_in_its_new_group_at_once(erpnext: Any, group: dict[str, str]) -> None:
	doc = frappe.get_doc("Warehouse", group["near"])
	doc.parent_warehouse = group["below"]
	doc.save()
	assert set(frappe.db.get_descendants("Warehouse", group["below"])) == {group["near"], group["far"]}


def test_nothing_moves_in_or_out_of_a_group_or_a_disabled_warehouse(
	erpnext: Any, group: dict[str, str], unchanged: Any
) -> None:
	item = erpnext.item()
	with unchanged(), pytest.raises(frappe.ValidationError, match="Group node"):
		erpnext.receive(item, 1, 1, t_warehouse=group["top"])
	doc = frappe.get_doc("Warehouse", group["near"])
	doc.disabled = 1
	doc.save()
	with unchanged(), pytest.raises(frappe.ValidationError, match="Disabled Warehouse"):
		erpnext.receive(item, 1, 1, t_warehouse=group["near"])


def test_a_warehouse_with_stock_or_with_others_below_it_cannot_be_deleted(
	erpnext: Any, group: dict[str, str], unchanged: Any
) -> None:
	erpnext.stocked_item(1)
	for warehouse in (erpnext.warehouse, group["top"]):
		with unchanged(), pytest.raises(frappe.ValidationError):
			frappe.delete_doc("Warehouse", warehouse)


def test_an_empty_warehouse_that_a_bom_or_an_order_names_can_be_deleted_only_when_nothing_links_to_it(
	erpnext: Any, unchanged: Any
) -> None:
	unused, named = erpnext.new_warehouse(), erpnext.new_warehouse()
	rows = [{"item_code": erpnext.item(), "qty": 1, "source_warehouse": named}]
	erpnext.bom(erpnext.item(), rows)
	frappe.delete_doc("Warehouse", unused)
	with unchanged(), pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("Warehouse", named)
