"""A row of a purchase order."""

from frappe.model.document import Document


class PurchaseOrderItem(Document):
	pass
