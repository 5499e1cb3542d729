"""Every list and aggregate of orders that is read without a lock of its own: overviews, candidates, sums."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Max, Sum
from pypika import Table
from pypika.queries import QueryBuilder

from production_orders.domain.demand_row import Making
from production_orders.domain.lifecycle import COMPLETED, DRAFT, OPEN_ORDER
from production_orders.domain.quantity import decimal
from production_orders.domain.rejects import REWORK
from production_orders.domain.reservation import Key
from production_orders.services.queries import MATERIAL_FACTS, OPEN_RESERVATION
from production_orders.sql import Values

CHAIN_FACTS = (
	"name",
	"company",
	"docstatus",
	"status",
	"bom_lock",
	"content_hash",
	"event_count",
	"event_head",
)


def consumed_by_runs(order: str) -> list[Any]:
	"""What the completed runs of a locked order took and gave back, row by row, the first run first.

	Without the units that rework runs took: they are what the order makes.
	"""
	query, run, row = _rows_of_runs("Production Run Consumption", order)
	fields = ("item_code", "warehouse", "stock_uom", "batch_no", "serial_nos", "material", "replaces")
	return (
		query.select(*(row[field] for field in (*fields, "qty", "returned_qty", "amount")))
		.select(run.name.as_("run"))
		.where((run.is_rework == 0) | (row.item_code != run.item_code))
		.run(as_dict=True)
	)


def sent_to_rework(order: str) -> list[Any]:
	"""batch_no, serial_nos and qty of what the completed runs of a locked order have put aside to be worked over."""
	query, _run, row = _rows_of_runs("Production Run Reject", order)
	query = query.select(row.batch_no, row.serial_nos, row.qty).where(row.disposition == REWORK)
	return query.run(as_dict=True)


def worked_over(order: str) -> list[Any]:
	"""The same of what its completed rework runs took."""
	query, run, row = _rows_of_runs("Production Run Consumption", order)
	taken = (run.is_rework == 1) & (row.item_code == run.item_code)
	return query.select(row.batch_no, row.serial_nos, row.qty).where(taken).run(as_dict=True)


def _rows_of_runs(doctype: str, order: str) -> tuple[QueryBuilder, Table, Table]:
	"""(query, run, row) of a table of an order's completed runs."""
	run, row = frappe.qb.DocType("Production Run"), frappe.qb.DocType(doctype)
	query = (
		frappe.qb.from_(row)
		.join(run)
		.on(run.name == row.parent)
		.where((run.production_order == order) & (run.status == COMPLETED))
		.orderby(run.run_number, row.idx)
	)
	return query, run, row


def last_rows(orders: Collection[str]) -> dict[str, int]:
	"""order -> the number of its last material row."""
	row = frappe.qb.DocType("Production Order Material")
	query = frappe.qb.from_(row).select(row.parent, Max(row.idx)).where(row.parent.isin(Values(orders)))
	return dict(query.groupby(row.parent).run())


def claimants(item_codes: Collection[str] | None) -> list[Any]:
	"""order, item_code and is_short of whoever is short of an item, or holds it in a group's place of another.

	Unlocked: it says whose rows to lock. All items when none are named.
	"""
	order, row = frappe.qb.DocType("Production Order"), frappe.qb.DocType("Production Order Material")
	short = frappe.qb.from_(row).select(row.item_code).where(row.short_qty > 0)
	in_group = (Coalesce(row.source_warehouse, "") != "") & (row.source_warehouse != row.warehouse)
	holds = in_group & (row.reserved_qty > row.delivered_qty)
	items = short if item_codes is None else Values(item_codes)
	return (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(order.name.as_("order"), row.item_code, Max(row.short_qty).as_("is_short"))
		.where(order.status.isin(OPEN_ORDER) & row.item_code.isin(items))
		.where((row.short_qty > 0) | holds)
		.groupby(order.name, row.item_code)
		.run(as_dict=True)
	)


def open_shortages(item_code: str | None) -> list[Any]:
	"""Every short material, or those of one item, with what an overview shows of their orders, unlocked."""
	order, row = frappe.qb.DocType("Production Order"), frappe.qb.DocType("Production Order Material")
	facts = [field for field in MATERIAL_FACTS if field != "parent"]
	query = (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(row.parent.as_("order"), *(row[field] for field in facts))
		.select(order.company, order.priority, order.need_by_date, order.planned_start_date)
		.select(order.item_code.as_("product"))
		.where(order.status.isin(OPEN_ORDER) & (row.short_qty > 0))
	)
	return (query.where(row.item_code == item_code) if item_code else query).run(as_dict=True)


def is_wanted(item_codes: Collection[str] | None) -> bool:
	"""Whether somebody is short of one of these items, or of any, while some of it is free somewhere."""
	bins, row = frappe.qb.DocType("Bin"), frappe.qb.DocType("Production Order Material")
	query = (
		frappe.qb.from_(row)
		.join(bins)
		.on((bins.item_code == row.item_code) & (bins.actual_qty > bins.reserved_stock))
		.select(row.name)
		.where((row.docstatus == 1) & (row.short_qty > 0))
		.limit(1)
	)
	if item_codes is not None:
		query = query.where(row.item_code.isin(Values(item_codes)))
	return bool(query.run())


def made_for(order: str) -> list[tuple[str, str, float]]:
	"""(item_code, warehouse, qty) that drafts and open orders are to make for an order."""
	maker = frappe.qb.DocType("Production Order")
	qty = Case().when(maker.docstatus == 0, maker.qty).else_(maker.open_qty)
	return (
		frappe.qb.from_(maker)
		.select(maker.item_code, maker.fg_warehouse, qty)
		.where((maker.supplied_order == order) & maker.status.isin([DRAFT, *OPEN_ORDER]))
		.run()
	)


def cost_of_runs(order: str) -> tuple[Decimal, Decimal]:
	"""(actual cost, total variance) of the completed runs of a locked order."""
	run = frappe.qb.DocType("Production Run")
	rows = (
		frappe.qb.from_(run)
		.select(Sum(run.actual_cost), Sum(run.total_variance))
		.where((run.production_order == order) & (run.status == COMPLETED))
		.run()
	)
	return tuple(map(decimal, rows[0]))


def making(link: str, rows: Collection[str], *, with_drafts: bool) -> dict[str, Making]:
	"""row -> what orders that name it by their field `link` make for it, less what they were closed short of."""
	order = frappe.qb.DocType("Production Order")
	found = (
		frappe.qb.from_(order)
		.select(order[link], Sum(order.qty - order.closed_short_qty), Sum(order.produced_qty))
		.where(order[link].isin(sorted(rows)) & order.docstatus.isin([0, 1] if with_drafts else [1]))
		.groupby(order[link])
		.run()
	)
	return {row: Making(decimal(qty), decimal(produced)) for row, qty, produced in found}


def ordering_requests() -> dict[str, list[str]]:
	"""Material Request -> its rows that submitted orders are made for."""
	order = frappe.qb.DocType("Production Order")
	rows = (
		frappe.qb.from_(order)
		.select(order.material_request, order.material_request_item)
		.distinct()
		.where((order.docstatus == 1) & (Coalesce(order.material_request_item, "") != ""))
		.run()
	)
	found: dict[str, list[str]] = defaultdict(list)
	for request, row in rows:
		found[request].append(row)
	return found


def open_order_bins() -> dict[Key, str]:
	"""Every (item, warehouse) that an open order takes from or puts into -> the item's stock UOM."""
	order, row = frappe.qb.DocType("Production Order"), frappe.qb.DocType("Production Order Material")
	is_open = order.status.isin(OPEN_ORDER)
	drawn = (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(row.item_code, row.warehouse, row.stock_uom)
		.where(is_open)
	)
	made = frappe.qb.from_(order).select(order.item_code, order.fg_warehouse, order.stock_uom).where(is_open)
	return {(item, warehouse): uom for item, warehouse, uom in [*drawn.distinct().run(), *made.run()]}


def orders_to_verify(before: datetime) -> list[Any]:
	"""Orders whose chain has moved or was written to since it was seen intact, is broken, or was seen last `before`."""
	order, event = frappe.qb.DocType("Production Order"), frappe.qb.DocType("Production Event")
	audit = frappe.qb.DocType("Production Audit")
	touched = frappe.qb.from_(event).select(event.production_order, Max(event.modified).as_("at"))
	touched = touched.groupby(event.production_order)
	moved = (audit.event_count != order.event_count) | (Coalesce(audit.event_head, "") != order.event_head)
	is_broken = Coalesce(audit.findings, "") != ""
	return (
		frappe.qb.from_(order)
		.left_join(audit)
		.on(audit.name == order.name)
		.left_join(touched)
		.on(touched.production_order == order.name)
		.select(*(order[field] for field in CHAIN_FACTS), audit.findings)
		.where((order.status != DRAFT) | (order.event_count > 0))
		.where(
			audit.name.isnull()
			| moved
			| is_broken
			| (touched.at > audit.audited_at)
			| (audit.audited_at < before)
		)
		.orderby(order.name)
		.run(as_dict=True)
	)


def stock(item_code: str, warehouses: Iterable[str]) -> list[dict[str, Any]]:
	"""warehouse, actual_qty and reserved_qty per Bin of an item, unlocked: for display, not for decisions."""
	bins, entry = frappe.qb.DocType("Bin"), frappe.qb.DocType("Stock Reservation Entry")
	reserved = (
		frappe.qb.from_(entry)
		.select(entry.warehouse, Sum(entry.reserved_qty - entry.delivered_qty).as_("qty"))
		.where((entry.item_code == item_code) & (entry.docstatus == 1) & entry.status.isin(OPEN_RESERVATION))
		.groupby(entry.warehouse)
	)
	return (
		frappe.qb.from_(bins)
		.left_join(reserved)
		.on(reserved.warehouse == bins.warehouse)
		.select(bins.warehouse, bins.actual_qty, Coalesce(reserved.qty, 0).as_("reserved_qty"))
		.where((bins.item_code == item_code) & bins.warehouse.isin(list(warehouses)))
		.orderby(bins.warehouse)
		.run(as_dict=True)
	)
