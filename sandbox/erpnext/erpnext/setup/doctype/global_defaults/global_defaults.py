"""Company and currency that new documents start with."""

import frappe
from frappe.model.document import Document


class GlobalDefaults(Document):
	def on_update(self) -> None:
		frappe.defaults.set_global_default("company", self.default_company)
		frappe.defaults.set_global_default("currency", self.default_currency)
