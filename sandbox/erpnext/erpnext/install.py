"""The records a fresh site starts with."""

import frappe

ROLES = (
	"Stock User",
	"Stock Manager",
	"Item Manager",
	"Manufacturing User",
	"Manufacturing Manager",
	"Sales User",
	"Sales Manager",
	"Purchase User",
	"Purchase Manager",
	"Accounts User",
	"Accounts Manager",
	"HR User",
	"HR Manager",
)
UOMS = {
	"Nos": 1,
	"Unit": 1,
	"Box": 1,
	"Pair": 1,
	"Set": 1,
	"Meter": 0,
	"Kg": 0,
	"Gram": 0,
	"Litre": 0,
	"Millilitre": 0,
}
ITEM_GROUPS = ("Products", "Raw Material", "Sub Assemblies", "Consumable")
PURPOSES = (
	"Material Issue",
	"Material Receipt",
	"Material Transfer",
	"Material Transfer for Manufacture",
	"Manufacture",
	"Repack",
)
GENDERS = ("Female", "Male", "Other")


def after_install() -> None:
	for role in ROLES:
		insert("Role", role, role_name=role, desk_access=1)
	for uom, whole in UOMS.items():
		insert("UOM", uom, uom_name=uom, must_be_whole_number=whole)
	for purpose in PURPOSES:
		insert("Stock Entry Type", purpose, purpose=purpose, is_standard=1)
	for gender in GENDERS:
		insert("Gender", gender, gender=gender)
	insert_item_groups()
	set_defaults()


def insert_item_groups() -> None:
	root = "All Item Groups"
	insert("Item Group", root, item_group_name=root, is_group=1)
	for group in ITEM_GROUPS:
		insert("Item Group", group, item_group_name=group, parent_item_group=root)


def set_defaults() -> None:
	stock_settings = frappe.get_doc("Stock Settings")
	stock_settings.update({"item_group": "Products", "stock_uom": "Nos", "valuation_method": "FIFO"}).save()
	frappe.db.set_single_value("System Settings", "float_precision", "3")
	frappe.db.set_default("float_precision", "3")


def insert(doctype: str, name: str, **values: object) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, "__newname": name, **values}).insert(ignore_permissions=True)
