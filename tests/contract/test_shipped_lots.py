"""Contract: which batches and serial numbers a purchase receipt brought and a delivery took away, returns included."""

from typing import Any

import frappe
import pytest

from tests.support import vouchers

FACTS = [
	"voucher_type",
	"voucher_no",
	"item_code",
	"warehouse",
	"type_of_transaction",
	"docstatus",
	"is_cancelled",
]


def bundles(voucher: Any) -> list[tuple]:
	return frappe.get_all("Serial and Batch Bundle", {"voucher_no": voucher.name}, FACTS, as_list=True)


def lots(erpnext: Any, voucher: Any, item_code: str) -> list[tuple[str | None, str | None, float]]:
	return [(line.batch_no, line.serial_no, line.qty) for line in erpnext.moved(voucher, item_code)]


@pytest.fixture(params=["delivery_note", "sales_invoice"])
def sell(erpnext: Any, request: pytest.FixtureRequest):
	return getattr(erpnext, request.param)


def test_a_receipt_has_one_inward_bundle_for_its_batch(erpnext: Any) -> None:
	resin = erpnext.batch_item()
	batch = erpnext.batch(resin)
	receipt = erpnext.purchase_receipt(resin, 5, batch_no=batch)
	assert bundles(receipt) == (("Purchase Receipt", receipt.name, resin, erpnext.warehouse, "Inward", 1, 0),)
	assert lots(erpnext, receipt, resin) == [(batch, None, 5)]


def test_a_receipt_names_each_serial_number_of_its_series(erpnext: Any) -> None:
	motor = erpnext.serial_item()
	receipt = erpnext.purchase_receipt(motor, 2, use_serial_batch_fields=0)
	made = frappe.get_all("Serial No", {"item_code": motor}, pluck="name", order_by="name")
	assert lots(erpnext, receipt, motor) == [(None, made[0], 1), (None, made[1], 1)]


def test_a_sale_has_one_outward_bundle_of_less_than_nothing(erpnext: Any, sell: Any) -> None:
	resin = erpnext.batch_item()
	(batch,) = erpnext.received_batches(resin, 5)
	sale = sell(resin, 3, batch_no=batch)
	assert bundles(sale) == ((sale.doctype, sale.name, resin, erpnext.warehouse, "Outward", 1, 0),)
	assert lots(erpnext, sale, resin) == [(batch, None, -3)]


def test_a_sale_names_each_piece_it_took(erpnext: Any, sell: Any) -> None:
	motor = erpnext.serial_item()
	first, second, _kept = erpnext.received_serials(motor, 3)
	sale = sell(motor, 2, serial_no=f"{first}\n{second}")
	assert lots(erpnext, sale, motor) == [(None, first, -1), (None, second, -1)]


def test_a_piece_of_a_batch_leaves_with_its_batch(erpnext: Any, sell: Any) -> None:
	motor = erpnext.item(has_batch_no=1, has_serial_no=1)
	batch = erpnext.batch(motor)
	pieces = [f"{batch}-{number}" for number in (1, 2)]
	erpnext.receive(motor, 2, 10, batch_no=batch, serial_no="\n".join(pieces))
	sale = sell(motor, 1, serial_no=pieces[1])
	assert lots(erpnext, sale, motor) == [(batch, pieces[1], -1)]


def test_a_sale_that_names_no_batch_has_the_picked_ones(erpnext: Any, sell: Any) -> None:
	resin = erpnext.batch_item()
	first, second = erpnext.received_batches(resin, 2, 5)
	sale = sell(resin, 3, use_serial_batch_fields=0)
	assert sorted(lots(erpnext, sale, resin), key=str) == sorted(
		[(first, None, -2), (second, None, -1)], key=str
	)


def test_what_a_customer_returns_comes_in_by_a_voucher_that_names_the_sale(erpnext: Any, sell: Any) -> None:
	motor = erpnext.serial_item()
	first, second = erpnext.received_serials(motor, 2)
	sale = sell(motor, 2, serial_no=f"{first}\n{second}")
	returned = vouchers.sales_return(sale, 1, serial_no=first)
	assert (returned.is_return, returned.return_against) == (1, sale.name)
	assert bundles(returned)[0][4:] == ("Inward", 1, 0)
	assert lots(erpnext, returned, motor) == [(None, first, 1)]
	assert frappe.db.get_value("Serial No", first, "warehouse") == erpnext.warehouse


def test_what_goes_back_to_a_supplier_leaves_by_a_voucher_that_names_the_receipt(erpnext: Any) -> None:
	resin = erpnext.batch_item()
	batch = erpnext.batch(resin)
	receipt = erpnext.purchase_receipt(resin, 5, batch_no=batch)
	returned = vouchers.purchase_return(receipt, 2, batch_no=batch)
	assert (returned.is_return, returned.return_against) == (1, receipt.name)
	assert bundles(returned)[0][4:] == ("Outward", 1, 0)
	assert lots(erpnext, returned, resin) == [(batch, None, -2)]


def test_a_cancelled_sale_leaves_no_standing_bundle(erpnext: Any, sell: Any) -> None:
	motor = erpnext.serial_item()
	(piece,) = erpnext.received_serials(motor, 1)
	sale = sell(motor, 1, serial_no=piece)
	sale.cancel()
	assert lots(erpnext, sale, motor) == []
	assert frappe.db.get_value("Serial No", piece, "warehouse") == erpnext.warehouse


def test_a_run_s_entry_knows_the_bundle_of_each_row(erpnext: Any) -> None:
	"""Given as text, picked by ERPNext and made by series alike."""
	resin, motor = erpnext.batch_item(), erpnext.serial_item()
	(batch,) = erpnext.received_batches(resin, 5)
	entry = erpnext.entry(
		"Manufacture",
		[
			erpnext.consumed(resin, 2, batch_no=batch),
			erpnext.finished(motor, 2, use_serial_batch_fields=0),
		],
	)
	for row in frappe.get_doc("Stock Entry", entry.name).items:
		bundle = frappe.get_doc("Serial and Batch Bundle", row.serial_and_batch_bundle)
		assert (bundle.voucher_no, bundle.voucher_detail_no) == (entry.name, row.name)
