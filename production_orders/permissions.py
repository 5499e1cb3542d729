"""Who may do what: DocType permissions at the door, the Workflow's roles on every edge."""

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

MANAGER = "Production Manager"
PLANNER = "Production Planner"
OPERATOR = "Production Operator"
ROLES = (MANAGER, PLANNER, OPERATOR)


def require(doctype: str, permission: str, name: str | None = None) -> None:
	"""Raise PermissionError unless the user has it, DoesNotExistError when nobody could.

	`frappe.has_permission` raises neither for Administrator, and early hosts of version 15 raise another error.
	"""
	doc = frappe.get_cached_doc(doctype, name) if name else None
	if not frappe.has_permission(doctype, permission, doc=doc):
		frappe.throw(
			_("You have no {0} permission for {1} {2}.").format(_(permission), _(doctype), name or ""),
			frappe.PermissionError,
		)


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


def may_move(doc: Document, target: str) -> bool:
	workflow = get_workflow_name(doc.doctype)
	if not workflow:
		return True
	roles = frappe.get_roles()
	return any(
		transition.allowed in roles
		and is_transition_condition_satisfied(transition, doc)
		and has_approval_access(frappe.session.user, doc, transition)
		for transition in frappe.get_cached_doc("Workflow", workflow).transitions
		if transition.state == doc.status and transition.next_state == target
	)


def visible_events(user: str) -> str:
	"""The condition of every list of events: an event is as visible as its order."""
	condition = DatabaseQuery("Production Order", user=user).build_match_conditions()
	if not condition:
		return ""
	orders = f"select name from `tabProduction Order` where {condition}"
	return f"`tabProduction Event`.production_order in ({orders})"


def may_read_event(doc: Document, ptype: str = "read", user: str | None = None, **_options: Any) -> bool:
	return ptype != "read" or frappe.has_permission(
		"Production Order", "read", doc=doc.production_order, user=user
	)
