"""Work Orders and production orders stand in the same figures: neither may forget the other's share.

ERPNext writes a row's ordered quantity anew from Work Orders alone, so our share is taken out before and put
in again after: the same whether ERPNext wrote the row or not.
"""

from frappe.model.document import Document

from production_orders.erpnext_bridge import projected_qty, sales_order
from production_orders.services import origin


def validate(doc: Document, method: str | None = None) -> None:
	count_orders(doc)


def before_submit(doc: Document, method: str | None = None) -> None:
	sales_order.take_out_orders(sales_order.rows_written_by(doc))


def on_submit(doc: Document, method: str | None = None) -> None:
	_put_in_orders(doc)


def before_cancel(doc: Document, method: str | None = None) -> None:
	count_orders(doc)
	sales_order.take_out_orders(sales_order.rows_written_by(doc))


def on_cancel(doc: Document, method: str | None = None) -> None:
	_put_in_orders(doc)


def _put_in_orders(doc: Document) -> None:
	sales_order.put_in_orders(sales_order.rows_written_by(doc))
	if doc.material_request and doc.material_request_item:
		origin.recount_request(doc.material_request, [doc.material_request_item])


def count_orders(doc: Document, method: str | None = None) -> None:
	"""The first thing ERPNext does in a process that began as neither a request nor a job."""
	projected_qty.count_orders()
