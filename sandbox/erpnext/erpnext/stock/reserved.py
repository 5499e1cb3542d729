"""Stock that is not there, and stock that is there but promised to somebody."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import flt, nowdate, nowtime

from erpnext.stock.batch_stock import get_batch_stock
from erpnext.stock.exceptions import NegativeStockError
from erpnext.stock.utils import get_stock_balance, is_negative_stock_allowed, qty_precision

TOLERANCE = 0.0001


def refuse_shortage(entry: Document, qty_before: float) -> None:
	"""A movement may not leave less than was reserved up to its own date."""
	if is_negative_stock_allowed(item_code=entry.item_code):
		return
	reserved = reserved_until(entry)
	left = flt(qty_before + entry.actual_qty - reserved, qty_precision())
	if left < -TOLERANCE:
		message = _("{0} units of {1} needed in {2} to complete this transaction.").format(
			frappe.bold(abs(left)), frappe.bold(entry.item_code), frappe.bold(entry.warehouse)
		)
		if reserved:
			message += " " + reserved_text(reserved, abs(entry.actual_qty) - abs(left))
		frappe.throw(message, NegativeStockError, title=_("Insufficient Stock"))


def reserved_text(reserved: float, free: float) -> str:
	if free > 0:
		return _(
			"As {0} units are reserved for other orders, you are allowed to consume only {1} units."
		).format(frappe.bold(reserved), frappe.bold(free))
	return _("As the full stock is reserved for other orders, you're not allowed to consume the stock.")


def reserved_until(entry: Document) -> float:
	table = frappe.qb.DocType("Stock Reservation Entry")
	return flt(
		(
			frappe.qb.from_(table)
			.select(Sum(table.reserved_qty) - Sum(table.delivered_qty))
			.where((table.item_code == entry.item_code) & (table.warehouse == entry.warehouse))
			.where((table.docstatus == 1) & (table.creation <= entry.posting_datetime))
		).run()[0][0]
	)


def refuse_use(entry: Document, bin_name: str) -> None:
	"""Stock going out, whatever its date, may not touch what the bin holds back today; what is counted comes back."""
	if (
		entry.actual_qty >= 0
		or entry.voucher_type == "Stock Reconciliation"
		or is_negative_stock_allowed(item_code=entry.item_code)
	):
		return
	reserved = flt(frappe.db.get_value("Bin", bin_name, "reserved_stock"))
	if not reserved:
		return
	if entry.serial_and_batch_bundle:
		refuse_reserved_numbers(entry)
	left = flt(get_stock_balance(entry.item_code, entry.warehouse) - reserved, qty_precision())
	if left < -TOLERANCE:
		throw_reserved(abs(left), entry.item_code, entry.warehouse)


def refuse_reserved_numbers(entry: Document) -> None:
	"""Reserved serial numbers are refused by their bundle already."""
	filters = {"parent": entry.serial_and_batch_bundle, "parenttype": "Serial and Batch Bundle"}
	lines = frappe.get_all("Serial and Batch Entry", filters, ["serial_no", "batch_no"])
	if batches := {line.batch_no for line in lines if line.batch_no and not line.serial_no}:
		refuse_reserved_batches(entry, batches)


def refuse_reserved_batches(entry: Document, batches: set[str]) -> None:
	from erpnext.stock.doctype.stock_reservation_entry.stock_reservation_entry import (
		get_sre_reserved_batch_nos_details,
	)

	reserved = get_sre_reserved_batch_nos_details(entry.item_code, entry.warehouse, list(batches))
	stock = get_batch_stock(entry.item_code, entry.warehouse, list(reserved)) if reserved else {}
	for batch_no, qty in reserved.items():
		left = flt(stock.get(batch_no, 0) - qty, qty_precision())
		if left < -TOLERANCE:
			throw_reserved(abs(left), batch_no, entry.warehouse)


def throw_reserved(missing: float, what: str, warehouse: str) -> None:
	frappe.throw(
		_("{0} units of {1} needed in {2} on {3} {4} to complete this transaction.").format(
			missing, frappe.bold(what), frappe.bold(warehouse), nowdate(), nowtime()
		),
		title=_("Reserved Stock"),
	)
