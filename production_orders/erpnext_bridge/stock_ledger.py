"""What ERPNext's stock ledger lets pass, and what an entry of it takes out."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from decimal import Decimal

import frappe
from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import (
	BatchNegativeStockError,
	SerialNoExistsInFutureTransactionError,
	SerialNoWarehouseError,
)
from erpnext.stock.stock_ledger import NegativeStockError, is_negative_stock_allowed
from frappe import _
from frappe.model.document import Document
from frappe.utils import strip_html

from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.tracking import Lot
from production_orders.erpnext_bridge import tracking
from production_orders.errors import InsufficientStock, throw
from production_orders.sql import Values

RECONCILIATION = "Stock Reconciliation"
DELIVERIES = ("Delivery Note", "Sales Invoice")
"""Vouchers that deliver reservations of their Sales Orders."""


MISSING = (
	NegativeStockError,
	BatchNegativeStockError,
	SerialNoExistsInFutureTransactionError,
	SerialNoWarehouseError,
)
"""ERPNext's refusals of what is not there, or was not yet."""


class ReservedStock(InsufficientStock, NegativeStockError):
	"""Our refusal of an outflow, which whoever knows ERPNext's catches as well; details as InsufficientStock."""


@contextmanager
def saying_what_is_missing() -> Iterator[None]:
	"""What ERPNext misses while it posts or cancels an entry of ours is said as our own refusals say it."""
	try:
		yield
	except InsufficientStock:
		raise
	except MISSING as refusal:
		frappe.clear_messages()
		throw(InsufficientStock(strip_html(str(refusal))), title=_("Not enough stock"))


def may_go_negative(item_code: str) -> bool:
	"""Whether the site or the item lets stock fall below zero; then ERPNext guards no reservation either."""
	return is_negative_stock_allowed(item_code=item_code)


def is_guarded(entry: Document) -> bool:
	"""Whether the entry may leave less than is reserved.

	ERPNext posts some entries with negative stock allowed: it takes them back at once to post them anew.
	"""
	return not (entry.get("allow_negative_stock") or may_go_negative(entry.item_code))


def is_count(entry: Document) -> bool:
	"""Whether the entry sets the balance instead of moving a quantity: a counted item without lots."""
	return (
		entry.voucher_type == RECONCILIATION and not entry.serial_and_batch_bundle and not entry.is_cancelled
	)


def outflow(entry: Document) -> Decimal:
	"""How much less there will be; a reconciliation takes out all it finds and puts back what was counted."""
	if entry.voucher_type != RECONCILIATION:
		return -decimal(entry.actual_qty)
	row = _counted(entry)
	less = decimal(row.current_qty) - decimal(row.qty)
	if entry.is_cancelled:
		less = -less
	return less if not entry.serial_and_batch_bundle or entry.actual_qty < 0 else ZERO


def lots_taken(entry: Document) -> dict[Lot, Decimal]:
	"""What leaves of each lot and is not put back by the same row."""
	if entry.actual_qty >= 0:
		return {}
	back = tracking.of_bundle(_put_back(entry)) if entry.voucher_type == RECONCILIATION else {}
	taken = tracking.of_bundle(entry.serial_and_batch_bundle)
	less = {lot: qty - back.get(lot, ZERO) for lot, qty in taken.items()}
	return {lot: qty for lot, qty in less.items() if qty > 0}


def _put_back(entry: Document) -> str | None:
	row = _counted(entry)
	return row.current_serial_and_batch_bundle if entry.is_cancelled else row.serial_and_batch_bundle


def _counted(entry: Document) -> frappe._dict:
	"""The row of a reconciliation that an entry is of."""
	fields = ["current_qty", "qty", "current_serial_and_batch_bundle", "serial_and_batch_bundle"]
	return frappe.db.get_value("Stock Reconciliation Item", entry.voucher_detail_no, fields, as_dict=True)


def unguarded(item_codes: Collection[str]) -> list[str]:
	"""Of these items, sorted, those whose reservations the ledger lets anybody take."""
	if frappe.db.get_single_value("Stock Settings", "allow_negative_stock"):
		return sorted(item_codes)
	item = frappe.qb.DocType("Item")
	allowed = (item.allow_negative_stock == 1) & item.name.isin(Values(item_codes))
	return frappe.qb.from_(item).select(item.name).where(allowed).orderby(item.name).run(pluck=True)


def forget() -> None:
	"""What ERPNext remembers, for a request, of what follows a voucher: one that was undone gives its name away again."""
	frappe.local.future_sle = {}
