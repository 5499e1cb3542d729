"""A movement of stock: received, issued, transferred or made into something else."""

import frappe
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock import repost, stock_ledger
from erpnext.stock.doctype.material_request.material_request import update_completed_and_requested_qty
from erpnext.stock.doctype.stock_entry import bundles, checks, rates, rows
from erpnext.stock.doctype.stock_entry.checks import FinishedGoodError
from erpnext.stock.doctype.stock_entry.movements import movements_of
from erpnext.stock.serial_batch_bundle import Line, cancel_bundles

__all__ = ["FinishedGoodError", "StockEntry"]


class StockEntry(Document):
	def validate(self) -> None:
		rows.set_posting_time(self)
		checks.validate_purpose(self)
		rows.fill(self)
		rows.set_warehouses(self)
		checks.validate_warehouses(self)
		checks.validate_whole_numbers(self)
		checks.validate_bom(self)
		self.set_process_loss()
		if self.purpose in ("Manufacture", "Repack"):
			rows.mark_finished_and_scrap_items(self)
			checks.validate_finished_goods(self)
		checks.validate_batches(self)
		self.calculate_rate_and_amount()

	def on_submit(self) -> None:
		bundles.make(self)
		stock_ledger.make_sl_entries(movements_of(self))
		self.follow_ledger_where_rates_were_guessed()
		self.tell_orders()

	def on_cancel(self) -> None:
		self.ignore_linked_doctypes = ("Stock Ledger Entry", "Serial and Batch Bundle")
		stock_ledger.reverse_sl_entries(self.doctype, self.name)
		cancel_bundles(self)
		bundles.unlink(self)
		self.tell_orders()

	@frappe.whitelist()
	def get_stock_and_rate(self) -> None:
		"""Answer the form's button: rates as of now."""
		rows.fill(self)
		self.calculate_rate_and_amount()

	def calculate_rate_and_amount(self, reset_outgoing_rate: bool = True) -> None:
		if reset_outgoing_rate:
			self.picks = bundles.choose(self)
		rates.set_outgoing_rates(self, reset_outgoing_rate)
		rates.set_incoming_rates(self)
		rates.distribute_additional_costs(self)
		self.set_total_incoming_outgoing_value()

	def set_total_incoming_outgoing_value(self) -> None:
		rates.set_totals(self)

	def take_rates_from_ledger(self) -> bool:
		"""Follow a changed value of the consumed goods; says whether anything changed."""
		return rates.follow_ledger(self)

	def follow_ledger_where_rates_were_guessed(self) -> None:
		"""Several rows of one item each asked for its rate before any of them had moved."""
		issued = [(row.item_code, row.s_warehouse) for row in self.items if row.s_warehouse]
		if len(issued) > len(set(issued)):
			repost.revalue_receipts(self.name)

	def tell_orders(self) -> None:
		"""The work order and the requests behind this entry count what it moved."""
		if self.work_order:
			frappe.get_doc("Work Order", self.work_order).follow_stock_entry()
		update_completed_and_requested_qty(self)

	def set_process_loss(self) -> None:
		if not self.from_bom:
			self.fg_completed_qty = 0.0
		if self.process_loss_percentage and not self.process_loss_qty:
			self.process_loss_qty = flt(self.fg_completed_qty) * flt(self.process_loss_percentage) / 100

	def item(self, item_code: str) -> dict:
		return rows.facts(self)[item_code]

	def lines_of(self, row: Document) -> list[Line]:
		"""Batches and serial numbers that leave with the row."""
		return self.picks.get(row.name or row.idx, [])
