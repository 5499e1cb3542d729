"""Orders confirmed before ERPNext's Bins counted them are counted from now on."""

import frappe

from production_orders.erpnext_bridge import projected_qty
from production_orders.services import bins


def execute() -> None:
	if not projected_qty.is_counted():
		frappe.db.set_single_value("Production Orders Settings", "count_in_projected_qty", 1)
		bins.recount(counted=True)
