"""Stock promised to somebody stays, whoever wants to take it out and however fast.

ERPNext checks the same without a lock, so a reservation made meanwhile escapes it (ADR 0002).
"""

from decimal import Decimal

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain.quantity import decimal, text
from production_orders.erpnext_bridge import stock_ledger
from production_orders.services import queries


def validate(doc: Document, method: str | None = None) -> None:
	"""Ask for what is free under the Bin's lock before an outflow is written."""
	wanted = -decimal(doc.actual_qty)
	if wanted <= 0 or stock_ledger.may_go_negative(doc.item_code):
		return
	actual, reserved = queries.lock_bin(doc.item_code, doc.warehouse)
	if reserved and wanted > actual - reserved:
		_refuse(doc, wanted, actual - reserved)


def _refuse(doc: Document, wanted: Decimal, free: Decimal) -> None:
	sentence = _(
		"{0} in {1}: {2} to be taken out, only {3} are there and not reserved. Release a reservation first."
	)
	errors.throw(
		errors.InsufficientStock(
			sentence.format(doc.item_code, doc.warehouse, text(wanted), text(free)),
			[
				{
					"item_code": doc.item_code,
					"warehouse": doc.warehouse,
					"required_qty": float(wanted),
					"available_qty": float(free),
					"short_qty": float(wanted - free),
				}
			],
		),
		title=_("Reserved stock"),
	)
