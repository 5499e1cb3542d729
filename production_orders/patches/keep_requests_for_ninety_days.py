"""Idempotency keys expire on sites of the time when they were kept for good, too."""

import frappe

SETTINGS = "Production Orders Settings"


def execute() -> None:
	if not frappe.db.get_single_value(SETTINGS, "request_retention_days"):
		default = frappe.get_meta(SETTINGS).get_field("request_retention_days").default
		frappe.db.set_single_value(SETTINGS, "request_retention_days", default)
