"""Promises of stock as ERPNext's own Stock Reservation Entries, written in bulk (ADR 0003).

Entries and the Bins' `reserved_stock` change together, so ERPNext's ledger refuses everyone else.
The caller holds the Bins' locks.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum

from production_orders import system
from production_orders.domain.reservation import Key

DOCTYPE = "Stock Reservation Entry"


def name_new(order: Document) -> str:
	return f"{order.name}-{frappe.generate_hash(length=10)}"


def sync(order: Document, new: Iterable[Document], available: Mapping[Key, Decimal]) -> None:
	"""Make the order's entries say what its saved materials say: reserved, delivered, or nothing any more.

	`new` are the materials whose entry does not exist yet; `available` is what they found free.
	"""
	system.insert_rows(DOCTYPE, (_entry(order, row, available) for row in new))
	_update_existing(order)
	_update_bins({(row.item_code, row.warehouse) for row in order.materials})


def _entry(order: Document, row: Document, available: Mapping[Key, Decimal]) -> dict[str, Any]:
	return {
		"name": row.reservation_entry,
		"docstatus": 1,
		"status": "Reserved",
		"item_code": row.item_code,
		"warehouse": row.warehouse,
		"stock_uom": row.stock_uom,
		"company": order.company,
		"voucher_type": order.doctype,
		"voucher_no": order.name,
		"voucher_detail_no": row.name,
		"voucher_qty": row.required_qty,
		"available_qty": available[row.item_code, row.warehouse],
		"reserved_qty": row.reserved_qty,
		"delivered_qty": 0,
		"reservation_based_on": "Qty",
	}


def _update_existing(order: Document) -> None:
	"""One joined update; the status says what ERPNext's own rules would."""
	entry, material = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Production Order Material")
	reserved, delivered = material.reserved_qty, material.delivered_qty
	gone = (reserved == 0) & (delivered == 0)
	status = (
		Case()
		.when(gone, "Cancelled")
		.when(reserved == delivered, "Delivered")
		.when(delivered > 0, "Partially Delivered")
		.when(reserved == material.required_qty, "Reserved")
		.else_("Partially Reserved")
	)
	(
		frappe.qb.update(entry)
		.join(material)
		.on(material.reservation_entry == entry.name)
		.set(entry.status, status)
		.set(entry.docstatus, Case().when(gone, 2).else_(1))
		.set(entry.reserved_qty, Case().when(gone, entry.reserved_qty).else_(reserved))
		.set(entry.delivered_qty, delivered)
		.where((material.parent == order.name) & (entry.docstatus == 1))
		.run()
	)


def _update_bins(keys: Collection[Key]) -> None:
	"""`Bin.reserved_stock` derived again from all open entries, as ERPNext derives it."""
	if not keys:
		return
	items, warehouses = map(sorted, map(set, zip(*keys, strict=True)))
	entry, bins = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Bin")
	reserved = (
		frappe.qb.from_(entry)
		.select(entry.item_code, entry.warehouse, Sum(entry.reserved_qty - entry.delivered_qty).as_("qty"))
		.where(entry.item_code.isin(items) & entry.warehouse.isin(warehouses))
		.where((entry.docstatus == 1) & entry.status.notin(["Delivered", "Cancelled"]))
		.groupby(entry.item_code, entry.warehouse)
	)
	(
		frappe.qb.update(bins)
		.left_join(reserved)
		.on((reserved.item_code == bins.item_code) & (reserved.warehouse == bins.warehouse))
		.set(bins.reserved_stock, Coalesce(reserved.qty, 0))
		.where(bins.item_code.isin(items) & bins.warehouse.isin(warehouses))
		.run()
	)
