"""What must hold of reservations at every committed moment, read from ERPNext's own tables."""

from collections.abc import Collection

import frappe
from frappe.query_builder.functions import Coalesce, Sum

from production_orders.services.queries import OPEN_RESERVATION


def reserved_and_actual(item_codes: Collection[str]) -> dict[str, tuple[float, float, float]]:
	"""item_code -> (open reservations, Bin.reserved_stock, actual quantity) over all warehouses."""
	frappe.db.rollback()
	bins, entry = frappe.qb.DocType("Bin"), frappe.qb.DocType("Stock Reservation Entry")
	open_entries = (
		frappe.qb.from_(entry)
		.select(entry.item_code, entry.warehouse, Sum(entry.reserved_qty - entry.delivered_qty).as_("qty"))
		.where((entry.docstatus == 1) & entry.status.isin(OPEN_RESERVATION))
		.groupby(entry.item_code, entry.warehouse)
	)
	rows = (
		frappe.qb.from_(bins)
		.left_join(open_entries)
		.on((open_entries.item_code == bins.item_code) & (open_entries.warehouse == bins.warehouse))
		.select(bins.item_code, Coalesce(open_entries.qty, 0), bins.reserved_stock, bins.actual_qty)
		.where(bins.item_code.isin(list(item_codes)))
		.run()
	)
	return {item_code: tuple(map(float, figures)) for item_code, *figures in rows}


def over_reserved(item_codes: Collection[str]) -> list[str]:
	"""Items of which more is promised than there is, or whose Bin says something else than its entries."""
	return [
		f"{item_code}: {entries} reserved, Bin says {in_bin}, {actual} there"
		for item_code, (entries, in_bin, actual) in reserved_and_actual(item_codes).items()
		if entries > actual or entries != in_bin
	]
