"""Material Requests to manufacture: what their rows ask for, and how they are told what is ordered for them."""

from collections.abc import Mapping
from decimal import Decimal

from frappe import _
from frappe.model.document import Document

from production_orders.domain.demand_row import DemandRow
from production_orders.domain.quantity import ZERO, decimal
from production_orders.erpnext_bridge import ended

DOCTYPE = "Material Request"
ROW = "Material Request Item"
LINKS = ("material_request", "material_request_item")
"""How a production order, and a Work Order, names the document and the row."""


def problem(doc: Document) -> str | None:
	"""Why nothing can be made for this request now, or None."""
	if doc.material_request_type != "Manufacture":
		return _("Material Request {0} asks to {1}, not to manufacture.").format(
			doc.name, _(doc.material_request_type)
		)
	if doc.docstatus != 1 or doc.status == ended.MATERIAL_REQUEST:
		return _("Material Request {0} is {1}: submit or reopen it first.").format(doc.name, _(doc.status))
	return None


def row_problem(row: Document) -> str | None:
	return None


def demand(row: Document) -> DemandRow:
	return DemandRow(
		name=row.name,
		idx=row.idx,
		item_code=row.item_code,
		warehouse=row.warehouse or "",
		need_by=row.schedule_date,
		qty=decimal(row.stock_qty),
		sales_order=row.sales_order or "",
		sales_order_item=row.sales_order_item or "",
	)


def set_ordered(request: Document, quantities: Mapping[str, Decimal]) -> None:
	"""Let ERPNext write ordered quantities, percentage, status and Bins of these rows, with ours on top of its own.

	It asks the document for the quantities of Work Orders: this one document answers for us, too.
	"""
	work_orders = request.get_mr_items_ordered_qty(list(quantities))
	both = {row: float(decimal(work_orders.get(row, ZERO)) + qty) for row, qty in quantities.items()}
	request.get_mr_items_ordered_qty = lambda _rows: both
	request.update_completed_qty(list(both))
	request.update_requested_qty(list(both))
