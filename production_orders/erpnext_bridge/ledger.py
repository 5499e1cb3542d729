"""What ERPNext's ledgers say of the Stock Entries of an order, row by row, for the record."""

from collections.abc import Collection
from typing import Any

import frappe

from production_orders.sql import Values

LEDGERS = {"stock_ledger_entries": "Stock Ledger Entry", "gl_entries": "GL Entry"}


def of_order(order: str) -> dict[str, list[dict[str, Any]]]:
	"""Its Stock Entries with their rows, cancelled ones too, and every ledger row of theirs."""
	entries = rows("Stock Entry", "production_order", [order])
	names = [entry["name"] for entry in entries]
	return {
		"stock_entries": entries,
		"stock_entry_rows": rows("Stock Entry Detail", "parent", names),
		"additional_costs": rows("Landed Cost Taxes and Charges", "parent", names),
		**{part: rows(doctype, "voucher_no", names) for part, doctype in LEDGERS.items()},
	}


def rows(doctype: str, field: str, values: Collection[str]) -> list[dict[str, Any]]:
	"""Every column of the rows whose `field` has one of these values, in the order of their names."""
	if not values:
		return []
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select("*").where(table[field].isin(Values(values)))
	return query.orderby(table.name).run(as_dict=True)
