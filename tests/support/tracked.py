"""Items with batches and serial numbers, and what reservations hold of them."""

from typing import Any
from uuid import uuid4

import frappe
from frappe.utils import add_days, today

from fixtures import stock
from tests.support.scratch import Scratch

ENTRY = "Stock Reservation Entry"


class Tracked:
	"""Products of one material that is kept in batches or by serial number, and their stock."""

	def __init__(self, scratch: Scratch) -> None:
		self.scratch = scratch
		self.warehouse = scratch.plant.source_warehouse

	def batch_item(self, **values: Any) -> str:
		return self.scratch.item("BATCHED", has_batch_no=1, **values)

	def serial_item(self, **values: Any) -> str:
		"""Its series makes the serial numbers of receipts and runs."""
		series = f"SN{uuid4().hex[:8].upper()}-.###"
		return self.scratch.item("SERIAL", has_serial_no=1, **{"serial_no_series": series, **values})

	def batch(self, item_code: str, qty: float = 0, *, days: int | None = None, **values: Any) -> str:
		"""A new batch with `qty` in stock, which expires in so many days."""
		batch = frappe.new_doc("Batch")
		batch.update({"batch_id": f"LOT-{uuid4().hex[:8].upper()}", "item": item_code, **values})
		if days is not None:
			batch.expiry_date = add_days(today(), days)
		batch.insert()
		if qty:
			self.scratch.stock(item_code, qty, batch_no=batch.name)
		return batch.name

	def batches(self, item_code: str, *quantities: float) -> list[str]:
		"""A batch for each quantity, oldest first."""
		return [self.batch(item_code, qty) for qty in quantities]

	def expire(self, batch_no: str) -> None:
		"""Stock of a batch whose day has passed since."""
		frappe.db.set_value("Batch", batch_no, "expiry_date", add_days(today(), -1))

	def serials(self, item_code: str, count: int) -> list[str]:
		"""Serial numbers of `count` received pieces, in their order."""
		known = set(frappe.get_all("Serial No", {"item_code": item_code}, pluck="name"))
		self.scratch.stock(item_code, count)
		return sorted(set(frappe.get_all("Serial No", {"item_code": item_code}, pluck="name")) - known)

	def pieces_of(self, batch_no: str, item_code: str, count: int) -> list[str]:
		"""Serial numbers of `count` received pieces of a batch."""
		serial_nos = [f"{batch_no}-{number}" for number in range(1, count + 1)]
		row = {"item_code": item_code, "qty": count, "basic_rate": 10, "t_warehouse": self.warehouse}
		row |= {"batch_no": batch_no, "serial_no": "\n".join(serial_nos)}
		stock.post(stock.RECEIPT, self.scratch.company, [row])
		return serial_nos

	def order(self, material: str, qty: float, per_unit: float = 1, **values: Any) -> Any:
		"""A draft order of a fresh product that takes `per_unit` of the material."""
		finished = self.scratch.item("FG")
		self.scratch.bom(finished, {material: per_unit})
		return self.scratch.order(finished, qty, **values)


def holds(order: Any) -> dict[str, tuple[float, float]]:
	"""Batch or serial number -> (reserved, delivered) over all entries of an order, first picked first.

	Checks on the way that the rows of every entry add up to it.
	"""
	fields = ["name", "docstatus", "reserved_qty", "delivered_qty", "reservation_based_on"]
	entries = frappe.get_all(ENTRY, {"voucher_no": order.name}, fields, order_by="creation")
	found: dict[str, tuple[float, float]] = {}
	for entry in entries:
		rows = frappe.get_all(
			"Serial and Batch Entry",
			{"parenttype": ENTRY, "parent": entry.name},
			["batch_no", "serial_no", "qty", "delivered_qty", "docstatus", "warehouse"],
			order_by="idx",
		)
		if entry.reservation_based_on == "Serial and Batch":
			assert sum(row.qty for row in rows) == entry.reserved_qty
			assert sum(row.delivered_qty for row in rows) == entry.delivered_qty
			assert {row.docstatus for row in rows} <= {1}
		found |= {row.serial_no or row.batch_no: (row.qty, row.delivered_qty) for row in rows}
	return found
