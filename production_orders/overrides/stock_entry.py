"""What moves the stock of an order belongs to its run, or to the order itself: it is made and undone only there."""

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.erpnext_bridge import entry_value


def validate(doc: Document, method: str | None = None) -> None:
	"""Nobody else may claim to be such a posting; a run's own is valued once ERPNext has rated what goes out."""
	_require_owner(
		doc,
		_("Stock Entry {0} names run {1}: only the run itself posts its Stock Entry."),
		_("Stock Entry {0} names order {1}: only the order itself has its material staged."),
	)
	if doc.flags.yields:
		entry_value.settle(doc)


def before_cancel(doc: Document, method: str | None = None) -> None:
	_require_owner(
		doc,
		_("Stock Entry {0} is what run {1} made and took: reverse the run instead (runs.reverse)."),
		_(
			"Stock Entry {0} staged material of {1}: return it from the order instead (materials.return_staged)."
		),
	)


def _require_owner(doc: Document, of_run: str, of_order: str) -> None:
	"""Refuse whoever is not the service that owns the entry."""
	if doc.flags.by_service:
		return
	for field, sentence in (("production_run", of_run), ("production_order", of_order)):
		if doc.get(field):
			errors.throw(
				errors.ReadOnly(
					sentence.format(doc.name, doc.get(field)), [{"field": field, "problem": doc.get(field)}]
				)
			)
