"""An order to make an item: what it will bring, what it will take, and what entries of stock did of it."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.query_builder.functions import Sum
from frappe.utils import flt

from erpnext.manufacturing.doctype.work_order.stock_entries import entry_for, moved_for, moved_of_items
from erpnext.selling.doctype.sales_order.sales_order import update_produced_qty_in_so_item
from erpnext.stock.stock_balance import get_planned_qty, update_bin_qty
from erpnext.stock.utils import get_bin

CLOSED = ("Stopped", "Completed", "Closed")
MANUFACTURE, TRANSFER = "Manufacture", "Material Transfer for Manufacture"


class WorkOrder(Document):
	def validate(self) -> None:
		self.status = "Draft"
		self.set_item()
		self.set_required_items()

	def on_submit(self) -> None:
		self.validate_warehouses()
		self.db_set("status", "Not Started")
		self.update_work_order_qty_in_so()
		self.update_reserved_qty_for_production()
		self.update_completed_qty_in_material_request()
		self.update_planned_qty()

	def on_cancel(self) -> None:
		self.validate_cancel()
		self.db_set("status", "Cancelled")
		self.update_work_order_qty_in_so()
		self.update_completed_qty_in_material_request()
		self.update_planned_qty()
		self.update_reserved_qty_for_production()

	def set_item(self) -> None:
		item = frappe.get_cached_doc("Item", self.production_item)
		self.item_name, self.stock_uom = item.item_name, item.stock_uom

	def set_required_items(self) -> None:
		if self.required_items:
			return
		quantity = flt(frappe.db.get_value("BOM", self.bom_no, "quantity"))
		table = "BOM Explosion Item" if self.use_multi_level_bom else "BOM Item"
		fields = ["item_code", "item_name", "stock_uom", "stock_qty", "source_warehouse"]
		for row in frappe.get_all(table, {"parent": self.bom_no}, fields, order_by="idx"):
			required_qty = row.pop("stock_qty") / quantity * flt(self.qty)
			row.source_warehouse = self.source_warehouse or row.source_warehouse
			self.append("required_items", {**row, "required_qty": required_qty})

	def validate_warehouses(self) -> None:
		if not self.wip_warehouse and not self.skip_transfer:
			frappe.throw(_("Work-in-Progress Warehouse is required before Submit"))
		if not self.fg_warehouse:
			frappe.throw(_("For Warehouse is required before Submit"))

	def validate_cancel(self) -> None:
		if self.status == "Stopped":
			frappe.throw(_("Stopped Work Order cannot be cancelled, Unstop it first to cancel"))
		entry = frappe.db.exists("Stock Entry", {"work_order": self.name, "docstatus": 1})
		if entry:
			frappe.throw(_("Cannot cancel because submitted Stock Entry {0} exists").format(entry))

	# What entries of stock did

	def follow_stock_entry(self) -> None:
		"""After an entry for this order was submitted or cancelled."""
		if self.status == "Stopped":
			frappe.throw(_("Transaction not allowed against stopped Work Order {0}").format(self.name))
		self.update_work_order_qty()
		self.update_planned_qty()
		self.update_status()

	def update_work_order_qty(self) -> None:
		produced, lost = moved_for(self.name, MANUFACTURE)
		transferred, _lost = moved_for(self.name, TRANSFER)
		self.db_set({"produced_qty": produced, "process_loss_qty": lost})
		self.db_set("material_transferred_for_manufacturing", transferred)
		if self.sales_order and self.sales_order_item:
			update_produced_qty_in_so_item(self.sales_order, self.sales_order_item)

	def update_required_items(self) -> None:
		consumed, transferred = moved_of_items(self.name, MANUFACTURE), moved_of_items(self.name, TRANSFER)
		for row in self.required_items:
			qtys = {"consumed_qty": consumed, "transferred_qty": transferred}
			row.db_set({f: flt(qty.get(row.item_code)) for f, qty in qtys.items()}, update_modified=False)
		self.update_reserved_qty_for_production()

	def update_status(self, status: str | None = None) -> str:
		status = status if status in ("Stopped", "Closed") else self.get_status()
		self.db_set("status", status)
		self.update_required_items()
		return status

	def get_status(self) -> str:
		done = flt(self.produced_qty) + flt(self.process_loss_qty)
		if done >= flt(self.qty):
			return "Completed"
		begun = self.material_transferred_for_manufacturing or (self.skip_transfer and self.produced_qty)
		return "In Process" if begun else "Not Started"

	# What others count of it

	def update_planned_qty(self) -> None:
		planned_qty = get_planned_qty(self.production_item, self.fg_warehouse)
		update_bin_qty(self.production_item, self.fg_warehouse, {"planned_qty": planned_qty})
		if self.material_request:
			request = frappe.get_doc("Material Request", self.material_request)
			request.update_requested_qty([self.material_request_item])

	def update_reserved_qty_for_production(self) -> None:
		for row in self.required_items:
			if row.source_warehouse:
				get_bin(row.item_code, row.source_warehouse).update_reserved_qty_for_production()

	def update_work_order_qty_in_so(self) -> None:
		if self.sales_order and self.sales_order_item:
			field, item = ("production_item", self.production_item)
			if self.product_bundle_item:
				field, item = ("product_bundle_item", self.product_bundle_item)
			filters = {"sales_order": self.sales_order, "docstatus": 1, field: item}
			qty = sum(frappe.get_all("Work Order", filters, pluck="qty"))
			frappe.db.set_value("Sales Order Item", self.sales_order_item, "work_order_qty", flt(qty, 2))

	def update_completed_qty_in_material_request(self) -> None:
		if self.material_request and self.material_request_item:
			request = frappe.get_doc("Material Request", self.material_request)
			request.update_completed_qty([self.material_request_item])


@frappe.whitelist()
def stop_unstop(work_order: str, status: str) -> str:
	"""Stop an order, or with any other status let it go on."""
	order = frappe.get_doc("Work Order", work_order)
	order.check_permission("write")
	if order.status == "Closed":
		frappe.throw(_("Closed Work Order can not be stopped or Re-opened"))
	order.update_status(status)
	order.update_planned_qty()
	return order.status


@frappe.whitelist()
def close_work_order(work_order: str, status: str) -> str:
	order = frappe.get_doc("Work Order", work_order)
	order.check_permission("write")
	order.update_status(status)
	order.update_planned_qty()
	return order.status


@frappe.whitelist()
def make_stock_entry(work_order_id: str, purpose: str, qty: float | None = None) -> dict:
	"""The entry that makes `qty` of the order, or brings its materials to the work in progress."""
	order = frappe.get_doc("Work Order", work_order_id)
	order.check_permission("read")
	return entry_for(
		order, purpose, flt(qty) if qty is not None else order.qty - order.produced_qty
	).as_dict()


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
