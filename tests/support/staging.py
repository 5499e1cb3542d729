"""A product of two pieces of steel each, of which 100 are in stock, and an order with a WIP warehouse."""

from typing import Any

import frappe

from production_orders.api import orders
from tests.support.scratch import Scratch
from tests.support.tracked import Tracked


class Floor:
	"""The store, the WIP warehouse and one material."""

	def __init__(self, scratch: Scratch) -> None:
		self.scratch = scratch
		self.store, self.wip = scratch.plant.source_warehouse, scratch.warehouse("WIP")
		self.steel = scratch.item("STEEL")
		scratch.stock(self.steel, 100)

	def batches(self, *quantities: float) -> list[str]:
		"""The steel comes in batches instead; their names, oldest first."""
		tracked = Tracked(self.scratch)
		self.steel = tracked.batch_item()
		return tracked.batches(self.steel, *quantities)

	def serials(self, count: int) -> list[str]:
		tracked = Tracked(self.scratch)
		self.steel = tracked.serial_item()
		return tracked.serials(self.steel, count)

	def order(self, qty: float, **values: Any) -> Any:
		finished = self.scratch.item("FG")
		self.scratch.bom(finished, {self.steel: 2})
		values = {"wip_warehouse": self.wip, "consumption_policy": "Flexible", **values}
		return self.scratch.order(finished, qty, **values)

	def issue(self, qty: float, warehouse: str, **values: Any) -> Any:
		"""Somebody else takes steel."""
		purpose = {"stock_entry_type": "Material Issue", "purpose": "Material Issue"}
		entry = frappe.get_doc(
			{"doctype": "Stock Entry", "company": self.scratch.company, **purpose, **values}
		)
		entry.append("items", {"item_code": self.steel, "qty": qty, "s_warehouse": warehouse})
		return entry.submit()

	def stock(self) -> dict[str, tuple[float, float]]:
		"""(actual, reserved) in the store and at the line."""
		places = {"store": self.store, "wip": self.wip}
		return {
			name: (self.scratch.actual(self.steel, place), self.scratch.reserved(self.steel, place))
			for name, place in places.items()
		}

	def demand(self) -> dict[str, float]:
		"""What ERPNext counts as reserved for production."""
		return {name: self._bin(place).reserved_qty_for_production for name, place in self._places()}

	def recounted(self) -> dict[str, float]:
		"""The same after its button Recalculate Bin Qty."""
		for _name, place in self._places():
			self._bin(place).recalculate_qty()
		return self.demand()

	def _places(self) -> list[tuple[str, str]]:
		return [("store", self.store), ("wip", self.wip)]

	def _bin(self, warehouse: str) -> Any:
		name = frappe.db.get_value("Bin", {"item_code": self.steel, "warehouse": warehouse})
		return frappe.get_doc("Bin", name) if name else frappe._dict(reserved_qty_for_production=0)

	def held_lots(self, order: Any) -> dict[tuple[str, str], float]:
		"""(warehouse, batch or serial number) -> what the order holds of it and has not used."""
		entry, row = frappe.qb.DocType("Stock Reservation Entry"), frappe.qb.DocType("Serial and Batch Entry")
		rows = (
			frappe.qb.from_(entry)
			.join(row)
			.on(row.parent == entry.name)
			.select(entry.warehouse, row.batch_no, row.serial_no, row.qty - row.delivered_qty)
			.where((entry.voucher_no == order.name) & (entry.docstatus == 1))
			.run()
		)
		return {(place, serial or batch): qty for place, batch, serial, qty in rows if qty}

	def actions(self, order: Any) -> dict[str, str | None]:
		"""Why not stage and return_staged."""
		found = orders.allowed_actions(order=order.name)["actions"]
		return {row["action"]: row["why_not"] for row in found if row["action"] in ("stage", "return_staged")}


def rows_of(order: Any) -> list[tuple]:
	"""(warehouse, drawn from, required, reserved, delivered, consumed, short) of every material row."""
	fields = ["warehouse", "source_warehouse", "required_qty", "reserved_qty", "delivered_qty"]
	rows = frappe.get_all(
		"Production Order Material",
		{"parent": order.name},
		[*fields, "consumed_qty", "short_qty"],
		order_by="idx",
		as_list=True,
	)
	return [tuple(row) for row in rows]
