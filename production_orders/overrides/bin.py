"""ERPNext's Bins count open production orders, also those that ERPNext makes or derives on its own."""

from frappe.model.document import Document

from production_orders.erpnext_bridge import projected_qty


def validate(doc: Document, method: str | None = None) -> None:
	projected_qty.derive(doc)
