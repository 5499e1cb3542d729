"""ERPNext's BOM Update Tool: it puts one BOM in the place of another by SQL, so its log is what tells of it."""

from frappe.model.document import Document

from production_orders.services import bom_changes


def on_change(doc: Document, method: str | None = None) -> None:
	"""When the job has replaced the BOM in all its parents."""
	if doc.update_type == "Replace BOM" and doc.status == "Completed":
		bom_changes.announce({doc.current_bom})


def on_submit(doc: Document, method: str | None = None) -> None:
	"""While the engineer is still there to read it."""
	if doc.update_type == "Replace BOM":
		bom_changes.tell_engineer({doc.current_bom})
