"""Every lock this app takes and every aggregate it reads.

Lock order, everywhere: the order's row, its runs, then Bins by (item, warehouse), then reservations.
A transaction's snapshot may be older than its locks, so what decides is read FOR UPDATE (ADR 0002).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce, Sum
from pypika import Criterion

from production_orders.domain.lifecycle import OPEN_ORDER
from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import tracking

OPEN_RESERVATION = ("Reserved", "Partially Reserved", "Partially Delivered")
RESERVATION_INDEX = "production_orders_open_reservations"
BIN_INDEX = "unique_item_warehouse"


def begin_read_committed() -> None:
	"""Give this transaction up for one that sees what others have committed and locks rows, not gaps.

	Locking a gap would let two orders with neighbouring names wait for each other's inserts. The level
	holds for one transaction and is chosen outside of any: hence the second, empty rollback.
	"""
	frappe.db.rollback()
	frappe.db.sql("rollback")
	frappe.db.sql("set transaction isolation level read committed")
	frappe.db.begin()


def lock_order(name: str) -> Document:
	return frappe.get_doc("Production Order", name, for_update=True)


def lock_run(name: str) -> tuple[Document, Document]:
	"""(order, run), the order's row first."""
	order = lock_order(frappe.db.get_value("Production Run", name, "production_order") or _unknown_run(name))
	return order, frappe.get_doc("Production Run", name, for_update=True)


def _unknown_run(name: str) -> None:
	raise frappe.DoesNotExistError(frappe._("Production Run {0} not found.").format(name))


def lock_bom_lock(name: str) -> Any:
	"""doctype, name and status of a lock; its content is not read."""
	lock = frappe.db.get_value("BOM Lock", name, ["name", "status"], as_dict=True, for_update=True)
	return frappe._dict(lock, doctype="BOM Lock")


def lock_request(name: str) -> Any:
	"""body_hash and response of a request that another transaction may just have answered."""
	fields = ["body_hash", "response"]
	return frappe.db.get_value("Production Request", name, fields, as_dict=True, for_update=True)


def lock_runs(order: str) -> list[dict[str, Any]]:
	"""name, status and qty of every run of an order."""
	run = frappe.qb.DocType("Production Run")
	return (
		frappe.qb.from_(run)
		.select(run.name, run.status, run.qty)
		.where(run.production_order == order)
		.orderby(run.name)
		.for_update()
		.run(as_dict=True)
	)


def lock_bins(keys: Collection[Key]) -> dict[Key, Decimal]:
	"""Actual quantity by (item, warehouse), rows locked in that order; a missing Bin holds nothing.

	The index is forced because its order is the lock order.
	"""
	if not keys:
		return {}
	items, warehouses = _sides(keys)
	bins = frappe.qb.DocType("Bin")
	rows = _run_by_index(
		frappe.qb.from_(bins)
		.force_index(BIN_INDEX)
		.select(bins.item_code, bins.warehouse, bins.actual_qty)
		.where(bins.item_code.isin(items) & bins.warehouse.isin(warehouses))
		.orderby(bins.item_code, bins.warehouse)
		.for_update()
	)
	return {(item, warehouse): decimal(qty) for item, warehouse, qty in rows if (item, warehouse) in keys}


def lock_known_bins(keys: Collection[Key]) -> None:
	"""Lock the Bins there are, in the same order: a gap locked for a missing one would keep others from making theirs."""
	if not keys:
		return
	items, warehouses = _sides(keys)
	bins = frappe.qb.DocType("Bin")
	wanted = bins.item_code.isin(items) & bins.warehouse.isin(warehouses)
	known = frappe.qb.from_(bins).select(bins.item_code, bins.warehouse).where(wanted).run()
	pairs = [
		(bins.item_code == item) & (bins.warehouse == place)
		for item, place in sorted(known)
		if (item, place) in keys
	]
	if pairs:
		(
			frappe.qb.from_(bins)
			.force_index(BIN_INDEX)
			.select(bins.name)
			.where(Criterion.any(pairs))
			.orderby(bins.item_code, bins.warehouse)
			.for_update()
			.run()
		)


def lock_bin(item_code: str, warehouse: str) -> tuple[Decimal, Decimal]:
	"""(actual, reserved) of one Bin by its own counters, which locks no entry of anybody."""
	at = {"item_code": item_code, "warehouse": warehouse}
	row = frappe.db.get_value("Bin", at, ["actual_qty", "reserved_stock"], for_update=True)
	return tuple(map(decimal, row)) if row else (ZERO, ZERO)


def lock_open_reservations(keys: Collection[Key]) -> dict[Key, dict[str, Decimal]]:
	"""(item, warehouse) -> {voucher_no: reserved and not delivered}; call with the Bins locked."""
	if not keys:
		return {}
	items, warehouses = _sides(keys)
	entry = frappe.qb.DocType("Stock Reservation Entry")
	rows = _run_by_index(
		frappe.qb.from_(entry)
		.force_index(RESERVATION_INDEX)
		.select(entry.item_code, entry.warehouse, entry.voucher_no, entry.reserved_qty, entry.delivered_qty)
		.where(entry.item_code.isin(items) & entry.warehouse.isin(warehouses))
		.where(entry.status.isin(OPEN_RESERVATION) & (entry.docstatus == 1))
		.for_update()
	)
	open_by_key: dict[Key, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for item, warehouse, voucher_no, reserved, delivered in rows:
		open_by_key[item, warehouse][voucher_no] += decimal(reserved) - decimal(delivered)
	return open_by_key


def open_order_bins() -> dict[Key, str]:
	"""Every (item, warehouse) that an open order takes from or puts into -> the item's stock UOM."""
	order, row = frappe.qb.DocType("Production Order"), frappe.qb.DocType("Production Order Material")
	is_open = order.status.isin(OPEN_ORDER)
	drawn = (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(row.item_code, row.warehouse, row.stock_uom)
		.where(is_open)
	)
	made = frappe.qb.from_(order).select(order.item_code, order.fg_warehouse, order.stock_uom).where(is_open)
	return {(item, warehouse): uom for item, warehouse, uom in [*drawn.distinct().run(), *made.run()]}


def stock(item_code: str, warehouses: Iterable[str]) -> list[dict[str, Any]]:
	"""warehouse, actual_qty and reserved_qty per Bin of an item, unlocked: for display, not for decisions."""
	bins, entry = frappe.qb.DocType("Bin"), frappe.qb.DocType("Stock Reservation Entry")
	reserved = (
		frappe.qb.from_(entry)
		.select(entry.warehouse, Sum(entry.reserved_qty - entry.delivered_qty).as_("qty"))
		.where((entry.item_code == item_code) & (entry.docstatus == 1) & entry.status.isin(OPEN_RESERVATION))
		.groupby(entry.warehouse)
	)
	return (
		frappe.qb.from_(bins)
		.left_join(reserved)
		.on(reserved.warehouse == bins.warehouse)
		.select(bins.warehouse, bins.actual_qty, Coalesce(reserved.qty, 0).as_("reserved_qty"))
		.where((bins.item_code == item_code) & bins.warehouse.isin(list(warehouses)))
		.orderby(bins.warehouse)
		.run(as_dict=True)
	)


def free_stock(keys: Collection[Key]) -> dict[Key, Decimal]:
	"""Usable stock minus everybody's open reservations, unlocked: what a preview may promise."""
	if not keys:
		return {}
	items, warehouses = _sides(keys)
	bins, entry = frappe.qb.DocType("Bin"), frappe.qb.DocType("Stock Reservation Entry")
	reserved = (
		frappe.qb.from_(entry)
		.select(entry.item_code, entry.warehouse, Sum(entry.reserved_qty - entry.delivered_qty).as_("qty"))
		.where(entry.item_code.isin(items) & entry.warehouse.isin(warehouses))
		.where((entry.docstatus == 1) & entry.status.isin(OPEN_RESERVATION))
		.groupby(entry.item_code, entry.warehouse)
	)
	rows = _run_by_index(
		frappe.qb.from_(bins)
		.left_join(reserved)
		.on((reserved.item_code == bins.item_code) & (reserved.warehouse == bins.warehouse))
		.select(bins.item_code, bins.warehouse, bins.actual_qty, Coalesce(reserved.qty, 0))
		.where(bins.item_code.isin(items) & bins.warehouse.isin(warehouses))
	)
	free = {(item, warehouse): decimal(actual) - decimal(held) for item, warehouse, actual, held in rows}
	return _usable(free)


def lock_free_stock(keys: Collection[Key], own_voucher: str = "") -> dict[Key, Decimal]:
	"""Usable stock minus the open reservations of all vouchers but `own_voucher`, under the lock of the Bins."""
	actual = lock_bins(keys)
	reserved = lock_open_reservations(actual.keys())
	free = {
		key: qty
		- sum((held for voucher, held in reserved.get(key, {}).items() if voucher != own_voucher), ZERO)
		for key, qty in actual.items()
	}
	return _usable(free, own_voucher)


def _usable(free: dict[Key, Decimal], own_voucher: str = "") -> dict[Key, Decimal]:
	"""What is free without what has expired or is disabled."""
	unusable = tracking.unusable(tracking.stock(free.keys()), own_voucher)
	return {key: qty - unusable.get(key, ZERO) for key, qty in free.items()}


def _run_by_index(query: Any) -> Any:
	"""Rows of `query`, its lists searched in the index: MariaDB joins those of 1000 or more as tables, in any order."""
	statement, values = query.walk()
	return frappe.db.sql(f"set statement in_predicate_conversion_threshold = 0 for {statement}", values)


def _sides(keys: Iterable[Key]) -> tuple[list[str], list[str]]:
	items, warehouses = zip(*keys, strict=True)
	return sorted(set(items)), sorted(set(warehouses))
