"""Submitted orders and requests of one row, in as few fields as ERPNext accepts; due in ten days unless said otherwise.

`row` has at least item_code, qty and warehouse.
"""

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, nowdate


def sales_order(company: str, **row: Any) -> Document:
	name = _unique("Customer")
	customer = frappe.get_doc(doctype="Customer", customer_name=name, customer_type="Company").insert()
	dated = {"delivery_date": add_days(nowdate(), 10), "rate": 10}
	return _submitted("Sales Order", {"company": company, "customer": customer.name}, {**dated, **row})


def purchase_order(company: str, **row: Any) -> Document:
	name = _unique("Supplier")
	supplier = frappe.get_doc(doctype="Supplier", supplier_name=name, supplier_type="Company").insert()
	dated = {"schedule_date": add_days(nowdate(), 10), "rate": 10}
	return _submitted("Purchase Order", {"company": company, "supplier": supplier.name}, {**dated, **row})


def material_request(company: str, kind: str, **row: Any) -> Document:
	dated = {"schedule_date": add_days(nowdate(), 10)}
	head = {"company": company, "material_request_type": kind}
	return _submitted("Material Request", head, {**dated, **row})


def _unique(name: str) -> str:
	return f"{name} {frappe.generate_hash(length=8)}"


def _submitted(doctype: str, head: dict[str, Any], row: dict[str, Any]) -> Document:
	currency = frappe.get_cached_value("Company", head["company"], "default_currency")
	money = {"currency": currency, "conversion_rate": 1, "plc_conversion_rate": 1}
	doc = frappe.new_doc(doctype).update({**money, **head})
	doc.price_list_currency = currency
	doc.append("items", row)
	doc.run_method("set_missing_values")
	doc.insert().submit()
	return frappe.get_doc(doctype, doc.name)
