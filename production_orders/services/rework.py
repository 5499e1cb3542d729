"""Rework: rejected units leave the rework warehouse, are worked over and come out good, or rejected for good."""

from decimal import Decimal

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain.quantity import decimal, text, total
from production_orders.services.run_report import Report


def check(order: Document, report: Report) -> None:
	"""Refuse to work over more than waits, or other units than those that are taken out."""
	problems = errors.Problems()
	waiting = decimal(order.rework_qty)
	if report.processed > waiting:
		sentence = _("{0} {1} wait for rework in {2}, so {3} cannot have been worked over.")
		problems.add(
			"produced_qty",
			sentence.format(text(waiting), order.stock_uom, order.rework_warehouse, text(report.processed)),
		)
	if (taken := _taken(order, report)) not in (None, report.processed):
		sentence = _(
			"{0} of {1} are taken out, but {2} were good, rejected or lost: they are the same units."
		)
		problems.add("consumption", sentence.format(text(taken), order.item_code, text(report.processed)))
	problems.throw_any()


def _taken(order: Document, report: Report) -> Decimal | None:
	"""Units that the floor itself says it took out of rework, None when it says nothing of them."""
	places = (None, order.rework_warehouse)
	rows = [row for row in report.consumption if row.item_code == order.item_code and row.warehouse in places]
	return total(row.qty for row in rows) if rows else None
