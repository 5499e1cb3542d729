"""Sales Orders: what their rows ask for, and what ERPNext knows to be made for each."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

import frappe
from erpnext.selling.doctype.sales_order import sales_order as erpnext_sales_order
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce, Sum

from production_orders.domain.demand_row import DemandRow
from production_orders.domain.quantity import decimal

DOCTYPE = "Sales Order"
ROW = "Sales Order Item"
LINKS = ("sales_order", "sales_order_item")
"""How a production order, and a Work Order, names the document and the row."""


def problem(doc: Document) -> str | None:
	"""Why nothing can be made for this order now, or None."""
	if doc.docstatus != 1 or doc.status in ("Closed", "On Hold"):
		return _("Sales Order {0} is {1}: submit or reopen it first.").format(doc.name, _(doc.status))
	return None


def row_problem(row: Document) -> str | None:
	return _("it is delivered by its supplier") if row.delivered_by_supplier else None


def demand(row: Document) -> DemandRow:
	return DemandRow(
		name=row.name,
		idx=row.idx,
		item_code=row.item_code,
		warehouse=row.warehouse or "",
		need_by=row.delivery_date,
		qty=decimal(row.stock_qty),
		delivered=decimal(row.delivered_qty) * decimal(row.conversion_factor or 1),
		sales_order=row.parent,
		sales_order_item=row.name,
	)


def add_ordered(row: str, qty: Decimal) -> None:
	"""Raise what a row says is being made for it; ERPNext plans only the rest of it."""
	rows = frappe.qb.DocType(ROW)
	frappe.qb.update(rows).set(rows.work_order_qty, rows.work_order_qty + qty).where(rows.name == row).run()


def take_out_orders(names: Collection[str]) -> None:
	"""Leave these rows with what Work Orders alone make for them."""
	_shift(-1, names)


def put_in_orders(names: Collection[str]) -> None:
	_shift(1, names)


def take_out_all_orders() -> None:
	_shift(-1, None)


def _shift(sign: int, names: Collection[str] | None) -> None:
	if names is not None and not names:
		return
	rows, order = frappe.qb.DocType(ROW), frappe.qb.DocType("Production Order")
	ours = (
		frappe.qb.from_(order)
		.select(order.sales_order_item, Sum(order.qty - order.closed_short_qty).as_("qty"))
		.where((order.docstatus == 1) & (Coalesce(order.sales_order_item, "") != ""))
		.groupby(order.sales_order_item)
	)
	if names is not None:
		ours = ours.where(order.sales_order_item.isin(sorted(names)))
	(
		frappe.qb.update(rows)
		.join(ours)
		.on(ours.sales_order_item == rows.name)
		.set(rows.work_order_qty, rows.work_order_qty + ours.qty * sign)
		.run()
	)


def rows_written_by(work_order: Document) -> list[str]:
	"""The rows whose ordered quantity ERPNext writes anew when this Work Order is submitted or cancelled."""
	plan = work_order.get("production_plan")
	combined = plan and frappe.get_all(
		"Production Plan Item Reference", {"parent": plan}, pluck="sales_order_item"
	)
	return [name for name in (combined or [work_order.get("sales_order_item")]) if name]


def work_order_items(name: str, for_raw_material_request: int) -> list[dict[str, Any]]:
	"""What ERPNext offers to make Work Orders of."""
	return erpnext_sales_order.get_work_order_items(name, for_raw_material_request) or []
