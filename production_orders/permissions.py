"""Who may do what: DocType permissions at the door, the Workflow's roles on every edge."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.workflow import get_workflow_name

MANAGER = "Production Manager"
PLANNER = "Production Planner"
OPERATOR = "Production Operator"
ROLES = (MANAGER, PLANNER, OPERATOR)


def check_move(doc: Document, target: str) -> None:
	"""Raise PermissionError unless one of the user's roles may take this edge of the Workflow.

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
	allowed = {
		transition.allowed
		for transition in frappe.get_cached_doc("Workflow", workflow).transitions
		if transition.state == doc.status and transition.next_state == target
	}
	return bool(allowed & set(frappe.get_roles()))
