"""Reserved stock stays where it is, whoever wants it and however fast: checked under the Bin's lock (ADR 0012).

ERPNext checks the same without a lock, so what others did meanwhile escapes it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime

from production_orders import errors
from production_orders.domain.quantity import ZERO, decimal, text, total
from production_orders.domain.reservation import Key
from production_orders.domain.tracking import Lot
from production_orders.erpnext_bridge import reservation_entry, stock_ledger
from production_orders.services import queries

Holders = Mapping[str, Decimal]
"""voucher_no -> what it has reserved and not used."""


@contextmanager
def checked(voucher_no: str) -> Iterator[None]:
	"""While a voucher is posted whose quantities were checked under the same locks: its rows are not asked once more."""
	frappe.flags.checked_voucher = voucher_no
	try:
		yield
	finally:
		frappe.flags.checked_voucher = None


def check_quantity(entry: Document) -> None:
	"""Before a ledger entry is written: does it leave what is reserved of the item?"""
	if entry.voucher_no == frappe.flags.checked_voucher:
		return
	key = entry.item_code, entry.warehouse
	if entry.voucher_type in stock_ledger.DELIVERIES:
		recount(key)
	wanted = _outflow(entry)
	if wanted <= 0:
		return
	actual, reserved = queries.lock_bin(*key)
	if reserved and wanted > actual - reserved and stock_ledger.is_guarded(entry):
		_refuse(key, entry.item_code, wanted, actual - reserved, queries.lock_open_reservations({key})[key])


def _outflow(entry: Document) -> Decimal:
	if not stock_ledger.is_count(entry):
		return stock_ledger.outflow(entry)
	before = queries.lock_balance(entry.item_code, entry.warehouse, get_datetime(entry.posting_datetime))
	return before - decimal(entry.qty_after_transaction)


def check_lots(entry: Document, is_written: bool) -> None:
	"""Does a ledger entry leave what is reserved of its batches and serial numbers?

	Once it `is_written`, or is a cancelled one, the ledger's balance is without what it takes.
	"""
	taken = stock_ledger.lots_taken(entry) if entry.serial_and_batch_bundle else {}
	if not taken or not stock_ledger.is_guarded(entry):
		return
	key = entry.item_code, entry.warehouse
	queries.lock_bins({key})
	held = queries.lock_held_lots(key)
	wanted = {lot: qty for lot, qty in taken.items() if lot in held}
	gone = is_written or entry.is_cancelled
	for lot, balance in _balances(key, wanted).items():
		left = balance if gone and not lot.serial_no else balance - wanted[lot]
		reserved = total(held[lot].values())
		if left < reserved:
			free = max(ZERO, left + wanted[lot] - reserved)
			_refuse(key, lot.serial_no or lot.batch_no, wanted[lot], free, held[lot])


def _balances(key: Key, lots: Mapping[Lot, Decimal]) -> dict[Lot, Decimal]:
	"""A piece with a serial number is there, or its bundle could not take it out."""
	batches = {lot.batch_no for lot in lots if not lot.serial_no}
	balances = queries.lock_batch_balances(key, batches) if batches else {}
	return {lot: Decimal(1) if lot.serial_no else balances[lot.batch_no] for lot in lots}


def lock_place(entry: Document) -> None:
	"""Before a reservation of somebody else is written: the Bin is locked first, as everywhere."""
	queries.lock_known_bins({(entry.item_code, entry.warehouse)})


def check_reservation(entry: Document) -> None:
	"""After a reservation of somebody else was made or changed: is there enough for all of them?"""
	key = entry.item_code, entry.warehouse
	holders = recount(key)
	if stock_ledger.may_go_negative(entry.item_code):
		return
	free = queries.lock_free_stock({key}).get(key, ZERO)
	if free < 0:
		_refuse_reservation(entry, entry.item_code, free, holders)
	held = queries.lock_held_lots(key)
	own = {Lot(row.batch_no or "", row.serial_no or "") for row in entry.sb_entries}
	balances = _balances(key, dict.fromkeys(own & held.keys(), ZERO))
	for lot, balance in balances.items():
		if total(held[lot].values()) > balance:
			missing = balance - total(held[lot].values())
			_refuse_reservation(entry, lot.serial_no or lot.batch_no, missing, held[lot])


def recount(key: Key) -> Holders:
	"""Let the Bin say what the open reservations say: ERPNext adds them up as its transaction first saw them."""
	queries.lock_known_bins({key})
	holders = queries.lock_open_reservations({key}).get(key, {})
	reservation_entry.write_reserved_stock(key, total(holders.values()))
	return holders


def _refuse(key: Key, what: str, wanted: Decimal, free: Decimal, holders: Holders) -> None:
	sentence = _(
		"{0} in {1}: {2} to be taken out, only {3} are there and not reserved. Reserved are {4}. "
		"Take less, or release a reservation first."
	)
	names = ", ".join(_("{0} for {1}").format(text(qty), name) for name, qty in sorted(holders.items()))
	errors.throw(
		stock_ledger.ReservedStock(
			sentence.format(what, key[1], text(wanted), text(free), names),
			[_details(key, what, wanted, free, holders)],
		),
		title=_("Reserved stock"),
	)


def _refuse_reservation(entry: Document, what: str, free: Decimal, holders: Holders) -> None:
	sentence = _(
		"{0} in {1}: {2} to be reserved for {3}, {4} more than is there and free. Others hold {5}. Reserve less."
	)
	others = {name: qty for name, qty in holders.items() if name != entry.voucher_no}
	names = ", ".join(_("{0} for {1}").format(text(qty), name) for name, qty in sorted(others.items()))
	wanted, key = decimal(entry.reserved_qty), (entry.item_code, entry.warehouse)
	errors.throw(
		errors.InsufficientStock(
			sentence.format(what, entry.warehouse, text(wanted), entry.voucher_no, text(-free), names or "0"),
			[_details(key, what, wanted, max(ZERO, wanted + free), others)],
		),
		title=_("Reserved stock"),
	)


def _details(key: Key, what: str, wanted: Decimal, free: Decimal, holders: Holders) -> dict[str, Any]:
	return {
		"item_code": key[0],
		"warehouse": key[1],
		"lot": what if what != key[0] else None,
		"required_qty": float(wanted),
		"available_qty": float(free),
		"short_qty": float(wanted - free),
		"reserved_for": {name: float(qty) for name, qty in sorted(holders.items())},
	}
