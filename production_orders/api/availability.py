"""Availability over HTTP."""

from typing import Any

import frappe

from production_orders import permissions
from production_orders.api.endpoint import reads
from production_orders.api.types import Name
from production_orders.services import availability as service


@reads
def atp(item_code: Name, warehouse: Name | None = None, company: Name | None = None) -> dict[str, Any]:
	"""What is in stock and not reserved, over the warehouses this user may see."""
	permissions.require("Item", "read", item_code)
	if warehouse:
		permissions.require("Warehouse", "read", warehouse)
		return service.atp(item_code, [warehouse])
	filters = {"is_group": 0, **({"company": company} if company else {})}
	return service.atp(
		item_code, frappe.get_list("Warehouse", filters=filters, pluck="name", limit_page_length=0)
	)
