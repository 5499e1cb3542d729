"""Contract: Bin, the stock balance of one item in one warehouse."""

from typing import Any

import frappe
import pytest
from erpnext.stock.utils import get_or_make_bin


def test_get_or_make_bin_makes_one_bin_and_finds_it_again(erpnext: Any) -> None:
	item = erpnext.item()
	name = get_or_make_bin(item, erpnext.warehouse)
	assert get_or_make_bin(item, erpnext.warehouse) == name
	assert frappe.get_all("Bin", {"item_code": item}, ["name", "warehouse", "stock_uom", "actual_qty"]) == [
		{"name": name, "warehouse": erpnext.warehouse, "stock_uom": "Nos", "actual_qty": 0.0}
	]


def test_a_second_bin_of_the_same_item_and_warehouse_is_refused(erpnext: Any, unchanged: Any) -> None:
	item = erpnext.item()
	get_or_make_bin(item, erpnext.warehouse)
	with unchanged(), pytest.raises(frappe.UniqueValidationError):
		frappe.get_doc(doctype="Bin", item_code=item, warehouse=erpnext.warehouse).insert()


def test_the_unique_index_of_bin_is_on_item_and_warehouse_in_this_order(site: Any) -> None:
	rows = frappe.db.sql("SHOW INDEX FROM `tabBin` WHERE Key_name = 'unique_item_warehouse'", as_dict=True)
	assert [(row.Column_name, row.Non_unique) for row in rows] == [("item_code", 0), ("warehouse", 0)]


def test_a_bin_has_no_row_before_the_first_movement_of_its_item(erpnext: Any) -> None:
	assert erpnext.bin(erpnext.item()) is None


def test_a_movement_sets_actual_qty_valuation_rate_and_stock_value(erpnext: Any) -> None:
	item = erpnext.item()
	erpnext.receive(item, 10, 4)
	erpnext.issue(item, 3)
	row = erpnext.bin(item)
	assert (row.actual_qty, row.valuation_rate, row.stock_value) == (7, 4, 28)


def test_projected_qty_counts_every_promise_but_not_reserved_stock(erpnext: Any) -> None:
	item = erpnext.stocked_item(100)
	promises = {
		"ordered_qty": 50,
		"indented_qty": 20,
		"planned_qty": 10,
		"reserved_qty": 1,
		"reserved_qty_for_production": 2,
		"reserved_qty_for_sub_contract": 4,
		"reserved_qty_for_production_plan": 8,
		"reserved_stock": 30,
	}
	bin_doc = frappe.get_doc("Bin", erpnext.bin(item).name)
	bin_doc.update(promises)
	bin_doc.set_projected_qty()
	assert bin_doc.projected_qty == 100 + 50 + 20 + 10 - 1 - 2 - 4 - 8


def test_a_movement_computes_projected_qty_by_the_same_formula(erpnext: Any) -> None:
	item = erpnext.stocked_item(100)
	frappe.db.set_value("Bin", erpnext.bin(item).name, {"planned_qty": 10, "reserved_qty_for_production": 25})
	erpnext.receive(item, 5, 1)
	assert erpnext.bin(item).projected_qty == 105 + 10 - 25


@pytest.mark.parametrize("fieldname", ["actual_qty", "reserved_stock", "projected_qty", "planned_qty"])
def test_bin_quantities_are_float_columns(site: Any, fieldname: str) -> None:
	assert frappe.get_meta("Bin").get_field(fieldname).fieldtype == "Float"
