"""Goods bought, and when they are due."""

from frappe.model.document import Document

from erpnext.stock.stock_balance import get_ordered_qty
from erpnext.utilities import order_rows


class PurchaseOrder(Document):
	def validate(self) -> None:
		self.status = "Draft"
		order_rows.fill(self, "schedule_date")

	def on_submit(self) -> None:
		self.update_status("To Receive and Bill")

	def on_cancel(self) -> None:
		self.update_status("Cancelled")

	def update_status(self, status: str) -> None:
		self.db_set("status", status)
		order_rows.count_in_bins(self, "ordered_qty", get_ordered_qty)
