"""A stand-in for ERPNext: the part that production_orders stands on, for the sandbox only."""

import frappe

# The ERPNext whose behaviour is imitated; this is not that app.
__version__ = "15.71.1"


def get_company_currency(company: str) -> str | None:
	return frappe.get_cached_value("Company", company, "default_currency")
