"""ERPNext's Item Alternative: which items may stand in for which, one to one in their stock UOM."""

from collections import defaultdict
from collections.abc import Collection

import frappe

from production_orders.sql import Values


def of(item_codes: Collection[str]) -> dict[str, list[str]]:
	"""item -> its alternatives by name, of those that allow any; a two-way entry is read from both its ends."""
	if not item_codes:
		return {}
	entry, item = frappe.qb.DocType("Item Alternative"), frappe.qb.DocType("Item")
	wanted = Values(item_codes)
	there = (
		frappe.qb.from_(entry)
		.select(entry.item_code, entry.alternative_item_code)
		.where(entry.item_code.isin(wanted))
	)
	back = (
		frappe.qb.from_(entry)
		.select(entry.alternative_item_code, entry.item_code)
		.where(entry.alternative_item_code.isin(wanted) & (entry.two_way == 1))
	)
	allowing = (
		frappe.qb.from_(item)
		.select(item.name)
		.where(item.name.isin(wanted) & (item.allow_alternative_item == 1))
	)
	allowed, found = set(allowing.run(pluck=True)), defaultdict(set)
	for item_code, alternative in [*there.run(), *back.run()]:
		if item_code in allowed:
			found[item_code].add(alternative)
	return {item_code: sorted(alternatives) for item_code, alternatives in found.items()}
