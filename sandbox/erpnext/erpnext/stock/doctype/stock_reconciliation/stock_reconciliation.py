"""Stock as it was counted, of an item or of one of its batches. Serial numbers are not counted here."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock import stock_ledger
from erpnext.stock.doctype.batch.batch import get_batch_qty
from erpnext.stock.doctype.stock_entry.movements import movement
from erpnext.stock.doctype.stock_entry.rows import set_posting_time
from erpnext.stock.doctype.stock_reservation_entry.stock_reservation_entry import (
	get_sre_reserved_qty_for_item_and_warehouse,
)
from erpnext.stock.serial_batch_bundle import Line, cancel_bundles, make_bundle
from erpnext.stock.utils import get_stock_balance, validate_warehouse


class StockReconciliation(Document):
	def validate(self) -> None:
		set_posting_time(self)
		for row in self.items:
			self.validate_row(row)
			self.compare(row)
		self.difference_amount = sum(row.amount_difference for row in self.items)
		if self.docstatus == 1:
			self.validate_reserved_stock()

	def on_submit(self) -> None:
		counted = [row for row in self.items if row.quantity_difference or row.amount_difference]
		if not counted:
			frappe.throw(_("No stock ledger entries were created: what was counted is what was there."))
		stock_ledger.make_sl_entries([entry for row in counted for entry in self.movements(row)])

	def on_cancel(self) -> None:
		self.ignore_linked_doctypes = ("Stock Ledger Entry", "Serial and Batch Bundle")
		self.validate_reserved_stock()
		stock_ledger.reverse_sl_entries(self.doctype, self.name)
		cancel_bundles(self)

	def validate_row(self, row: Document) -> None:
		row.warehouse = row.warehouse or self.set_warehouse
		validate_warehouse(row.warehouse, self.company)
		item = frappe.get_cached_doc("Item", row.item_code)
		if not item.is_stock_item or item.disabled or item.has_serial_no:
			frappe.throw(_("Row #{0}: Item {1} cannot be counted here").format(row.idx, row.item_code))
		if flt(row.qty) < 0:
			frappe.throw(_("Row #{0}: Negative Quantity is not allowed").format(row.idx))
		if item.has_batch_no and not row.batch_no:
			frappe.throw(_("Row #{0}: Please say which batch of Item {1}").format(row.idx, row.item_code))
		row.item_name, row.stock_uom = item.item_name, item.stock_uom

	def compare(self, row: Document) -> None:
		"""A rate that nobody gave stays as it is."""
		row.current_qty, row.current_valuation_rate = get_stock_balance(
			row.item_code, row.warehouse, self.posting_date, self.posting_time, with_valuation_rate=True
		)
		if row.batch_no:
			row.current_qty = flt(get_batch_qty(row.batch_no, row.warehouse))
		row.valuation_rate = flt(row.valuation_rate) or row.current_valuation_rate
		row.amount = flt(row.qty) * row.valuation_rate
		row.quantity_difference = flt(row.qty) - row.current_qty
		row.amount_difference = row.amount - row.current_qty * row.current_valuation_rate

	def validate_reserved_stock(self) -> None:
		for row in self.items:
			reserved = get_sre_reserved_qty_for_item_and_warehouse(row.item_code, row.warehouse)
			if reserved:
				frappe.throw(
					_(
						"{0} units are reserved for Item {1} in Warehouse {2}, please un-reserve them first."
					).format(frappe.bold(reserved), frappe.bold(row.item_code), frappe.bold(row.warehouse)),
					title=_("Stock Reservation"),
				)

	def movements(self, row: Document) -> list[dict]:
		"""A batch leaves as it was and comes in as it was counted."""
		if not row.batch_no:
			count = {"qty_after_transaction": flt(row.qty), "valuation_rate": row.valuation_rate}
			return [{**self.entry(row), "actual_qty": 0, **count}]
		parts = [("current_serial_and_batch_bundle", -row.current_qty, {})]
		parts.append(("serial_and_batch_bundle", flt(row.qty), {"incoming_rate": row.valuation_rate}))
		return [self.batch_movement(row, *part) for part in parts if part[1]]

	def batch_movement(self, row: Document, field: str, qty: float, rate: dict) -> dict:
		lines = [Line(abs(qty), row.batch_no)]
		row.db_set(
			field, make_bundle(self, row, row.warehouse, lines, outward=qty < 0), update_modified=False
		)
		return {**self.entry(row), "actual_qty": qty, "serial_and_batch_bundle": row.get(field), **rate}

	def entry(self, row: Document) -> dict:
		return {**movement(self, row), "warehouse": row.warehouse}
