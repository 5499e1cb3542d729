"""A row of a stock entry."""

from frappe.model.document import Document


class StockEntryDetail(Document):
	pass
