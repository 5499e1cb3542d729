"""The levels under a BOM: its bought components, and the loops it may not have."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

DESCRIPTIVE = "item_code item_name stock_uom operation source_warehouse include_item_in_manufacturing sourced_by_supplier"


class BOMRecursionError(frappe.ValidationError):
	pass


def fill(bom: Document) -> None:
	"""Add up the components that have no BOM, using the stored explosion of the sub-assemblies."""
	components: dict[str, dict] = {}
	for row in bom.items:
		for component in components_of(row):
			known = components.setdefault(component["item_code"], {**component, "stock_qty": 0.0})
			known["stock_qty"] += component["stock_qty"]
	bom.set("exploded_items", [])
	for component in components.values():
		component["amount"] = component["stock_qty"] * component["rate"]
		component["qty_consumed_per_unit"] = component["stock_qty"] / flt(bom.quantity)
		bom.append("exploded_items", component)


def components_of(row: Document) -> list[dict]:
	if not row.bom_no:
		rate = flt(row.base_rate) / (flt(row.conversion_factor) or 1)
		own = {field: row.get(field) for field in DESCRIPTIVE.split()}
		return [{**own, "stock_qty": flt(row.stock_qty), "rate": rate}]
	quantity = flt(frappe.db.get_value("BOM", row.bom_no, "quantity"))
	fields = [*DESCRIPTIVE.split(), "stock_qty", "rate"]
	children = frappe.get_all("BOM Explosion Item", {"parent": row.bom_no}, fields)
	return [{**child, "stock_qty": child.stock_qty / quantity * flt(row.stock_qty)} for child in children]


def refuse_recursion(bom: Document) -> None:
	"""Neither this BOM nor its item may come back on any level below."""
	level = [bom.name]
	seen = {bom.name}
	while level:
		rows = frappe.get_all(
			"BOM Item",
			{"parent": ("in", level), "parenttype": "BOM", "bom_no": ("is", "set")},
			["item_code", "bom_no"],
		)
		for row in rows:
			if row.bom_no == bom.name or row.item_code == bom.item:
				frappe.throw(
					_("BOM recursion: {0} cannot be parent or child of {1}").format(row.bom_no, bom.name),
					BOMRecursionError,
				)
		level = list({row.bom_no for row in rows} - seen)
		seen.update(level)
