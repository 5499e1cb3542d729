"""Reservations of others are checked under the Bin's lock; an order's are made and released by the order alone."""

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.services import offers, stock_guard


def validate(doc: Document, method: str | None = None) -> None:
	if doc.voucher_type == "Production Order":
		errors.throw(
			errors.ReadOnly(
				_("Reservation {0} belongs to {1}: reserve or release from the order.").format(
					doc.name, doc.voucher_no
				),
				[{"field": "voucher_no", "problem": doc.voucher_no}],
			)
		)
	stock_guard.lock_place(doc)


def on_submit(doc: Document, method: str | None = None) -> None:
	stock_guard.check_reservation(doc)


def on_update_after_submit(doc: Document, method: str | None = None) -> None:
	stock_guard.check_reservation(doc)
	_offer(doc)


def on_cancel(doc: Document, method: str | None = None) -> None:
	stock_guard.recount((doc.item_code, doc.warehouse))
	_offer(doc)


def _offer(doc: Document) -> None:
	"""What others no longer hold is free for orders that are short of it."""
	offers.note([doc.item_code], f"{doc.voucher_type} {doc.voucher_no}")
