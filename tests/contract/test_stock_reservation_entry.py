"""Contract: Stock Reservation Entry (SRE), the one place where stock is promised, for any voucher."""

from typing import Any

import frappe
import pytest
from erpnext.stock.doctype.bin.bin import Bin
from erpnext.stock.stock_ledger import NegativeStockError

from tests.support.bulk_reservations import SRE, bulk_reserve, deliver, raise_reserved_stock

MANDATORY = [
	"item_code",
	"warehouse",
	"voucher_type",
	"voucher_no",
	"voucher_detail_no",
	"available_qty",
	"voucher_qty",
	"reserved_qty",
]


# Who may be a voucher


def test_erpnext_alone_refuses_a_reservation_for_a_doctype_it_does_not_know(
	erpnext: Any, unchanged: Any
) -> None:
	item = erpnext.stocked_item(10)
	voucher = erpnext.voucher()
	with unchanged(), pytest.raises(frappe.ValidationError, match="Voucher Type cannot be"):
		erpnext.reserve(item, 4, voucher_no=voucher)


def test_a_property_setter_on_voucher_type_lets_another_doctype_reserve(reservable: Any) -> None:
	item = reservable.stocked_item(10)
	sre = reservable.reserve(item, 4)
	assert frappe.db.get_value(SRE, sre.name, ["docstatus", "status", "reserved_qty", "delivered_qty"]) == (
		1,
		"Reserved",
		4,
		0,
	)


def test_the_voucher_of_a_reservation_must_exist(reservable: Any, unchanged: Any) -> None:
	item = reservable.stocked_item(10)
	with unchanged(), pytest.raises(frappe.LinkValidationError):
		reservable.reserve(item, 4, voucher_no="no such voucher")


def test_a_reservation_needs_no_stock_reservation_switch_for_other_vouchers(
	reservable: Any, settings: Any
) -> None:
	settings("Stock Settings", enable_stock_reservation=0)
	assert reservable.reserve(reservable.stocked_item(10), 4).docstatus == 1


# What a reservation must say


@pytest.mark.parametrize("fieldname", MANDATORY)
def test_a_reservation_without_a_mandatory_field_is_refused(
	reservable: Any, unchanged: Any, fieldname: str
) -> None:
	item = reservable.stocked_item(10)
	doc = reservable.reservation(item, 4)
	doc.set(fieldname, None)
	with (
		unchanged(),
		pytest.raises(frappe.ValidationError, match=r"is required|must be set first|Could not find"),
	):
		doc.insert()


def test_more_than_the_warehouse_holds_cannot_be_reserved(reservable: Any, unchanged: Any) -> None:
	item = reservable.stocked_item(10)
	doc = reservable.reservation(item, 11).insert()
	with unchanged(), pytest.raises(frappe.ValidationError, match="Cannot reserve more than Allowed Qty"):
		doc.submit()


def test_stock_reserved_for_one_voucher_cannot_be_reserved_for_another(
	reservable: Any, unchanged: Any
) -> None:
	item = reservable.stocked_item(10)
	reservable.reserve(item, 7)
	doc = reservable.reservation(item, 4).insert()
	with unchanged(), pytest.raises(frappe.ValidationError, match="Cannot reserve more than Allowed Qty"):
		doc.submit()


def test_nothing_can_be_reserved_in_a_group_warehouse(reservable: Any, unchanged: Any) -> None:
	item = reservable.stocked_item(10)
	group = reservable.new_warehouse(is_group=1)
	with unchanged(), pytest.raises(frappe.ValidationError, match="group warehouse"):
		reservable.reserve(item, 1, warehouse=group)


# What it does to the Bin


def test_submitting_raises_reserved_stock_of_the_bin_and_nothing_else(reservable: Any) -> None:
	item = reservable.stocked_item(10)
	before = reservable.bin(item)
	reservable.reserve(item, 4)
	after = reservable.bin(item)
	changed = {key for key in after if after[key] != before[key]} - {"modified", "modified_by"}
	assert changed == {"reserved_stock"}
	assert after.reserved_stock == 4


def test_a_draft_reservation_reserves_nothing(reservable: Any) -> None:
	item = reservable.stocked_item(10)
	reservable.reservation(item, 4).insert()
	assert reservable.bin(item).reserved_stock == 0


def test_cancelling_gives_the_stock_back(reservable: Any) -> None:
	item = reservable.stocked_item(10)
	first, second = reservable.reserve(item, 4), reservable.reserve(item, 3)
	first.cancel()
	assert reservable.bin(item).reserved_stock == 3
	assert frappe.db.get_value(SRE, first.name, ["docstatus", "status"]) == (2, "Cancelled")
	assert frappe.db.get_value(SRE, second.name, ["docstatus", "status"]) == (1, "Reserved")


def test_update_reserved_stock_counts_reserved_minus_delivered_of_submitted_entries(reservable: Any) -> None:
	item = reservable.stocked_item(10)
	reservable.reservation(item, 1).insert()
	reservable.reserve(item, 2).cancel()
	sre = reservable.reserve(item, 6)
	frappe.db.set_value(SRE, sre.name, "delivered_qty", 2.5)
	bin_doc: Bin = frappe.get_doc("Bin", reservable.bin(item).name)
	bin_doc.update_reserved_stock()
	assert reservable.bin(item).reserved_stock == 3.5


def test_a_bulk_inserted_reservation_leaves_the_same_row_and_bin_as_a_submitted_one(reservable: Any) -> None:
	own = {"name", "creation", "modified", "item_code", "voucher_no", "voucher_detail_no", "available_qty"}
	one, other = reservable.stocked_item(10), reservable.stocked_item(10)
	submitted = frappe.get_doc(SRE, reservable.reserve(one, 4).name).get_valid_dict()
	bulk = frappe.get_doc(SRE, bulk_reserve(reservable, other, 4)).get_valid_dict()
	assert {k: v for k, v in bulk.items() if k not in own} == {
		k: v for k, v in submitted.items() if k not in own
	}
	assert reservable.bin(one).reserved_stock == reservable.bin(other).reserved_stock == 4


def test_a_bulk_inserted_reservation_can_be_cancelled_like_any_other(reservable: Any) -> None:
	item = reservable.stocked_item(10)
	frappe.get_doc(SRE, bulk_reserve(reservable, item, 4)).cancel()
	assert reservable.bin(item).reserved_stock == 0


def test_available_qty_is_set_at_submit_to_what_the_entry_could_have_reserved(reservable: Any) -> None:
	item = reservable.stocked_item(10)
	reservable.reserve(item, 3)
	assert reservable.reserve(item, 4).available_qty == 7


# Status


@pytest.mark.parametrize(
	("voucher_qty", "delivered_qty", "status"),
	[
		(4, 0, "Reserved"),
		(9, 0, "Partially Reserved"),
		(4, 1.5, "Partially Delivered"),
		(9, 1.5, "Partially Delivered"),
		(4, 4, "Delivered"),
	],
)
def test_update_status_compares_reserved_with_voucher_and_delivered_quantity(
	reservable: Any, voucher_qty: float, delivered_qty: float, status: str
) -> None:
	sre = reservable.reserve(reservable.stocked_item(10), 4, voucher_qty=voucher_qty)
	sre.db_set("delivered_qty", delivered_qty)
	sre.update_status()
	assert frappe.db.get_value(SRE, sre.name, "status") == status


def test_a_new_reservation_is_a_draft(reservable: Any) -> None:
	assert reservable.reservation(reservable.stocked_item(10), 4).insert().status == "Draft"


def test_delivered_and_reserved_are_compared_as_floats_so_both_must_be_rounded(reservable: Any) -> None:
	sre = reservable.reserve(reservable.stocked_item(10, uom="Kg"), 0.3)
	sre.db_set("delivered_qty", 0.1 + 0.2)
	sre.update_status()
	assert frappe.db.get_value(SRE, sre.name, "status") != "Delivered"


# What the stock ledger refuses


@pytest.mark.parametrize("reserve", ["submitted", "bulk"])
@pytest.mark.parametrize("switch", [0, 1])
def test_an_issue_of_reserved_stock_is_refused_whatever_the_stock_reservation_switch_says(
	reservable: Any, unchanged: Any, settings: Any, switch: int, reserve: str
) -> None:
	settings("Stock Settings", enable_stock_reservation=switch)
	item = reservable.stocked_item(10)
	_reserve(reservable, reserve, item, 4)
	with unchanged(), pytest.raises(NegativeStockError, match="reserved"):
		reservable.issue(item, 7)


@pytest.mark.parametrize("reserve", ["submitted", "bulk"])
def test_the_rest_that_nobody_reserved_can_be_issued(reservable: Any, reserve: str) -> None:
	item = reservable.stocked_item(10)
	_reserve(reservable, reserve, item, 4)
	reservable.issue(item, 6)
	assert reservable.bin(item).actual_qty == 4


def test_the_refusal_protects_the_reservation_from_its_own_voucher_too(
	reservable: Any, unchanged: Any
) -> None:
	item, product = reservable.stocked_item(10), reservable.item()
	reservable.reserve(item, 10)
	with unchanged(), pytest.raises(NegativeStockError):
		reservable.manufacture(reservable.consumed(item, 1), reservable.finished(product, 1))


def test_own_consumption_passes_after_delivered_qty_and_reserved_stock_were_changed_first(
	reservable: Any,
) -> None:
	item, product = reservable.stocked_item(10), reservable.item()
	name = bulk_reserve(reservable, item, 10)
	deliver(reservable, name, 6)
	reservable.manufacture(reservable.consumed(item, 6), reservable.finished(product, 1))
	row = reservable.bin(item)
	assert (row.actual_qty, row.reserved_stock) == (4, 4)


@pytest.mark.parametrize("half", ["delivered_qty", "reserved_stock"])
def test_own_consumption_fails_when_only_one_half_was_changed_first(
	reservable: Any, unchanged: Any, half: str
) -> None:
	item, product = reservable.stocked_item(10), reservable.item()
	name = bulk_reserve(reservable, item, 10)
	if half == "delivered_qty":
		frappe.db.set_value(SRE, name, "delivered_qty", 6)
	else:
		raise_reserved_stock(reservable, item, -6)
	with unchanged(), pytest.raises(frappe.ValidationError):
		reservable.manufacture(reservable.consumed(item, 6), reservable.finished(product, 1))


def test_a_back_dated_issue_of_reserved_stock_is_refused_by_the_reserved_stock_of_the_bin(
	reservable: Any, unchanged: Any
) -> None:
	item = reservable.item()
	earlier = {
		"posting_date": frappe.utils.add_days(frappe.utils.nowdate(), -3),
		"posting_time": "10:00",
		"set_posting_time": 1,
	}
	target = {"item_code": item, "qty": 10, "t_warehouse": reservable.warehouse, "basic_rate": 1}
	reservable.entry("Material Receipt", [target], **earlier)
	reservable.reserve(item, 4)
	with unchanged(), pytest.raises(frappe.ValidationError, match="needed in"):
		reservable.issue(item, 7, {**earlier, "posting_time": "11:00"})


def test_negative_stock_allowed_in_stock_settings_switches_the_refusal_off(
	reservable: Any, settings: Any
) -> None:
	item = reservable.stocked_item(10)
	reservable.reserve(item, 4)
	settings("Stock Settings", allow_negative_stock=1)
	reservable.issue(item, 7)
	row = reservable.bin(item)
	assert (row.actual_qty, row.reserved_stock) == (3, 4)


def test_negative_stock_allowed_for_the_item_switches_the_refusal_off(reservable: Any) -> None:
	item = reservable.stocked_item(10, allow_negative_stock=1)
	reservable.reserve(item, 4)
	reservable.issue(item, 7)
	row = reservable.bin(item)
	assert (row.actual_qty, row.reserved_stock) == (3, 4)


def test_a_movement_leaves_reserved_stock_of_the_bin_alone(reservable: Any) -> None:
	item = reservable.stocked_item(10)
	reservable.reserve(item, 4)
	reservable.receive(item, 5, 1)
	reservable.issue(item, 2)
	assert reservable.bin(item).reserved_stock == 4


# Batches


def test_submitting_a_reservation_of_a_batch_item_picks_its_batches(reservable: Any, settings: Any) -> None:
	settings("Stock Settings", auto_reserve_serial_and_batch=1, pick_serial_and_batch_based_on="FIFO")
	item = reservable.batch_item()
	first, second = reservable.batch(item), reservable.batch(item)
	reservable.receive(item, 5, 1, batch_no=first)
	reservable.receive(item, 5, 1, batch_no=second)
	sre = frappe.get_doc(SRE, reservable.reserve(item, 7, has_batch_no=1).name)
	assert sre.reservation_based_on == "Serial and Batch"
	assert [(row.batch_no, row.qty) for row in sre.sb_entries] == [(first, 5), (second, 2)]


def test_a_quantity_reservation_of_a_batch_item_protects_the_quantity_and_not_a_batch(
	reservable: Any, unchanged: Any
) -> None:
	item = reservable.batch_item()
	first, second = reservable.batch(item), reservable.batch(item)
	reservable.receive(item, 5, 1, batch_no=first)
	reservable.receive(item, 5, 1, batch_no=second)
	bulk_reserve(reservable, item, 7, has_batch_no=1, reservation_based_on="Qty")
	reservable.issue(item, 3, batch_no=first)
	with unchanged(), pytest.raises(NegativeStockError):
		reservable.issue(item, 1, batch_no=second)


# How it is found


@pytest.mark.parametrize("column", ["item_code", "warehouse", "voucher_no", "voucher_detail_no", "company"])
def test_reservations_have_an_index_that_starts_with(site: Any, column: str) -> None:
	rows = frappe.db.sql("SHOW INDEX FROM `tabStock Reservation Entry`", as_dict=True)
	assert column in {row.Column_name for row in rows if row.Seq_in_index == 1}


def test_columns_of_a_reservation_are_these(site: Any) -> None:
	columns = set(frappe.get_meta(SRE).get_valid_columns())
	assert {
		*MANDATORY,
		"stock_uom",
		"company",
		"status",
		"delivered_qty",
		"has_batch_no",
		"has_serial_no",
	} <= columns
	assert {"reservation_based_on", "from_voucher_type", "from_voucher_no", "amended_from"} <= columns


def _reserve(erpnext: Any, how: str, item_code: str, qty: float) -> None:
	if how == "bulk":
		bulk_reserve(erpnext, item_code, qty)
	else:
		erpnext.reserve(item_code, qty)
