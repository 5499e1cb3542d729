"""A document of buying or selling that moves stock: its rows go the way of a stock entry's rows."""

from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock import stock_ledger
from erpnext.stock.doctype.stock_entry import bundles, movements
from erpnext.stock.doctype.stock_entry.rows import facts, set_posting_time
from erpnext.stock.serial_batch_bundle import Line, cancel_bundles
from erpnext.utilities import order_rows


class StockVoucher(Document):
	"""A subclass says which way positive quantities go, and which orders count what it moved."""

	brings_stock = False
	submitted_status = "To Bill"

	def validate(self) -> None:
		self.status = "Draft"
		set_posting_time(self)
		order_rows.fill_rows(self)
		order_rows.validate_rows(self, allow_negative=bool(self.get("is_return")))
		order_rows.set_totals(self)
		self.set_sides()

	def on_submit(self) -> None:
		self.db_set("status", self.submitted_status)
		if self.moves_stock():
			self.use_reservations()
			self.picks = bundles.choose(self)
			bundles.make(self)
			stock_ledger.make_sl_entries([self.movement(row) for row in self.items if row.transfer_qty])
		self.tell_orders()

	def on_cancel(self) -> None:
		self.ignore_linked_doctypes = ("Stock Ledger Entry", "Serial and Batch Bundle")
		self.db_set("status", "Cancelled")
		self.give_reservations_back()
		stock_ledger.reverse_sl_entries(self.doctype, self.name)
		cancel_bundles(self)
		bundles.unlink(self)
		self.tell_orders()

	def moves_stock(self) -> bool:
		return True

	def use_reservations(self) -> None:
		"""What was reserved for this document's orders is free for it."""

	def give_reservations_back(self) -> None:
		"""What this document used of its orders' reservations is reserved again: before its ledger entries go."""

	def tell_orders(self) -> None:
		"""What is ordered, sold or requested follows what was moved for it."""

	def set_sides(self) -> None:
		"""Where each row takes its stock from or brings it to, and how much, as a stock entry says it."""
		for row in self.items:
			inward = self.brings_stock == (flt(row.qty) > 0)
			in_stock = facts(self)[row.item_code].is_stock_item and self.moves_stock()
			row.transfer_qty = abs(flt(row.stock_qty)) if in_stock else 0
			row.s_warehouse = row.warehouse if in_stock and not inward else None
			row.t_warehouse = row.warehouse if in_stock and inward else None

	def movement(self, row: Document) -> dict:
		bundle = row.serial_and_batch_bundle if row.s_warehouse else self.inward_bundles.get(row.name)
		return {
			**movements.movement(self, row),
			"warehouse": row.warehouse,
			"actual_qty": -row.transfer_qty if row.s_warehouse else row.transfer_qty,
			"incoming_rate": flt(row.amount) / flt(row.stock_qty) if row.t_warehouse else 0,
			"serial_and_batch_bundle": bundle,
		}

	def item(self, item_code: str) -> dict:
		return facts(self)[item_code]

	def lines_of(self, row: Document) -> list[Line]:
		"""Batches and serial numbers that leave with the row."""
		return self.picks.get(row.name or row.idx, [])
