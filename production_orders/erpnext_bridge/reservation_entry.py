"""Promises of stock as ERPNext's own Stock Reservation Entries, written in bulk (ADR 0003).

Entries and the Bins' `reserved_stock` change together, so ERPNext's ledger refuses everyone else.
The caller holds the Bins' locks.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce, Sum
from pypika import Criterion, Table
from pypika.terms import Bracket

from production_orders import system
from production_orders.domain.quantity import decimal
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import ended, held_lots, tracking
from production_orders.sql import Values

DOCTYPE = "Stock Reservation Entry"


def name_new(order: str) -> str:
	return f"{order}-{frappe.generate_hash(length=10)}"


def sync(materials: Sequence[Document], new: Collection[Document], available: Mapping[Key, Decimal]) -> None:
	"""Make the entries of `materials`, of any number of orders, say what these say: reserved, delivered, or nothing.

	`new` are those whose entry does not exist yet; `available` is what they found free.
	"""
	kinds = _kinds(materials)
	held_lots.settle(materials, kinds)
	system.insert_rows(
		DOCTYPE, ({**_entry(row, available), **_kind(kinds.get(row.item_code))} for row in new)
	)
	made = {row.reservation_entry for row in new}
	known = [row for row in materials if row.reservation_entry and row.reservation_entry not in made]
	system.update_rows(DOCTYPE, {row.reservation_entry: _state(row) for row in known})
	_update_bins({(row.item_code, row.warehouse) for row in materials})


def _entry(row: Document, available: Mapping[Key, Decimal]) -> dict[str, Any]:
	order = row.parent_doc
	return {
		"name": row.reservation_entry,
		"item_code": row.item_code,
		"warehouse": row.warehouse,
		"stock_uom": row.stock_uom,
		"company": order.company,
		"voucher_type": order.doctype,
		"voucher_no": order.name,
		"voucher_detail_no": row.name,
		"available_qty": available[row.item_code, row.warehouse],
		"from_voucher_type": "",
		**_state(row),
	}


def _kinds(rows: Collection[Document]) -> dict[str, tracking.Kind]:
	return tracking.kinds({row.item_code for row in rows if row.reservation_entry})


def _kind(kind: tracking.Kind | None) -> dict[str, Any]:
	"""How ERPNext guards the entry: by quantity alone, or also by batch and serial number."""
	return {
		"reservation_based_on": "Serial and Batch" if kind else "Qty",
		"has_batch_no": int(bool(kind and kind.has_batch_no)),
		"has_serial_no": int(bool(kind and kind.has_serial_no)),
	}


def _state(row: Document) -> dict[str, Any]:
	"""What changes over an entry's life; the status is what ERPNext's own rule would say."""
	status = _status(row)
	return {
		"voucher_qty": max(decimal(row.required_qty), decimal(row.reserved_qty)),
		"docstatus": 2 if status == "Cancelled" else 1,
		"status": status,
		"reserved_qty": row.reserved_qty,
		"delivered_qty": row.delivered_qty,
	}


def _status(row: Document) -> str:
	required, reserved, delivered = map(decimal, (row.required_qty, row.reserved_qty, row.delivered_qty))
	if not reserved:
		return "Cancelled"
	if delivered:
		return "Delivered" if delivered == reserved else "Partially Delivered"
	return "Reserved" if reserved >= required else "Partially Reserved"


@contextmanager
def delivered_in_full(materials: Sequence[Document]) -> Iterator[None]:
	"""While a run posts, its order's entries over serial numbers count as delivered.

	ERPNext lets nobody take a serial number of an entry before all of it is delivered, not even its owner.
	"""
	partly = [row for row in materials if row.reservation_entry and _status(row) == "Partially Delivered"]
	serialised = {item_code for item_code, kind in _kinds(partly).items() if kind.has_serial_no}
	entries = [row.reservation_entry for row in partly if row.item_code in serialised]
	system.update_rows(DOCTYPE, {name: {"status": "Delivered"} for name in entries})
	yield
	system.update_rows(DOCTYPE, {name: {"status": "Partially Delivered"} for name in entries})


def _update_bins(keys: Collection[Key]) -> None:
	"""`Bin.reserved_stock` derived again from all open entries, as ERPNext derives it."""
	if not keys:
		return
	entry, bins = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Bin")
	# One look into the index per Bin: MariaDB compares every row of a joined sum with every Bin.
	reserved = (
		frappe.qb.from_(entry)
		.select(Coalesce(Sum(entry.reserved_qty - entry.delivered_qty), 0))
		.where((entry.item_code == bins.item_code) & (entry.warehouse == bins.warehouse))
		.where((entry.docstatus == 1) & entry.status.notin(ended.RESERVATION))
	)
	(
		frappe.qb.update(bins)
		.set(bins.reserved_stock, Bracket(reserved))
		.where(Criterion.any(_places(bins, keys)))
		.run()
	)


def _places(bins: Table, keys: Collection[Key]) -> Iterator[Criterion]:
	"""Exactly these Bins: another one, whose lock nobody has, may be changing right now."""
	items: dict[str, list[str]] = defaultdict(list)
	for item_code, warehouse in sorted(keys):
		items[warehouse].append(item_code)
	for warehouse, codes in items.items():
		yield (bins.warehouse == warehouse) & bins.item_code.isin(Values(codes))


def write_reserved_stock(key: Key, qty: Decimal) -> None:
	"""What the open entries of one place add up to, as just read under the lock of its Bin."""
	bins = frappe.qb.DocType("Bin")
	frappe.qb.update(bins).set(bins.reserved_stock, qty).where(Criterion.any(_places(bins, {key}))).run()


def delete_all() -> None:
	"""Take every order's entries out of ERPNext and give the stock back, for uninstall."""
	entry = frappe.qb.DocType(DOCTYPE)
	ours = entry.voucher_type == "Production Order"
	keys = set(frappe.qb.from_(entry).select(entry.item_code, entry.warehouse).distinct().where(ours).run())
	frappe.qb.from_(entry).delete().where(ours).run()
	_update_bins(keys)
