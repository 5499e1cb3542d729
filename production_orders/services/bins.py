"""ERPNext's Bins of an order: which they are, and that they count it after every change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from frappe.model.document import Document

from production_orders import system
from production_orders.domain import reservation
from production_orders.domain.bom import LockedBom
from production_orders.domain.lifecycle import OPEN_ORDER
from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.reservation import Key, Leaves
from production_orders.erpnext_bridge import bin, projected_qty
from production_orders.services import lookups, queries

Figures = tuple[Decimal, Decimal]
"""(planned_qty, reserved_qty_for_production)."""
NOTHING: Figures = (ZERO, ZERO)


def keys(order: Document) -> set[Key]:
	"""Where the order takes its materials from and puts what it makes: all are locked together."""
	return {output(order), *((row.item_code, row.warehouse) for row in order.materials)}


def output(order: Document) -> Key:
	return order.item_code, order.fg_warehouse


def make_missing(order: Document, structure: LockedBom, leaves: Leaves) -> None:
	"""Before an order counts for the first time: ERPNext plans and reorders by Bins alone.

	Made before any Bin is locked, because orders that find one later than their locks would lock it out of turn.
	"""
	units = {line.item_code: line.stock_uom for line in structure.lines}
	first = {place: found[:1] for place, found in leaves.items()}
	drawn = reservation.keys(structure, order.source_warehouse, first)
	bin.make_missing({output(order): order.stock_uom, **{key: units[key[0]] for key in drawn}})


def share(order: Document) -> dict[Key, Figures]:
	"""What an order adds to each of its Bins while it is open."""
	if order.status not in OPEN_ORDER:
		return {}
	added = demand(order.materials)
	_planned, reserved = added.get(output(order), NOTHING)
	return {**added, output(order): (decimal(order.open_qty), reserved)}


def demand(materials: Iterable[Document]) -> dict[Key, Figures]:
	"""What materials of open orders add to each Bin."""
	sums: dict[Key, Decimal] = defaultdict(Decimal)
	for row in materials:
		sums[row.item_code, row.warehouse] += max(ZERO, decimal(row.required_qty) - decimal(row.consumed_qty))
	return {key: (ZERO, qty) for key, qty in sums.items()}


def replace(before: Mapping[Key, Figures], after: Mapping[Key, Figures]) -> None:
	"""Let the Bins, whose locks the caller holds, count `after` where they counted `before`.

	The difference and not the sum over all orders: that would lock, or overlook, what others are doing.
	"""
	if projected_qty.is_counted():
		_add(
			{key: _difference(after.get(key, NOTHING), before.get(key, NOTHING)) for key in {*before, *after}}
		)


def _difference(after: Figures, before: Figures) -> Figures:
	return after[0] - before[0], after[1] - before[1]


def _add(changes: Mapping[Key, Figures]) -> None:
	changed = {key: figures for key, figures in changes.items() if any(figures)}
	rows = queries.lock_bin_figures(changed.keys())
	system.update_rows(
		"Bin", {row.name: _raised(row, *changed[row.item_code, row.warehouse]) for row in rows}
	)


def _raised(row: Any, planned: Decimal, reserved: Decimal) -> dict[str, Decimal]:
	return {
		"planned_qty": decimal(row.planned_qty) + planned,
		"reserved_qty_for_production": decimal(row.reserved_qty_for_production) + reserved,
		"projected_qty": decimal(row.projected_qty) + planned - reserved,
	}


def recount(counted: bool) -> None:
	"""The site begins or ends to count its orders: add all shares to their Bins, or take them out."""
	known = lookups.open_order_bins()
	queries.lock_bins(known.keys())
	bin.make_missing(known)
	sign = 1 if counted else -1
	_add(
		{
			key: (sign * planned, sign * reserved)
			for key, (planned, reserved) in projected_qty.shares().items()
		}
	)
