"""Who buys."""

from frappe.model.document import Document


class Customer(Document):
	pass
