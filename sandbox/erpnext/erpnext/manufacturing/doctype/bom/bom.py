"""What is needed to make a quantity of an item, in materials and in work."""

import re

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from erpnext import get_company_currency
from erpnext.manufacturing.doctype.bom import costs, explosion
from erpnext.stock.doctype.item.item import get_conversion_factor
from erpnext.utilities.transaction_base import is_whole_number_uom, validate_uom_is_integer

BOMRecursionError = explosion.BOMRecursionError


class BOM(Document):
	def autoname(self) -> None:
		prefix = f"BOM-{self.item}-"
		names = frappe.get_all(
			"BOM", {"name": ("like", f"{prefix}%"), "amended_from": ("is", "not set")}, pluck="name"
		)
		numbers = [
			cint(name.removeprefix(prefix))
			for name in names
			if re.fullmatch(r"\d+", name.removeprefix(prefix))
		]
		self.name = f"{prefix}{max(numbers, default=0) + 1:03d}"

	def validate(self) -> None:
		self.validate_item()
		self.set_conversion_rate()
		self.clear_unused_operations()
		self.set_materials()
		self.set_scrap_items()
		self.validate_whole_numbers()
		self.validate_materials()
		costs.calculate(self)
		explosion.fill(self)
		self.set_process_loss()
		self.validate_scrap_items()

	def on_update(self) -> None:
		explosion.refuse_recursion(self)

	def on_submit(self) -> None:
		self.manage_default_bom()

	def on_update_after_submit(self) -> None:
		self.validate_parents_can_do_without()
		self.manage_default_bom()

	def on_cancel(self) -> None:
		self.db_set({"is_active": 0, "is_default": 0})
		self.validate_parents_can_do_without()
		self.manage_default_bom()

	@frappe.whitelist()
	def update_cost(self) -> None:
		"""Take today's rates into a BOM that is not cancelled."""
		if self.docstatus != 2:
			self.flags.ignore_validate_update_after_submit = True
			costs.calculate(self)
			for row in (*self.items, *self.operations, *self.scrap_items):
				row.db_update()
			self.db_update()

	def validate_item(self) -> None:
		item = frappe.db.get_value("Item", self.item, ["item_name", "description", "stock_uom"], as_dict=True)
		self.update({"item_name": item.item_name, "description": item.description, "uom": item.stock_uom})
		if not flt(self.quantity) > 0:
			frappe.throw(_("Quantity should be greater than 0"))

	def set_conversion_rate(self) -> None:
		if self.currency == get_company_currency(self.company):
			self.conversion_rate = 1

	def clear_unused_operations(self) -> None:
		if not self.with_operations:
			self.set("operations", [])

	def set_materials(self) -> None:
		for row in self.items:
			item = frappe.get_cached_doc("Item", row.item_code)
			row.item_name = row.item_name or item.item_name
			row.description = row.description or item.description
			row.stock_uom = item.stock_uom
			row.uom = row.uom or item.stock_uom
			row.qty = row.qty or 1
			row.conversion_factor = (
				row.conversion_factor or get_conversion_factor(row.item_code, row.uom) or 1
			)
			row.stock_qty = flt(row.conversion_factor) * flt(row.qty)
			row.bom_no = "" if row.do_not_explode else row.bom_no or item.default_bom or ""

	def set_scrap_items(self) -> None:
		for row in self.scrap_items:
			item = frappe.get_cached_doc("Item", row.item_code)
			row.item_name, row.stock_uom = row.item_name or item.item_name, item.stock_uom
			if row.rate is None:
				row.rate = costs.valuation_rate(row.item_code, self.company)

	def validate_whole_numbers(self) -> None:
		validate_uom_is_integer(self, "uom", "qty", self.items)
		validate_uom_is_integer(self, "stock_uom", "stock_qty", self.items)

	def validate_materials(self) -> None:
		if not self.items:
			frappe.throw(_("Raw Materials cannot be blank."))
		for row in self.items:
			if row.bom_no:
				validate_bom_no(row.item_code, row.bom_no)
			if flt(row.qty) <= 0:
				frappe.throw(_("Quantity required for Item {0} in row {1}").format(row.item_code, row.idx))

	def set_process_loss(self) -> None:
		if self.process_loss_percentage:
			self.process_loss_qty = flt(self.quantity) * flt(self.process_loss_percentage) / 100

	def validate_scrap_items(self) -> None:
		if flt(self.process_loss_percentage) > 100:
			frappe.throw(_("Process Loss Percentage cannot be greater than 100"))
		if self.process_loss_qty and is_whole_number_uom(self.uom) and self.process_loss_qty % 1:
			frappe.throw(
				_("Item {0} with unit {1} cannot lose a fraction of a unit: {2}").format(
					frappe.bold(self.item), self.uom, self.process_loss_qty
				)
			)

	def validate_parents_can_do_without(self) -> None:
		if self.is_active:
			return
		row, parent = frappe.qb.DocType("BOM Item"), frappe.qb.DocType("BOM")
		parents = (
			frappe.qb.from_(row)
			.join(parent)
			.on((row.parent == parent.name) & (row.parenttype == "BOM"))
			.select(parent.name)
			.distinct()
			.where((row.bom_no == self.name) & (parent.docstatus == 1) & (parent.is_active == 1))
		).run(pluck=True)
		if parents:
			action = _("cancel") if self.docstatus == 2 else _("deactivate")
			frappe.throw(
				_("Cannot {0} BOM as it is linked with other BOMs: {1}").format(action, ", ".join(parents))
			)

	def manage_default_bom(self) -> None:
		"""Keep one default BOM per item, and the item's link to it."""
		if self.is_default and self.is_active:
			others = {"item": self.item, "name": ("!=", self.name), "is_default": 1}
			frappe.db.set_value("BOM", others, "is_default", 0)
			self.set_default_of_item(self.name)
		elif self.is_active and not frappe.db.exists(
			"BOM", {"item": self.item, "docstatus": 1, "is_default": 1}
		):
			self.db_set("is_default", 1)
			self.set_default_of_item(self.name)
		else:
			self.db_set("is_default", 0)
			if frappe.db.get_value("Item", self.item, "default_bom") == self.name:
				self.set_default_of_item(None)

	def set_default_of_item(self, bom_no: str | None) -> None:
		frappe.db.set_value("Item", self.item, "default_bom", bom_no)


def validate_bom_no(item_code: str, bom_no: str) -> None:
	"""A row may only name an active, submitted BOM that makes its item."""
	bom = frappe.db.get_value("BOM", bom_no, ["item", "is_active", "docstatus"], as_dict=True)
	if not bom.is_active:
		frappe.throw(_("BOM {0} must be active").format(bom_no))
	if bom.docstatus != 1 and not frappe.flags.in_test:
		frappe.throw(_("BOM {0} must be submitted").format(bom_no))
	if bom.item.lower() != item_code.lower():
		frappe.throw(_("BOM {0} does not belong to Item {1}").format(bom_no, item_code))
