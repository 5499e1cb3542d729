"""A serial or batch number with its quantity."""

from frappe.model.document import Document


class SerialandBatchEntry(Document):
	pass
