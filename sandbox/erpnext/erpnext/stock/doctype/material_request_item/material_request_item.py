"""A row of a material request."""

from frappe.model.document import Document


class MaterialRequestItem(Document):
	pass
