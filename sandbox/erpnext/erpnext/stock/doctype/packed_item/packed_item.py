"""One component of a bundle that is sold as one item."""

from frappe.model.document import Document


class PackedItem(Document):
	pass
