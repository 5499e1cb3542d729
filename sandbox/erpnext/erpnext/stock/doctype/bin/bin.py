"""What is, will be and is promised of an item in a warehouse."""

import frappe
from frappe.model.document import Document
from frappe.utils import flt, now

from erpnext.stock.valuation import Balance

SUPPLY = ("actual_qty", "ordered_qty", "indented_qty", "planned_qty")
DEMAND = (
	"reserved_qty",
	"reserved_qty_for_production",
	"reserved_qty_for_sub_contract",
	"reserved_qty_for_production_plan",
)


class Bin(Document):
	def before_save(self) -> None:
		self.stock_uom = self.stock_uom or frappe.get_cached_value("Item", self.item_code, "stock_uom")
		self.set_projected_qty()

	def set_projected_qty(self) -> None:
		self.projected_qty = sum(flt(self.get(f)) for f in SUPPLY) - sum(flt(self.get(f)) for f in DEMAND)

	@frappe.whitelist()
	def recalculate_qty(self) -> None:
		"""Derive every counter again from the documents behind it."""
		from erpnext.manufacturing.doctype.work_order.work_order import get_reserved_qty_for_production
		from erpnext.stock import stock_balance

		key = (self.item_code, self.warehouse)
		self.actual_qty = stock_balance.get_balance_qty_from_sle(*key)
		self.planned_qty = stock_balance.get_planned_qty(*key)
		self.indented_qty = stock_balance.get_indented_qty(*key)
		self.ordered_qty = stock_balance.get_ordered_qty(*key)
		self.reserved_qty = stock_balance.get_reserved_qty(*key)
		self.reserved_qty_for_production = get_reserved_qty_for_production(*key)
		self.save()

	def update_reserved_qty_for_production(self) -> None:
		# Looked up at call time, so that a replacement of the function is seen.
		from erpnext.manufacturing.doctype.work_order.work_order import get_reserved_qty_for_production

		self.reserved_qty_for_production = flt(
			get_reserved_qty_for_production(self.item_code, self.warehouse)
		)
		self.set_projected_qty()
		self.db_set(
			{
				"reserved_qty_for_production": self.reserved_qty_for_production,
				"projected_qty": self.projected_qty,
			}
		)

	def update_reserved_stock(self) -> None:
		from erpnext.stock.doctype.stock_reservation_entry.stock_reservation_entry import (
			get_sre_reserved_qty_for_item_and_warehouse,
		)

		reserved = get_sre_reserved_qty_for_item_and_warehouse(self.item_code, self.warehouse)
		self.db_set("reserved_stock", flt(reserved), update_modified=True)


def on_doctype_update() -> None:
	frappe.db.add_unique("Bin", ["item_code", "warehouse"], constraint_name="unique_item_warehouse")


def write_balance(bin_name: str, balance: Balance) -> None:
	"""Store the balance of the ledger; the projection is summed in the database from the counters there."""
	table = frappe.qb.DocType("Bin")
	planned = table.ordered_qty + table.indented_qty + table.planned_qty
	promised = (
		table.reserved_qty
		+ table.reserved_qty_for_production
		+ table.reserved_qty_for_sub_contract
		+ table.reserved_qty_for_production_plan
	)
	(
		frappe.qb.update(table)
		.set(table.actual_qty, balance.qty)
		.set(table.stock_value, balance.value)
		.set(table.valuation_rate, balance.rate)
		.set(table.projected_qty, planned - promised + balance.qty)
		.set(table.modified, now())
		.where(table.name == bin_name)
	).run()
	frappe.clear_document_cache("Bin", bin_name)
