from frappe.model.document import Document


class BOMLockLine(Document):
	pass
