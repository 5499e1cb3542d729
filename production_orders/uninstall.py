"""Takes out of ERPNext's DocTypes everything that install and our documents put in.

All of it runs before Frappe drops our DocTypes: what it asks about them is still there.
"""

import json

import frappe

from production_orders import role_permissions
from production_orders.custom_fields import CUSTOM_FIELDS, VOUCHER_TYPE
from production_orders.erpnext_bridge import projected_qty, reservation_entry
from production_orders.permissions import ROLES
from production_orders.services import bins, origin
from production_orders.services.queries import RESERVATION_INDEX


def before_uninstall() -> None:
	take_orders_out_of_bins()
	origin.take_back()
	reservation_entry.delete_all()
	forget_runs_in_batches()
	restore_voucher_type()
	drop_reservation_index()
	delete_workflows()
	role_permissions.revoke()
	delete_custom_fields()
	delete_roles()
	# Frappe drops the tables of our DocTypes and forgets those that have none.
	frappe.db.delete("Singles", {"doctype": "Production Orders Settings"})


def take_orders_out_of_bins() -> None:
	if projected_qty.is_counted():
		bins.recount(counted=False)
		frappe.db.set_single_value("Production Orders Settings", "count_in_projected_qty", 0)


def forget_runs_in_batches() -> None:
	batch = frappe.qb.DocType("Batch")
	(
		frappe.qb.update(batch)
		.set(batch.reference_doctype, None)
		.set(batch.reference_name, None)
		.where(batch.reference_doctype == "Production Run")
		.run()
	)


def restore_voucher_type() -> None:
	"""Take our option out and leave what other apps added."""
	doctype, field, option = VOUCHER_TYPE
	name = frappe.db.get_value(
		"Property Setter", {"doc_type": doctype, "field_name": field, "property": "options"}
	)
	if not name:
		return
	setter = frappe.get_doc("Property Setter", name)
	setter.value = "\n".join(value for value in setter.value.split("\n") if value != option)
	standard = frappe.db.get_value("DocField", {"parent": doctype, "fieldname": field}, "options")
	if set(setter.value.split("\n")) <= set(standard.split("\n")):
		setter.delete(ignore_permissions=True)
	else:
		setter.save(ignore_permissions=True)
	frappe.clear_cache(doctype=doctype)


def drop_reservation_index() -> None:
	if frappe.db.has_index("tabStock Reservation Entry", RESERVATION_INDEX):
		frappe.db.sql_ddl(f"alter table `tabStock Reservation Entry` drop index `{RESERVATION_INDEX}`")


def delete_workflows() -> None:
	"""Our Workflows, and of their states and actions those that no other Workflow uses."""
	for workflow in _shipped("workflow"):
		frappe.delete_doc("Workflow", workflow, ignore_missing=True, force=True)
	_delete_unused("Workflow State", "workflow_state", "Workflow Document State", "state")
	_delete_unused("Workflow Action Master", "workflow_action_master", "Workflow Transition", "action")


def _delete_unused(doctype: str, kind: str, used_in: str, field: str) -> None:
	used = frappe.get_all(used_in, pluck=field, distinct=True)
	for name in set(_shipped(kind)) - set(used):
		frappe.delete_doc(doctype, name, ignore_missing=True, force=True)


def _shipped(kind: str) -> list[str]:
	with open(frappe.get_app_path("production_orders", "workflows", f"{kind}.json")) as file:
		return [record["name"] for record in json.load(file)]


def delete_custom_fields() -> None:
	"""Fields and their columns: Frappe alone would leave the columns behind."""
	for doctype, fields in CUSTOM_FIELDS.items():
		names = [field["fieldname"] for field in fields]
		frappe.db.delete("Custom Field", {"dt": doctype, "fieldname": ["in", names]})
		columns = ", ".join(f"drop column if exists `{name}`" for name in names)
		frappe.db.sql_ddl(f"alter table `tab{doctype}` {columns}")
		frappe.clear_cache(doctype=doctype)


def delete_roles() -> None:
	"""Roles, and who has them: a role of the same name, made later, would be theirs again."""
	frappe.db.delete("Has Role", {"role": ["in", ROLES]})
	for role in ROLES:
		frappe.delete_doc("Role", role, ignore_missing=True, force=True)
