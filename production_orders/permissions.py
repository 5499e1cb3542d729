"""Who may do what: DocType permissions at the door, the Workflow's roles on every edge."""

from collections.abc import Collection, Iterable
from typing import Any

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery
from frappe.model.document import Document
from frappe.model.workflow import (
	get_workflow_name,
	has_approval_access,
	is_transition_condition_satisfied,
)
from frappe.permissions import get_user_permissions

MANAGER = "Production Manager"
PLANNER = "Production Planner"
OPERATOR = "Production Operator"
ROLES = (MANAGER, PLANNER, OPERATOR)
MANAGERS = (MANAGER, "Manufacturing Manager")
ERPNEXTS_ROLES = ("Manufacturing Manager", "Manufacturing User")
"""The first equals our manager, the second planner and operator."""


def require(doctype: str, permission: str, name: str | None = None) -> None:
	"""Raise PermissionError unless the user has it, DoesNotExistError when nobody could.

	Whoever has it for no document at all is not told whether this one exists.

	`frappe.has_permission` raises neither for Administrator, and early hosts of version 15 raise another error.
	"""
	in_general = frappe.has_permission(doctype, permission)
	doc = frappe.get_cached_doc(doctype, name) if name and in_general else None
	if not (in_general and frappe.has_permission(doctype, permission, doc=doc)):
		frappe.throw(
			_("You have no {0} permission for {1} {2}.").format(_(permission), _(doctype), name or ""),
			frappe.PermissionError,
		)


def require_all(doctype: str, names: Iterable[str | None]) -> None:
	"""Raise PermissionError naming those that the user may not read; what does not exist is for others to tell."""
	wanted = {name for name in names if name}
	unseen = sorted(wanted - _listed(doctype, wanted))
	if unseen and (hidden := frappe.get_all(doctype, filters={"name": ["in", unseen]}, pluck="name")):
		frappe.throw(
			_("You have no {0} permission for {1} {2}.").format(
				_("read"), _(doctype), ", ".join(sorted(hidden))
			),
			frappe.PermissionError,
		)


def visible(doctype: str, names: Collection[str]) -> set[str]:
	"""Those of these documents that the user may read; none of a kind that is not for them."""
	return _listed(doctype, names) if names and frappe.has_permission(doctype, "read") else set()


def _listed(doctype: str, names: Collection[str]) -> set[str]:
	if not names:
		return set()
	filters = {"name": ["in", sorted(names)]}
	return set(frappe.get_list(doctype, filters=filters, pluck="name", limit_page_length=0))


def hidden_names(doctype: str, names: Iterable[str]) -> set[str]:
	"""Those of existing documents that the user may not see.

	Whoever has no permission for the DocType at all, a System Manager say, is bound by User Permissions alone.
	"""
	known = set(frappe.get_all(doctype, filters={"name": ["in", sorted(set(names))]}, pluck="name"))
	if not frappe.has_permission(doctype, "read"):
		permitted = {one.get("doc") for one in get_user_permissions(frappe.session.user).get(doctype) or ()}
		return known - permitted if permitted else set()
	return known - _listed(doctype, known)


def check_move(doc: Document, target: str) -> None:
	"""Raise PermissionError unless the Workflow lets one of the user's roles take this edge with this document.

	A site that switches the Workflow off has decided that DocType permissions are enough.
	"""
	if not may_move(doc, target):
		frappe.throw(
			_("You have no role that may take {0} {1} from {2} to {3}.").format(
				_(doc.doctype), doc.name, _(doc.status), _(target)
			),
			frappe.PermissionError,
		)


def may_write(doc: Document, user: str) -> bool:
	"""Whether another user may write a document."""
	return bool(frappe.has_permission(doc.doctype, "write", doc=doc, user=user))


def may_move(doc: Document, target: str, start: str | None = None) -> bool:
	"""Whether the Workflow lets the user take this edge; `start` is the document's own status when left out."""
	workflow = get_workflow_name(doc.doctype)
	if not workflow:
		return True
	roles = frappe.get_roles()
	return any(
		transition.allowed in roles
		and is_transition_condition_satisfied(transition, doc)
		and has_approval_access(frappe.session.user, doc, transition)
		for transition in frappe.get_cached_doc("Workflow", workflow).transitions
		if transition.state == (start or doc.status) and transition.next_state == target
	)


def visible_events(user: str) -> str:
	return _of_visible_orders("Production Event", user)


def visible_runs(user: str) -> str:
	return _of_visible_orders("Production Run", user)


def visible_locks(user: str) -> str:
	return _of_visible_orders("BOM Lock", user)


def visible_genealogy(user: str) -> str:
	return _of_visible_orders("Production Genealogy", user)


def visible_audits(user: str) -> str:
	"""Those of visible orders and of companies; whoever reads no orders, a System Manager say, sees all."""
	if not frappe.has_permission("Production Order", "read", user=user):
		return ""
	condition = _of_visible_orders("Production Audit", user)
	return f"(ifnull(`tabProduction Audit`.production_order, '') = '' or {condition})" if condition else ""


def _of_visible_orders(doctype: str, user: str) -> str:
	"""The condition of every list: what belongs to an order is as visible as the order."""
	condition = DatabaseQuery("Production Order", user=user).build_match_conditions()
	if not condition:
		return ""
	orders = f"select name from `tabProduction Order` where {condition}"
	return f"`tab{doctype}`.production_order in ({orders})"


def may_read_order(doc: Document, ptype: str = "read", user: str | None = None, **_options: Any) -> bool:
	"""Whoever may not read an order has no permission for what belongs to it."""
	order = doc.production_order
	return not order or frappe.has_permission("Production Order", "read", doc=order, user=user)


def may_read_audit(doc: Document, ptype: str = "read", user: str | None = None, **_options: Any) -> bool:
	reads_orders = frappe.has_permission("Production Order", "read", user=user)
	return not reads_orders or may_read_order(doc, ptype, user)
