"""A unit of measure, and whether it can be split."""

from frappe.model.document import Document


class UOM(Document):
	pass
