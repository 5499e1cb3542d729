"""Sets up and takes down what this app needs in ERPNext; every step may run again."""

import json

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from production_orders import role_permissions
from production_orders.custom_fields import CUSTOM_FIELDS, VOUCHER_TYPE
from production_orders.permissions import ROLES
from production_orders.services.queries import RESERVATION_INDEX


def before_install() -> None:
	"""Roles come first: DocTypes and Workflows name them."""
	create_roles()


def after_install() -> None:
	"""What a site may decide against afterwards is set up here only; a later addition needs a patch."""
	set_up()
	role_permissions.grant()
	create_workflows()
	set_defaults()
	create_planning_horizon()


def after_migrate() -> None:
	create_roles()
	set_up()


def set_up() -> None:
	create_custom_fields(CUSTOM_FIELDS, ignore_validate=True)
	extend_voucher_type()
	frappe.db.add_index(
		"Stock Reservation Entry", ["item_code", "warehouse", "status"], index_name=RESERVATION_INDEX
	)


def create_roles() -> None:
	for role in ROLES:
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert(
				ignore_permissions=True
			)


def extend_voucher_type() -> None:
	"""Offer what ERPNext offers now, what others added, and our option."""
	doctype, field, option = VOUCHER_TYPE
	standard = frappe.db.get_value("DocField", {"parent": doctype, "fieldname": field}, "options")
	offered = frappe.get_meta(doctype).get_options(field)
	options = "\n".join(dict.fromkeys([*standard.split("\n"), *offered.split("\n"), option]))
	if options != offered:
		make_property_setter(doctype, field, "options", options, "Text")


def create_workflows() -> None:
	"""Our Workflows with their states and actions, those that are missing."""
	for kind in ("workflow_state", "workflow_action_master", "workflow"):
		with open(frappe.get_app_path("production_orders", "workflows", f"{kind}.json")) as file:
			shipped = json.load(file)
		for record in shipped:
			if not frappe.db.exists(record["doctype"], record["name"]):
				frappe.get_doc(record).insert(ignore_permissions=True)


def set_defaults() -> None:
	"""Write the settings' defaults once, so that a report reads what a service does."""
	settings = frappe.get_single("Production Orders Settings")
	settings.flags.ignore_permissions = True
	settings.save()


def create_planning_horizon() -> None:
	"""One horizon to begin with, where a site has none."""
	if frappe.db.count("Planning Horizon"):
		return
	horizon = frappe.new_doc("Planning Horizon")
	horizon.update({"horizon_name": "13 Weeks", "days": 91, "bucket": "Week", "is_default": 1})
	horizon.insert(ignore_permissions=True)
