from frappe.model.document import Document


class ProductionRunInterval(Document):
	pass
