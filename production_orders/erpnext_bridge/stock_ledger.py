"""What ERPNext's stock ledger lets pass."""

from erpnext.stock.stock_ledger import is_negative_stock_allowed


def may_go_negative(item_code: str) -> bool:
	"""Whether the site or the item lets stock fall below zero; then ERPNext guards no reservation either."""
	return is_negative_stock_allowed(item_code=item_code)
