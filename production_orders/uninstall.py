"""Takes out of ERPNext's DocTypes everything that install put in."""

import frappe

from production_orders import role_permissions
from production_orders.custom_fields import CUSTOM_FIELDS, VOUCHER_TYPE
from production_orders.permissions import ROLES
from production_orders.services.queries import RESERVATION_INDEX

WORKFLOWS = ("Production Order", "Production Run")


def before_uninstall() -> None:
	restore_voucher_type()
	drop_reservation_index()
	for workflow in WORKFLOWS:
		frappe.delete_doc("Workflow", workflow, ignore_missing=True, force=True)


def after_uninstall() -> None:
	delete_custom_fields()
	role_permissions.revoke()
	for role in ROLES:
		frappe.delete_doc("Role", role, ignore_missing=True, force=True)


def restore_voucher_type() -> None:
	"""Take our option out and leave what other apps added; cancel the promises that rest on it."""
	doctype, field, option = VOUCHER_TYPE
	name = frappe.db.get_value(
		"Property Setter", {"doc_type": doctype, "field_name": field, "property": "options"}
	)
	if not name:
		return
	setter = frappe.get_doc("Property Setter", name)
	setter.value = "\n".join(value for value in setter.value.split("\n") if value != option)
	standard = frappe.db.get_value("DocField", {"parent": doctype, "fieldname": field}, "options")
	if setter.value == standard:
		setter.delete(ignore_permissions=True)
	else:
		setter.save(ignore_permissions=True)
	frappe.clear_cache(doctype=doctype)


def drop_reservation_index() -> None:
	if frappe.db.has_index("tabStock Reservation Entry", RESERVATION_INDEX):
		frappe.db.sql_ddl(f"alter table `tabStock Reservation Entry` drop index `{RESERVATION_INDEX}`")


def delete_custom_fields() -> None:
	for doctype, fields in CUSTOM_FIELDS.items():
		names = [f"{doctype}-{field['fieldname']}" for field in fields]
		frappe.db.delete("Custom Field", {"name": ["in", names]})
		frappe.clear_cache(doctype=doctype)
