"""What ERPNext's stock ledger lets pass."""

from collections.abc import Collection

import frappe
from erpnext.stock.stock_ledger import is_negative_stock_allowed


def may_go_negative(item_code: str) -> bool:
	"""Whether the site or the item lets stock fall below zero; then ERPNext guards no reservation either."""
	return is_negative_stock_allowed(item_code=item_code)


def unguarded(item_codes: Collection[str]) -> list[str]:
	"""Of these items, sorted, those whose reservations the ledger lets anybody take."""
	if frappe.db.get_single_value("Stock Settings", "allow_negative_stock"):
		return sorted(item_codes)
	named = {"name": ["in", sorted(item_codes)], "allow_negative_stock": 1}
	return frappe.get_all("Item", filters=named, pluck="name", order_by="name") if item_codes else []
