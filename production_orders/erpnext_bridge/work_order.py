"""What ERPNext's own Work Orders make for a row of demand, and what they count for in Bins."""

from collections.abc import Collection
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Sum
from pypika.terms import ValueWrapper

from production_orders.domain.demand_row import Making
from production_orders.domain.quantity import decimal
from production_orders.erpnext_bridge import ended


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


def share_queries() -> tuple[Any, Any]:
	"""What open Work Orders add to Bins, as two queries of item_code, warehouse, planned, reserved."""
	order, need = frappe.qb.DocType("Work Order"), frappe.qb.DocType("Work Order Item")
	is_open = (order.docstatus == 1) & order.status.notin(ended.WORK_ORDER)
	taken = Case().when(order.skip_transfer == 0, need.transferred_qty).else_(need.consumed_qty)
	is_needed = (need.required_qty > need.transferred_qty) | (need.required_qty > need.consumed_qty)
	nothing = ValueWrapper(0)
	return (
		frappe.qb.from_(order)
		.select(order.production_item.as_("item_code"), order.fg_warehouse.as_("warehouse"))
		.select((order.qty - order.produced_qty).as_("planned"), nothing.as_("reserved"))
		.where(is_open & (order.qty > order.produced_qty)),
		frappe.qb.from_(need)
		.join(order)
		.on(order.name == need.parent)
		.select(need.item_code, need.source_warehouse.as_("warehouse"))
		.select(nothing.as_("planned"), (need.required_qty - taken).as_("reserved"))
		.where(is_open & is_needed),
	)
