"""Goods that came from a supplier, or go back to one."""

import frappe

from erpnext.stock.voucher import StockVoucher


class PurchaseReceipt(StockVoucher):
	brings_stock = True

	def validate(self) -> None:
		super().validate()
		for row in self.items:
			row.received_qty = row.qty
			row.valuation_rate = row.amount / row.stock_qty

	def tell_orders(self) -> None:
		"""The order first: what was requested is read from it."""
		for name in {row.purchase_order for row in self.items if row.purchase_order}:
			frappe.get_doc("Purchase Order", name).update_received_qty()
		for name in {row.material_request for row in self.items if row.material_request}:
			frappe.get_doc("Material Request", name).update_received_qty()
