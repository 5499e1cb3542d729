"""A place that holds stock, or a group of such places."""

import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet

from erpnext.setup.doctype.company.company import with_abbr


class Warehouse(NestedSet):
	nsm_parent_field = "parent_warehouse"

	def autoname(self) -> None:
		self.name = with_abbr(self.warehouse_name, self.company)

	def on_trash(self) -> None:
		if frappe.db.exists("Stock Ledger Entry", {"warehouse": self.name}):
			frappe.throw(
				_(
					"Warehouse {0} cannot be deleted because it has stock ledger entries. Disable it instead."
				).format(frappe.bold(self.name))
			)
		frappe.db.delete("Bin", {"warehouse": self.name})
		super().on_trash()
