from frappe.model.document import Document


class ProductionRunConsumption(Document):
	pass
