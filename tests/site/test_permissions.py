"""What User Permissions and a site's own Workflow rules keep from a user, in orders, runs and previews."""

import frappe
import pytest

from production_orders.permissions import PLANNER
from tests.support.orders import confirmed


def _edit_transition(state: str, action: str, **values) -> None:
	"""As a site's administrator edits the order's Workflow."""
	workflow = frappe.get_doc("Workflow", "Production Order")
	for transition in workflow.transitions:
		if (transition.state, transition.action) == (state, action):
			transition.update(values)
	workflow.save()


def test_a_condition_that_a_site_puts_on_an_edge_holds(scratch, unchanged):
	small, large = scratch.simple_order(qty=5), scratch.simple_order(qty=6)
	_edit_transition("Draft", "Confirm", condition="doc.qty <= 5")
	frappe.set_user(scratch.user(PLANNER))
	assert confirmed(small)["status"] == "Confirmed"
	with unchanged(), pytest.raises(frappe.PermissionError, match="Confirmed"):
		confirmed(large)


def test_a_site_may_ask_for_a_second_pair_of_eyes(scratch, unchanged):
	planner, colleague = scratch.user(PLANNER), scratch.user(PLANNER)
	order = scratch.simple_order()
	order.db_set("owner", planner)
	_edit_transition("Draft", "Confirm", allow_self_approval=0)
	frappe.set_user(planner)
	with unchanged(), pytest.raises(frappe.PermissionError, match="Confirmed"):
		confirmed(order)
	frappe.set_user(colleague)
	assert confirmed(order)["status"] == "Confirmed"
