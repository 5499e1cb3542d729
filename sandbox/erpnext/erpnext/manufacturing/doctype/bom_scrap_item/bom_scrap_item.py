"""What a BOM yields beside its item."""

from frappe.model.document import Document


class BOMScrapItem(Document):
	pass
