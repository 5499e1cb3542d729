"""Makes the Bins that ERPNext has not made yet: what has no stock may still be needed or awaited."""

from collections.abc import Mapping

import frappe

from production_orders import system
from production_orders.domain.reservation import Key


def make_missing(stock_uoms: Mapping[Key, str]) -> None:
	"""A Bin for every (item, warehouse) that has none; call before Bins are locked.

	Sorted like the locks: two orders that miss the same Bins wait for each other in one order only.
	"""
	if not stock_uoms:
		return
	items, warehouses = (sorted(set(side)) for side in zip(*stock_uoms, strict=True))
	bins = frappe.qb.DocType("Bin")
	made = set(
		frappe.qb.from_(bins)
		.select(bins.item_code, bins.warehouse)
		.where(bins.item_code.isin(items) & bins.warehouse.isin(warehouses))
		.run()
	)
	system.insert_missing_rows(
		"Bin",
		[
			{
				"name": frappe.generate_hash(length=10),
				"item_code": item_code,
				"warehouse": warehouse,
				"stock_uom": stock_uoms[item_code, warehouse],
			}
			for item_code, warehouse in sorted(stock_uoms.keys() - made)
		],
	)
