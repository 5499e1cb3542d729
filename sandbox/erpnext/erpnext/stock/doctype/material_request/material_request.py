"""Goods somebody asks for, and when they are needed."""

import frappe
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock.stock_balance import get_indented_qty
from erpnext.utilities import order_rows

ISSUED_FROM_STOCK = ("Material Issue", "Material Transfer", "Customer Provided")
# What a request is called when all of it has been ordered.
WHEN_ORDERED = {
	"Manufacture": "Manufactured",
	"Material Transfer": "Transferred",
	"Material Issue": "Issued",
}


class MaterialRequest(Document):
	def validate(self) -> None:
		self.status = "Draft"
		order_rows.fill(self, "schedule_date")
		for row in self.items:
			row.bom_no = row.bom_no or frappe.get_cached_value("Item", row.item_code, "default_bom")

	def on_submit(self) -> None:
		self.set_status()
		self.update_requested_qty()

	def on_cancel(self) -> None:
		self.set_status()
		self.update_requested_qty()

	def update_status(self, status: str) -> None:
		self.set_status(status)
		self.update_requested_qty()

	def set_status(self, status: str | None = None) -> None:
		self.db_set("status", "Stopped" if status == "Stopped" else self.derive_status())

	def derive_status(self) -> str:
		if self.docstatus == 2:
			return "Cancelled"
		if self.per_received:
			return "Received" if self.per_received >= 100 else "Partially Received"
		if not self.per_ordered:
			return "Pending"
		if self.per_ordered < 100:
			return "Partially Ordered"
		return WHEN_ORDERED.get(self.material_request_type, "Ordered")

	def update_completed_qty(self, mr_items: list[str] | None = None, update_modified: bool = True) -> None:
		"""Follow the documents that fulfil the request; purchase orders report by themselves."""
		if self.material_request_type != "Purchase":
			rows = mr_items or [row.name for row in self.items]
			self.set_ordered_qty(self.get_mr_items_ordered_qty(rows), rows)

	def get_mr_items_ordered_qty(self, mr_items: list[str]) -> dict[str, float]:
		"""What submitted documents make or move of each row."""
		if self.material_request_type == "Manufacture":
			return order_rows.add_up("Work Order", "material_request_item", mr_items)
		if self.material_request_type in ISSUED_FROM_STOCK:
			return order_rows.add_up("Stock Entry Detail", "material_request_item", mr_items, "transfer_qty")
		return {}

	def follow_purchase_orders(self) -> None:
		rows = [row.name for row in self.items]
		ordered = order_rows.add_up("Purchase Order Item", "material_request_item", rows, "stock_qty")
		self.set_ordered_qty(ordered, rows)
		self.update_requested_qty()

	def update_received_qty(self) -> None:
		rows = [row.name for row in self.items]
		received = order_rows.add_up("Purchase Receipt Item", "material_request_item", rows, "stock_qty")
		for row in self.items:
			row.db_set("received_qty", flt(received.get(row.name)), update_modified=False)
		self.db_set("per_received", order_rows.percent(self.items, "received_qty", "stock_qty"))
		if self.docstatus == 1 and self.status != "Stopped":
			self.set_status()

	def set_ordered_qty(self, ordered: dict[str, float], rows: list[str]) -> None:
		for row in self.items:
			if row.name in rows:
				row.db_set("ordered_qty", flt(ordered.get(row.name)), update_modified=False)
		self.db_set("per_ordered", order_rows.percent(self.items, "ordered_qty", "stock_qty"))
		if self.docstatus == 1 and self.status != "Stopped":
			self.set_status()

	def update_requested_qty(self, mr_item_rows: list[str] | None = None) -> None:
		rows = [row for row in self.items if not mr_item_rows or row.name in mr_item_rows]
		order_rows.count_in_bins(rows, "indented_qty", get_indented_qty)


def update_completed_and_requested_qty(stock_entry: Document) -> None:
	"""Requests whose rows a submitted or cancelled stock entry moved."""
	for name in {row.material_request for row in stock_entry.items if row.material_request}:
		request = frappe.get_doc("Material Request", name)
		rows = [row.material_request_item for row in stock_entry.items if row.material_request == name]
		request.update_completed_qty(rows)
		request.update_requested_qty(rows)
