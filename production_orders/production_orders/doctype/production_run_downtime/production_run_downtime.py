from frappe.model.document import Document


class ProductionRunDowntime(Document):
	pass
