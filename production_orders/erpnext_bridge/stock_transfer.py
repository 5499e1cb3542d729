"""Brings an order's material to the floor or back as ERPNext's *Material Transfer* Stock Entry (ADR 0017)."""

from collections.abc import Sequence

import frappe
from frappe.model.document import Document

from production_orders.erpnext_bridge import stock_entry
from production_orders.erpnext_bridge.stock_entry import Draw

TRANSFER = "Material Transfer"

Transfer = tuple[Draw, str]
"""What leaves, and the warehouse it goes to."""


def post(name: str, order: Document, transfers: Sequence[Transfer]) -> Document:
	"""Insert and submit the entry in one pass; `transfers` are sorted so that parallel postings meet their Bins in one order."""
	entry = frappe.new_doc("Stock Entry")
	entry.update(
		{
			"stock_entry_type": TRANSFER,
			"purpose": TRANSFER,
			"company": order.company,
			"production_order": order.name,
		}
	)
	for draw, warehouse in transfers:
		entry.append("items", {**stock_entry.out(draw), "t_warehouse": warehouse})
	return stock_entry.submit(entry, name)
