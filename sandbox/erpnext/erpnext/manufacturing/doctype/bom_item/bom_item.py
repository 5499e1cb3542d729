"""A component of a BOM."""

from frappe.model.document import Document


class BOMItem(Document):
	pass
