"""Submitted orders, requests and movements of one row, mostly, in as few fields as ERPNext accepts.

Orders and requests are due in ten days unless said otherwise.
`row` has at least item_code, qty and warehouse.
"""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, nowdate

RATE = {"rate": 10}
# Batches and serial numbers are read from the row.
NUMBERED = {"use_serial_batch_fields": 1}


def sales_order(
	company: str, customer: str | None = None, others: Sequence[dict[str, Any]] = (), **row: Any
) -> Document:
	dated = {"delivery_date": add_days(nowdate(), 10)}
	head = {"company": company, "customer": customer or new_customer()}
	return _submitted("Sales Order", head, *({**dated, **RATE, **each} for each in (row, *others)))


def purchase_order(company: str, supplier: str | None = None, **row: Any) -> Document:
	dated = {"schedule_date": add_days(nowdate(), 10)}
	return _submitted(
		"Purchase Order",
		{"company": company, "supplier": supplier or new_supplier()},
		{**dated, **RATE, **row},
	)


def material_request(company: str, kind: str, **row: Any) -> Document:
	dated = {"schedule_date": add_days(nowdate(), 10)}
	head = {"company": company, "material_request_type": kind}
	return _submitted("Material Request", head, {**dated, **row})


def delivery_note(company: str, customer: str | None = None, **row: Any) -> Document:
	return _submitted(
		"Delivery Note",
		{"company": company, "customer": customer or new_customer()},
		{**NUMBERED, **RATE, **row},
	)


def sales_invoice(company: str, customer: str | None = None, update_stock: int = 1, **row: Any) -> Document:
	head = {"company": company, "customer": customer or new_customer(), "update_stock": update_stock}
	return _submitted("Sales Invoice", head, {**NUMBERED, **RATE, **row})


def purchase_receipt(company: str, supplier: str | None = None, **row: Any) -> Document:
	head = {"company": company, "supplier": supplier or new_supplier()}
	return _submitted("Purchase Receipt", head, {**NUMBERED, **RATE, **row})


def purchase_return(receipt: Document, qty: float, **row: Any) -> Document:
	"""Part of what a receipt of one row brought goes back to its supplier."""
	(received,) = receipt.items
	head = {"company": receipt.company, "supplier": receipt.supplier}
	head.update({"is_return": 1, "return_against": receipt.name})
	returned = {"item_code": received.item_code, "warehouse": received.warehouse, "rate": received.rate}
	returned.update({"qty": -qty, "received_qty": -qty, "purchase_receipt_item": received.name})
	return _submitted("Purchase Receipt", head, {**NUMBERED, **returned, **row})


def sales_return(sale: Document, qty: float, **row: Any) -> Document:
	"""Part of what a delivery note or an invoice of one row took away comes back from its customer."""
	(sold,) = sale.items
	head = {"company": sale.company, "customer": sale.customer, "is_return": 1, "return_against": sale.name}
	head["update_stock"] = sale.get("update_stock", 0)
	link = {"Delivery Note": "dn_detail", "Sales Invoice": "sales_invoice_item"}[sale.doctype]
	returned = {"item_code": sold.item_code, "warehouse": sold.warehouse, "rate": sold.rate, "qty": -qty}
	return _submitted(sale.doctype, head, {**NUMBERED, **returned, link: sold.name, **row})


def stock_reconciliation(company: str, **row: Any) -> Document:
	"""The stock of an item in a warehouse as it was counted: qty and valuation_rate."""
	facts = frappe.get_cached_doc("Company", company)
	head = {"company": company, "purpose": "Stock Reconciliation", "cost_center": facts.cost_center}
	head["expense_account"] = facts.stock_adjustment_account
	return _submitted("Stock Reconciliation", head, {**NUMBERED, **row})


def new_customer() -> str:
	name = _unique("Customer")
	return frappe.get_doc(doctype="Customer", customer_name=name, customer_type="Company").insert().name


def new_supplier() -> str:
	name = _unique("Supplier")
	return frappe.get_doc(doctype="Supplier", supplier_name=name, supplier_type="Company").insert().name


def _unique(name: str) -> str:
	return f"{name} {frappe.generate_hash(length=8)}"


def _submitted(doctype: str, head: dict[str, Any], *rows: dict[str, Any]) -> Document:
	currency = frappe.get_cached_value("Company", head["company"], "default_currency")
	money = {"currency": currency, "conversion_rate": 1, "plc_conversion_rate": 1}
	doc = frappe.new_doc(doctype).update({**money, **head})
	doc.price_list_currency = currency
	for row in rows:
		doc.append("items", row)
	doc.run_method("set_missing_values")
	doc.insert().submit()
	return frappe.get_doc(doctype, doc.name)
