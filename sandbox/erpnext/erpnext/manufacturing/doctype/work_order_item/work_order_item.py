"""A component of a work order."""

from frappe.model.document import Document


class WorkOrderItem(Document):
	pass
