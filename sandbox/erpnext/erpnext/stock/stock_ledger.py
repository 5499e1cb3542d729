"""The way a document's movements become ledger entries and balances."""

import frappe
from frappe.utils import now

from erpnext.stock import repost, reserved
from erpnext.stock.balances import Place
from erpnext.stock.doctype.bin.bin import write_balance
from erpnext.stock.exceptions import NegativeStockError
from erpnext.stock.utils import get_or_make_bin, is_negative_stock_allowed

__all__ = ["NegativeStockError", "is_negative_stock_allowed", "make_sl_entries"]


def make_sl_entries(movements: list[dict]) -> None:
	"""Post the movements in the given order."""
	for movement in movements:
		post(movement)


def reverse_sl_entries(voucher_type: str, voucher_no: str) -> None:
	"""Take back all movements of a voucher, the last one first."""
	for movement in cancel_entries(voucher_type, voucher_no):
		post(movement)


def cancel_entries(voucher_type: str, voucher_no: str) -> list[dict]:
	"""Mark the live entries of a voucher as cancelled; their opposites are returned."""
	filters = {"voucher_type": voucher_type, "voucher_no": voucher_no, "is_cancelled": 0}
	fields = [*OPPOSITE_FIELDS, "creation as creation_of_original"]
	entries = frappe.get_all("Stock Ledger Entry", filters, fields, order_by="creation desc")
	frappe.db.set_value("Stock Ledger Entry", filters, {"is_cancelled": 1, "modified": now()})
	return [opposite(entry) for entry in entries]


OPPOSITE_FIELDS = [
	"item_code",
	"warehouse",
	"posting_date",
	"posting_time",
	"voucher_type",
	"voucher_no",
	"voucher_detail_no",
	"actual_qty",
	"stock_uom",
	"company",
	"serial_and_batch_bundle",
	"stock_value_difference",
]


def opposite(entry: dict) -> dict:
	difference = entry.pop("stock_value_difference")
	rate = abs(difference / entry.actual_qty) if entry.actual_qty else 0
	entry.actual_qty = -entry.actual_qty
	entry["incoming_rate" if entry.actual_qty > 0 else "outgoing_rate"] = rate
	return {**entry, "is_cancelled": 1}


def post(movement: dict) -> None:
	entry = frappe.get_doc({"doctype": "Stock Ledger Entry", **movement})
	# The voucher's own validation has just proven its links.
	entry.flags.ignore_permissions = entry.flags.ignore_links = True
	entry.submit()
	bin_name = get_or_make_bin(entry.item_code, entry.warehouse)
	balance = repost.revalue_later_entries(Place.of(entry), entry.balance, outgoing=entry.actual_qty < 0)
	write_balance(bin_name, balance)
	reserved.refuse_use(entry, bin_name)
