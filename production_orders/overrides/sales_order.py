"""On ERPNext's Sales Order: whether production orders can be made for it, and what is left for Work Orders."""

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from production_orders import permissions
from production_orders.erpnext_bridge import sales_order as bridge
from production_orders.services import origin


def onload(doc: Document, method: str | None = None) -> None:
	doc.set_onload("may_make_production_orders", origin.may_make(doc))


@frappe.whitelist()
def get_work_order_items(sales_order: str, for_raw_material_request: int | str = 0) -> list[dict[str, Any]]:
	"""In the place of ERPNext's own, which offers again what production orders make already."""
	permissions.require("Sales Order", "read", sales_order)
	rows = bridge.work_order_items(sales_order, cint(for_raw_material_request))
	return rows if cint(for_raw_material_request) else origin.less_orders(rows)
