from frappe.model.document import Document


class ProductionOrdersSettings(Document):
	pass
