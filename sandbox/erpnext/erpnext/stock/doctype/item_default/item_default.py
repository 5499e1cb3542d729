"""Per company defaults of an item."""

from frappe.model.document import Document


class ItemDefault(Document):
	pass
