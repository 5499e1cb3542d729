"""Install and migrate leave a site's own decisions alone; uninstall leaves nothing of ours."""

import frappe
import frappe.utils.fixtures
import pytest
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from production_orders import install, role_permissions, uninstall
from production_orders.custom_fields import VOUCHER_TYPE
from production_orders.permissions import ERPNEXTS_ROLES, PLANNER, ROLES

DOCTYPE, FIELD, OURS = VOUCHER_TYPE
SETTER = {"doc_type": DOCTYPE, "field_name": FIELD, "property": "options"}


def _options() -> list[str]:
	frappe.clear_cache(doctype=DOCTYPE)
	return frappe.get_meta(DOCTYPE).get_options(FIELD).split("\n")


def _standard() -> str:
	return frappe.db.get_value("DocField", {"parent": DOCTYPE, "fieldname": FIELD}, "options")


def _set_options(options: str) -> None:
	make_property_setter(DOCTYPE, FIELD, "options", options, "Text")


@pytest.fixture
def newer_erpnext(site):
	"""ERPNext, updated since we were installed, knows one voucher type more."""
	field = {"parent": DOCTYPE, "fieldname": FIELD}
	frappe.db.set_value("DocField", field, "options", f"{_standard()}\nSubcontracting Order")
	yield
	frappe.db.rollback()
	frappe.clear_cache(doctype=DOCTYPE)


def test_a_migration_takes_over_what_erpnext_added(newer_erpnext):
	install.extend_voucher_type()
	assert _options() == [*_standard().split("\n"), OURS]


def test_a_migration_keeps_what_others_added(newer_erpnext):
	_set_options(f"{_standard()}\nTheirs\n{OURS}")
	install.extend_voucher_type()
	assert _options() == [*_standard().split("\n"), "Theirs", OURS]


def test_uninstalling_deletes_a_setter_that_adds_nothing(newer_erpnext):
	uninstall.restore_voucher_type()
	assert _options() == _standard().split("\n")
	assert not frappe.db.exists("Property Setter", SETTER)


def test_uninstalling_keeps_what_others_added(newer_erpnext):
	_set_options(f"{_standard()}\nTheirs\n{OURS}")
	uninstall.restore_voucher_type()
	assert _options() == [*_standard().split("\n"), "Theirs"]


@pytest.fixture
def decisions(site):
	"""What a test decides for the site is put back for good: on early hosts a migration commits."""
	yield
	frappe.db.rollback()
	frappe.delete_doc("Workflow", "Production Order", force=True)
	install.create_workflows()
	role_permissions.grant()
	frappe.db.commit()


def test_a_migration_leaves_the_sites_decisions_alone(decisions):
	role_permissions.grant()
	workflow = frappe.get_doc("Workflow", "Production Order")
	workflow.update({"is_active": 0, "transitions": workflow.transitions[1:]})
	workflow.save()
	granted = {"parent": "Batch", "role": PLANNER}
	frappe.db.delete("Custom DocPerm", granted)
	install.after_migrate()
	frappe.utils.fixtures.sync_fixtures("production_orders")
	kept = frappe.get_doc("Workflow", "Production Order")
	assert (kept.is_active, len(kept.transitions)) == (0, len(workflow.transitions))
	assert not frappe.db.exists("Custom DocPerm", granted)


def test_missing_workflows_are_made_once(site):
	frappe.delete_doc("Workflow", "Production Run", force=True)
	frappe.delete_doc("Workflow State", "Reversed", force=True)
	install.create_workflows()
	run = frappe.get_doc("Workflow", "Production Run")
	assert (run.is_active, run.workflow_state_field) == (1, "status")
	assert frappe.db.exists("Workflow State", "Reversed")


def test_uninstalling_takes_the_roles_from_users_and_doctypes(scratch):
	user = scratch.user(*ROLES)
	role_permissions.setup_custom_perms("Project")
	permission = frappe.new_doc("Custom DocPerm")
	permission.update({"parent": "Project", "role": PLANNER, "read": 1})
	permission.insert()
	role_permissions.revoke()
	uninstall.delete_roles()
	assert frappe.get_all("Has Role", {"parent": user}, pluck="role") == []
	for doctype in ("Role", "Has Role", "Custom DocPerm"):
		field = "name" if doctype == "Role" else "role"
		assert frappe.get_all(doctype, {field: ["in", ROLES]}) == [], doctype
	assert frappe.get_all("Custom DocPerm", {"parent": "Project"}) == []


def test_erpnexts_roles_read_what_they_work_with_until_uninstalled(site):
	role_permissions.grant()
	rights = {"read": 1, "select": 1, "write": 0}
	assert frappe.db.exists("Custom DocPerm", {"parent": "Batch", "role": "Manufacturing Manager", **rights})
	before = frappe.get_all("Custom DocPerm", {"parent": "BOM", "role": "Manufacturing Manager"}, ["write"])
	assert [row.write for row in before] == [1]
	role_permissions.revoke()
	for doctype in ("Warehouse", "BOM", "Batch"):
		assert frappe.get_all("Custom DocPerm", {"parent": doctype}) == [], doctype


@pytest.mark.parametrize("doctype", role_permissions.READABLE)
def test_whoever_plans_or_makes_reads_what_the_screens_show(scratch, doctype):
	for role in (*ROLES, *ERPNEXTS_ROLES):
		assert frappe.has_permission(doctype, "read", user=scratch.user(role)), role
