"""A step of work a BOM can name."""

from frappe.model.document import Document


class Operation(Document):
	pass
