"""Availability over HTTP."""

from typing import Any

import frappe

from production_orders.api.endpoint import reads
from production_orders.api.types import Name
from production_orders.services import availability as service


@reads
def atp(item_code: Name, warehouse: Name | None = None, company: Name | None = None) -> dict[str, Any]:
	"""What is in stock and not reserved, over the warehouses this user may see."""
	_check_readable("Item", item_code)
	if warehouse:
		_check_readable("Warehouse", warehouse)
		return service.atp(item_code, [warehouse])
	filters = {"is_group": 0, **({"company": company} if company else {})}
	return service.atp(
		item_code, frappe.get_list("Warehouse", filters=filters, pluck="name", limit_page_length=0)
	)


def _check_readable(doctype: str, name: str) -> None:
	"""Unlike frappe.has_permission this tells an administrator, too, of what does not exist."""
	frappe.get_cached_doc(doctype, name).check_permission("read")
