"""What User Permissions and a site's own Workflow rules keep from a user, in orders, runs and previews."""

import frappe
import pytest

from production_orders.api import orders, runs
from production_orders.permissions import OPERATOR, PLANNER
from tests.support.orders import confirmed, running, value

GOODS = "Finished Goods - BW"
STORES = "Stores - BW"


@pytest.fixture
def floor(scratch):
	"""A user with the operator's and the planner's roles who may see the stores only."""
	user = scratch.user(OPERATOR, PLANNER)
	_allow(user, "Warehouse", STORES)
	return user


@pytest.fixture
def planner(scratch):
	"""A planner who may see the stores only, yet every item: items name warehouses in their defaults."""
	user = scratch.user(PLANNER)
	_allow(user, "Warehouse", STORES, apply_to_all_doctypes=0, applicable_for="Warehouse")
	return user


def _allow(user: str, doctype: str, name: str, **values) -> None:
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": doctype, "for_value": name, **values}
	).insert()


@pytest.fixture
def own_order(scratch, floor):
	"""An order in warehouses that this user may see."""
	return scratch.simple_order(fg_warehouse=STORES, scrap_warehouse="")


@pytest.mark.parametrize(
	"call",
	[
		lambda run: runs.allowed_actions(run=run),
		lambda run: runs.plan(run=run, produced_qty=1),
		lambda run: runs.pause(run=run, reason="Break"),
		lambda run: runs.abort(run=run, reason="Wrong product"),
		lambda run: runs.complete(run=run, produced_qty=1),
		lambda run: frappe.get_doc("Production Run", run).check_permission("read"),
	],
)
def test_a_run_is_closed_to_whoever_may_not_see_its_order(scratch, floor, unchanged, call):
	run = running(scratch.simple_order())
	frappe.set_user(floor)
	with unchanged(), pytest.raises(frappe.PermissionError):
		call(run)


def test_lists_of_runs_and_locks_show_those_of_visible_orders(scratch, floor, own_order):
	seen, hidden = running(own_order), running(scratch.simple_order())
	frappe.set_user(floor)
	assert frappe.get_list("Production Run", {"name": ["in", [seen, hidden]]}, pluck="name") == [seen]
	lock = value("Production Order", own_order.name, "bom_lock")
	other = value("Production Run", hidden, "production_order")
	filters = {"production_order": ["in", [own_order.name, other]]}
	assert frappe.get_list("BOM Lock", filters, pluck="name") == [lock]
	runs.pause(run=seen, reason="Break")
	assert value("Production Run", seen, "status") == "Paused"


def test_a_report_may_not_draw_from_a_warehouse_one_may_not_see(scratch, floor, own_order, unchanged):
	run = running(own_order)
	material = value("Production Order Material", {"parent": own_order.name}, "item_code")
	scratch.stock(material, 5, warehouse=GOODS)
	frappe.set_user(floor)
	drawn = [{"item_code": material, "qty": 2, "warehouse": GOODS}]
	with unchanged(), pytest.raises(frappe.PermissionError, match=GOODS):
		runs.complete(run=run, produced_qty=1, consumption=drawn)


def test_a_preview_names_only_what_one_may_see(scratch, planner, unchanged):
	item, material = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(item, [{"item_code": material, "qty": 1, "source_warehouse": GOODS}])
	frappe.set_user(planner)
	with unchanged(), pytest.raises(frappe.PermissionError, match=GOODS):
		orders.preview(item_code=item, qty=1, source_warehouse=STORES, company=scratch.company)


def test_the_default_warehouse_is_asked_about_like_a_given_one(scratch, planner, unchanged):
	item = scratch.simple_order().item_code
	frappe.db.set_single_value("Stock Settings", "default_warehouse", GOODS)
	frappe.set_user(planner)
	with unchanged(), pytest.raises(frappe.PermissionError, match=GOODS):
		orders.preview(item_code=item, qty=1, company=scratch.company)


def test_a_bom_one_may_not_see_is_not_previewed(scratch, planner, unchanged):
	item, other = scratch.simple_order().item_code, scratch.simple_order()
	_allow(planner, "BOM", other.bom_no)
	frappe.set_user(planner)
	with unchanged(), pytest.raises(frappe.PermissionError, match=f"BOM-{item}"):
		orders.preview(item_code=item, qty=1, source_warehouse=STORES, company=scratch.company)


def test_a_confirmation_reserves_nothing_where_the_planner_may_not_look(scratch, planner, unchanged):
	item, material = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(item, [{"item_code": material, "qty": 1, "source_warehouse": GOODS}])
	scratch.stock(material, 5, warehouse=GOODS)
	order = scratch.order(item, 1, fg_warehouse=STORES, scrap_warehouse="")
	frappe.set_user(planner)
	with unchanged(), pytest.raises(frappe.PermissionError, match=GOODS):
		confirmed(order)


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
