"""Availability over HTTP: what can be promised, and for when."""

from typing import Any

from production_orders import permissions
from production_orders.api.endpoint import reads
from production_orders.api.types import Day, Name, PositiveQuantity
from production_orders.services import availability as service
from production_orders.services import promise as promises


@reads
def atp(
	item_code: Name, warehouse: Name | None = None, company: Name | None = None, date: Day | None = None
) -> dict[str, Any]:
	"""What is in stock and not reserved, over the warehouses this user may see; by a day with `date`."""
	permissions.require("Item", "read", item_code)
	for doctype, name in (("Warehouse", warehouse), ("Company", company)):
		if name:
			permissions.require(doctype, "read", name)
	warehouses = service.warehouses_of(warehouse, company)
	return service.atp_on(item_code, warehouses, date) if date else service.atp(item_code, warehouses)


@reads
def promise(
	item_code: Name,
	qty: PositiveQuantity,
	warehouse: Name | None = None,
	bom_no: Name | None = None,
	company: Name | None = None,
) -> dict[str, Any]:
	"""The earliest day for which `qty` can be promised from stock, expected supply, making and buying."""
	permissions.require("Production Order", "read")
	permissions.require("Item", "read", item_code)
	for doctype, name in (("Warehouse", warehouse), ("BOM", bom_no), ("Company", company)):
		if name:
			permissions.require(doctype, "read", name)
	return promises.promise(item_code, qty, warehouse, bom_no, company)
