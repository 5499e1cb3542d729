"""Lets our roles read the masters they work with, and takes that back without a trace.

Frappe keeps a site's own permissions of a DocType as Custom DocPerm rows that replace the standard
ones, so the first grant copies those and the last revoke drops the copies again.
"""

from typing import Any

import frappe
from frappe.permissions import setup_custom_perms

from production_orders.permissions import ROLES

READABLE = (
	"Item",
	"UOM",
	"BOM",
	"Company",
	"Warehouse",
	"Workstation",
	"Operation",
	"Batch",
	"Serial No",
	"Stock Entry",
	"Stock Reservation Entry",
	"Material Request",
)
SELECTABLE = ("Employee",)
MADE_BY_POSTING = ("Serial and Batch Bundle",)
"""ERPNext makes these as the user who completes a run, unlike everything else a Stock Entry writes."""


def grant() -> None:
	for doctype in READABLE:
		grant_reading(doctype)
	for doctype in SELECTABLE:
		_grant(doctype, {"select": 1, "read": 0})
	for doctype in MADE_BY_POSTING:
		_grant(doctype, {"read": 1, "write": 1, "create": 1, "submit": 1})


def grant_reading(doctype: str) -> None:
	_grant(doctype, {"select": 1, "read": 1})


def _grant(doctype: str, rights: dict[str, int]) -> None:
	setup_custom_perms(doctype)
	granted = frappe.get_all(
		"Custom DocPerm", filters={"parent": doctype, "role": ["in", ROLES]}, pluck="role"
	)
	for role in set(ROLES) - set(granted):
		permission = frappe.new_doc("Custom DocPerm")
		permission.update(
			{"parent": doctype, "parenttype": "DocType", "parentfield": "permissions", "role": role, **rights}
		)
		permission.insert(ignore_permissions=True)
	frappe.clear_cache(doctype=doctype)


def revoke() -> None:
	"""Also what a site granted our roles on other DocTypes: without the roles it means nothing."""
	by_site = frappe.get_all("Custom DocPerm", filters={"role": ["in", ROLES]}, pluck="parent")
	for doctype in {*READABLE, *SELECTABLE, *MADE_BY_POSTING, *by_site}:
		frappe.db.delete("Custom DocPerm", {"parent": doctype, "role": ["in", ROLES]})
		if _permissions("Custom DocPerm", doctype) == _permissions("DocPerm", doctype):
			frappe.db.delete("Custom DocPerm", {"parent": doctype})
		frappe.clear_cache(doctype=doctype)


def _permissions(table: str, doctype: str) -> list[dict[str, Any]]:
	fields = [field.fieldname for field in frappe.get_meta("DocPerm").fields if field.fieldtype == "Check"]
	rows = frappe.get_all(table, filters={"parent": doctype}, fields=["role", "permlevel", *fields])
	return sorted(rows, key=lambda row: (row.role, row.permlevel, *(row[field] for field in fields)))
