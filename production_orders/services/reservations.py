"""Holds stock for an order's materials, gives it back, and says what is covered and what is short."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document

from production_orders import errors, system
from production_orders.domain.lifecycle import OPEN_ORDER
from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.reservation import Key, Share, shortage
from production_orders.erpnext_bridge import reservation_entry
from production_orders.services import bins, consumption, events, held_materials, offers, queries, staged_rows

PATH_SEPARATOR = " › "
WRITTEN = ("required_qty", "reserved_qty", "consumed_qty", "delivered_qty", "short_qty", "reservation_entry")


def material_row(idx: int, share: Share) -> dict[str, Any]:
	"""The order's material row for what one warehouse gives or is short of."""
	need = share.coverage
	line = need.line
	return {
		"idx": idx,
		"item_code": need.item_code,
		"item_name": line.item_name,
		"warehouse": share.warehouse,
		"source_warehouse": need.warehouse,
		"supply_policy": line.supply_policy,
		"level": need.level,
		"bom_path": PATH_SEPARATOR.join(need.path),
		"stock_uom": line.stock_uom,
		"whole_number": line.whole_number,
		"allow_alternative": line.allow_alternative,
		"valuation_rate": line.valuation_rate,
		"required_qty": share.drawn,
		"reserved_qty": share.from_stock,
		"consumed_qty": ZERO,
		"delivered_qty": ZERO,
		"short_qty": share.short,
	}


def release(order: Document, wanted: Sequence[Any], reason: str) -> list[dict[str, Any]]:
	"""Give back open reservations of a locked order; `wanted` [{item_code, warehouse?, qty?}], all when empty.

	What is staged is given back by returning it first: it is of no use to others where it is.
	"""
	require_open(order)
	lock_stock(order)
	released = []
	in_stores = [row for row in order.materials if not staged_rows.is_staged(order, row)]
	for row, qty in held_materials.choose(order, in_stores, wanted):
		row.reserved_qty = decimal(row.reserved_qty) - qty
		released.append({"item_code": row.item_code, "warehouse": row.warehouse, "qty": float(qty)})
	if released:
		write(order, {})
		events.append(order, "Released", order, {"materials": released, "reason": reason})
		offer(order, {row["item_code"] for row in released})
	return released


def held_by_key(order: Document) -> dict[Key, Decimal]:
	"""What an order's open reservations hold in each of its places."""
	return {(row.item_code, row.warehouse): held_materials.held(row) for row in order.materials}


def give_up_surplus(order: Document, replaced: Mapping[str, Decimal]) -> None:
	"""In memory: of what other stock was taken for, {item: quantity}, hold no more in the stores than is still needed.

	What is staged stays held: it is of no use to others until it is returned.
	"""
	needed, left, freed = consumption.still_needed(order), dict(replaced), set()
	for row in (row for row in order.materials if not staged_rows.is_staged(order, row)):
		surplus = held_materials.held(row) - needed.get((row.item_code, row.warehouse), ZERO)
		qty = min(left.get(row.item_code, ZERO), surplus)
		if qty > 0:
			row.reserved_qty = decimal(row.reserved_qty) - qty
			left[row.item_code] -= qty
			freed.add(row.item_code)
	offer(order, freed)


def release_all(order: Document) -> None:
	"""The order ends: nothing stays promised and nothing is short any more."""
	lock_stock(order)
	freed = {row.item_code for row in order.materials if held_materials.held(row) > 0}
	for row in order.materials:
		row.reserved_qty = row.delivered_qty
	write(order, {}, ended=True)
	offer(order, freed)


def offer(order: Document, item_codes: Collection[str]) -> None:
	"""Others first: whoever lets go of stock does not get it back by the same stroke."""
	if item_codes:
		offers.note(item_codes, f"{order.doctype} {order.name}", but_not=order.name)


def lock_stock(order: Document) -> dict[Key, Decimal]:
	"""Lock the Bins of an order; what is free of others' reservations in each."""
	return queries.lock_free_stock(bins.keys(order), order.name)


def write(order: Document, available: Mapping[Key, Decimal], ended: bool = False) -> None:
	"""Say again what a locked order is short of, and save."""
	count_short(order, ended)
	save(order.materials, available)


def count_short(order: Document, ended: bool = False) -> None:
	"""What each material misses, in memory: what is still needed and not held."""
	needed = {} if ended else consumption.still_needed(order)
	for row in order.materials:
		amounts = (needed.get((row.item_code, row.warehouse)), row.reserved_qty, row.delivered_qty)
		row.short_qty = shortage(*map(decimal, amounts))


def save(rows: Sequence[Document], available: Mapping[Key, Decimal]) -> None:
	"""Write materials of locked orders in one statement and bring ERPNext's reservations in line.

	`available` is what each (item, warehouse) with a new reservation found free, under the lock of its Bin.
	"""
	new = [row for row in rows if row.reserved_qty and not row.reservation_entry]
	for row in new:
		row.reservation_entry = reservation_entry.name_new(row.parent)
	reservation_entry.sync(rows, new, available)
	for row in rows:
		# A given-back entry is cancelled for good: the next reservation is a new one.
		row.reservation_entry = row.reservation_entry if row.reserved_qty else None
	system.update_rows(
		"Production Order Material",
		{row.name: {field: row.get(field) for field in WRITTEN} for row in rows},
	)


def require_open(order: Document) -> None:
	if order.status not in OPEN_ORDER:
		errors.throw(
			errors.IllegalTransition(
				_("{0} is {1}: only a confirmed or running order holds reservations.").format(
					order.name, _(order.status)
				),
				{
					"doctype": order.doctype,
					"name": order.name,
					"status": order.status,
					"target": None,
					"allowed": list(OPEN_ORDER),
				},
			)
		)


def materials(order: Document) -> list[dict[str, Any]]:
	"""Every material with its path and amounts, as the API answers them."""
	return [material(row) for row in order.materials]


def material(row: Document) -> dict[str, Any]:
	"""One material row as the API answers it."""
	amounts = {
		field: float(row.get(field))
		for field in ("required_qty", "reserved_qty", "consumed_qty", "short_qty")
	}
	facts = {
		field: row.get(field)
		for field in ("item_code", "item_name", "warehouse", "stock_uom", "supply_policy", "level")
	}
	return {**facts, **amounts, "path": row.bom_path.split(PATH_SEPARATOR)}
