"""Reservations over HTTP: see, cover shortages again, give back."""

from typing import Any

from frappe.model.document import Document

from production_orders import permissions
from production_orders.api.endpoint import reads, writes
from production_orders.api.orders import locked, readable
from production_orders.api.types import Materials, Name, Reason
from production_orders.services import reallocation, shortages
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
def release(order: Name, reason: Reason, materials: Materials = ()) -> dict[str, Any]:
	"""Give back open reservations, all when no materials are named -> {order, materials[], shortages[], released[]}."""
	doc = locked(order, "submit")
	released = service.release(doc, materials, reason)
	return {**_answer(doc), "released": released}
