"""Asks ERPNext's buyers for stock: submitted Material Requests of type Purchase.

Submitted, because only then ERPNext itself counts them as requested, so that neither its reorder level nor a
Production Plan asks for the same again. Nothing is ordered by that: the buyer decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import today

from production_orders import system
from production_orders.erpnext_bridge import ended


@dataclass(frozen=True)
class Wish:
	"""One row, in the stock UOM."""

	item_code: str
	item_name: str
	stock_uom: str
	warehouse: str
	qty: Decimal
	on: date
	production_order: str | None = None
	"""The order it is for, when it is for one."""


def submit(company: str, wishes: Iterable[Wish]) -> str:
	"""One request with a row per wish -> its name."""
	request = frappe.get_doc(
		{
			"doctype": "Material Request",
			"material_request_type": "Purchase",
			"company": company,
			"transaction_date": today(),
			"items": [_row(wish) for wish in wishes],
		}
	)
	system.save(request)
	request.docstatus = 1
	return system.save(request).name


def open_for(order: str) -> list[tuple[str, str, float]]:
	"""(item_code, warehouse, qty) that was requested for an order and has not come."""
	request, row = frappe.qb.DocType("Material Request"), frappe.qb.DocType("Material Request Item")
	return (
		frappe.qb.from_(row)
		.join(request)
		.on(request.name == row.parent)
		.select(row.item_code, row.warehouse, row.stock_qty - row.received_qty)
		.where((row.production_order == order) & (row.stock_qty > row.received_qty))
		.where((request.docstatus < 2) & (request.status != ended.MATERIAL_REQUEST))
		.run()
	)


def _row(wish: Wish) -> dict[str, object]:
	return {
		"item_code": wish.item_code,
		"item_name": wish.item_name,
		"description": wish.item_name,
		"qty": float(wish.qty),
		"uom": wish.stock_uom,
		"stock_uom": wish.stock_uom,
		"conversion_factor": 1,
		"warehouse": wish.warehouse,
		"schedule_date": wish.on,
		"production_order": wish.production_order,
	}
