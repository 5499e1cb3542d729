"""What a run takes leaves the order's reservations and counts for its materials, before the stock moves; and the way back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from frappe.model.document import Document

from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import held_lots
from production_orders.erpnext_bridge.stock_entry import Draw
from production_orders.services import (
	bins,
	consumption,
	held_materials,
	lots,
	queries,
	reservations,
	staged_rows,
)


def deliver(order: Document, run: Document, draws: Sequence[Draw], returned: Sequence[Draw]) -> list[Draw]:
	"""Take the draws off the order's reservations first, so that its own promise does not block it.

	Rework has no part in them: what is reserved is for the units still to be made. Pieces that are `returned` leave
	the reservations too: ERPNext gives nobody a serial number that an open entry says it has delivered.
	-> The draws, each with its batch and serial numbers.
	"""
	own = own_draws(order, draws)
	holder = "" if run.is_rework else order.name
	free = queries.lock_free_stock(bins.keys(order) | {draw.key for draw in draws}, holder)
	held_lots.forget(order.materials, lots.by_key(draw for draw in returned if draw.serial_nos))
	draws = lots.assign(holder, draws, free, _kept(order, draws, own))
	_count(order, consumption.by_material(draws), own)
	held_lots.deliver(order.materials, lots.by_key(_its_own(order, draws)))
	reservations.give_up_surplus(order, _elsewhere(order, consumption.by_material(draws), own))
	reservations.write(order, free)
	return draws


def own_draws(order: Document, draws: Sequence[Draw]) -> dict[Key, Decimal]:
	"""(item, warehouse) of a material -> what its own reservation may give."""
	return consumption.by_key(_its_own(order, draws))


def _its_own(order: Document, draws: Sequence[Draw]) -> list[Draw]:
	names = {(row.item_code, row.warehouse): row.name for row in order.materials}
	return [draw for draw in draws if draw.material and names.get(draw.key) == draw.material]


def _kept(order: Document, draws: Sequence[Draw], own: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
	"""What the order goes on holding of items that it also takes as alternatives."""
	held = {(row.item_code, row.warehouse): held_materials.held(row) for row in order.materials}
	others = {draw.key for draw in draws if draw.replaces}
	return {key: max(ZERO, held.get(key, ZERO) - own.get(key, ZERO)) for key in others}


def _count(order: Document, taken: Mapping[str, Decimal], own: Mapping[Key, Decimal]) -> None:
	for row in order.materials:
		given = min(own.get((row.item_code, row.warehouse), ZERO), held_materials.held(row))
		row.consumed_qty = decimal(row.consumed_qty) + taken.get(row.name, ZERO)
		row.delivered_qty = decimal(row.delivered_qty) + given


def _elsewhere(
	order: Document, taken: Mapping[str, Decimal], own: Mapping[Key, Decimal]
) -> dict[str, Decimal]:
	"""item -> what was taken for it that is not that item in its place: its reservation is not wanted for that."""
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for row in order.materials:
		sums[row.item_code] += taken.get(row.name, ZERO) - own.get((row.item_code, row.warehouse), ZERO)
	return sums


def take_back(order: Document, run: Document) -> None:
	"""The inverse of `deliver`, once the stock is back: reserved again as far as it is needed and free, same lots first."""
	draws = [_draw(row) for row in run.consumption]
	taken = consumption.by_material(draws)
	draws = [draw for draw in draws if draw.qty > 0]  # what came back with the run was nobody's reservation
	own, lots_back = own_draws(order, draws), lots.by_key(_its_own(order, draws))
	back = consumption.by_material(draws)
	for row in order.materials:
		delivered = min(own.get((row.item_code, row.warehouse), ZERO), decimal(row.delivered_qty))
		row.consumed_qty = decimal(row.consumed_qty) - taken.get(row.name, ZERO)
		row.delivered_qty = decimal(row.delivered_qty) - delivered
		row.reserved_qty = decimal(row.reserved_qty) - delivered
	held_lots.take_back(order.materials, lots_back)
	free = reservations.lock_stock(order)
	for at_wip in (True, False):  # what is staged is needed first
		rows = [row for row in order.materials if staged_rows.is_staged(order, row) is at_wip]
		_hold_again(order, rows, back, free)
	for row in order.materials:
		row.lots_first = lots_back.get((row.item_code, row.warehouse))
	reservations.write(order, free)


def _hold_again(
	order: Document, rows: Sequence[Document], back: Mapping[str, Decimal], free: Mapping[Key, Decimal]
) -> None:
	"""Of what is back as much as is free and still needed: what is staged is needed because it is held."""
	more = {}
	for row in rows:
		room = free.get((row.item_code, row.warehouse), ZERO) - held_materials.held(row)
		more[row.name] = max(ZERO, min(back.get(row.name, ZERO), room))
		row.reserved_qty = decimal(row.reserved_qty) + more[row.name]
	needed = consumption.still_needed(order)
	for row in rows:
		surplus = held_materials.held(row) - needed.get((row.item_code, row.warehouse), ZERO)
		row.reserved_qty = decimal(row.reserved_qty) - min(more[row.name], max(ZERO, surplus))


def _draw(row: Document) -> Draw:
	"""What a run has written down of one draw."""
	return Draw(
		item_code=row.item_code,
		warehouse=row.warehouse,
		qty=decimal(row.qty) - decimal(row.returned_qty),
		stock_uom=row.stock_uom,
		batch_no=row.batch_no or "",
		serial_nos=row.serial_nos or "",
		material=row.material or "",
		replaces=row.replaces or "",
	)
