"""A row of a sales order."""

from frappe.model.document import Document


class SalesOrderItem(Document):
	pass
