"""What orders hold and miss of an item in one place, as domain.allocation sees it, and what its answer changes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from production_orders.domain import allocation
from production_orders.domain.allocation import Claim, Leaves, Share
from production_orders.domain.quantity import ZERO, decimal, round_down, round_up, total
from production_orders.erpnext_bridge import item, tracking
from production_orders.services import held_materials, holdings


@dataclass(frozen=True)
class Change:
	"""What an allocation changed for one order and item: rows {item_code, warehouse, qty} for its history."""

	order: Any
	gained: list[dict[str, Any]]
	relocated: list[dict[str, Any]]
	"""Of what was held before: less here, more there."""


@dataclass(frozen=True)
class Stake:
	"""The rows of one order and item that draw from the same leaves."""

	order: Any
	item_code: str
	leaves: Leaves
	digits: int
	gains: bool
	moves: bool
	"""Whether what is held may change its leaf: a batch or serial number is where it is."""
	rows: list[Any] = field(default_factory=list)

	@property
	def short(self) -> dict[str, Decimal]:
		return {row.warehouse: decimal(row.short_qty) for row in self.rows if row.short_qty}

	@property
	def held(self) -> dict[str, Decimal]:
		"""leaf -> what may move within the place."""
		return {
			row.warehouse: held_materials.held(row)
			for row in self.rows
			if self.moves and row.warehouse in self.leaves and held_materials.held(row) > 0
		}

	@property
	def claim(self) -> Claim:
		order = self.order
		return Claim(
			rank=allocation.rank(order.priority, order.need_by_date, order.name),
			leaves=self.leaves,
			held=self.held,
			short=total(self.short.values()) if self.gains else ZERO,
		)

	def accept(self, share: Share) -> Change | None:
		"""Let the rows hold what they were allocated, in memory; None when that is what they hold."""
		held = share.claim.held
		change = {leaf: share.placed.get(leaf, ZERO) - held.get(leaf, ZERO) for leaf in self.leaves}
		change = {leaf: qty for leaf, qty in change.items() if qty}
		if not change:
			return None
		required = self._as_required(allocation.requirement_moves(self.short, change))
		for leaf in sorted(change.keys() | required.keys()):
			row = holdings.row_for(self.order, self.rows[0], leaf)
			row.reserved_qty = decimal(row.reserved_qty) + change.get(leaf, ZERO)
			row.required_qty = decimal(row.required_qty) + required.get(leaf, ZERO)
		return self._change(change, share.gained)

	def _as_required(self, needed: dict[str, Decimal]) -> dict[str, Decimal]:
		"""What is needed more or less, said of the whole order: remade rejects need more than was required."""
		order = self.order
		made = (order.produced_qty, order.rejected_qty, order.process_loss_qty, order.open_qty)
		processed = total(map(decimal, made))
		if processed == decimal(order.qty):
			return needed
		return self._moved(needed, Fraction(decimal(order.qty)) / Fraction(processed))

	def _moved(self, needed: dict[str, Decimal], share: Fraction) -> dict[str, Decimal]:
		"""A share of what arrives in each leaf, in whole units, and as much gone from the others."""
		arrives = {leaf: qty for leaf, qty in needed.items() if qty > 0}
		moved = {leaf: round_down(Fraction(qty) * share, self.digits) for leaf, qty in arrives.items()}
		left = total(moved.values())
		for leaf in sorted(needed.keys() - arrives.keys()):
			moved[leaf] = -min(left, round_up(Fraction(-needed[leaf]) * share, self.digits))
			left += moved[leaf]
		return moved

	def _change(self, change: dict[str, Decimal], gained: Decimal) -> Change:
		"""Told apart for people: what is new, and what was there and has moved."""
		new = {}
		for leaf, qty in change.items():
			new[leaf] = max(ZERO, min(qty, gained))
			gained -= new[leaf]
		moved = {leaf: qty - new[leaf] for leaf, qty in change.items()}
		return Change(self.order, self._rows(new), self._rows(moved))

	def _rows(self, quantities: dict[str, Decimal]) -> list[dict[str, Any]]:
		return [
			{"item_code": self.item_code, "warehouse": leaf, "qty": float(qty)}
			for leaf, qty in quantities.items()
			if qty
		]


def stakes_of(orders: Iterable[Any], gains: Callable[[str], bool]) -> list[Stake]:
	"""The stakes of locked orders (see holdings) that hold what may move, or miss something and may gain it."""
	orders = list(orders)
	rows = [row for order in orders for row in order.materials]
	groups = item.leaves_by_company(_place(row) for row in rows)
	tracked = tracking.kinds({row.item_code for row in rows})
	precision = item.precision()
	found: dict[tuple[str, str, Leaves], Stake] = {}
	for row in rows:
		order = row.parent_doc
		leaves = _leaves(row, order, groups)
		stake = found.setdefault(
			(order.name, row.item_code, leaves),
			Stake(
				order=order,
				item_code=row.item_code,
				leaves=leaves,
				digits=0 if row.whole_number else precision,
				gains=gains(order.name),
				moves=len(leaves) > 1 and row.item_code not in tracked,
			),
		)
		stake.rows.append(row)
	return [stake for stake in found.values() if stake.leaves and (stake.claim.short or stake.held)]


def _leaves(row: Any, order: Any, groups: Mapping[str, Mapping[str, Leaves]]) -> Leaves:
	"""Where a row may be given stock; never where its order stages."""
	place = _place(row)
	leaves = groups[place].get(order.company, ()) if place in groups else (place,)
	return tuple(leaf for leaf in leaves if leaf != order.wip_warehouse) or leaves


def _place(row: Any) -> str:
	return row.source_warehouse or row.warehouse
