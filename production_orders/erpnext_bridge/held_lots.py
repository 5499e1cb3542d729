"""Keeps in line what entries hold of batches and serial numbers: their `sb_entries`, written in bulk.

At any time they add up to the entry's own reserved and delivered quantity.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from production_orders import errors, system
from production_orders.domain import tracking as rules
from production_orders.domain.quantity import ZERO, decimal, text, total
from production_orders.domain.reservation import Key
from production_orders.domain.tracking import Hold, Lot
from production_orders.erpnext_bridge import tracking
from production_orders.erpnext_bridge.tracking import ENTRY, ROW, Kind

Held = tuple[Hold, ...]
Holds = dict[str, Held]
"""Name of an entry -> what it holds, first picked first."""


def settle(materials: Sequence[Document], kinds: Mapping[str, Kind]) -> None:
	"""Make the rows of the materials' entries add up to what these have reserved; `kinds` are those of their items.

	Those that give back come first: what they free is there for those that want more. A material may name
	`lots_first` that it wants before others and `lots_given` that it lets go of, {lot: quantity}.
	"""
	tracked = [row for row in materials if row.reservation_entry and row.item_code in kinds]
	if not tracked:
		return
	names, before = _read(tracked)
	holds = dict(before)
	for row in tracked:
		given = row.get("lots_given") or {}
		holds[row.reservation_entry] = rules.without(holds[row.reservation_entry], given)
	growing = [row for row in tracked if _missing(row, holds) > 0]
	free = _free(growing, kinds)
	for row in sorted(tracked, key=lambda row: _missing(row, holds) > 0):
		given = row.get("lots_first") or _given_back(row.get("lots_of"), before, holds)
		_settle_one(row, holds, free.get((row.item_code, row.warehouse), {}), given)
	_write(tracked, names, before, holds)


def deliver(materials: Sequence[Document], taken: Mapping[Key, Mapping[Lot, Decimal]]) -> None:
	"""Note that the materials' delivered quantities left as the lots that were `taken`."""
	if not taken:
		return

	def delivered(row: Document, held: Held) -> Held:
		qty = decimal(row.delivered_qty) - total(hold.delivered for hold in held)
		return rules.deliver(held, taken.get((row.item_code, row.warehouse), {}), qty)

	_change(materials, delivered)


def take_back(materials: Sequence[Document], returned: Mapping[Key, Mapping[Lot, Decimal]]) -> None:
	"""Note that the materials' delivered quantities are less, because these lots `returned`: held by nobody for now."""

	def taken_back(row: Document, held: Held) -> Held:
		qty = total(hold.delivered for hold in held) - decimal(row.delivered_qty)
		return rules.take_back(held, returned.get((row.item_code, row.warehouse), {}), qty)

	_change(materials, taken_back)


def forget(materials: Sequence[Document], returned: Mapping[Key, Mapping[Lot, Decimal]]) -> None:
	"""Lots that come back were never the materials': what was delivered of them is neither delivered nor held any more."""

	def without(row: Document, held: Held) -> Held:
		lots = returned.get((row.item_code, row.warehouse), {})
		back = {hold.lot: min(hold.delivered, lots.get(hold.lot, ZERO)) for hold in held}
		qty = total(back.values())
		row.delivered_qty, row.reserved_qty = (
			decimal(row.delivered_qty) - qty,
			decimal(row.reserved_qty) - qty,
		)
		return rules.take_back(held, back, qty)

	if returned:
		_change(materials, without)


def _change(materials: Sequence[Document], changed: Callable[[Document, Held], Held]) -> None:
	"""Write what becomes of what each material's entry holds."""
	with_entry = [row for row in materials if row.reservation_entry]
	kinds = tracking.kinds({row.item_code for row in with_entry})
	tracked = [row for row in with_entry if row.item_code in kinds]
	if not tracked:
		return
	names, before = _read(tracked)
	after = {row.reservation_entry: changed(row, before[row.reservation_entry]) for row in tracked}
	_write(tracked, names, before, {**before, **after})


def _given_back(entry: str | None, before: Holds, after: Holds) -> dict[Lot, Decimal]:
	"""What an entry has let go of for another: `lots_of` on a material names whose lots it takes over."""
	kept = {hold.lot: hold.qty for hold in after.get(entry, ())}
	gone = {hold.lot: hold.qty - kept.get(hold.lot, ZERO) for hold in before.get(entry, ())}
	return {lot: qty for lot, qty in gone.items() if qty}


def _settle_one(row: Document, holds: Holds, free: dict[Lot, Decimal], given: Mapping[Lot, Decimal]) -> None:
	held = holds[row.reservation_entry]
	first = [(lot, min(qty, free.get(lot, ZERO))) for lot, qty in given.items()]
	rest = [(lot, qty - given.get(lot, ZERO)) for lot, qty in free.items()]
	settled = rules.settle(held, decimal(row.reserved_qty), [*first, *rest])
	holds[row.reservation_entry] = settled
	for sign, some in ((1, held), (-1, settled)):
		for hold in some:
			if hold.lot in free:
				free[hold.lot] += sign * hold.qty
	if missing := _missing(row, holds):
		_refuse(row, decimal(row.reserved_qty) - missing)


def _refuse(row: Document, found: Decimal) -> None:
	"""What was read before the Bin was locked has changed since."""
	sentence = _(
		"{0} in {1}: {2} to be reserved, but only {3} are in batches or serial numbers that can be used. Try again."
	)
	wanted = decimal(row.reserved_qty)
	errors.throw(
		errors.InsufficientStock(
			sentence.format(row.item_code, row.warehouse, text(wanted), text(found)),
			[
				{
					"item_code": row.item_code,
					"warehouse": row.warehouse,
					"required_qty": float(wanted),
					"available_qty": float(found),
					"short_qty": float(wanted - found),
				}
			],
		)
	)


def _missing(row: Document, holds: Holds) -> Decimal:
	return decimal(row.reserved_qty) - total(hold.qty for hold in holds[row.reservation_entry])


def _free(materials: Sequence[Document], kinds: Mapping[str, Kind]) -> dict[Key, dict[Lot, Decimal]]:
	"""What can be picked, in order; lots of which nothing is free yet keep their place."""
	found = tracking.stock({(row.item_code, row.warehouse) for row in materials}, kinds)
	return {key: {lot.lot: lot.free() for lot in lots if lot.is_usable} for key, lots in found.items()}


def _read(materials: Sequence[Document]) -> tuple[dict[tuple[str, Lot], str], Holds]:
	"""The name of every row, and what each entry holds."""
	entries = [row.reservation_entry for row in materials]
	rows = frappe.get_all(
		ROW,
		filters={"parenttype": ENTRY, "parent": ["in", entries]},
		fields=["name", "parent", "batch_no", "serial_no", "qty", "delivered_qty"],
		order_by="parent, idx",
	)
	names: dict[tuple[str, Lot], str] = {}
	found: dict[str, list[Hold]] = defaultdict(list)
	for row in rows:
		lot = Lot(row.batch_no or "", row.serial_no or "")
		names[row.parent, lot] = row.name
		found[row.parent].append(Hold(lot, decimal(row.qty), decimal(row.delivered_qty)))
	return names, {entry: tuple(found[entry]) for entry in entries}


def _write(
	materials: Sequence[Document], names: Mapping[tuple[str, Lot], str], before: Holds, after: Holds
) -> None:
	"""One statement each for what is new, changed and gone."""
	new, changed, kept = [], {}, set()
	for row in materials:
		known = set(before[row.reservation_entry])
		for idx, hold in enumerate(after[row.reservation_entry], start=1):
			name = names.get((row.reservation_entry, hold.lot))
			kept.add(name)
			if not name:
				new.append({"name": frappe.generate_hash(length=10), **_row(row, idx, hold)})
			elif hold not in known:
				changed[name] = {"qty": hold.qty, "delivered_qty": hold.delivered, "idx": idx}
	system.insert_rows(ROW, new)
	system.update_rows(ROW, changed)
	system.delete_rows(ROW, set(names.values()) - kept)


def _row(material: Document, idx: int, hold: Hold) -> dict[str, Any]:
	return {
		"parent": material.reservation_entry,
		"parenttype": ENTRY,
		"parentfield": "sb_entries",
		"idx": idx,
		"docstatus": 1,
		"batch_no": hold.lot.batch_no or None,
		"serial_no": hold.lot.serial_no or None,
		"warehouse": material.warehouse,
		"qty": hold.qty,
		"delivered_qty": hold.delivered,
	}
