"""Planners take completed runs back, on sites whose Workflow is of the time when nobody could."""

import frappe

ROLES = ("Production Planner", "Manufacturing User")
EDGE = {"state": "Completed", "action": "Reverse", "next_state": "Reversed"}


def execute() -> None:
	"""A site that has given the action to a planner or taken it from the manager has decided for itself."""
	if not frappe.db.exists("Workflow", "Production Run"):
		return
	workflow = frappe.get_doc("Workflow", "Production Run")
	allowed = {row.allowed for row in workflow.transitions if row.action == EDGE["action"]}
	if "Production Manager" not in allowed or allowed & set(ROLES):
		return
	workflow.extend("transitions", [{**EDGE, "allowed": role} for role in ROLES])
	workflow.save()
