"""A line of the general ledger; perpetual inventory, which writes them, is ERPNext's alone."""

from frappe.model.document import Document


class GLEntry(Document):
	pass
