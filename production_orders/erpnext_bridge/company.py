"""Facts of a company: those that the value of what is made relies on, and whom it employs."""

from collections.abc import Collection

import frappe
from frappe.model.meta import get_field_precision


def money_digits() -> int:
	"""Decimals to which ERPNext rounds an amount of a Stock Entry."""
	return get_field_precision(frappe.get_meta("Stock Entry Detail").get_field("basic_amount"))


def operating_cost_account(company: str) -> str | None:
	"""The account against which labour and overhead enter stock, as ERPNext's Work Orders choose it."""
	fields = ["default_operating_cost_account", "expenses_included_in_valuation"]
	return next(filter(None, frappe.get_cached_value("Company", company, fields)), None)


def has_perpetual_inventory(company: str) -> bool:
	return bool(frappe.get_cached_value("Company", company, "enable_perpetual_inventory"))


def currency(company: str) -> str:
	return frappe.get_cached_value("Company", company, "default_currency")


def employers(employees: Collection[str]) -> dict[str, str]:
	"""employee -> company; those that do not exist are left out."""
	if not employees:
		return {}
	filters = {"name": ["in", sorted(employees)]}
	return dict(frappe.get_all("Employee", filters, ["name", "company"], as_list=True))
