"""An item that was received, or goes back."""

from frappe.model.document import Document


class PurchaseReceiptItem(Document):
	pass
