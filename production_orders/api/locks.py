"""Locked BOMs over HTTP: what distinguishes two of them, and which open orders use a BOM or an item."""

from typing import Any

from production_orders import permissions
from production_orders.api.endpoint import reads
from production_orders.api.types import Name
from production_orders.services import bom_lock
from production_orders.services import where_used as usage


@reads
def diff(a: Name, b: Name) -> dict[str, Any]:
	"""From lock `a` to lock `b` -> {added, removed, changed: [{parent_bom, item_code, row, field, from, to}]}."""
	for lock in (a, b):
		permissions.require("BOM Lock", "read", lock)
	return bom_lock.changes(a, b)


@reads
def where_used(bom_no: Name | None = None, item_code: Name | None = None) -> dict[str, Any]:
	"""Open orders whose lock has this BOM or this item -> {orders: [{order, status, bom_lock, bom_no, level, ...}]}."""
	permissions.require("Production Order", "read")
	return {"orders": usage.find(bom_no, item_code)}
