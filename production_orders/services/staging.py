"""Brings reserved material to the order's WIP warehouse and what is left of it back; the reservation goes along (ADR 0017)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain.quantity import ZERO, decimal, total
from production_orders.erpnext_bridge import bin, stock_entry, stock_transfer
from production_orders.erpnext_bridge.stock_entry import Draw
from production_orders.services import (
	bins,
	events,
	held_materials,
	holdings,
	lots,
	queries,
	reservations,
	staged_rows,
)

STAGED, RETURNED = "Staged", "Staging Returned"
NOTHING_YET = {"required_qty": ZERO, "reserved_qty": ZERO, "consumed_qty": ZERO, "delivered_qty": ZERO}


@dataclass(frozen=True)
class Move:
	"""What one row of an order gives to another of the same item."""

	giver: Document
	taker: Document
	qty: Decimal

	def as_row(self) -> dict[str, Any]:
		return {
			"item_code": self.giver.item_code,
			"from_warehouse": self.giver.warehouse,
			"to_warehouse": self.taker.warehouse,
			"qty": float(self.qty),
		}


@dataclass(frozen=True)
class Moved:
	"""The Stock Entry, and rows {item_code, from_warehouse, to_warehouse, qty}; nothing when there was nothing."""

	stock_entry: str | None
	rows: list[dict[str, Any]]


def stage(order: Document, wanted: Sequence[Any]) -> Moved:
	"""Bring reserved material to the WIP warehouse: `wanted` [{item_code, warehouse?, qty?}], all that is held when empty."""
	reservations.require_open(order)
	_require_wip(order)
	chosen = held_materials.choose(order, stageable(order), wanted)
	lines = {(row.item_code, order.wip_warehouse): row.stock_uom for row, _qty in chosen}
	bin.make_missing(lines)
	moves = [Move(row, _line(order, row), qty) for row, qty in chosen]
	return _carry_out(order, moves, STAGED)


def return_staged(order: Document, wanted: Sequence[Any], reason: str) -> Moved:
	"""Bring staged material back to its stores; `wanted` names them, or the WIP warehouse, by item, all when empty."""
	reservations.require_open(order)
	_require_wip(order)
	chosen = held_materials.choose(order, staged(order), [_at_line(order, want) for want in wanted])
	places = {want.item_code: want.warehouse for want in wanted if want.warehouse != order.wip_warehouse}
	moves = [Move(row, _store(order, row, places.get(row.item_code)), qty) for row, qty in chosen]
	return _carry_out(order, moves, RETURNED, reason)


def return_leftovers(order: Document, reason: str) -> None:
	"""The order ends: what it has not used goes back before its reservations are given up."""
	moves = [
		Move(row, _store(order, row), held_materials.held(row))
		for row in staged(order)
		if held_materials.held(row) > 0
	]
	_carry_out(order, moves, RETURNED, reason)


def _require_wip(order: Document) -> None:
	if not order.wip_warehouse:
		problems = errors.Problems()
		sentence = _("{0} has no WIP warehouse, so nothing is staged for it: its runs draw from the stores.")
		problems.add("order", sentence.format(order.name))
		problems.throw_any()


def stageable(order: Document) -> list[Document]:
	"""Rows in the stores; what an order draws from the WIP warehouse anyway is not brought there."""
	drawn_there = {
		row.item_code
		for row in order.materials
		if row.warehouse == order.wip_warehouse and not staged_rows.is_staged(order, row)
	}
	return [
		row
		for row in order.materials
		if row.warehouse != order.wip_warehouse and row.item_code not in drawn_there
	]


def staged(order: Document) -> list[Document]:
	return [row for row in order.materials if staged_rows.is_staged(order, row)]


def _at_line(order: Document, want: Any) -> Any:
	return frappe._dict(item_code=want.item_code, warehouse=order.wip_warehouse, qty=want.qty)


def _line(order: Document, store: Document) -> Document:
	"""The row of a store's item at the WIP warehouse, made when it is staged for the first time."""
	found = next((row for row in staged(order) if row.item_code == store.item_code), None)
	if found:
		return found
	made = frappe._dict({field: store.get(field) for field in queries.MATERIAL_FACTS})
	made.update(
		NOTHING_YET,
		name=holdings.new_name(order.name),
		warehouse=order.wip_warehouse,
		source_warehouse=store.source_warehouse or store.warehouse,
		short_qty=ZERO,
		reservation_entry=None,
	)
	holdings.insert([made])
	return order.append("materials", made)


def _store(order: Document, line: Document, warehouse: str | None = None) -> Document:
	"""Where staged material goes back to: the store that is named, else the first one the order draws it from."""
	stores = [row for row in order.materials if row.item_code == line.item_code and row.name != line.name]
	found = [row for row in stores if warehouse in (None, row.warehouse)]
	if not found:
		problems = errors.Problems()
		sentence = _("{0} was not brought from {1}. It goes back to {2}.")
		places = ", ".join(row.warehouse for row in stores)
		problems.add("materials", sentence.format(line.item_code, warehouse, places))
		problems.throw_any()
	return found[0]


def _carry_out(order: Document, moves: Sequence[Move], event: str, reason: str = "") -> Moved:
	"""Give up the reservation here, move the stock, and reserve it there: nobody comes between under the Bins' locks.

	What goes back goes as it is; what nobody may use any more is reserved for nobody there.
	"""
	if not moves:
		return Moved(None, [])
	counted = bins.share(order)
	name = stock_entry.next_name(order.company)
	free = reservations.lock_stock(order)
	drawn = [_draw(move) for move in moves]
	if event == RETURNED:
		drawn, usable = lots.held(order.name, drawn)
	else:
		drawn = usable = lots.assign(order.name, drawn, free)
	_let_go(moves, drawn, free)
	takers = {move.taker.name: move.taker for move in moves}
	stock_transfer.post(name, order, [(draw, takers[draw.material].warehouse) for draw in drawn])
	_take_up(order, moves, usable)
	bins.replace(counted, bins.share(order))
	rows = [move.as_row() for move in moves]
	details = {"materials": rows, "stock_entry": name, **({"reason": reason} if reason else {})}
	events.append(order, event, order, details)
	return Moved(name, rows)


def _draw(move: Move) -> Draw:
	giver = move.giver
	return Draw(giver.item_code, giver.warehouse, move.qty, giver.stock_uom, material=move.taker.name)


def _let_go(moves: Sequence[Move], drawn: Sequence[Draw], free: Any) -> None:
	by_key = lots.by_key(drawn)
	for move in moves:
		giver, taker = move.giver, move.taker
		required = min(move.qty, max(ZERO, decimal(giver.required_qty)))
		giver.required_qty = decimal(giver.required_qty) - required
		taker.required_qty = decimal(taker.required_qty) + required
		giver.reserved_qty = decimal(giver.reserved_qty) - move.qty
		giver.lots_given = by_key.get((giver.item_code, giver.warehouse))
	givers = [move.giver for move in moves]
	reservations.save(givers, free)
	for giver in givers:
		giver.lots_given = None


def _take_up(order: Document, moves: Sequence[Move], usable: Sequence[Draw]) -> None:
	arrived = {}
	for move in moves:
		taker = move.taker
		qty = total(draw.qty for draw in usable if draw.key == (move.giver.item_code, move.giver.warehouse))
		taker.reserved_qty = decimal(taker.reserved_qty) + qty
		taker.lots_first = _lots(taker, usable)
		key = (taker.item_code, taker.warehouse)
		arrived[key] = arrived.get(key, ZERO) + qty
	reservations.write(order, arrived)
	for move in moves:
		move.taker.lots_first = None


def _lots(taker: Document, drawn: Sequence[Draw]) -> Any:
	found = lots.by_key([draw for draw in drawn if draw.material == taker.name])
	return next(iter(found.values()), None)
