"""Counts open orders with a short material once each; a plain card would count their material rows."""

from typing import Any

import frappe

from production_orders.domain.lifecycle import OPEN_ORDER


@frappe.whitelist()
def get_count(filters: str | None = None) -> dict[str, Any]:
	status = ["Production Order", "status", "in", OPEN_ORDER]
	short = ["Production Order Material", "short_qty", ">", 0]
	orders = frappe.get_list(
		"Production Order", filters=[status, short], pluck="name", distinct=True, limit_page_length=0
	)
	return {
		"value": len(orders),
		"fieldtype": "Int",
		"route": ["List", "Production Order"],
		"route_options": {"status": ["in", OPEN_ORDER], "Production Order Material.short_qty": [">", 0]},
	}
