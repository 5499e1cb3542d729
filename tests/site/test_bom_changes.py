"""Whoever relies on a BOM learns that it is replaced or withdrawn: engineer, planners, drafts."""

import json
from types import SimpleNamespace

import frappe
import pytest

from production_orders.api import orders
from production_orders.services import bom_changes, bom_warnings
from tests.support.orders import confirmed, value

SHORT = "Confirm with Shortages"


@pytest.fixture
def told(site, monkeypatch):
	"""Runs what a worker would do after the commit -> [(users, notice)]; the test itself is rolled back."""
	frappe.db.after_commit.reset()
	frappe.flags.pop(bom_changes.PENDING, None)
	started, notices = [], []
	monkeypatch.setattr(frappe.db, "begin", lambda: None)  # the test's own transaction goes on
	monkeypatch.setattr(bom_changes, "start", started.append)
	monkeypatch.setattr(
		bom_warnings,
		"enqueue_create_notification",
		lambda users, notice: notices.append((sorted(users), frappe._dict(notice))),
	)

	def after_commit() -> list:
		notices.clear()
		started.clear()
		frappe.db.after_commit.run()
		for bom_nos in started:
			bom_warnings.send(bom_nos)
		return list(notices)

	yield after_commit
	frappe.db.after_commit.reset()
	frappe.flags.pop(bom_changes.PENDING, None)


@pytest.fixture
def shop(scratch):
	"""A table of 4 legs; `order()` confirms one of its own planner, `draft()` leaves it."""
	table, leg, wood = (scratch.item(name) for name in ("TABLE", "LEG", "WOOD"))
	leg_bom = scratch.bom(leg, {wood: 2})
	bom = scratch.bom(table, {leg: 4})
	planner = scratch.user("Production Planner")

	def draft(owner: str = planner, **values):
		made = scratch.order(table, 5, shortage_policy=SHORT, **values)
		made.db_set("owner", owner)
		return made

	def order(owner: str = planner, **values):
		made = draft(owner, **values)
		confirmed(made)
		return made

	return SimpleNamespace(
		table=table, leg=leg, wood=wood, bom=bom, leg_bom=leg_bom, planner=planner, draft=draft, order=order
	)


def messages() -> str:
	return json.dumps([json.loads(one) if isinstance(one, str) else one for one in frappe.local.message_log])


def test_a_new_default_bom_tells_engineer_and_planner(scratch, shop, told):
	order = shop.order()
	frappe.clear_messages()
	scratch.bom(shop.table, {shop.leg: 3})
	assert order.name in messages()
	((users, notice),) = told()
	assert users == [shop.planner]
	assert (notice.document_type, notice.document_name, notice.type) == (
		"Production Order",
		order.name,
		"Alert",
	)
	assert shop.bom in notice.subject
	assert order.name in notice.subject


def test_a_new_version_of_a_sub_assembly_concerns_the_orders_above(scratch, shop, told):
	order = shop.order()
	frappe.clear_messages()
	scratch.bom(shop.leg, {shop.wood: 3})
	assert order.name in messages()
	assert [(users, notice.document_name) for users, notice in told()] == [([shop.planner], order.name)]


def test_one_planner_hears_of_all_orders_at_once(scratch, shop, told):
	first, second = shop.order(), shop.order()
	scratch.bom(shop.table, {shop.leg: 3})
	((users, notice),) = told()
	assert users == [shop.planner]
	assert (notice.document_type, notice.document_name) == ("BOM", shop.bom)
	assert first.name in notice.subject
	assert second.name in notice.subject


def test_whoever_is_assigned_is_told_like_the_owner(scratch, shop, told):
	order, colleague = shop.order(), scratch.user("Production Planner")
	order.db_set("_assign", json.dumps([colleague]))
	scratch.bom(shop.table, {shop.leg: 3})
	assert [users for users, _notice in told()] == [sorted([shop.planner, colleague])]


def test_orders_of_nobody_concern_the_planners_who_may_see_them(scratch, shop, told):
	order = shop.order(owner="Administrator")
	elsewhere = scratch.user("Production Planner")
	frappe.get_doc(
		{"doctype": "User Permission", "user": elsewhere, "allow": "Company", "for_value": "Paint Works"}
	).insert()
	frappe.db.set_value("User", gone := scratch.user("Production Planner"), "enabled", 0)
	scratch.bom(shop.table, {shop.leg: 3})
	((users, notice),) = told()
	assert shop.planner in users
	assert frappe.db.get_value("User", {"api_key": scratch.plant.users["planner"].api_key}) in users
	assert not {"Administrator", elsewhere, gone} & set(users)
	assert notice.document_name == order.name


def test_an_owner_who_has_left_hands_over_to_the_planners(scratch, shop, told):
	shop.order(owner=(gone := scratch.user("Production Planner")))
	frappe.db.set_value("User", gone, "enabled", 0)
	scratch.bom(shop.table, {shop.leg: 3})
	((users, _notice),) = told()
	assert gone not in users
	assert shop.planner in users


def _deactivate(shop):
	bom = frappe.get_doc("BOM", shop.bom)
	bom.is_active = 0
	bom.save()


def _make_another_default(shop):
	other = frappe.get_doc("BOM", shop.other)
	other.is_default = 1
	other.save()


@pytest.mark.parametrize("change", [_deactivate, _make_another_default])
def test_a_bom_that_is_deactivated_or_no_default_any_more_is_told_of(scratch, shop, told, change):
	shop.other = scratch.bom(shop.table, {shop.leg: 3}, is_default=0)
	order, draft = shop.order(), shop.draft()
	assert told() == []
	change(shop)
	assert [notice.subject.count(order.name) for _users, notice in told()] == [1]
	assert value("Production Order", draft.name, "bom_outdated") == 1


def test_a_cancelled_bom_of_a_sub_assembly_is_told_of(scratch, shop, told):
	lonely = scratch.bom(shop.leg, {shop.wood: 5}, is_default=0)
	frappe.get_doc("BOM", shop.bom)
	order = scratch.order(shop.leg, 1, shortage_policy=SHORT, bom_no=lonely)
	scratch.bom(shop.table, [{"item_code": shop.leg, "qty": 1, "bom_no": lonely}], is_default=0)
	assert order.bom_no == lonely
	for name in frappe.get_all("BOM Item", {"bom_no": lonely}, pluck="parent"):
		frappe.get_doc("BOM", name).cancel()
	told()
	frappe.get_doc("BOM", lonely).cancel()
	assert value("Production Order", order.name, "bom_outdated") == 1
	assert told() != []


def test_a_bom_that_nobody_relies_on_is_changed_in_silence(scratch, shop, told):
	frappe.clear_messages()
	scratch.bom(shop.table, {shop.leg: 3})
	scratch.bom(shop.table, {shop.leg: 2}, is_default=0)
	assert "Open Production Orders" not in messages()
	assert told() == []


def test_a_version_that_does_not_become_the_default_replaces_nothing(scratch, shop, told):
	shop.order()
	draft = shop.draft()
	scratch.bom(shop.table, {shop.leg: 2}, is_default=0)
	assert told() == []
	assert value("Production Order", draft.name, "bom_outdated") == 0


def test_a_draft_is_marked_until_it_is_saved_or_refreshed(scratch, shop, told):
	saved, refreshed, pinned = shop.draft(), shop.draft(), shop.draft(bom_pinned=1)
	newer = scratch.bom(shop.table, {shop.leg: 3})
	drafts = [saved.name, refreshed.name, pinned.name]
	marks = frappe.get_all("Production Order", {"name": ["in", drafts], "bom_outdated": 1}, pluck="name")
	assert sorted(marks) == sorted(drafts)
	frappe.get_doc("Production Order", saved.name).save()
	orders.refresh_bom(order=refreshed.name)
	frappe.get_doc("Production Order", pinned.name).save()
	assert [value("Production Order", name, "bom_no", "bom_outdated") for name in drafts] == [
		(newer, 0),
		(newer, 0),
		(shop.bom, 0),
	]


def test_a_stale_form_may_still_be_saved(scratch, shop):
	draft = shop.draft()
	opened = frappe.get_doc("Production Order", draft.name)
	scratch.bom(shop.table, {shop.leg: 3})
	opened.qty = 7
	opened.save()
	assert value("Production Order", draft.name, "qty", "bom_outdated") == (7, 0)


def test_a_confirmed_draft_is_not_outdated(scratch, shop):
	draft = shop.draft()
	scratch.bom(shop.table, {shop.leg: 3})
	confirmed(draft)
	assert value("Production Order", draft.name, "bom_outdated") == 0


def test_going_back_to_the_old_default_takes_the_mark_away(scratch, shop):
	draft = shop.draft()
	newer = scratch.bom(shop.table, {shop.leg: 3})
	assert value("Production Order", draft.name, "bom_outdated") == 1
	old = frappe.get_doc("BOM", shop.bom)
	old.is_default = 1
	old.save()
	assert value("BOM", newer, "is_default") == 0
	assert value("Production Order", draft.name, "bom_outdated") == 0


def test_names_of_orders_one_may_not_see_are_counted_only(scratch, shop, told):
	order = shop.order()
	frappe.set_user(engineer := scratch.user("Manufacturing User"))
	frappe.set_user("Administrator")
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": engineer,
			"allow": "Warehouse",
			"for_value": scratch.plant.scrap_warehouse,
			"apply_to_all_doctypes": 0,
			"applicable_for": "Production Order",
		}
	).insert()
	frappe.set_user(engineer)
	frappe.clear_messages()
	assert bom_changes.tell_engineer({shop.bom}) is True
	assert "1 open production orders" in messages()
	assert order.name not in messages()


@pytest.mark.erpnext
def test_the_bom_update_tool_tells_engineer_and_planners(scratch, shop, told):
	order = shop.order()
	newer = scratch.bom(shop.leg, {shop.wood: 3}, is_default=0)
	told()
	log = frappe.get_doc(
		{
			"doctype": "BOM Update Log",
			"update_type": "Replace BOM",
			"current_bom": shop.leg_bom,
			"new_bom": newer,
		}
	).insert()
	frappe.clear_messages()
	frappe.flags.in_test = True
	try:
		log.submit()
	finally:
		frappe.flags.in_test = False
	assert value("BOM Update Log", log.name, "status") == "Completed"
	assert order.name in messages()
	assert [(users, notice.document_name) for users, notice in told()] == [([shop.planner], order.name)]
	assert orders.preview_relock(order=order.name)["changed"] is True


def test_a_notice_arrives_in_the_planners_desk(scratch, shop):
	order = shop.order()
	frappe.flags.in_test = True
	try:
		scratch.bom(shop.table, {shop.leg: 3})
		bom_warnings.send([shop.bom])
	finally:
		frappe.flags.in_test = False
	fields = ["for_user", "document_type", "document_name"]
	logs = frappe.get_all("Notification Log", {"document_name": order.name}, fields, as_list=True)
	assert [tuple(row) for row in logs] == [(shop.planner, "Production Order", order.name)]
