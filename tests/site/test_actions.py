"""What is offered as allowed can be done, and what is not says why."""

import frappe
import pytest

from production_orders.api import orders, runs
from production_orders.permissions import OPERATOR, PLANNER
from tests.support.orders import confirmed, running, started, value


def _offered(order, action: str) -> tuple[bool, str | None]:
	"""(allowed, why not) of one action for the user of the session."""
	(found,) = (row for row in orders.allowed_actions(order=order.name)["actions"] if row["action"] == action)
	return found["allowed"], found["why_not"]


def test_a_start_proposes_what_no_other_run_is_making(scratch):
	order = scratch.simple_order(qty=10)
	running(order, qty=4)
	found = {row["action"]: row for row in orders.allowed_actions(order=order.name)["actions"]}
	assert found["start_run"]["proposed_qty"] == 6
	assert found["start_rework"]["proposed_qty"] == 0
	assert runs.start(order=order.name)["qty"] == 6


def test_a_draft_cannot_be_made_and_completed(scratch):
	order = scratch.simple_order()
	assert _offered(order, "make_and_complete") == (False, f"{order.name} is Draft.")


def test_a_confirmed_order_is_made_and_completed_in_one_step(scratch):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	assert _offered(order, "make_and_complete") == (True, None)
	assert orders.complete(order=order.name, produced_qty=10)["status"] == "Completed"
	assert _offered(order, "make_and_complete") == (False, f"{order.name} is Completed.")


def test_what_runs_is_completed_before_the_rest_is_made_in_one_step(scratch):
	order = scratch.simple_order(qty=10)
	run = running(order, qty=4)
	assert _offered(order, "make_and_complete") == (False, f"These runs are open: {run}.")
	runs.complete(run=run, produced_qty=4)
	assert _offered(order, "make_and_complete") == (True, None)


@pytest.mark.parametrize("roles", [(OPERATOR,), (PLANNER,)])
def test_making_and_completing_takes_the_rights_to_both(scratch, roles):
	order = scratch.simple_order()
	confirmed(order)
	frappe.set_user(scratch.user(*roles))
	assert _offered(order, "make_and_complete") == (False, "Your role may not do this.")
	frappe.set_user(scratch.user(OPERATOR, PLANNER))
	assert _offered(order, "make_and_complete") == (True, None)


def test_a_run_is_offered_while_open_runs_leave_room(scratch):
	order = scratch.simple_order(qty=10, over_production_tolerance=0)
	running(order, qty=6)
	assert _offered(order, "start_run") == (True, None)
	started(order, qty=4)
	assert _offered(order, "start_run") == (False, "Everything is made or being made.")


def test_the_tolerance_is_room_for_a_run(scratch):
	order = scratch.simple_order(qty=10, over_production_tolerance=10)
	running(order, qty=10)
	assert _offered(order, "start_run") == (True, None)
	started(order, qty=1)
	assert _offered(order, "start_run") == (False, "Everything is made or being made.")


def test_a_first_run_is_offered_to_whoever_may_put_the_order_in_progress(scratch):
	order = scratch.simple_order()
	confirmed(order)
	workflow = frappe.get_doc("Workflow", "Production Order")
	workflow.set(
		"transitions",
		[row for row in workflow.transitions if (row.action, row.allowed) != ("Start", OPERATOR)],
	)
	workflow.save()
	frappe.set_user(scratch.user(OPERATOR))
	assert _offered(order, "start_run") == (False, "Your role may not do this.")


def _offered_of(run: str, action: str) -> tuple[bool, str | None]:
	(found,) = (row for row in runs.allowed_actions(run=run)["actions"] if row["action"] == action)
	return found["allowed"], found["why_not"]


@pytest.mark.parametrize("action", ["pause", "hand_over", "log_labour", "log_downtime", "abort"])
@pytest.mark.parametrize("role", [OPERATOR, PLANNER])
def test_whoever_works_with_runs_may_do_what_the_floor_does(scratch, action, role):
	run = running(scratch.simple_order())
	frappe.set_user(scratch.user(role))
	assert _offered_of(run, action) == (True, None)


@pytest.mark.parametrize("action", ["hand_over", "log_labour", "log_downtime"])
def test_what_the_floor_does_ends_with_the_run(scratch, action):
	run = running(scratch.simple_order())
	runs.abort(run=run, reason="wrong tool")
	assert _offered_of(run, action) == (False, f"{run} is Aborted.")


@pytest.mark.parametrize("action", ["hand_over", "log_labour", "log_downtime"])
def test_a_run_that_one_may_only_read_is_left_alone(scratch, action):
	run = running(scratch.simple_order())
	frappe.share.add("Production Run", run, reader := scratch.user(), read=1)
	frappe.share.add("Production Order", value("Production Run", run, "production_order"), reader, read=1)
	frappe.set_user(reader)
	assert _offered_of(run, action) == (False, "Your role may not do this.")


def test_rework_is_offered_while_rejected_units_wait_for_it(scratch):
	order = scratch.simple_order(qty=10, rework_warehouse=scratch.warehouse("Rework"))
	run = running(order)
	assert _offered(order, "start_rework") == (False, "Nothing waits for rework.")
	rejects = [{"qty": 2, "reason": "bent", "disposition": "Rework"}]
	runs.complete(run=run, produced_qty=8, rejects=rejects)
	assert _offered(order, "start_rework") == (True, None)
	assert _offered(order, "start_run") == (False, "Everything is made or being made.")
	started(order, rework=True)
	assert _offered(order, "start_rework") == (False, "Nothing waits for rework.")
