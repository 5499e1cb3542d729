"""A planner gives what one order holds to another, with a reason; concrete batches and serial numbers go along."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from frappe import _

from production_orders import errors
from production_orders.domain.allocation import Share
from production_orders.domain.quantity import ZERO, decimal, text, total
from production_orders.erpnext_bridge import item
from production_orders.services import events, held_materials, holdings, queries, staged_rows
from production_orders.services.stakes import Stake, stakes_of


@dataclass(frozen=True)
class Wish:
	"""What is to move, and why."""

	item_code: str
	qty: Decimal
	warehouse: str | None
	reason: str


@dataclass(frozen=True)
class Part:
	"""What moves from one row of the giver to one place of the taker."""

	row: Any
	stake: Stake
	qty: Decimal


def move(from_order: str, to_order: str, wish: Wish) -> list[dict[str, Any]]:
	"""Move a reservation between two locked, open orders -> [{warehouse, qty}]: all of it, or every reason why not."""
	if from_order == to_order:
		_refuse([("to_order", _("{0} holds it already. Name another order.").format(to_order))])
	found = {order.name: order for order in holdings.lock({from_order, to_order}, {wish.item_code})}
	giver, taker = found[from_order], found[to_order]
	held = sorted(
		(
			row
			for row in giver.materials
			if wish.warehouse in (None, row.warehouse)
			and held_materials.held(row) > 0
			and not staged_rows.is_staged(giver, row)
		),
		key=lambda row: row.warehouse,
	)
	short = [stake for stake in stakes_of([taker], gains=lambda _name: True) if stake.short]
	parts = _parts(held, short, wish.qty)
	if total(part.qty for part in parts) < wish.qty or _decimals_problem(wish):
		_refuse(_problems(giver, taker, held, short, wish))
	free = queries.lock_free_stock(
		{(wish.item_code, row.warehouse) for row in held}
		| {(wish.item_code, leaf) for stake in short for leaf in stake.leaves}
	)
	_hand_over(parts)
	moved = _by_warehouse(parts)
	available = {key: qty + moved.get(key[1], ZERO) for key, qty in free.items()}
	holdings.write([giver, taker], available)
	return _tell(giver, taker, moved, wish)


def _parts(held: Sequence[Any], short: Sequence[Stake], wanted: Decimal) -> list[Part]:
	"""From the giver's warehouses by name, to places of the taker that draw from there."""
	missing = [total(stake.short.values()) for stake in short]
	parts = []
	for row in held:
		left = held_materials.held(row)
		for number, stake in enumerate(short):
			qty = min(left, missing[number], wanted) if row.warehouse in stake.leaves else ZERO
			if qty > 0:
				parts.append(Part(row, stake, qty))
				left, wanted, missing[number] = left - qty, wanted - qty, missing[number] - qty
	return parts


def _decimals_problem(wish: Wish) -> str | None:
	facts = item.facts([wish.item_code]).get(wish.item_code)
	return facts.decimals_problem(wish.qty) if facts else None


def _problems(
	giver: Any, taker: Any, held: Sequence[Any], short: Sequence[Stake], wish: Wish
) -> list[tuple[str, str]]:
	"""Everything that keeps the move from being made."""
	there, missing = total(map(held_materials.held, held)), total(q for s in short for q in s.short.values())
	found = []
	if problem := _decimals_problem(wish):
		found.append(("qty", problem))
	if there < wish.qty:
		found.append(
			(
				"from_order",
				_("{0} holds only {1} of {2}: {3} cannot be moved.").format(
					giver.name, text(there), _what(wish), text(wish.qty)
				),
			)
		)
	if missing < wish.qty:
		found.append(
			(
				"to_order",
				_("{0} is short of only {1} of {2}: it does not need {3}.").format(
					taker.name, text(missing), wish.item_code, text(wish.qty)
				),
			)
		)
	return found or [("warehouse", _elsewhere(giver, taker, held, short, wish))]


def _what(wish: Wish) -> str:
	return _("{0} in {1}").format(wish.item_code, wish.warehouse) if wish.warehouse else wish.item_code


def _elsewhere(giver: Any, taker: Any, held: Sequence[Any], short: Sequence[Stake], wish: Wish) -> str:
	return _("{0} holds {1} in {2}, and {3} draws it from {4}. Transfer the stock first.").format(
		giver.name,
		wish.item_code,
		", ".join(row.warehouse for row in held),
		taker.name,
		", ".join(sorted({leaf for stake in short for leaf in stake.leaves})),
	)


def _refuse(found: Iterable[tuple[str, str]]) -> None:
	problems = errors.Problems()
	for field, problem in found:
		problems.add(field, problem)
	problems.throw_any()


def _hand_over(parts: Sequence[Part]) -> None:
	"""In memory: the giver's rows hold less, the taker's more, and know whose lots to take."""
	for part in parts:
		part.row.reserved_qty = decimal(part.row.reserved_qty) - part.qty
		claim = part.stake.claim
		more = {part.row.warehouse: claim.held.get(part.row.warehouse, ZERO) + part.qty}
		part.stake.accept(Share(claim, part.qty, {**claim.held, **more}))
		taking = holdings.row_for(part.stake.order, part.stake.rows[0], part.row.warehouse)
		taking.lots_of = part.row.reservation_entry


def _by_warehouse(parts: Iterable[Part]) -> dict[str, Decimal]:
	moved: dict[str, Decimal] = defaultdict(Decimal)
	for part in parts:
		moved[part.row.warehouse] += part.qty
	return moved


def _tell(giver: Any, taker: Any, moved: dict[str, Decimal], wish: Wish) -> list[dict[str, Any]]:
	"""Both histories name the other order and the reason."""
	rows = [{"warehouse": warehouse, "qty": float(qty)} for warehouse, qty in moved.items()]
	materials = [{"item_code": wish.item_code, **row} for row in rows]
	for event, order, other in (
		("Handed Over", giver, {"to_order": taker.name}),
		("Taken Over", taker, {"from_order": giver.name}),
	):
		events.append_all(event, [(order, {"materials": materials, **other, "reason": wish.reason})])
	return rows
