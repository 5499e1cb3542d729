"""BOMs: whoever relies on one that is replaced or withdrawn learns of it."""

from frappe.model.document import Document

from production_orders.services import bom_changes


def before_submit(doc: Document, method: str | None = None) -> None:
	bom_changes.remember_defaults(doc)


def on_submit(doc: Document, method: str | None = None) -> None:
	bom_changes.follow(doc)
