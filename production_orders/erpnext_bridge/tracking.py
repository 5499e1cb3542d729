"""Batches and serial numbers: what is where, in the order of use, and what reservations hold of it (ADR 0012).

An entry's `sb_entries` are what it holds. With the Bins locked nobody else changes either.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import getdate, today
from pypika.queries import QueryBuilder

from production_orders.domain.quantity import ZERO, decimal, total
from production_orders.domain.reservation import Key
from production_orders.domain.tracking import Lot
from production_orders.sql import Values

ENTRY = "Stock Reservation Entry"
ROW = "Serial and Batch Entry"
BUNDLE = "Serial and Batch Bundle"
OPEN = ("Reserved", "Partially Reserved", "Partially Delivered")
FIFO, LIFO, EXPIRY = "FIFO", "LIFO", "Expiry"


@dataclass(frozen=True)
class Kind:
	"""How the stock of an item is told apart."""

	has_batch_no: bool
	has_serial_no: bool
	has_expiry_date: bool


@dataclass(frozen=True)
class LotStock:
	"""What there is of a lot in one place, and whose open reservations hold it."""

	key: Key
	lot: Lot
	qty: Decimal
	created: datetime
	expiry: date | None
	is_disabled: bool
	held: Mapping[str, Decimal]
	"""voucher_no -> quantity."""

	@property
	def is_expired(self) -> bool:
		return self.expiry is not None and self.expiry < getdate(today())

	@property
	def is_usable(self) -> bool:
		return not (self.is_disabled or self.is_expired)

	def free(self, own_voucher: str = "") -> Decimal:
		"""What nobody but `own_voucher` holds."""
		return max(ZERO, self.qty - total(qty for holder, qty in self.held.items() if holder != own_voucher))


Stock = Mapping[Key, Sequence[LotStock]]
"""Lots in the order of use; items without batches and serial numbers are left out."""


def kinds(item_codes: Collection[str]) -> dict[str, Kind]:
	"""item_code -> kind, of those items that have batches or serial numbers."""
	if not item_codes:
		return {}
	item = frappe.qb.DocType("Item")
	rows = (
		frappe.qb.from_(item)
		.select(item.name, item.has_batch_no, item.has_serial_no, item.has_expiry_date)
		.where(item.name.isin(Values(item_codes)))
		.where((item.has_batch_no == 1) | (item.has_serial_no == 1))
		.run()
	)
	return {name: Kind(*map(bool, flags)) for name, *flags in rows}


def stock(keys: Collection[Key], known: Mapping[str, Kind] | None = None) -> dict[Key, list[LotStock]]:
	"""Every lot in these places, used up and unusable ones too; as many statements for many items as for one.

	`known` are the kinds of their items, where the caller has read them.
	"""
	if known is None:
		known = kinds({item_code for item_code, _warehouse in keys})
	tracked = {key for key in keys if key[0] in known}
	if not tracked:
		return {}
	with_serials = {key for key in tracked if known[key[0]].has_serial_no}
	held = _held_by_lot(tracked)
	lots = [*_batches(tracked - with_serials, held), *_serials(with_serials, held)]
	rule = frappe.db.get_single_value("Stock Settings", "pick_serial_and_batch_based_on") or FIFO
	rules = {item: EXPIRY if kind.has_expiry_date else rule for item, kind in known.items()}
	found: dict[Key, list[LotStock]] = {key: [] for key in tracked}
	for lot in sorted(lots, key=lambda lot: _turn(lot, rules[lot.key[0]])):
		found[lot.key].append(lot)
	return found


def unusable(stock: Stock, own_voucher: str = "") -> dict[Key, Decimal]:
	"""Of what nobody but `own_voucher` holds, what is expired or disabled."""
	return {
		key: total(lot.free(own_voucher) for lot in lots if not lot.is_usable) for key, lots in stock.items()
	}


def _turn(lot: LotStock, rule: str) -> tuple[Any, ...]:
	"""Sorts lots into the order of use."""
	if rule == LIFO:
		return -lot.created.timestamp(), lot.lot
	if rule == EXPIRY:
		return lot.expiry or date.max, lot.created, lot.lot
	return lot.created, lot.lot


def _batches(keys: Collection[Key], held: Mapping[Any, Mapping[str, Decimal]]) -> Iterator[LotStock]:
	"""What the ledger says of each batch; entries of ERPNext 14 and older name the batch themselves."""
	if not keys:
		return
	ledger, row, batch = (frappe.qb.DocType(name) for name in ("Stock Ledger Entry", ROW, "Batch"))
	items, warehouses = _sides(keys)
	rows = (
		frappe.qb.from_(ledger)
		.left_join(row)
		.on((row.parent == ledger.serial_and_batch_bundle) & (row.parenttype == BUNDLE))
		.join(batch)
		.on(batch.name == Coalesce(row.batch_no, ledger.batch_no))
		.select(
			ledger.item_code,
			ledger.warehouse,
			batch.name,
			Sum(Coalesce(row.qty, ledger.actual_qty)),
			batch.creation,
			batch.expiry_date,
			batch.disabled,
		)
		.where(ledger.item_code.isin(items) & ledger.warehouse.isin(warehouses))
		.where((ledger.is_cancelled == 0) & (ledger.docstatus == 1))
		.groupby(ledger.item_code, ledger.warehouse, batch.name)
		.run()
	)
	for item_code, warehouse, name, qty, *facts in rows:
		key, lot = (item_code, warehouse), Lot(batch_no=name)
		if key in keys and qty > 0:
			yield _lot_stock(key, lot, decimal(qty), facts, held)


def _serials(keys: Collection[Key], held: Mapping[Any, Mapping[str, Decimal]]) -> Iterator[LotStock]:
	if not keys:
		return
	serial, batch = frappe.qb.DocType("Serial No"), frappe.qb.DocType("Batch")
	items, warehouses = _sides(keys)
	rows = (
		frappe.qb.from_(serial)
		.left_join(batch)
		.on(batch.name == serial.batch_no)
		.select(
			serial.item_code,
			serial.warehouse,
			serial.name,
			Coalesce(batch.name, ""),
			serial.creation,
			batch.expiry_date,
			batch.disabled,
		)
		.where(serial.item_code.isin(items) & serial.warehouse.isin(warehouses))
		.run()
	)
	for item_code, warehouse, name, batch_no, *facts in rows:
		key, lot = (item_code, warehouse), Lot(batch_no, name)
		if key in keys:
			yield _lot_stock(key, lot, Decimal(1), facts, held)


def _lot_stock(
	key: Key, lot: Lot, qty: Decimal, facts: Sequence[Any], held: Mapping[Any, Mapping[str, Decimal]]
) -> LotStock:
	created, expiry, disabled = facts
	return LotStock(key, lot, qty, created, expiry, bool(disabled), held.get((key, lot), {}))


def held(keys: Collection[Key]) -> QueryBuilder:
	"""What open entries hold of each lot: item_code, warehouse, batch_no, serial_no, voucher_no, qty."""
	entry, row = frappe.qb.DocType(ENTRY), frappe.qb.DocType(ROW)
	items, warehouses = _sides(keys)
	return (
		frappe.qb.from_(entry)
		.join(row)
		.on((row.parent == entry.name) & (row.parenttype == ENTRY))
		.select(
			entry.item_code,
			entry.warehouse,
			Coalesce(row.batch_no, "").as_("batch_no"),
			Coalesce(row.serial_no, "").as_("serial_no"),
			entry.voucher_no,
			(row.qty - row.delivered_qty).as_("qty"),
		)
		.where(entry.item_code.isin(items) & entry.warehouse.isin(warehouses))
		.where(entry.status.isin(OPEN) & (entry.docstatus == 1) & (row.qty > row.delivered_qty))
	)


def batch_movements(key: Key, batch_nos: Collection[str]) -> QueryBuilder:
	"""What the ledger has moved of these batches in one place: batch_no, qty; one row per movement."""
	ledger, row = frappe.qb.DocType("Stock Ledger Entry"), frappe.qb.DocType(ROW)
	item_code, warehouse = key
	batch_no = Coalesce(row.batch_no, ledger.batch_no)
	return (
		frappe.qb.from_(ledger)
		.left_join(row)
		.on((row.parent == ledger.serial_and_batch_bundle) & (row.parenttype == BUNDLE))
		.select(batch_no, Coalesce(row.qty, ledger.actual_qty))
		.where((ledger.item_code == item_code) & (ledger.warehouse == warehouse))
		.where((ledger.is_cancelled == 0) & (ledger.docstatus == 1) & batch_no.isin(sorted(batch_nos)))
	)


def of_bundle(bundle: str | None) -> dict[Lot, Decimal]:
	"""What a bundle moves, in or out."""
	lots: dict[Lot, Decimal] = defaultdict(Decimal)
	fields = ["batch_no", "serial_no", "qty"]
	filters = {"parent": bundle, "parenttype": BUNDLE}
	for row in frappe.get_all(ROW, filters, fields) if bundle else ():
		lots[Lot(row.batch_no or "", row.serial_no or "")] += abs(decimal(row.qty))
	return lots


def _held_by_lot(keys: Collection[Key]) -> dict[tuple[Key, Lot], dict[str, Decimal]]:
	by_lot: dict[tuple[Key, Lot], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for item_code, warehouse, batch_no, serial_no, voucher_no, qty in held(keys).run():
		by_lot[(item_code, warehouse), Lot(batch_no, serial_no)][voucher_no] += decimal(qty)
	return by_lot


def _sides(keys: Iterable[Key]) -> tuple[Values, Values]:
	items, warehouses = zip(*keys, strict=True)
	return Values(items), Values(warehouses)
