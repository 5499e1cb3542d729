"""Batches and serial numbers of a stock entry's rows."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock.serial_batch_bundle import (
	Line,
	lines_of_bundle,
	lines_of_row,
	make_bundle,
	make_missing_serial_nos,
	new_lines,
	pick,
)


def choose(doc: Document) -> dict[str, list[Line]]:
	"""What leaves with each row: as written, else picked when the entry is submitted."""
	picks: dict[str, list[Line]] = {}
	for row in doc.items:
		item = doc.item(row.item_code)
		if row.s_warehouse and (item.has_batch_no or item.has_serial_no):
			lines = given_lines(row, item)
			if not lines and doc.docstatus == 1:
				taken = taken_from(doc, picks, row)
				lines = pick(item, row.s_warehouse, row.transfer_qty, taken, row.batch_no)
			picks[row.name or row.idx] = lines
	return picks


def taken_from(doc: Document, picks: dict[str, list[Line]], row: Document) -> list[Line]:
	"""What earlier rows of this document already take of the same item from the same warehouse."""
	same = [r for r in doc.items if (r.item_code, r.s_warehouse) == (row.item_code, row.s_warehouse)]
	return [line for other in same for line in picks.get(other.name or other.idx, [])]


def given_lines(row: Document, item: dict) -> list[Line]:
	lines = (
		lines_of_bundle(row.serial_and_batch_bundle)
		if row.serial_and_batch_bundle
		else lines_of_row(row, item)
	)
	qty = sum(line.qty for line in lines)
	if lines and flt(qty - row.transfer_qty, 6):
		frappe.throw(
			_(
				"Row #{0}: {1} {2} of item {3} are numbered by its batches or serial numbers, but its quantity is {4}."
			).format(row.idx, qty, row.stock_uom, frappe.bold(row.item_code), row.transfer_qty)
		)
	return lines


def make(doc: Document) -> None:
	"""The bundles of the submitted entry, which its ledger entries submit; a transferred row has one on either side."""
	doc.inward_bundles = {}
	for row in doc.items:
		item = doc.item(row.item_code)
		if item.has_batch_no or item.has_serial_no:
			make_for_row(doc, row, item)


def make_for_row(doc: Document, row: Document, item: dict) -> None:
	given = row.serial_and_batch_bundle
	lines = doc.lines_of(row) if row.s_warehouse else given_lines(row, item)
	if row.s_warehouse:
		bundle = (
			use_bundle(doc, row, given)
			if given
			else make_bundle(doc, row, row.s_warehouse, lines, outward=True)
		)
		remember(row, bundle)
	if row.t_warehouse:
		lines = lines or new_lines(item, row.t_warehouse, row.transfer_qty, doc)
		make_missing_serial_nos(item, lines, doc)
		if not row.s_warehouse and given:
			doc.inward_bundles[row.name] = use_bundle(doc, row, given)
		elif lines:
			doc.inward_bundles[row.name] = make_bundle(doc, row, row.t_warehouse, lines, outward=False)
	if not row.s_warehouse and row.name in doc.inward_bundles:
		remember(row, doc.inward_bundles[row.name])


def use_bundle(doc: Document, row: Document, name: str) -> str:
	"""Take the bundle that was prepared for the row."""
	bundle = frappe.get_doc("Serial and Batch Bundle", name)
	warehouse = row.s_warehouse or row.t_warehouse
	direction = "Outward" if row.s_warehouse else "Inward"
	expected = (row.item_code, warehouse, direction)
	if (bundle.item_code, bundle.warehouse, bundle.type_of_transaction) != expected:
		frappe.throw(
			_(
				"Row #{0}: The Serial and Batch Bundle {1} does not belong to Item {2}, Warehouse {3} or is not {4}."
			).format(row.idx, name, *map(frappe.bold, expected)),
			title=_("Invalid Serial and Batch Bundle"),
		)
	bundle.update({"voucher_type": doc.doctype, "voucher_no": doc.name, "voucher_detail_no": row.name})
	bundle.update({"posting_date": doc.posting_date, "posting_time": doc.posting_time})
	bundle.save()
	return name


def remember(row: Document, bundle: str) -> None:
	if row.serial_and_batch_bundle != bundle:
		row.db_set("serial_and_batch_bundle", bundle, update_modified=False)


def unlink(doc: Document) -> None:
	for row in doc.items:
		if row.serial_and_batch_bundle or row.batch_no:
			row.db_set({"serial_and_batch_bundle": None, "batch_no": None}, update_modified=False)
