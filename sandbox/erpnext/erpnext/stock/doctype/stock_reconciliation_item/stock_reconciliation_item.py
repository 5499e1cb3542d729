"""What was counted of an item in a warehouse."""

from frappe.model.document import Document


class StockReconciliationItem(Document):
	pass
