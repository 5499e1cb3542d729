"""Goods sold, and when they are due."""

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import flt

from erpnext.stock.stock_balance import get_reserved_qty
from erpnext.utilities import order_rows

SET_BY_HAND = ("Closed", "On Hold")


class SalesOrder(Document):
	def validate(self) -> None:
		self.status = "Draft"
		order_rows.fill(self, "delivery_date")

	def on_submit(self) -> None:
		self.update_status()

	def on_cancel(self) -> None:
		self.update_status()

	def update_status(self, status: str | None = None) -> None:
		self.db_set("status", status if status in SET_BY_HAND else self.derive_status())
		order_rows.count_in_bins(self.items, "reserved_qty", get_reserved_qty)

	def update_delivered_qty(self) -> None:
		rows = [row.name for row in self.items]
		delivered = order_rows.add_up("Delivery Note Item", "so_detail", rows)
		invoiced = invoiced_with_stock(rows)
		for row in self.items:
			qty = flt(delivered.get(row.name)) + flt(invoiced.get(row.name))
			row.db_set("delivered_qty", qty, update_modified=False)
		self.db_set("per_delivered", order_rows.percent(self.items, "delivered_qty", "qty"))
		self.update_status(self.status)

	def derive_status(self) -> str:
		if self.docstatus == 2:
			return "Cancelled"
		delivered = flt(self.per_delivered) >= 100 or self.skip_delivery_note
		return "To Bill" if delivered else "To Deliver and Bill"


def invoiced_with_stock(rows: list[str]) -> dict[str, float]:
	invoice, row = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice Item")
	query = frappe.qb.from_(row).join(invoice).on(row.parent == invoice.name)
	query = query.select(row.so_detail, Sum(row.qty)).groupby(row.so_detail)
	return dict(
		query.where((invoice.docstatus == 1) & (invoice.update_stock == 1) & row.so_detail.isin(rows)).run()
	)


@frappe.whitelist()
def get_work_order_items(sales_order: str, for_raw_material_request: int = 0) -> list[dict]:
	"""Rows of which no work order makes everything yet; all of them where materials are requested."""
	order = frappe.get_doc("Sales Order", sales_order)
	order.check_permission("read")
	offered = [offer(row, bool(for_raw_material_request)) for row in order.items]
	return [row for row in offered if row["pending_qty"]]


def offer(row: Document, whole: bool) -> dict:
	pending_qty = flt(row.stock_qty) - (0 if whole else being_made("sales_order_item", row.name))
	return {
		"name": row.name,
		"item_code": row.item_code,
		"description": row.description,
		"bom": frappe.db.get_value("Item", row.item_code, "default_bom") or "",
		"warehouse": row.warehouse,
		"pending_qty": pending_qty,
		"required_qty": pending_qty if whole else 0,
		"sales_order_item": row.name,
	}


def being_made(field: str, value: str) -> float:
	order = frappe.qb.DocType("Work Order")
	query = frappe.qb.from_(order).select(Sum(order.qty)).where(order.docstatus < 2)
	return flt(query.where(order[field] == value).run()[0][0])


def update_produced_qty_in_so_item(sales_order: str, sales_order_item: str) -> None:
	order = frappe.qb.DocType("Work Order")
	query = frappe.qb.from_(order).select(Sum(order.produced_qty)).where(order.docstatus == 1)
	produced = query.where(order.sales_order_item == sales_order_item).run()[0][0]
	frappe.db.set_value("Sales Order Item", sales_order_item, "produced_qty", flt(produced))
