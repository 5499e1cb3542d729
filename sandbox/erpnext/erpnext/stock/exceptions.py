"""The refusals of the stock ledger."""

import frappe


class NegativeStockError(frappe.ValidationError):
	pass


class InvalidWarehouseCompany(frappe.ValidationError):
	pass


class BatchExpiredError(frappe.ValidationError):
	pass
