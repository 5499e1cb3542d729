"""An item that is delivered."""

from frappe.model.document import Document


class DeliveryNoteItem(Document):
	pass
