"""How many stock units one other unit of an item holds."""

from frappe.model.document import Document


class UOMConversionDetail(Document):
	pass
