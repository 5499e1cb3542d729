from frappe.model.document import Document


class ProductionOrderMaterial(Document):
	pass
