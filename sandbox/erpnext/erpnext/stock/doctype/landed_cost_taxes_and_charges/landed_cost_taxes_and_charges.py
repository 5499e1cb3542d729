"""A cost put on top of the value of received goods."""

from frappe.model.document import Document


class LandedCostTaxesandCharges(Document):
	pass
