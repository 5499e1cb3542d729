"""Gives free stock to the open shortages of many orders at once, by rank (ADR 0014).

Who gets how much is for domain.allocation to say. Here orders, Bins and reservations are locked in the one
lock order, asked and written; the number of statements does not grow with the number of shortages.
"""

import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document

from production_orders.domain import allocation
from production_orders.domain.allocation import Share
from production_orders.domain.lifecycle import OPEN_ORDER
from production_orders.domain.quantity import ZERO
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import item
from production_orders.services import events, holdings, lookups, queries, reservations, unit_of_work
from production_orders.services.stakes import Change, Stake, stakes_of

SYSTEM_USER = "Administrator"


@dataclass(frozen=True)
class Scope:
	"""What is offered, and to whom; None is everything and everybody."""

	item_codes: Collection[str] | None = None
	warehouses: Collection[str] | None = None
	"""Where what is free is offered."""
	orders: Collection[str] | None = None
	but_not: Collection[str] = ()
	"""Orders that gain nothing."""

	def takes_part(self, order: str) -> bool:
		return self.orders is None or order in self.orders

	def gains(self, order: str) -> bool:
		return self.takes_part(order) and order not in self.but_not

	def offers(self, warehouse: str) -> bool:
		return self.warehouses is None or warehouse in self.warehouses


def reserve(order: Document) -> list[dict[str, Any]]:
	"""Cover open shortages of a locked order from what is free now -> [{item_code, warehouse, qty}]."""
	reservations.require_open(order)
	short = {row.item_code for row in order.materials if row.short_qty > 0}
	answer = reallocate(Scope(item_codes=short, orders={order.name}))
	order.reload()
	return [{fact: row[fact] for fact in ("item_code", "warehouse", "qty")} for row in answer["reserved"]]


def visible(item_code: str | None, warehouse: str | None) -> Scope:
	"""What this user may see: their orders, and their warehouses, those within `warehouse` if it is given."""
	return Scope(
		item_codes=None if item_code is None else {item_code},
		warehouses=set(item.visible_warehouses(warehouse)),
		orders=set(
			frappe.get_list(
				"Production Order", filters={"status": ["in", OPEN_ORDER]}, pluck="name", limit_page_length=0
			)
		),
	)


def reallocate(scope: Scope, cause: str = "") -> dict[str, Any]:
	"""Offer free stock to the open shortages in scope -> {reserved: [{order, item_code, warehouse, qty}], still_short}.

	`cause` goes into the histories of those who get some; `still_short` counts materials.
	"""
	stakes = stakes_of(_lock(scope), scope.gains)
	free = queries.lock_free_stock({(stake.item_code, leaf) for stake in stakes for leaf in stake.leaves})
	available = _available(stakes, free)
	accepted = [stake.accept(share) for stake, share in _shares(stakes, free, scope)]
	changes = [change for change in accepted if change]
	holdings.write(_orders(changes), available)
	_tell(changes, cause)
	return {
		"reserved": [{"order": change.order.name, **row} for change in changes for row in change.gained],
		"still_short": sum(row.short_qty > 0 for stake in stakes if stake.gains for row in stake.rows),
	}


def offer(item_codes: Collection[str], cause: str, but_not: Collection[str]) -> dict[str, Any]:
	"""The background job: whoever moved the stock, the system shares it out (see services.offers)."""
	frappe.set_user(SYSTEM_USER)
	scope = Scope(item_codes=item_codes, but_not=but_not)
	return unit_of_work.run_alone(functools.partial(reallocate, scope, cause))


def sweep() -> None:
	"""Every hour: what a lost job has left is offered now."""
	if lookups.is_wanted(None):
		frappe.set_user(SYSTEM_USER)
		unit_of_work.run_alone(functools.partial(reallocate, Scope(), "hourly check"))


def _lock(scope: Scope) -> list[Any]:
	"""Whoever is short of an item that is offered, and whoever may give way for them."""
	claimants = [one for one in lookups.claimants(scope.item_codes) if scope.takes_part(one.order)]
	wanted = {one.item_code for one in claimants if one.is_short > 0 and scope.gains(one.order)}
	return holdings.lock({one.order for one in claimants if one.item_code in wanted}, wanted)


def _available(stakes: Iterable[Stake], free: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
	"""What new reservations find: what is free, and what may give way."""
	available = dict(free)
	for stake in stakes:
		for leaf, qty in stake.held.items():
			available[stake.item_code, leaf] = available.get((stake.item_code, leaf), ZERO) + qty
	return available


def _shares(
	stakes: Iterable[Stake], free: Mapping[Key, Decimal], scope: Scope
) -> Iterator[tuple[Stake, Share]]:
	"""Every stake with its share, item by item."""
	offered: dict[str, dict[str, Decimal]] = defaultdict(dict)
	for (item_code, warehouse), qty in free.items():
		if scope.offers(warehouse):
			offered[item_code][warehouse] = qty
	by_item: dict[str, list[Stake]] = defaultdict(list)
	for stake in stakes:
		by_item[stake.item_code].append(stake)
	for item_code, own in by_item.items():
		by_claim = {(stake.claim.rank, stake.leaves): stake for stake in own}
		claims = (stake.claim for stake in own)
		for share in allocation.allocate(claims, offered[item_code], own[0].digits):
			yield by_claim[share.claim.rank, share.claim.leaves], share


def _orders(changes: Iterable[Change]) -> list[Any]:
	return list({change.order.name: change.order for change in changes}.values())


def _tell(changes: Sequence[Change], cause: str) -> None:
	"""One event per order and kind: what it gained, and where it gave way to others."""
	for event, kind in (("Reserved", "gained"), ("Relocated", "relocated")):
		rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
		for change in changes:
			rows[change.order.name] += getattr(change, kind)
		details = {"cause": cause} if cause else {}
		events.append_all(
			event,
			[
				(order, {"materials": rows[order.name], **details})
				for order in _orders(changes)
				if rows[order.name]
			],
		)
