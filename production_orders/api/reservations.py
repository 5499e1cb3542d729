"""Reservations over HTTP: see, cover shortages again, give back."""

from typing import Any

from frappe.model.document import Document

from production_orders import permissions
from production_orders.api.endpoint import reads, writes
from production_orders.api.orders import locked, readable
from production_orders.api.types import MaterialNames, Materials, Name, PositiveQuantity, Reason
from production_orders.services import moves, reallocation, shortages, supply_requests
from production_orders.services import reservations as service


def _answer(order: Document) -> dict[str, Any]:
	return {
		"order": order.name,
		"materials": service.materials(order),
		"shortages": shortages.of_order(order),
	}


@reads
def get(order: Name) -> dict[str, Any]:
	"""{order, materials[], shortages[]}."""
	return _answer(readable(order))


@writes
def reserve(order: Name) -> dict[str, Any]:
	"""Cover open shortages from what is free now -> {order, materials[], shortages[], reserved[]}."""
	doc = locked(order, "submit")
	reserved = reallocation.reserve(doc)
	return {**_answer(doc), "reserved": reserved}


@writes
def reallocate(item_code: Name | None = None, warehouse: Name | None = None) -> dict[str, Any]:
	"""Offer free stock to every open shortage by priority, need-by and name -> {reserved[], still_short}.

	Takes in what this user may see; of one item, or of what is free in one warehouse or group, if named.
	"""
	permissions.require("Production Order", "submit")
	for doctype, name in (("Item", item_code), ("Warehouse", warehouse)):
		if name:
			permissions.require(doctype, "read", name)
	return reallocation.reallocate(reallocation.visible(item_code, warehouse))


@writes
def move(
	from_order: Name,
	to_order: Name,
	item_code: Name,
	qty: PositiveQuantity,
	reason: Reason,
	warehouse: Name | None = None,
) -> dict[str, Any]:
	"""Give what one order holds to another that is short of it -> {from_order, to_order, item_code, moved[]}."""
	for doc in [locked(name, "submit") for name in sorted({from_order, to_order})]:
		service.require_open(doc)
	moved = moves.move(from_order, to_order, moves.Wish(item_code, qty, warehouse, reason))
	return {"from_order": from_order, "to_order": to_order, "item_code": item_code, "moved": moved}


@writes
def request_supply(order: Name, materials: MaterialNames = ()) -> dict[str, Any]:
	"""Raise Material Requests and draft orders for exactly what an order misses, all when no materials are named.

	-> {order, material_requests[], production_orders[], requested[]}.
	"""
	return supply_requests.request(locked(order, "submit"), materials)


@writes
def release(order: Name, reason: Reason, materials: Materials = ()) -> dict[str, Any]:
	"""Give back open reservations, all when no materials are named -> {order, materials[], shortages[], released[]}."""
	doc = locked(order, "submit")
	released = service.release(doc, materials, reason)
	return {**_answer(doc), "released": released}
