"""An order to make an item, as far as bins count it: what it will bring and what it will take."""

import frappe
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.query_builder.functions import Sum
from frappe.utils import flt

from erpnext.stock.stock_balance import get_planned_qty, update_bin_qty
from erpnext.stock.utils import get_bin

CLOSED = ("Stopped", "Completed", "Closed")


class WorkOrder(Document):
	def validate(self) -> None:
		self.status = "Draft"
		self.set_required_items()

	def on_submit(self) -> None:
		self.db_set("status", "Not Started")
		self.update_bins()

	def on_cancel(self) -> None:
		self.db_set("status", "Cancelled")
		self.update_bins()

	def set_required_items(self) -> None:
		if self.required_items:
			return
		quantity = flt(frappe.db.get_value("BOM", self.bom_no, "quantity"))
		for row in frappe.get_all(
			"BOM Item", {"parent": self.bom_no}, ["item_code", "stock_qty", "source_warehouse"]
		):
			self.append(
				"required_items",
				{
					"item_code": row.item_code,
					"source_warehouse": row.source_warehouse or self.source_warehouse,
					"required_qty": row.stock_qty / quantity * flt(self.qty),
				},
			)

	def update_bins(self) -> None:
		planned_qty = get_planned_qty(self.production_item, self.fg_warehouse)
		update_bin_qty(self.production_item, self.fg_warehouse, {"planned_qty": planned_qty})
		for row in self.required_items:
			if row.source_warehouse:
				get_bin(row.item_code, row.source_warehouse).update_reserved_qty_for_production()


def get_reserved_qty_for_production(
	item_code: str,
	warehouse: str,
	non_completed_production_plans: list | None = None,
	check_production_plan: bool = False,
) -> float:
	"""What open work orders will still take. There are no production plans here, so none can be asked for."""
	order, row = frappe.qb.DocType("Work Order"), frappe.qb.DocType("Work Order Item")
	open_qty = (
		Case()
		.when(order.skip_transfer == 0, row.required_qty - row.transferred_qty)
		.else_(row.required_qty - row.consumed_qty)
	)
	query = (
		frappe.qb.from_(order)
		.join(row)
		.on(row.parent == order.name)
		.select(Sum(open_qty))
		.where((row.item_code == item_code) & (row.source_warehouse == warehouse))
		.where((order.docstatus == 1) & order.status.notin(CLOSED))
		.where((row.required_qty > row.transferred_qty) | (row.required_qty > row.consumed_qty))
	)
	return flt(query.run()[0][0])
