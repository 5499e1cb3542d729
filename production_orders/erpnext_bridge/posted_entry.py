"""A run's Stock Entry once it is posted: what it brought into stock, what is left of that, and how it is cancelled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Min

from production_orders import system
from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.reservation import Key
from production_orders.domain.tracking import Lot
from production_orders.erpnext_bridge import stock_ledger
from production_orders.erpnext_bridge.tracking import BUNDLE, ROW


@dataclass
class Receipt:
	"""What an entry brought into one place, in the stock UOM."""

	qty: Decimal = ZERO
	lots: dict[Lot, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def get(name: str) -> Document:
	return frappe.get_doc("Stock Entry", name)


def places(entry: Document) -> set[Key]:
	"""Every (item, warehouse) that the entry moved."""
	return {
		(row.item_code, place) for row in entry.items for place in (row.s_warehouse, row.t_warehouse) if place
	}


def received(entry: Document) -> dict[Key, Receipt]:
	"""What cancelling the entry takes out of stock again."""
	found: dict[Key, Receipt] = defaultdict(Receipt)
	lots = _lots([row.serial_and_batch_bundle for row in entry.items if row.t_warehouse])
	for row in (row for row in entry.items if row.t_warehouse):
		receipt = found[row.item_code, row.t_warehouse]
		receipt.qty += decimal(row.transfer_qty)
		for lot, qty in lots[row.serial_and_batch_bundle].items():
			receipt.lots[lot] += qty
	return found


def _lots(bundles: Sequence[str | None]) -> dict[str | None, dict[Lot, Decimal]]:
	found: dict[str | None, dict[Lot, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	if names := sorted(filter(None, bundles)):
		filters = {"parenttype": BUNDLE, "parent": ["in", names]}
		for row in frappe.get_all(ROW, filters, ["parent", "batch_no", "serial_no", "qty"]):
			found[row.parent][Lot(row.batch_no or "", row.serial_no or "")] += abs(decimal(row.qty))
	return found


def lowest_since(entry: Document) -> Mapping[Key, Decimal]:
	"""The lowest balance that others have left in each of the entry's places since its posting, where they moved any.

	A place that was emptied and filled again cannot do without what the entry brought either.
	"""
	own, later = (frappe.qb.DocType("Stock Ledger Entry").as_(name) for name in ("own", "later"))
	after = (later.posting_datetime > own.posting_datetime) | (
		(later.posting_datetime == own.posting_datetime) & (later.creation >= own.creation)
	)
	rows = (
		frappe.qb.from_(own)
		.join(later)
		.on((later.item_code == own.item_code) & (later.warehouse == own.warehouse) & after)
		.select(own.item_code, own.warehouse, Min(later.qty_after_transaction))
		.where((own.voucher_type == entry.doctype) & (own.voucher_no == entry.name))
		.where((own.is_cancelled == 0) & (later.is_cancelled == 0) & (later.voucher_no != entry.name))
		.groupby(own.item_code, own.warehouse)
		.run()
	)
	return {(item_code, warehouse): decimal(qty) for item_code, warehouse, qty in rows}


def cancel(entry: Document) -> None:
	"""Take the entry out of stock and books as the system; whether the user may was asked at the door.

	Raises InsufficientStock for what ERPNext misses.
	"""
	with stock_ledger.saying_what_is_missing():
		system.cancel(entry)
