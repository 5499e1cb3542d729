"""The balance of an item in a warehouse at a place in the ledger."""

import datetime
from typing import NamedTuple

import frappe
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock.serial_batch_bundle import bundle_value
from erpnext.stock.utils import get_valuation_method, qty_precision
from erpnext.stock.valuation import Balance, open_balance


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


def balance_before(place: Place) -> Balance:
	return open_balance(get_valuation_method(place.item_code), lock_entry_before(place))


def lock_entry_before(place: Place) -> dict | None:
	"""The live entry before a place. Its lock makes movements of an item and warehouse wait for each other."""
	table = frappe.qb.DocType("Stock Ledger Entry")
	rows = (
		frappe.qb.from_(table)
		.select(table.qty_after_transaction, table.valuation_rate, table.stock_value, table.stock_queue)
		.where((table.item_code == place.item_code) & (table.warehouse == place.warehouse))
		.where((table.is_cancelled == 0) & (table.posting_datetime <= place.posting_datetime))
		.where((table.posting_datetime < place.posting_datetime) | (table.creation < place.creation))
		.orderby(table.posting_datetime, order=frappe.qb.desc)
		.orderby(table.creation, order=frappe.qb.desc)
		.limit(1)
		.for_update()
	).run(as_dict=True)
	return rows[0] if rows else None


def value_entry(entry: Document | dict, balance: Balance) -> dict:
	"""Move the balance by the entry; returns what the entry has to remember of it."""
	value_before = balance.value
	if is_count(entry):
		balance.count(flt(entry.qty_after_transaction), flt(entry.valuation_rate))
	elif entry.serial_and_batch_bundle:
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


def is_count(entry: Document | dict) -> bool:
	"""An entry that does not move stock but says how much is there."""
	return entry.voucher_type == "Stock Reconciliation" and not entry.serial_and_batch_bundle


def value_precision() -> int:
	return frappe.get_precision("Stock Ledger Entry", "stock_value")
