"""Goods a customer pays for; with `update_stock` they leave by this document, too."""

import frappe
from frappe.utils import cint

from erpnext.stock import sold_reservations
from erpnext.stock.voucher import StockVoucher


class SalesInvoice(StockVoucher):
	submitted_status = "Unpaid"

	def moves_stock(self) -> bool:
		return bool(cint(self.update_stock))

	def use_reservations(self) -> None:
		sold_reservations.use(self)

	def give_reservations_back(self) -> None:
		sold_reservations.give_back(self)

	def tell_orders(self) -> None:
		for name in {row.sales_order for row in self.items if row.sales_order}:
			frappe.get_doc("Sales Order", name).update_delivered_qty()
