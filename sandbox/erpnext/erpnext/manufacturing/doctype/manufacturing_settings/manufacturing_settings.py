"""Defaults of the shop floor."""

from frappe.model.document import Document


class ManufacturingSettings(Document):
	pass
