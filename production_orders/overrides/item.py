"""Items: what open orders have locked keeps its name."""

from frappe.model.document import Document

from production_orders.services import item_names


def before_rename(doc: Document, method: str | None = None, *_new_name: object) -> None:
	item_names.require_unlocked(doc.name)
