"""A delivery uses up what its Sales Order has reserved, before the ledger sees it leave; cancelled, it gives it back."""

from collections.abc import Iterable

import frappe
from frappe.model.document import Document
from frappe.utils import cint, flt

ENTRY = "Stock Reservation Entry"
OPEN = ("not in", ("Delivered", "Cancelled"))
BEGUN = ("in", ("Partially Delivered", "Delivered"))


def use(voucher: Document) -> None:
	for row, entries in reservations(voucher, OPEN):
		left, numbers = row.transfer_qty, numbers_of(row)
		for entry in entries:
			left -= deliver(entry, left, numbers)


def give_back(voucher: Document) -> None:
	for row, entries in reservations(voucher, BEGUN):
		left, numbers = flt(row.stock_qty), numbers_of(row)
		for entry in entries:
			left += deliver(entry, -left, {number: -qty for number, qty in numbers.items()})


def reservations(voucher: Document, status: tuple) -> Iterable[tuple[Document, list[Document]]]:
	"""Rows of a voucher with the entries of their Sales Order's rows, oldest first."""
	if not cint(frappe.db.get_single_value("Stock Settings", "enable_stock_reservation")):
		return
	for row in voucher.items:
		if row.so_detail:
			filters = {"voucher_type": "Sales Order", "voucher_detail_no": row.so_detail, "docstatus": 1}
			filters.update({"warehouse": row.warehouse, "status": status})
			names = frappe.get_all(ENTRY, filters, pluck="name", order_by="creation")
			yield row, [frappe.get_doc(ENTRY, name) for name in names]


def numbers_of(row: Document) -> dict[str, float]:
	"""How much of each batch or serial number leaves with a row whose bundle was prepared."""
	filters = {"parent": row.serial_and_batch_bundle or "", "parenttype": "Serial and Batch Bundle"}
	lines = frappe.get_all("Serial and Batch Entry", filters, ["serial_no", "batch_no", "qty"])
	return {line.serial_no or line.batch_no: abs(line.qty) for line in lines}


def deliver(entry: Document, qty: float, numbers: dict[str, float]) -> float:
	"""Count as much as the entry has of it as delivered, or, where it is negative, as reserved again."""
	if entry.reservation_based_on == "Serial and Batch" and numbers:
		moved = deliver_lines(entry, numbers)
	else:
		moved = within(entry.delivered_qty, qty, entry.reserved_qty)
	entry.db_set("delivered_qty", entry.delivered_qty + moved)
	entry.update_status()
	entry.update_reserved_stock_in_bin()
	return moved


def deliver_lines(entry: Document, numbers: dict[str, float]) -> float:
	moved = 0.0
	for line in entry.sb_entries:
		number = line.serial_no or line.batch_no
		part = within(flt(line.delivered_qty), numbers.get(number, 0), line.qty)
		line.db_set("delivered_qty", flt(line.delivered_qty) + part)
		moved += part
		if number in numbers:
			numbers[number] -= part
	return moved


def within(delivered: float, change: float, reserved: float) -> float:
	return max(-delivered, min(change, reserved - delivered))
