from frappe.model.document import Document


class ProductionRunLabour(Document):
	pass
