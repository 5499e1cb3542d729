"""The refusals of the stock ledger."""

import frappe


class NegativeStockError(frappe.ValidationError):
	pass


class InvalidWarehouseCompany(frappe.ValidationError):
	pass


class InvalidQtyError(frappe.ValidationError):
	pass


class BatchNegativeStockError(frappe.ValidationError):
	pass


class SerialNoWarehouseError(frappe.ValidationError):
	pass
