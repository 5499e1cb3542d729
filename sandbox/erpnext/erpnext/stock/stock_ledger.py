"""The way a document's movements become ledger entries and balances."""

import datetime
from typing import NamedTuple

import frappe
from frappe.model.document import Document
from frappe.utils import flt, now

from erpnext.stock import repost, reserved
from erpnext.stock.doctype.bin.bin import write_balance
from erpnext.stock.exceptions import NegativeStockError
from erpnext.stock.serial_batch_bundle import bundle_value
from erpnext.stock.utils import get_or_make_bin, get_valuation_method, qty_precision
from erpnext.stock.valuation import Balance, open_balance

__all__ = ["NegativeStockError", "make_sl_entries"]


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
	rate = abs(entry.pop("stock_value_difference") / entry.actual_qty)
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


def balance_before(entry: Document) -> Balance:
	return open_balance(get_valuation_method(entry.item_code), lock_entry_before(Place.of(entry)))


class Place(NamedTuple):
	"""Where an entry stands in the order of movements of its item and warehouse."""

	item_code: str
	warehouse: str
	posting_datetime: datetime.datetime
	creation: str | datetime.datetime

	@classmethod
	def of(cls, entry: Document | dict) -> "Place":
		"""The opposite of a cancelled entry stands where that entry stood."""
		creation = entry.get("creation_of_original") or entry.creation
		return cls(entry.item_code, entry.warehouse, entry.posting_datetime, creation)


def lock_entry_before(entry: Place) -> dict | None:
	"""The live entry before a place. Its lock makes movements of an item and warehouse wait for each other."""
	table = frappe.qb.DocType("Stock Ledger Entry")
	rows = (
		frappe.qb.from_(table)
		.select(table.qty_after_transaction, table.valuation_rate, table.stock_value, table.stock_queue)
		.where((table.item_code == entry.item_code) & (table.warehouse == entry.warehouse))
		.where((table.is_cancelled == 0) & (table.posting_datetime <= entry.posting_datetime))
		.where((table.posting_datetime < entry.posting_datetime) | (table.creation < entry.creation))
		.orderby(table.posting_datetime, order=frappe.qb.desc)
		.orderby(table.creation, order=frappe.qb.desc)
		.limit(1)
		.for_update()
	).run(as_dict=True)
	return rows[0] if rows else None


def value_entry(entry: Document | dict, balance: Balance) -> dict:
	"""Move the balance by the entry; returns what the entry has to remember of it."""
	value_before = balance.value
	if entry.serial_and_batch_bundle:
		balance.move_at_value(entry.actual_qty, bundle_value(entry))
	else:
		balance.move(entry.actual_qty, flt(entry.incoming_rate))
	balance.settle(qty_precision(), value_precision())
	return {
		"qty_after_transaction": balance.qty,
		"valuation_rate": balance.rate,
		"stock_value": balance.value,
		"stock_value_difference": flt(balance.value - value_before, value_precision()),
		"stock_queue": frappe.as_json(balance.queue, indent=None),
	}


def value_precision() -> int:
	return frappe.get_precision("Stock Ledger Entry", "stock_value")
