"""On ERPNext's Material Request: whether production orders can be made for it."""

from frappe.model.document import Document

from production_orders.services import origin


def onload(doc: Document, method: str | None = None) -> None:
	doc.set_onload("may_make_production_orders", origin.may_make(doc))
