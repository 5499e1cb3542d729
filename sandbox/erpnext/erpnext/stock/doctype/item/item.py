"""A thing that is bought, made, stocked or sold."""

import frappe
from frappe import _
from frappe.model.document import Document

# These decide how the ledger counts and values an item, so they are fixed by its first movement.
FIXED_BY_LEDGER = ("stock_uom", "is_stock_item", "has_batch_no", "has_serial_no")


class Item(Document):
	def validate(self) -> None:
		self.item_name = self.item_name or self.item_code
		self.description = self.description or self.item_name
		self.add_stock_uom()
		self.validate_batch_and_serial()
		self.validate_item_defaults()
		self.validate_fields_fixed_by_ledger()

	def on_trash(self) -> None:
		frappe.db.delete("Bin", {"item_code": self.name})

	def add_stock_uom(self) -> None:
		if self.stock_uom not in {row.uom for row in self.uoms}:
			self.append("uoms", {"uom": self.stock_uom, "conversion_factor": 1})

	def validate_batch_and_serial(self) -> None:
		if not self.is_stock_item and (self.has_batch_no or self.has_serial_no):
			frappe.throw(_("Item {0} must be a stock item to have batch or serial numbers").format(self.name))

	def validate_item_defaults(self) -> None:
		companies = [row.company for row in self.item_defaults]
		if len(companies) > len(set(companies)):
			frappe.throw(_("Cannot set multiple Item Defaults for a company."))
		for row in self.item_defaults:
			place = row.default_warehouse
			if place and frappe.get_cached_value("Warehouse", place, "company") != row.company:
				frappe.throw(
					_("Row #{0}: Warehouse {1} doesn't belong to Company {2}.").format(
						row.idx, frappe.bold(place), frappe.bold(row.company)
					)
				)

	def validate_fields_fixed_by_ledger(self) -> None:
		changed = [] if self.is_new() else [f for f in FIXED_BY_LEDGER if self.has_value_changed(f)]
		if changed and frappe.db.exists("Stock Ledger Entry", {"item_code": self.name, "is_cancelled": 0}):
			frappe.throw(
				_("{0} of item {1} cannot be changed because it has stock movements").format(
					frappe.bold(_(self.meta.get_label(changed[0]))), frappe.bold(self.name)
				)
			)


def get_conversion_factor(item_code: str, uom: str) -> float:
	"""How many stock units one `uom` of the item holds; 0 when nobody said."""
	if uom == frappe.get_cached_value("Item", item_code, "stock_uom"):
		return 1.0
	filters = {"parent": item_code, "parenttype": "Item", "uom": uom}
	return frappe.db.get_value("UOM Conversion Detail", filters, "conversion_factor") or 0.0
