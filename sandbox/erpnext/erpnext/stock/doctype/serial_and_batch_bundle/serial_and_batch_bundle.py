"""The batches and serial numbers of one side of one row of a stock document."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock.batch_stock import get_batch_stock, get_free_serial_nos
from erpnext.stock.doctype.batch.batch import update_batch_qty
from erpnext.stock.doctype.serial_no.serial_no import move_serial_nos
from erpnext.stock.exceptions import BatchNegativeStockError, SerialNoWarehouseError
from erpnext.stock.utils import is_negative_stock_allowed


class SerialNoExistsInFutureTransactionError(frappe.ValidationError):
	"""A piece that comes into stock only later; here pieces have no past."""


class SerialandBatchBundle(Document):
	def validate(self) -> None:
		self.set_lines()
		self.validate_numbers_belong_to_item()

	def on_submit(self) -> None:
		if self.type_of_transaction == "Outward":
			self.validate_serial_nos_are_here()
		move_serial_nos(self, inward=self.type_of_transaction == "Inward")
		self.validate_batches_are_not_negative()
		update_batch_qty(self.batches())

	def on_cancel(self) -> None:
		self.db_set("is_cancelled", 1)
		move_serial_nos(self, inward=self.type_of_transaction == "Outward")
		self.validate_batches_are_not_negative()
		update_batch_qty(self.batches())

	def set_lines(self) -> None:
		sign = -1 if self.type_of_transaction == "Outward" else 1
		for line in self.entries:
			line.warehouse = self.warehouse
			line.qty = sign * (1 if line.serial_no else abs(flt(line.qty)))
			line.is_outward = int(sign < 0)
		self.total_qty = sum(line.qty for line in self.entries)

	def validate_numbers_belong_to_item(self) -> None:
		for doctype, field, names in (
			("Batch", "item", self.batches()),
			("Serial No", "item_code", self.serial_nos()),
		):
			wrong = names and frappe.get_all(
				doctype, {"name": ("in", names), field: ("!=", self.item_code)}, limit=1
			)
			if wrong:
				frappe.throw(
					_("{0} {1} does not belong to Item {2}").format(
						_(doctype), wrong[0].name, frappe.bold(self.item_code)
					)
				)

	def validate_serial_nos_are_here(self) -> None:
		"""A serial number that a reservation holds counts as not there."""
		serial_nos = self.serial_nos()
		here = set(get_free_serial_nos(self.item_code, self.warehouse)) if serial_nos else set()
		missing = [serial_no for serial_no in serial_nos if serial_no not in here]
		if missing:
			frappe.throw(
				_("Serial No {0} is not present in the warehouse {1}").format(
					frappe.bold(missing[0]), frappe.bold(self.warehouse)
				),
				SerialNoWarehouseError,
			)

	def validate_batches_are_not_negative(self) -> None:
		if not self.batches() or is_negative_stock_allowed(item_code=self.item_code):
			return
		for batch_no, qty in get_batch_stock(self.item_code, self.warehouse, self.batches()).items():
			if qty < -0.0001:
				frappe.throw(
					_("The Batch {0} of item {1} has negative quantity {2} in the warehouse {3}.").format(
						frappe.bold(batch_no), frappe.bold(self.item_code), qty, frappe.bold(self.warehouse)
					),
					BatchNegativeStockError,
					title=_("Negative Stock Error"),
				)

	def value_at(self, rates: list[float]) -> float:
		"""Value every line at its rate; returns the change of value of the warehouse."""
		for line, rate in zip(self.entries, rates, strict=True):
			line.incoming_rate = rate
			line.stock_value_difference = line.qty * rate
			line.db_update()
		amount = sum(line.stock_value_difference for line in self.entries)
		rate = amount / self.total_qty if self.total_qty else 0
		self.db_set({"total_amount": amount, "avg_rate": rate}, update_modified=False)
		return amount

	def batches(self) -> list[str]:
		return list({line.batch_no for line in self.entries if line.batch_no})

	def serial_nos(self) -> list[str]:
		return [line.serial_no for line in self.entries if line.serial_no]
