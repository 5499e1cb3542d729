"""Batches and serial numbers of a movement: chosen, made when new, bundled and valued."""

import datetime
from typing import NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.utils import cint, flt

from erpnext.stock import batch_stock
from erpnext.stock.utils import get_combine_datetime


class Line(NamedTuple):
	"""A quantity of one batch, or one serial number. Quantities are positive in and out."""

	qty: float
	batch_no: str | None = None
	serial_no: str | None = None


def lines_of_row(row: Document, item: dict) -> list[Line]:
	"""What the user wrote into the row; a known piece brings its batch along."""
	if row.serial_no:
		serial_nos = split_serial_nos(row.serial_no)
		known = frappe.get_all("Serial No", {"name": ("in", serial_nos)}, ["name", "batch_no"], as_list=True)
		batches = dict(known) if item.has_batch_no else {}
		return [Line(1, row.batch_no or batches.get(serial_no), serial_no) for serial_no in serial_nos]
	if row.batch_no and not item.has_serial_no:
		return [Line(row.transfer_qty, row.batch_no)]
	return []


def lines_of_bundle(bundle: str) -> list[Line]:
	filters = {"parent": bundle, "parenttype": "Serial and Batch Bundle"}
	rows = frappe.get_all("Serial and Batch Entry", filters, ["qty", "batch_no", "serial_no"], order_by="idx")
	return [Line(abs(row.qty), row.batch_no, row.serial_no) for row in rows]


def split_serial_nos(text: str) -> list[str]:
	return [serial_no.strip() for serial_no in text.replace(",", "\n").split("\n") if serial_no.strip()]


# -- going out ---------------------------------------------------------------


def pick(
	item: dict, warehouse: str, qty: float, taken: list[Line], batch_no: str | None = None
) -> list[Line]:
	"""Choose what goes out, leaving what is reserved or already `taken`; refuses when there is too little."""
	if item.has_serial_no:
		lines = pick_serial_nos(item, warehouse, cint(qty), taken, batch_no)
	else:
		lines = pick_batches(item, warehouse, qty, taken)
	picked = sum(line.qty for line in lines)
	if flt(qty - picked, 6) > 0:
		frappe.throw(
			_("For the item {0}, {1} are needed but only {2} are available in the warehouse {3}.").format(
				frappe.bold(item.name), frappe.bold(qty), frappe.bold(flt(picked, 6)), frappe.bold(warehouse)
			),
			title=_("Insufficient Stock"),
		)
	return lines


def pick_serial_nos(
	item: dict, warehouse: str, count: int, taken: list[Line], batch_no: str | None
) -> list[Line]:
	used = {line.serial_no for line in taken}
	free = [s for s in batch_stock.get_free_serial_nos(item.name, warehouse, batch_no) if s not in used]
	batches = dict(
		frappe.get_all("Serial No", {"name": ("in", free[:count])}, ["name", "batch_no"], as_list=True)
	)
	return [Line(1, batches.get(serial_no), serial_no) for serial_no in free[:count]]


def pick_batches(item: dict, warehouse: str, qty: float, taken: list[Line]) -> list[Line]:
	lines = []
	for batch_no, free in batch_stock.get_pickable_batches(item.name, warehouse).items():
		free -= sum(line.qty for line in taken if line.batch_no == batch_no)
		part = min(free, flt(qty, 9))
		if part > 0:
			lines.append(Line(part, batch_no))
			qty -= part
	return lines


def issue_rate(item: dict, warehouse: str, lines: list[Line], at: datetime.datetime) -> float:
	"""The average value of a unit of the lines."""
	rates = unit_rates(item.name, warehouse, lines, at)
	qty = sum(line.qty for line in lines)
	return sum(rates[i] * line.qty for i, line in enumerate(lines)) / qty if qty else 0.0


def unit_rates(item_code: str, warehouse: str, lines: list[Line], at: datetime.datetime) -> list[float]:
	if lines and lines[0].serial_no:
		rates = batch_stock.get_serial_rates(item_code, warehouse, [line.serial_no for line in lines])
		return [rates.get(line.serial_no, 0.0) for line in lines]
	rates = batch_stock.get_batch_rates(item_code, warehouse, [line.batch_no for line in lines], at)
	return [rates.get(line.batch_no, 0.0) for line in lines]


# -- coming in ---------------------------------------------------------------


def new_lines(item: dict, warehouse: str, qty: float, voucher: Document) -> list[Line]:
	"""New batch and serial numbers for goods that come in without any."""
	batch_no = make_batch(item, voucher) if item.has_batch_no else None
	if not item.has_serial_no:
		return [Line(qty, batch_no)] if batch_no else []
	if not item.serial_no_series:
		frappe.throw(
			_("Serial numbers are needed for item {0}, or a Serial Number Series in it").format(item.name)
		)
	serial_nos = [make_autoname(item.serial_no_series, "Serial No") for _unit in range(cint(qty))]
	return [Line(1, batch_no, serial_no) for serial_no in serial_nos]


def make_batch(item: dict, voucher: Document) -> str | None:
	if not item.create_new_batch:
		return None
	batch = frappe.new_doc("Batch", item=item.name, manufacturing_date=voucher.posting_date)
	batch.update({"reference_doctype": voucher.doctype, "reference_name": voucher.name})
	return batch.insert().name


def make_missing_serial_nos(item: dict, lines: list[Line], voucher: Document) -> None:
	serial_nos = [line.serial_no for line in lines if line.serial_no]
	known = (
		set(frappe.get_all("Serial No", {"name": ("in", serial_nos)}, pluck="name")) if serial_nos else set()
	)
	for line in lines:
		if line.serial_no and line.serial_no not in known:
			serial = frappe.new_doc("Serial No", serial_no=line.serial_no, item_code=item.name)
			serial.update(
				{"company": voucher.company, "batch_no": line.batch_no, "purchase_document_no": voucher.name}
			)
			serial.insert(ignore_permissions=True)


# -- the bundle ---------------------------------------------------------------


def make_bundle(voucher: Document, row: Document, warehouse: str, lines: list[Line], outward: bool) -> str:
	"""The bundle of one side of a row; it counts when its ledger entry does."""
	bundle = frappe.new_doc("Serial and Batch Bundle", item_code=row.item_code, warehouse=warehouse)
	bundle.update(
		{
			"type_of_transaction": "Outward" if outward else "Inward",
			"company": voucher.company,
			"voucher_type": voucher.doctype,
			"voucher_no": voucher.name,
			"voucher_detail_no": row.name,
			"posting_date": voucher.posting_date,
			"posting_time": voucher.posting_time,
		}
	)
	for line in lines:
		bundle.append("entries", {**line._asdict(), "qty": -line.qty if outward else line.qty})
	return bundle.insert().name


def bundle_value(entry: Document | dict) -> float:
	"""Value the bundle of a ledger entry, what goes out at the value it has then; returns the change of value."""
	bundle = frappe.get_doc("Serial and Batch Bundle", entry.serial_and_batch_bundle)
	if entry.actual_qty > 0:
		rates = [flt(entry.incoming_rate)] * len(bundle.entries)
	else:
		lines = [Line(abs(line.qty), line.batch_no, line.serial_no) for line in bundle.entries]
		rates = unit_rates(entry.item_code, entry.warehouse, lines, entry.posting_datetime)
	return bundle.value_at(rates)


def cancel_bundles(voucher: Document) -> None:
	"""Take the numbers of a cancelled voucher back to where they were."""
	filters = {"voucher_type": voucher.doctype, "voucher_no": voucher.name, "is_cancelled": 0}
	for name in frappe.get_all("Serial and Batch Bundle", filters, pluck="name", order_by="creation desc"):
		bundle = frappe.get_doc("Serial and Batch Bundle", name)
		bundle.flags.ignore_links = True
		bundle.cancel()


def posting_moment(voucher: Document) -> datetime.datetime:
	return get_combine_datetime(voucher.posting_date, voucher.posting_time)
