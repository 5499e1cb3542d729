"""Contract: reservations of concrete batches and serial numbers, and the ledger that keeps them."""

from typing import Any

import frappe
import pytest
from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import SerialNoWarehouseError
from erpnext.stock.doctype.stock_reservation_entry.stock_reservation_entry import (
	get_sre_reserved_batch_nos_details,
	get_sre_reserved_serial_nos_details,
)
from erpnext.stock.stock_ledger import NegativeStockError
from frappe.utils import add_days, nowdate

from tests.support.bulk_reservations import (
	LINE,
	SRE,
	bulk_reserve,
	deliver,
	deliver_lines,
	reserve_batches,
	reserve_serials,
)


def lines_of(name: str) -> list[tuple[str | None, str | None, float]]:
	fields = ["batch_no", "serial_no", "qty"]
	return [
		tuple(row) for row in frappe.get_all(LINE, {"parent": name}, fields, order_by="idx", as_list=True)
	]


# What is chosen when a reservation is submitted


@pytest.mark.parametrize(("based_on", "expected"), [("FIFO", (0, 1)), ("LIFO", (2, 1)), ("Expiry", (1, 2))])
def test_a_submitted_reservation_takes_batches_in_the_order_of_stock_settings(
	reservable: Any, settings: Any, based_on: str, expected: tuple[int, int]
) -> None:
	settings("Stock Settings", auto_reserve_serial_and_batch=1, pick_serial_and_batch_based_on=based_on)
	item = reservable.batch_item(has_expiry_date=1)
	days = (30, 10, 20)
	batches = [reservable.batch(item, expiry_date=add_days(nowdate(), n)) for n in days]
	for number, batch_no in enumerate(batches):
		frappe.db.set_value("Batch", batch_no, "creation", f"2026-01-0{number + 1} 10:00:00")
		reservable.receive(item, 5, 10, batch_no=batch_no)
	sre = reservable.reserve(item, 7, has_batch_no=1)
	first, second = (batches[position] for position in expected)
	assert lines_of(sre.name) == [(first, None, 5), (second, None, 2)]


def test_batches_that_expired_or_were_disabled_are_not_chosen(reservable: Any, settings: Any) -> None:
	settings("Stock Settings", auto_reserve_serial_and_batch=1, pick_serial_and_batch_based_on="FIFO")
	item = reservable.batch_item()
	expired, disabled, good = reservable.received_batches(item, 5, 5, 5)
	frappe.db.set_value("Batch", expired, "expiry_date", add_days(nowdate(), -1))
	frappe.db.set_value("Batch", disabled, "disabled", 1)
	assert lines_of(reservable.reserve(item, 5, has_batch_no=1).name) == [(good, None, 5)]


def test_a_batch_that_expires_today_is_still_chosen(reservable: Any, settings: Any) -> None:
	settings("Stock Settings", auto_reserve_serial_and_batch=1)
	item = reservable.batch_item()
	(last_day,) = reservable.received_batches(item, 5)
	frappe.db.set_value("Batch", last_day, "expiry_date", nowdate())
	assert lines_of(reservable.reserve(item, 5, has_batch_no=1).name) == [(last_day, None, 5)]


def test_batches_that_another_reservation_holds_are_not_chosen(reservable: Any, settings: Any) -> None:
	settings("Stock Settings", auto_reserve_serial_and_batch=1, pick_serial_and_batch_based_on="FIFO")
	item = reservable.batch_item()
	first, second = reservable.received_batches(item, 5, 5)
	reserve_batches(reservable, item, {first: 4})
	assert lines_of(reservable.reserve(item, 3, has_batch_no=1).name) == [(first, None, 1), (second, None, 2)]


def test_given_batches_are_kept_when_the_settings_do_not_choose(reservable: Any, settings: Any) -> None:
	settings("Stock Settings", auto_reserve_serial_and_batch=0)
	item = reservable.batch_item()
	_first, second = reservable.received_batches(item, 5, 5)
	doc = reservable.reservation(item, 3, has_batch_no=1, reservation_based_on="Serial and Batch")
	doc.append("sb_entries", {"batch_no": second, "qty": 3})
	doc.insert().submit()
	assert lines_of(doc.name) == [(second, None, 3)]
	assert reservable.bin(item).reserved_stock == 3


def test_a_disabled_batch_cannot_be_reserved(reservable: Any, settings: Any, unchanged: Any) -> None:
	settings("Stock Settings", auto_reserve_serial_and_batch=0)
	item = reservable.batch_item()
	(disabled,) = reservable.received_batches(item, 5)
	frappe.db.set_value("Batch", disabled, "disabled", 1)
	doc = reservable.reservation(item, 3, has_batch_no=1, reservation_based_on="Serial and Batch")
	doc.append("sb_entries", {"batch_no": disabled, "qty": 3})
	doc.insert()
	with unchanged(), pytest.raises(frappe.ValidationError, match="disabled Batch"):
		doc.submit()


def test_a_submitted_reservation_takes_the_oldest_serial_numbers(reservable: Any, settings: Any) -> None:
	settings("Stock Settings", auto_reserve_serial_and_batch=1, pick_serial_and_batch_based_on="FIFO")
	item = reservable.serial_item()
	first, second, _third = reservable.received_serials(item, 3)
	for number, serial_no in enumerate((first, second)):
		frappe.db.set_value("Serial No", serial_no, "creation", f"2026-01-0{number + 1} 10:00:00")
	sre = reservable.reserve(item, 2, has_serial_no=1)
	assert lines_of(sre.name) == [(None, first, 1), (None, second, 1)]


def test_a_serial_number_of_another_reservation_cannot_be_reserved(
	reservable: Any, settings: Any, unchanged: Any
) -> None:
	settings("Stock Settings", auto_reserve_serial_and_batch=0)
	item = reservable.serial_item()
	first, _second = reservable.received_serials(item, 2)
	reserve_serials(reservable, item, [first])
	doc = reservable.reservation(item, 1, has_serial_no=1, reservation_based_on="Serial and Batch")
	doc.append("sb_entries", {"serial_no": first, "qty": 1})
	doc.insert()
	with unchanged(), pytest.raises(frappe.ValidationError, match="might be reserved in another"):
		doc.submit()


# The same row by bulk insert


def test_bulk_inserted_lines_are_the_same_as_those_of_a_submitted_reservation(
	reservable: Any, settings: Any
) -> None:
	settings("Stock Settings", auto_reserve_serial_and_batch=1)
	own = {"name", "owner", "creation", "modified", "parent", "batch_no"}
	one, other = reservable.batch_item(), reservable.batch_item()
	reservable.received_batches(one, 5)
	(batch_no,) = reservable.received_batches(other, 5)
	names = reservable.reserve(one, 4, has_batch_no=1).name, reserve_batches(reservable, other, {batch_no: 4})
	rows = [frappe.get_doc(SRE, name).sb_entries[0].get_valid_dict() for name in names]
	submitted, bulk = [{k: v for k, v in row.items() if k not in own} for row in rows]
	assert bulk == submitted


def test_a_reservation_of_batches_can_be_cancelled_like_any_other(reservable: Any) -> None:
	item = reservable.batch_item()
	(batch_no,) = reservable.received_batches(item, 5)
	name = reserve_batches(reservable, item, {batch_no: 4})
	frappe.get_doc(SRE, name).cancel()
	assert reservable.bin(item).reserved_stock == 0
	assert frappe.db.get_value(LINE, {"parent": name}, "docstatus") == 2
	reservable.issue(item, 5, batch_no=batch_no)
	assert reservable.bin(item).actual_qty == 0


# Who holds what


def test_reserved_batches_are_told_with_what_is_not_delivered_of_them(reservable: Any) -> None:
	item = reservable.batch_item()
	first, second, third = reservable.received_batches(item, 5, 5, 5)
	name = reserve_batches(reservable, item, {first: 4, second: 2})
	deliver_lines(reservable, name, {first: 3})
	reserved = get_sre_reserved_batch_nos_details(item, reservable.warehouse, [first, second, third])
	assert reserved == {first: 1, second: 2}


def test_reserved_serial_numbers_are_told_with_the_reservation_that_holds_them(reservable: Any) -> None:
	item = reservable.serial_item()
	first, second, _third = reservable.received_serials(item, 3)
	name = reserve_serials(reservable, item, [first, second])
	reserved = get_sre_reserved_serial_nos_details(item, reservable.warehouse)
	assert reserved == {first: name, second: name}


# What the stock ledger refuses


def test_an_issue_of_a_reserved_batch_is_refused_although_the_quantity_is_free(
	reservable: Any, unchanged: Any
) -> None:
	item = reservable.batch_item()
	first, _second = reservable.received_batches(item, 5, 50)
	reserve_batches(reservable, item, {first: 4})
	with unchanged(), pytest.raises(frappe.ValidationError, match="needed in"):
		reservable.issue(item, 2, batch_no=first)


def test_the_free_part_of_a_reserved_batch_and_other_batches_can_be_issued(reservable: Any) -> None:
	item = reservable.batch_item()
	first, second = reservable.received_batches(item, 5, 5)
	reserve_batches(reservable, item, {first: 4})
	reservable.issue(item, 1, batch_no=first)
	reservable.issue(item, 5, batch_no=second)
	assert reservable.bin(item).actual_qty == 4


def test_an_issue_of_more_than_is_free_of_all_batches_together_is_refused(
	reservable: Any, unchanged: Any
) -> None:
	item = reservable.batch_item()
	first, second = reservable.received_batches(item, 5, 5)
	reserve_batches(reservable, item, {first: 4})
	bulk_reserve(reservable, item, 3, has_batch_no=1, reservation_based_on="Qty")
	with unchanged(), pytest.raises(NegativeStockError):
		reservable.issue(item, 4, batch_no=second)


def test_an_issue_of_a_reserved_serial_number_is_refused_and_of_another_is_not(
	reservable: Any, unchanged: Any
) -> None:
	item = reservable.serial_item()
	first, second, third = reservable.received_serials(item, 3)
	reserve_serials(reservable, item, [first, second])
	with unchanged(), pytest.raises(SerialNoWarehouseError, match=first):
		reservable.issue(item, 1, serial_no=first)
	reservable.issue(item, 1, serial_no=third)
	assert reservable.bin(item).actual_qty == 2


def test_batches_that_erpnext_picks_leave_reserved_ones_alone(reservable: Any, settings: Any) -> None:
	settings("Stock Settings", pick_serial_and_batch_based_on="FIFO")
	item = reservable.batch_item()
	first, second = reservable.received_batches(item, 5, 5)
	reserve_batches(reservable, item, {first: 4})
	entry = reservable.issue(item, 3, use_serial_batch_fields=0)
	assert [(line.batch_no, line.qty) for line in reservable.moved(entry, item)] == [
		(first, -1),
		(second, -2),
	]


def test_serial_numbers_that_erpnext_picks_leave_reserved_ones_alone(reservable: Any, settings: Any) -> None:
	settings("Stock Settings", pick_serial_and_batch_based_on="FIFO")
	item = reservable.serial_item()
	first, second, third = reservable.received_serials(item, 3)
	reserve_serials(reservable, item, [first, second])
	entry = reservable.issue(item, 1, use_serial_batch_fields=0)
	assert [line.serial_no for line in reservable.moved(entry, item)] == [third]


# Own consumption


def test_own_consumption_of_reserved_batches_passes_after_their_lines_were_delivered(reservable: Any) -> None:
	item, product = reservable.batch_item(), reservable.item()
	first, second = reservable.received_batches(item, 5, 5)
	name = reserve_batches(reservable, item, {first: 5, second: 3})
	deliver_lines(reservable, name, {first: 4, second: 1})
	rows = [reservable.consumed(item, 4, batch_no=first), reservable.consumed(item, 1, batch_no=second)]
	reservable.manufacture(*rows, reservable.finished(product, 1))
	row = reservable.bin(item)
	assert (row.actual_qty, row.reserved_stock) == (5, 3)


def test_own_consumption_fails_when_the_line_of_its_batch_was_not_delivered(
	reservable: Any, unchanged: Any
) -> None:
	item, product = reservable.batch_item(), reservable.item()
	first, _second = reservable.received_batches(item, 5, 5)
	name = reserve_batches(reservable, item, {first: 5})
	deliver(reservable, name, 4)
	rows = [reservable.consumed(item, 4, batch_no=first), reservable.finished(product, 1)]
	with unchanged(), pytest.raises(frappe.ValidationError):
		reservable.manufacture(*rows)


def test_a_delivered_batch_of_one_reservation_does_not_free_what_another_holds_of_it(
	reservable: Any, unchanged: Any
) -> None:
	item, product = reservable.batch_item(), reservable.item()
	(batch_no,) = reservable.received_batches(item, 10)
	mine = reserve_batches(reservable, item, {batch_no: 6})
	reserve_batches(reservable, item, {batch_no: 4})
	deliver_lines(reservable, mine, {batch_no: 6})
	rows = [reservable.consumed(item, 7, batch_no=batch_no), reservable.finished(product, 1)]
	with unchanged(), pytest.raises(frappe.ValidationError):
		reservable.manufacture(*rows)


def test_own_consumption_of_all_reserved_serial_numbers_passes_after_they_were_delivered(
	reservable: Any,
) -> None:
	item, product = reservable.serial_item(), reservable.item()
	first, second, _third = reservable.received_serials(item, 3)
	name = reserve_serials(reservable, item, [first, second])
	deliver_lines(reservable, name, {first: 1, second: 1})
	rows = [reservable.consumed(item, 2, serial_no=f"{first}\n{second}"), reservable.finished(product, 1)]
	reservable.manufacture(*rows)
	row = reservable.bin(item)
	assert (row.actual_qty, row.reserved_stock) == (1, 0)


def test_a_delivered_serial_number_stays_held_until_its_whole_reservation_is_delivered(
	reservable: Any, unchanged: Any
) -> None:
	item, product = reservable.serial_item(), reservable.item()
	first, second, _third = reservable.received_serials(item, 3)
	name = reserve_serials(reservable, item, [first, second])
	deliver_lines(reservable, name, {first: 1})
	rows = [reservable.consumed(item, 1, serial_no=first), reservable.finished(product, 1)]
	with unchanged(), pytest.raises(SerialNoWarehouseError, match=first):
		reservable.manufacture(*rows)


def test_own_consumption_of_a_part_of_the_serial_numbers_passes_when_their_lines_were_taken_out(
	reservable: Any,
) -> None:
	item, product = reservable.serial_item(), reservable.item()
	first, second, _third = reservable.received_serials(item, 3)
	name = reserve_serials(reservable, item, [first, second])
	deliver(reservable, name, 1)
	frappe.db.delete(LINE, {"parent": name, "serial_no": first})
	rows = [reservable.consumed(item, 1, serial_no=first), reservable.finished(product, 1)]
	reservable.manufacture(*rows)
	row = reservable.bin(item)
	assert (row.actual_qty, row.reserved_stock) == (2, 1)
	assert get_sre_reserved_serial_nos_details(item, reservable.warehouse) == {second: name}
