"""What Stock Entries of runs moved, by item, batch and serial number, as the ledger has it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce
from pypika.functions import Abs

from production_orders.domain.genealogy import Part
from production_orders.domain.quantity import decimal
from production_orders.erpnext_bridge.tracking import BUNDLE, ROW
from production_orders.sql import Values


@dataclass
class EntryLots:
	"""What one entry took, what it made, and what it gave back of what earlier runs took."""

	taken: dict[Part, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
	made: dict[Part, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
	returned: dict[Part, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
	units: dict[str, str] = field(default_factory=dict)
	"""item_code -> its stock UOM."""


@dataclass(frozen=True)
class Amount:
	"""One row of an entry: how much of what, worth how much; material given back is less than nothing."""

	item_code: str
	stock_uom: str
	qty: Decimal
	value: Decimal
	is_output: bool


def amounts(entry: str) -> list[Amount]:
	"""What an entry took and made, in its order; what is made carries the operating cost."""
	rows = frappe.get_all(
		"Stock Entry Detail",
		{"parent": entry},
		["item_code", "stock_uom", "s_warehouse", "original_item", "transfer_qty", "amount"],
		order_by="idx",
	)
	return [_amount(row) for row in rows]


def _amount(row: Any) -> Amount:
	is_output = not (row.s_warehouse or row.original_item)
	sign = 1 if row.s_warehouse or is_output else -1
	qty, value = (sign * decimal(row[field]) for field in ("transfer_qty", "amount"))
	return Amount(row.item_code, row.stock_uom, qty, value, is_output)


def additional_cost(entry: str) -> Decimal:
	"""What an entry added to the value of what it took."""
	return decimal(frappe.db.get_value("Stock Entry", entry, "total_additional_costs"))


def of(entries: Collection[str]) -> dict[str, EntryLots]:
	"""entry -> what it moved; one statement for all."""
	found: dict[str, EntryLots] = defaultdict(EntryLots)
	for entry, item_code, unit, from_warehouse, original_item, batch_no, serial_no, qty in _rows(entries):
		lots = found[entry]
		lots.units[item_code] = unit
		incoming = lots.returned if original_item else lots.made
		(lots.taken if from_warehouse else incoming)[Part(item_code, batch_no, serial_no)] += decimal(qty)
	return found


def _rows(entries: Collection[str]) -> list[tuple[Any, ...]]:
	"""What comes in and names an original item is material given back."""
	row, line = frappe.qb.DocType("Stock Entry Detail"), frappe.qb.DocType(ROW)
	return (
		frappe.qb.from_(row)
		.left_join(line)
		.on((line.parent == row.serial_and_batch_bundle) & (line.parenttype == BUNDLE))
		.select(
			row.parent,
			row.item_code,
			row.stock_uom,
			row.s_warehouse,
			row.original_item,
			Coalesce(line.batch_no, ""),
			Coalesce(line.serial_no, ""),
			Coalesce(Abs(line.qty), row.transfer_qty),
		)
		.where(row.parent.isin(Values(entries)))
		.orderby(row.parent, row.idx, line.idx)
		.run()
	)
