"""Lets our roles, and ERPNext's that equal them, read the masters they work with, and takes that back without a trace.

Frappe keeps a site's own permissions of a DocType as Custom DocPerm rows that replace the standard
ones, so the first grant copies those and the last revoke drops the copies again.
"""

from collections.abc import Collection, Mapping
from typing import Any

import frappe
from frappe.permissions import setup_custom_perms

from production_orders.permissions import ERPNEXTS_ROLES, ROLES

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


READ = {"select": 1, "read": 1}
SELECT = {"select": 1, "read": 0}
POST = {"read": 1, "write": 1, "create": 1, "submit": 1}
RIGHTS = {
	**dict.fromkeys(READABLE, READ),
	**dict.fromkeys(SELECTABLE, SELECT),
	**dict.fromkeys(MADE_BY_POSTING, POST),
}


def grant(roles: Collection[str] = (*ROLES, *ERPNEXTS_ROLES)) -> None:
	"""Give these roles what they have not, where they have nothing yet."""
	for doctype, rights in RIGHTS.items():
		_grant(doctype, rights, roles)


def grant_reading(doctype: str) -> None:
	_grant(doctype, READ, ROLES)


def _grant(doctype: str, rights: Mapping[str, int], roles: Collection[str]) -> None:
	setup_custom_perms(doctype)
	granted = frappe.get_all(
		"Custom DocPerm", filters={"parent": doctype, "role": ["in", roles]}, pluck="role"
	)
	for role in sorted(set(roles) - set(granted)):
		permission = frappe.new_doc("Custom DocPerm")
		permission.update(
			{"parent": doctype, "parenttype": "DocType", "parentfield": "permissions", "role": role, **rights}
		)
		permission.insert(ignore_permissions=True)
	frappe.clear_cache(doctype=doctype)


def revoke() -> None:
	"""Also what a site granted our roles on other DocTypes: without the roles it means nothing."""
	by_site = frappe.get_all("Custom DocPerm", filters={"role": ["in", ROLES]}, pluck="parent")
	for doctype in {*RIGHTS, *by_site}:
		frappe.db.delete("Custom DocPerm", {"parent": doctype, "role": ["in", ROLES]})
		_revoke_from_erpnexts_roles(doctype)
		if _permissions("Custom DocPerm", doctype) == _permissions("DocPerm", doctype):
			frappe.db.delete("Custom DocPerm", {"parent": doctype})
		frappe.clear_cache(doctype=doctype)


def _revoke_from_erpnexts_roles(doctype: str) -> None:
	"""Where ERPNext itself gives them nothing, what is exactly as we give it is ours."""
	standard = frappe.get_all("DocPerm", filters={"parent": doctype}, pluck="role")
	ours = set(ERPNEXTS_ROLES) - set(standard)
	if ours and doctype in RIGHTS:
		exactly = {
			"read": 0,
			"select": 0,
			"write": 0,
			"create": 0,
			"submit": 0,
			"delete": 0,
			**RIGHTS[doctype],
		}
		frappe.db.delete("Custom DocPerm", {"parent": doctype, "role": ["in", sorted(ours)], **exactly})


def _permissions(table: str, doctype: str) -> list[dict[str, Any]]:
	fields = [field.fieldname for field in frappe.get_meta("DocPerm").fields if field.fieldtype == "Check"]
	rows = frappe.get_all(table, filters={"parent": doctype}, fields=["role", "permlevel", *fields])
	return sorted(rows, key=lambda row: (row.role, row.permlevel, *(row[field] for field in fields)))
