"""Every lock this app takes, and what is free under it; what is read without a lock is in `lookups`.

Lock order, everywhere: the order's row, its runs, then Bins by (item, warehouse), then reservations.
A transaction's snapshot may be older than its locks, so what decides is read FOR UPDATE (ADR 0002).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.query_builder import Order
from frappe.query_builder.functions import Coalesce, Sum
from pypika import Criterion

from production_orders.domain.lifecycle import OPEN_ORDER
from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.reservation import Key
from production_orders.domain.tracking import Lot
from production_orders.erpnext_bridge import tracking
from production_orders.sql import Values

OPEN_RESERVATION = ("Reserved", "Partially Reserved", "Partially Delivered")
RESERVATION_INDEX = "production_orders_open_reservations"
BIN_INDEX = "unique_item_warehouse"
ORDER_FACTS = (
	"name",
	"company",
	"status",
	"priority",
	"need_by_date",
	"qty",
	"produced_qty",
	"open_qty",
	"rejected_qty",
	"process_loss_qty",
	"rework_qty",
	"wip_warehouse",
	"event_count",
	"event_head",
)
MATERIAL_FACTS = (
	"name",
	"parent",
	"item_code",
	"item_name",
	"warehouse",
	"source_warehouse",
	"supply_policy",
	"level",
	"bom_path",
	"stock_uom",
	"whole_number",
	"allow_alternative",
	"valuation_rate",
	"required_qty",
	"reserved_qty",
	"consumed_qty",
	"delivered_qty",
	"short_qty",
	"reservation_entry",
)


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
	return _locked("Production Order", name)


def _locked(doctype: str, name: str) -> Document:
	doc = frappe.get_doc(doctype, name, for_update=True)
	doc.remember()
	return doc


def lock_document(doctype: str, name: str) -> Document:
	"""A document of somebody else's that orders are made for or report to."""
	return frappe.get_doc(doctype, name, for_update=True)


def lock_run(name: str) -> tuple[Document, Document]:
	"""(order, run), the order's row first."""
	order = lock_order(frappe.db.get_value("Production Run", name, "production_order") or _unknown_run(name))
	return order, _locked("Production Run", name)


def _unknown_run(name: str) -> None:
	raise frappe.DoesNotExistError(frappe._("Production Run {0} not found.").format(name))


def lock_bom_lock(name: str) -> Any:
	"""doctype, name and status of a lock; its content is not read."""
	lock = frappe.db.get_value("BOM Lock", name, ["name", "status"], as_dict=True, for_update=True)
	return frappe._dict(lock, doctype="BOM Lock")


def lock_planning() -> None:
	"""All Planning Horizons: whoever plans, by whatever horizon, waits for the one who plans now."""
	horizon = frappe.qb.DocType("Planning Horizon")
	frappe.qb.from_(horizon).select(horizon.name).orderby(horizon.name).for_update().run()


def lock_request(name: str) -> Any:
	"""body_hash and response of a request that another transaction may just have answered."""
	fields = ["body_hash", "response"]
	return frappe.db.get_value("Production Request", name, fields, as_dict=True, for_update=True)


def lock_runs(order: str) -> list[dict[str, Any]]:
	"""name, status, qty and is_rework of every run of an order."""
	run = frappe.qb.DocType("Production Run")
	return (
		frappe.qb.from_(run)
		.select(run.name, run.status, run.qty, run.is_rework)
		.where(run.production_order == order)
		.orderby(run.name)
		.for_update()
		.run(as_dict=True)
	)


def lock_orders(names: Collection[str]) -> list[Any]:
	"""Facts of those of these orders that are open, no Documents; rows locked in the order of their names."""
	if not names:
		return []
	order = frappe.qb.DocType("Production Order")
	rows = _run_by_index(
		frappe.qb.from_(order)
		.force_index("PRIMARY")
		.select(*(order[field] for field in ORDER_FACTS))
		.where(order.name.isin(Values(names)))
		.orderby(order.name)
		.for_update(),
		as_dict=True,
	)
	return [frappe._dict(row, doctype="Production Order") for row in rows if row.status in OPEN_ORDER]


def lock_materials(orders: Collection[str], item_codes: Collection[str]) -> list[Any]:
	"""Material rows of these items in locked orders."""
	if not (orders and item_codes):
		return []
	row = frappe.qb.DocType("Production Order Material")
	return _run_by_index(
		frappe.qb.from_(row)
		.force_index("parent")
		.select(*(row[field] for field in MATERIAL_FACTS))
		.where(row.parent.isin(Values(orders)) & row.item_code.isin(Values(item_codes)))
		.orderby(row.parent, row.idx)
		.for_update(),
		as_dict=True,
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


def lock_bin_figures(keys: Collection[Key]) -> list[Any]:
	"""name, item_code, warehouse and the figures of production of Bins that are locked already, as they are now."""
	if not keys:
		return []
	items, warehouses = _sides(keys)
	bins = frappe.qb.DocType("Bin")
	rows = _run_by_index(
		frappe.qb.from_(bins)
		.force_index(BIN_INDEX)
		.select(bins.name, bins.item_code, bins.warehouse, bins.planned_qty)
		.select(bins.reserved_qty_for_production, bins.projected_qty)
		.where(bins.item_code.isin(items) & bins.warehouse.isin(warehouses))
		.orderby(bins.item_code, bins.warehouse)
		.for_update(),
		as_dict=True,
	)
	return [row for row in rows if (row.item_code, row.warehouse) in keys]


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


def lock_held_lots(key: Key) -> dict[Lot, dict[str, Decimal]]:
	"""What open reservations hold of each lot in one place -> {voucher_no: quantity}; call with the Bin locked."""
	lots: dict[Lot, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for _item, _warehouse, batch_no, serial_no, voucher_no, qty in tracking.held({key}).for_update().run():
		lots[Lot(batch_no, serial_no)][voucher_no] += decimal(qty)
	return lots


def lock_batch_balances(key: Key, batch_nos: Collection[str]) -> dict[str, Decimal]:
	"""What the ledger has of these batches in one place."""
	balances: dict[str, Decimal] = defaultdict(Decimal)
	for batch_no, qty in tracking.batch_movements(key, batch_nos).for_update().run():
		balances[batch_no] += decimal(qty)
	return balances


def lock_balance(item_code: str, warehouse: str, at: datetime) -> Decimal:
	"""The quantity that the ledger has for a moment, whatever was posted for later ones."""
	entry = frappe.qb.DocType("Stock Ledger Entry")
	rows = (
		frappe.qb.from_(entry)
		.select(entry.qty_after_transaction)
		.where((entry.item_code == item_code) & (entry.warehouse == warehouse))
		.where((entry.is_cancelled == 0) & (entry.posting_datetime <= at))
		.orderby(entry.posting_datetime, entry.creation, order=Order.desc)
		.limit(1)
		.for_update()
		.run()
	)
	return decimal(rows[0][0]) if rows else ZERO


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


def free_stock(keys: Collection[Key], own_voucher: str = "") -> dict[Key, Decimal]:
	"""Usable stock minus the open reservations of all vouchers but `own_voucher`, unlocked: what a preview may promise."""
	if not keys:
		return {}
	items, warehouses = _sides(keys)
	bins, entry = frappe.qb.DocType("Bin"), frappe.qb.DocType("Stock Reservation Entry")
	reserved = (
		frappe.qb.from_(entry)
		.select(entry.item_code, entry.warehouse, Sum(entry.reserved_qty - entry.delivered_qty).as_("qty"))
		.where(entry.item_code.isin(items) & entry.warehouse.isin(warehouses))
		.where(
			(entry.docstatus == 1) & entry.status.isin(OPEN_RESERVATION) & (entry.voucher_no != own_voucher)
		)
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
	return _usable(free, own_voucher)


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


def _run_by_index(query: Any, as_dict: bool = False) -> Any:
	"""Rows of `query`, its lists searched in the index: MariaDB joins those of 1000 or more as tables, in any order."""
	statement, values = query.walk()
	return frappe.db.sql(
		f"set statement in_predicate_conversion_threshold = 0 for {statement}", values, as_dict=as_dict
	)


def _sides(keys: Iterable[Key]) -> tuple[Values, Values]:
	items, warehouses = zip(*keys, strict=True)
	return Values(items), Values(warehouses)
