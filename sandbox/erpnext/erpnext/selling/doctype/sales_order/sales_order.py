"""Goods sold, and when they are due."""

from frappe.model.document import Document

from erpnext.stock.stock_balance import get_reserved_qty
from erpnext.utilities import order_rows


class SalesOrder(Document):
	def validate(self) -> None:
		self.status = "Draft"
		order_rows.fill(self, "delivery_date")

	def on_submit(self) -> None:
		self.update_status("To Deliver and Bill")

	def on_cancel(self) -> None:
		self.update_status("Cancelled")

	def update_status(self, status: str) -> None:
		self.db_set("status", status)
		order_rows.count_in_bins(self, "reserved_qty", get_reserved_qty)
