"""The effect of a movement on the entries that are dated after it."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock.balances import Place, balance_before, value_entry
from erpnext.stock.doctype.bin.bin import write_balance
from erpnext.stock.exceptions import NegativeStockError
from erpnext.stock.utils import get_or_make_bin, is_negative_stock_allowed
from erpnext.stock.valuation import Balance


def revalue_later_entries(place: Place, balance: Balance, outgoing: bool = False) -> Balance:
	"""Carry the balance through every later entry of the item and warehouse; returns the last balance."""
	stock_entries = {}
	for later in lock_later_entries(place):
		values = value_entry(later, balance)
		if outgoing:
			refuse_negative_balance(later, balance.qty)
		if flt(values["stock_value_difference"] - later.stock_value_difference, 6):
			stock_entries[later.voucher_no] = later.voucher_type
		frappe.db.set_value("Stock Ledger Entry", later.name, values, update_modified=False)
	for voucher_no, voucher_type in stock_entries.items():
		if voucher_type == "Stock Entry":
			revalue_receipts(voucher_no)
	return balance


def lock_later_entries(place: Place) -> list[dict]:
	table = frappe.qb.DocType("Stock Ledger Entry")
	return (
		frappe.qb.from_(table)
		.select("*")
		.where((table.item_code == place.item_code) & (table.warehouse == place.warehouse))
		.where((table.is_cancelled == 0) & (table.posting_datetime >= place.posting_datetime))
		.where((table.posting_datetime > place.posting_datetime) | (table.creation > place.creation))
		.orderby(table.posting_datetime)
		.orderby(table.creation)
		.for_update()
	).run(as_dict=True)


def revalue_receipts(stock_entry: str) -> None:
	"""What was made or moved from goods whose value changed is worth something else now."""
	doc = frappe.get_doc("Stock Entry", stock_entry)
	if not doc.take_rates_from_ledger():
		return
	for row in doc.items:
		if row.t_warehouse:
			revalue_receipt(row)


def revalue_receipt(row: Document) -> None:
	filters = {"voucher_detail_no": row.name, "warehouse": row.t_warehouse, "is_cancelled": 0}
	receipt = frappe.get_doc("Stock Ledger Entry", filters)
	if not flt(receipt.incoming_rate - row.valuation_rate, 9):
		return
	receipt.incoming_rate = row.valuation_rate
	place = Place.of(receipt)
	balance = balance_before(place)
	values = {"incoming_rate": row.valuation_rate, **value_entry(receipt, balance)}
	receipt.db_set(values, update_modified=False)
	bin_name = get_or_make_bin(receipt.item_code, receipt.warehouse)
	write_balance(bin_name, revalue_later_entries(place, balance))


def refuse_negative_balance(later: dict, qty: float) -> None:
	if qty >= 0 or abs(qty) <= 0.0001 or is_negative_stock_allowed(item_code=later.item_code):
		return
	frappe.throw(
		_("{0} units of {1} needed in {2} on {3} {4} for {5} to complete this transaction.").format(
			abs(qty),
			frappe.bold(later.item_code),
			frappe.bold(later.warehouse),
			later.posting_date,
			later.posting_datetime.strftime("%H:%M:%S"),
			f"{_(later.voucher_type)} {later.voucher_no}",
		),
		NegativeStockError,
		title=_("Insufficient Stock"),
	)
