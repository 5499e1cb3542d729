"""Goods that leave for a customer."""

import frappe

from erpnext.stock import sold_reservations
from erpnext.stock.voucher import StockVoucher


class DeliveryNote(StockVoucher):
	def use_reservations(self) -> None:
		sold_reservations.use(self)

	def give_reservations_back(self) -> None:
		sold_reservations.give_back(self)

	def tell_orders(self) -> None:
		for name in {row.against_sales_order for row in self.items if row.against_sales_order}:
			frappe.get_doc("Sales Order", name).update_delivered_qty()
