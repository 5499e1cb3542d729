"""What ERPNext's own Work Orders make for a row of demand."""

from collections.abc import Collection

import frappe
from frappe.query_builder.functions import Sum

from production_orders.domain.demand_row import Making
from production_orders.domain.quantity import decimal


def making(link: str, rows: Collection[str]) -> dict[str, Making]:
	"""row -> drafts and submitted Work Orders that name it by their field `link`."""
	order = frappe.qb.DocType("Work Order")
	found = (
		frappe.qb.from_(order)
		.select(order[link], Sum(order.qty), Sum(order.produced_qty))
		.where(order[link].isin(sorted(rows)) & (order.docstatus < 2))
		.groupby(order[link])
		.run()
	)
	return {row: Making(decimal(qty), decimal(produced)) for row, qty, produced in found}
