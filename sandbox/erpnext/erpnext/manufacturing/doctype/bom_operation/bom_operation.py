"""A step of work of a BOM."""

from frappe.model.document import Document


class BOMOperation(Document):
	pass
