"""A name for a purpose of stock entries."""

from frappe.model.document import Document


class StockEntryType(Document):
	pass
