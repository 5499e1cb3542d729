"""Work Orders and production orders stand in the same figures: neither may forget the other's share."""

from frappe.model.document import Document

from production_orders.erpnext_bridge import projected_qty


def count_orders(doc: Document, method: str | None = None) -> None:
	"""The first thing ERPNext does in a process that began as neither a request nor a job."""
	projected_qty.count_orders()
