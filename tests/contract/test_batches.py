"""Contract: batches that go into and come out of a Manufacture entry, given as text on the row or left to ERPNext."""

from typing import Any

import frappe
import pytest
from erpnext.stock.doctype.batch.batch import get_batch_qty


def balance(erpnext: Any, batch_no: str, warehouse: str | None = None) -> float:
	return get_batch_qty(batch_no, warehouse or erpnext.warehouse)


def moved_batches(erpnext: Any, entry: Any, item_code: str) -> list[tuple[str, float]]:
	return [(line.batch_no, line.qty) for line in erpnext.moved(entry, item_code)]


def test_batches_written_on_the_rows_are_consumed_and_produced(erpnext: Any) -> None:
	resin, paint = erpnext.batch_item(), erpnext.batch_item()
	(used,) = erpnext.received_batches(resin, 20)
	made = erpnext.batch(paint)
	erpnext.entry(
		"Manufacture",
		[erpnext.consumed(resin, 12, batch_no=used), erpnext.finished(paint, 5, batch_no=made)],
	)
	assert (balance(erpnext, used), balance(erpnext, made)) == (8, 5)
	assert (erpnext.bin(resin).actual_qty, erpnext.bin(paint).actual_qty) == (8, 5)


def test_each_batch_row_becomes_one_submitted_bundle_of_its_voucher(erpnext: Any) -> None:
	resin, paint = erpnext.batch_item(), erpnext.item(uom="Kg")
	(used,) = erpnext.received_batches(resin, 20)
	entry = erpnext.manufacture(erpnext.consumed(resin, 12, batch_no=used), erpnext.finished(paint, 5))
	fields = ["item_code", "warehouse", "type_of_transaction", "total_qty", "docstatus", "is_cancelled"]
	assert frappe.get_all("Serial and Batch Bundle", {"voucher_no": entry.name}, fields, as_list=True) == (
		(resin, erpnext.warehouse, "Outward", -12, 1, 0),
	)
	assert moved_batches(erpnext, entry, resin) == [(used, -12)]


def test_a_batch_written_on_the_row_stays_on_the_row(erpnext: Any) -> None:
	resin, paint = erpnext.batch_item(), erpnext.item(uom="Kg")
	(used,) = erpnext.received_batches(resin, 20)
	entry = erpnext.manufacture(erpnext.consumed(resin, 12, batch_no=used), erpnext.finished(paint, 5))
	assert frappe.db.get_value("Stock Entry Detail", entry.items[0].name, "batch_no") == used


def test_two_batches_of_one_item_are_two_rows(erpnext: Any) -> None:
	resin, paint = erpnext.batch_item(), erpnext.item(uom="Kg")
	first, second = erpnext.received_batches(resin, 5, 5)
	erpnext.entry(
		"Manufacture",
		[
			erpnext.consumed(resin, 5, batch_no=first),
			erpnext.consumed(resin, 2, batch_no=second),
			erpnext.finished(paint, 1),
		],
	)
	assert (balance(erpnext, first), balance(erpnext, second)) == (0, 3)


def test_each_batch_is_consumed_at_the_rate_it_came_in_with(erpnext: Any) -> None:
	resin, paint = erpnext.batch_item(), erpnext.item(uom="Kg")
	cheap, dear = erpnext.batch(resin), erpnext.batch(resin)
	erpnext.receive(resin, 5, 10, batch_no=cheap)
	erpnext.receive(resin, 5, 30, batch_no=dear)
	erpnext.manufacture(erpnext.consumed(resin, 2, batch_no=dear), erpnext.finished(paint, 1))
	assert erpnext.bin(paint).stock_value == 60
	assert erpnext.bin(resin).stock_value == 5 * 10 + 3 * 30


def test_without_a_batch_on_the_row_the_oldest_batches_are_picked(erpnext: Any, settings: Any) -> None:
	settings("Stock Settings", pick_serial_and_batch_based_on="FIFO")
	resin, paint = erpnext.batch_item(), erpnext.item(uom="Kg")
	first, second = erpnext.received_batches(resin, 5, 5)
	entry = erpnext.entry(
		"Manufacture",
		[erpnext.consumed(resin, 7, use_serial_batch_fields=0), erpnext.finished(paint, 1)],
	)
	assert moved_batches(erpnext, entry, resin) == [(first, -5), (second, -2)]
	assert (balance(erpnext, first), balance(erpnext, second)) == (0, 3)


def test_picked_batches_value_the_finished_item_at_their_own_rates(erpnext: Any, settings: Any) -> None:
	settings("Stock Settings", pick_serial_and_batch_based_on="FIFO")
	resin, paint = erpnext.batch_item(), erpnext.item(uom="Kg")
	cheap, dear = erpnext.batch(resin), erpnext.batch(resin)
	erpnext.receive(resin, 5, 10, batch_no=cheap)
	erpnext.receive(resin, 5, 30, batch_no=dear)
	erpnext.entry(
		"Manufacture",
		[erpnext.consumed(resin, 7, use_serial_batch_fields=0), erpnext.finished(paint, 1)],
	)
	assert erpnext.bin(paint).stock_value == 5 * 10 + 2 * 30


@pytest.mark.parametrize("fields", [0, 1])
def test_the_finished_item_gets_a_new_batch_when_its_item_says_so(erpnext: Any, fields: int) -> None:
	series = f"P{frappe.generate_hash(length=5).upper()}-.###"
	resin = erpnext.stocked_item(20, uom="Kg")
	paint = erpnext.batch_item(create_new_batch=1, batch_number_series=series)
	entry = erpnext.entry(
		"Manufacture",
		[erpnext.consumed(resin, 12), erpnext.finished(paint, 5, use_serial_batch_fields=fields)],
	)
	made = series.replace(".###", "001")
	assert moved_batches(erpnext, entry, paint) == [(made, 5)]
	assert frappe.db.get_value(
		"Batch", made, ["item", "batch_qty", "reference_doctype", "reference_name"]
	) == (
		paint,
		5,
		"Stock Entry",
		entry.name,
	)


def test_a_finished_batch_item_without_batch_nor_series_is_refused(erpnext: Any, unchanged: Any) -> None:
	resin, paint = erpnext.stocked_item(20, uom="Kg"), erpnext.batch_item()
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.manufacture(erpnext.consumed(resin, 12), erpnext.finished(paint, 5))


def test_more_than_a_batch_holds_is_refused_although_another_batch_has_it(
	erpnext: Any, unchanged: Any
) -> None:
	resin, paint = erpnext.batch_item(), erpnext.item(uom="Kg")
	first, _second = erpnext.received_batches(resin, 5, 50)
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.manufacture(erpnext.consumed(resin, 6, batch_no=first), erpnext.finished(paint, 1))


def test_a_batch_of_another_item_is_refused(erpnext: Any, unchanged: Any) -> None:
	resin, other, paint = erpnext.batch_item(), erpnext.batch_item(), erpnext.item(uom="Kg")
	erpnext.received_batches(resin, 5)
	(foreign,) = erpnext.received_batches(other, 5)
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.manufacture(erpnext.consumed(resin, 2, batch_no=foreign), erpnext.finished(paint, 1))


def test_an_expired_batch_is_refused(erpnext: Any, unchanged: Any) -> None:
	resin, paint = erpnext.batch_item(has_expiry_date=1), erpnext.item(uom="Kg")
	batch_no = erpnext.batch(resin, expiry_date=frappe.utils.add_days(frappe.utils.nowdate(), 1))
	erpnext.receive(resin, 5, 10, batch_no=batch_no)
	frappe.db.set_value("Batch", batch_no, "expiry_date", frappe.utils.add_days(frappe.utils.nowdate(), -1))
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.manufacture(erpnext.consumed(resin, 2, batch_no=batch_no), erpnext.finished(paint, 1))


def test_a_batch_that_does_not_exist_is_refused(erpnext: Any, unchanged: Any) -> None:
	resin, paint = erpnext.batch_item(), erpnext.item(uom="Kg")
	erpnext.received_batches(resin, 5)
	with unchanged(), pytest.raises(frappe.LinkValidationError):
		erpnext.manufacture(erpnext.consumed(resin, 2, batch_no="no such"), erpnext.finished(paint, 1))


def test_cancelling_gives_the_batches_back_and_empties_the_produced_one(erpnext: Any) -> None:
	resin, paint = erpnext.batch_item(), erpnext.batch_item()
	(used,) = erpnext.received_batches(resin, 20)
	made = erpnext.batch(paint)
	entry = erpnext.entry(
		"Manufacture",
		[erpnext.consumed(resin, 12, batch_no=used), erpnext.finished(paint, 5, batch_no=made)],
	)
	frappe.get_doc("Stock Entry", entry.name).cancel()
	assert (balance(erpnext, used), balance(erpnext, made)) == (20, 0)
	assert (erpnext.bin(resin).actual_qty, erpnext.bin(resin).stock_value) == (20, 200)
	assert (erpnext.bin(paint).actual_qty, erpnext.bin(paint).stock_value) == (0, 0)


def test_the_same_batch_can_be_consumed_again_after_a_cancel(erpnext: Any) -> None:
	resin, paint = erpnext.batch_item(), erpnext.item(uom="Kg")
	(used,) = erpnext.received_batches(resin, 20)
	rows = [erpnext.consumed(resin, 20, batch_no=used), erpnext.finished(paint, 5)]
	entry = erpnext.manufacture(*rows)
	frappe.get_doc("Stock Entry", entry.name).cancel()
	erpnext.manufacture(*rows)
	assert balance(erpnext, used) == 0


def test_one_batch_may_take_the_output_of_several_entries(erpnext: Any) -> None:
	resin, paint = erpnext.stocked_item(20, uom="Kg"), erpnext.batch_item()
	made = erpnext.batch(paint)
	for qty in (2, 3):
		erpnext.manufacture(erpnext.consumed(resin, 4), erpnext.finished(paint, qty, batch_no=made))
	assert balance(erpnext, made) == 5
