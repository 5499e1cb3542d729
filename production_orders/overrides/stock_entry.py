"""A run's Stock Entry belongs to its run: it is made and undone only there."""

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.erpnext_bridge import entry_value


def validate(doc: Document, method: str | None = None) -> None:
	"""Nobody else may claim to be a run's posting; a run's own is valued once ERPNext has rated what goes out."""
	if doc.production_run and not doc.flags.by_service:
		_refuse(doc, _("Stock Entry {0} names run {1}: only the run itself posts its Stock Entry."))
	if doc.flags.yields:
		entry_value.settle(doc)


def before_cancel(doc: Document, method: str | None = None) -> None:
	if doc.production_run and not doc.flags.by_service:
		_refuse(
			doc, _("Stock Entry {0} is what run {1} made and took: reverse the run instead (runs.reverse).")
		)


def _refuse(doc: Document, sentence: str) -> None:
	errors.throw(
		errors.ReadOnly(
			sentence.format(doc.name, doc.production_run),
			[{"field": "production_run", "problem": doc.production_run}],
		)
	)
