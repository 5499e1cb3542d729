"""Materials over HTTP: what may stand in for them, bringing them to the WIP warehouse and back."""

from typing import Any

from production_orders.api.endpoint import reads, writes
from production_orders.api.orders import locked, readable
from production_orders.api.types import Materials, Name, Reason
from production_orders.services import alternatives as service
from production_orders.services import staging


@reads
def alternatives(order: Name) -> list[dict[str, Any]]:
	"""[{item_code, alternatives: [{item_code, item_name, warehouse, available_qty}]}] of the materials that have any."""
	return service.of_order(readable(order))


@writes
def stage(order: Name, materials: Materials = ()) -> dict[str, Any]:
	"""Bring reserved material to the order's WIP warehouse, all of it when none is named; the reservation goes along.

	-> {order, stock_entry, staged: [{item_code, from_warehouse, to_warehouse, qty}]}
	"""
	doc = locked(order, "submit")
	moved = staging.stage(doc, materials)
	return {"order": doc.name, "stock_entry": moved.stock_entry, "staged": moved.rows}


@writes
def return_staged(order: Name, reason: Reason, materials: Materials = ()) -> dict[str, Any]:
	"""Bring staged material back, all when none is named; `warehouse` says where to, of those it is drawn from.

	-> {order, stock_entry, returned: [{item_code, from_warehouse, to_warehouse, qty}]}
	"""
	doc = locked(order, "submit")
	moved = staging.return_staged(doc, materials, reason)
	return {"order": doc.name, "stock_entry": moved.stock_entry, "returned": moved.rows}
