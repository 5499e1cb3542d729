"""Goods bought, and when they are due."""

import frappe
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock.stock_balance import get_ordered_qty
from erpnext.utilities import order_rows

SET_BY_HAND = ("Closed", "On Hold", "Delivered")


class PurchaseOrder(Document):
	def validate(self) -> None:
		self.status = "Draft"
		order_rows.fill(self, "schedule_date")

	def on_submit(self) -> None:
		self.update_status()
		self.update_material_requests()

	def on_cancel(self) -> None:
		self.update_status()
		self.update_material_requests()

	def update_status(self, status: str | None = None) -> None:
		self.db_set("status", status if status in SET_BY_HAND else self.derive_status())
		order_rows.count_in_bins(self.items, "ordered_qty", get_ordered_qty)

	def derive_status(self) -> str:
		if self.docstatus == 2:
			return "Cancelled"
		return "To Bill" if flt(self.per_received) >= 100 else "To Receive and Bill"

	def update_received_qty(self) -> None:
		received = order_rows.add_up(
			"Purchase Receipt Item", "purchase_order_item", [row.name for row in self.items]
		)
		for row in self.items:
			row.db_set("received_qty", flt(received.get(row.name)), update_modified=False)
		self.db_set("per_received", order_rows.percent(self.items, "received_qty", "qty"))
		self.update_status(self.status)

	def update_material_requests(self) -> None:
		for name in {row.material_request for row in self.items if row.material_request}:
			frappe.get_doc("Material Request", name).follow_purchase_orders()
