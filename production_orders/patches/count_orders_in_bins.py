"""Orders confirmed before ERPNext's Bins counted them are counted from now on."""

import frappe

from production_orders.services import bins

SETTING = ("Production Orders Settings", "count_in_projected_qty")


def execute() -> None:
	if not frappe.db.get_single_value(*SETTING):
		frappe.db.set_single_value(*SETTING, 1)
		bins.recount(counted=True)
