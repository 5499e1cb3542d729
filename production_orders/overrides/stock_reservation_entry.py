"""An order's reservations are made and released by the order, never from the entry itself."""

from frappe import _
from frappe.model.document import Document

from production_orders import errors


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
