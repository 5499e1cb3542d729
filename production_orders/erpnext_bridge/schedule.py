"""Reads dated supply and demand from the documents of ERPNext and of this app; one statement per DocType.

Only stock items and what is submitted and still open count, in the stock UOM. What an open Stock Reservation Entry
holds is no issue: it is gone from the free stock already. A document without a date counts today.
"""

from collections.abc import Collection, Iterable
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import getdate, today
from pypika.queries import QueryBuilder
from pypika.terms import Term

from production_orders.domain.lifecycle import OPEN_ORDER
from production_orders.domain.quantity import decimal
from production_orders.domain.schedule import Movement
from production_orders.erpnext_bridge import ended
from production_orders.sql import Values

Items = Collection[str] | None
"""Item codes, or None for every item."""
DECIMALS = 9
"""What ERPNext keeps of a quantity."""


def receipts(item_codes: Items, company: str | None, *, with_material_requests: bool) -> list[Movement]:
	"""What is to come in: Purchase Orders, Work Orders, production orders and, if asked, Material Requests."""
	found = [
		*_purchase_orders(item_codes, company),
		*_work_orders(item_codes, company),
		*_production_orders(item_codes, company),
	]
	return found + (_material_requests(item_codes, company) if with_material_requests else [])


def issues(item_codes: Items, company: str | None) -> list[Movement]:
	"""What is to go out: Sales Orders, materials of Work Orders, what production orders are short of."""
	return [
		*_sales_orders(item_codes, company),
		*_bundles_sold(item_codes, company),
		*_work_order_materials(item_codes, company),
		*_production_order_shortages(item_codes, company),
	]


def lead_times(item_codes: Collection[str]) -> dict[str, int]:
	"""item_code -> days it takes to buy or make; items that take none are left out."""
	item = frappe.qb.DocType("Item")
	query = frappe.qb.from_(item).select(item.name, item.lead_time_days)
	return dict(query.where(item.name.isin(Values(item_codes)) & (item.lead_time_days > 0)).run())


def _purchase_orders(item_codes: Items, company: str | None) -> list[Movement]:
	order, row = frappe.qb.DocType("Purchase Order"), frappe.qb.DocType("Purchase Order Item")
	query = (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(
			row.item_code,
			row.warehouse,
			Coalesce(row.expected_delivery_date, row.schedule_date),
			row.stock_qty - row.received_qty * row.conversion_factor,
			order.name,
		)
		.where((order.docstatus == 1) & order.status.notin(ended.PURCHASE_ORDER))
		.where((row.qty > row.received_qty) & (row.delivered_by_supplier == 0))
	)
	return _movements("Purchase Order", _of(query, item_codes, row.item_code, company, order.company))


def _work_orders(item_codes: Items, company: str | None) -> list[Movement]:
	order = frappe.qb.DocType("Work Order")
	open_qty = order.qty - order.produced_qty - order.process_loss_qty
	query = (
		frappe.qb.from_(order)
		.select(
			order.production_item,
			order.fg_warehouse,
			Coalesce(order.planned_end_date, order.expected_delivery_date),
			open_qty,
			order.name,
		)
		.where((order.docstatus == 1) & order.status.notin(ended.WORK_ORDER))
		.where(open_qty > 0)
	)
	return _movements("Work Order", _of(query, item_codes, order.production_item, company, order.company))


def _production_orders(item_codes: Items, company: str | None) -> list[Movement]:
	order = frappe.qb.DocType("Production Order")
	query = (
		frappe.qb.from_(order)
		.select(
			order.item_code,
			order.fg_warehouse,
			Coalesce(order.need_by_date, order.planned_end_date),
			order.open_qty,
			order.name,
		)
		.where((order.docstatus == 1) & order.status.isin(OPEN_ORDER) & (order.open_qty > 0))
	)
	return _movements("Production Order", _of(query, item_codes, order.item_code, company, order.company))


def _material_requests(item_codes: Items, company: str | None) -> list[Movement]:
	request, row = frappe.qb.DocType("Material Request"), frappe.qb.DocType("Material Request Item")
	done = Case().when(row.received_qty > row.ordered_qty, row.received_qty).else_(row.ordered_qty)
	query = (
		frappe.qb.from_(row)
		.join(request)
		.on(request.name == row.parent)
		.select(row.item_code, row.warehouse, row.schedule_date, row.stock_qty - done, request.name)
		.where((request.docstatus == 1) & (request.status != ended.MATERIAL_REQUEST))
		.where(request.material_request_type.isin(["Purchase", "Manufacture"]))
		.where(row.stock_qty > done)
	)
	return _movements("Material Request", _of(query, item_codes, row.item_code, company, request.company))


def _sales_orders(item_codes: Items, company: str | None) -> list[Movement]:
	order, row = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Sales Order Item")
	held = _held("Sales Order")
	undelivered = row.stock_qty - row.delivered_qty * row.conversion_factor
	open_qty = undelivered - Coalesce(held.qty, 0)
	query = (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.left_join(held)
		.on(held.voucher_detail_no == row.name)
		.select(row.item_code, row.warehouse, row.delivery_date, open_qty, order.name)
		.where((order.docstatus == 1) & order.status.notin(ended.SALES_ORDER))
		.where((row.delivered_by_supplier == 0) & (open_qty > 0))
	)
	return _movements("Sales Order", _of(query, item_codes, row.item_code, company, order.company))


def _bundles_sold(item_codes: Items, company: str | None) -> list[Movement]:
	"""Of what makes up a sold bundle, the part that goes with the bundles not yet delivered."""
	order, row, packed = map(frappe.qb.DocType, ("Sales Order", "Sales Order Item", "Packed Item"))
	open_qty = packed.qty * (row.qty - row.delivered_qty) / row.qty
	query = (
		frappe.qb.from_(packed)
		.join(row)
		.on(row.name == packed.parent_detail_docname)
		.join(order)
		.on(order.name == row.parent)
		.select(packed.item_code, packed.warehouse, row.delivery_date, open_qty, order.name)
		.where((order.docstatus == 1) & order.status.notin(ended.SALES_ORDER))
		.where((row.delivered_by_supplier == 0) & (row.qty > row.delivered_qty))
	)
	return _movements("Sales Order", _of(query, item_codes, packed.item_code, company, order.company))


def _work_order_materials(item_codes: Items, company: str | None) -> list[Movement]:
	order, row = frappe.qb.DocType("Work Order"), frappe.qb.DocType("Work Order Item")
	held = _held("Work Order")
	taken = Case().when(order.skip_transfer == 1, row.consumed_qty).else_(row.transferred_qty)
	open_qty = row.required_qty - taken - Coalesce(held.qty, 0)
	query = (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.left_join(held)
		.on(held.voucher_detail_no == row.name)
		.select(row.item_code, row.source_warehouse, order.planned_start_date, open_qty, order.name)
		.where((order.docstatus == 1) & order.status.notin(ended.WORK_ORDER))
		.where(open_qty > 0)
	)
	return _movements("Work Order", _of(query, item_codes, row.item_code, company, order.company))


def _production_order_shortages(item_codes: Items, company: str | None) -> list[Movement]:
	order, row = frappe.qb.DocType("Production Order"), frappe.qb.DocType("Production Order Material")
	query = (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(row.item_code, row.warehouse, order.planned_start_date, row.short_qty, order.name)
		.where((order.docstatus == 1) & order.status.isin(OPEN_ORDER) & (row.short_qty > 0))
	)
	return _movements("Production Order", _of(query, item_codes, row.item_code, company, order.company))


def _held(voucher_type: str) -> QueryBuilder:
	"""voucher_detail_no -> what its open reservations hold."""
	entry = frappe.qb.DocType("Stock Reservation Entry")
	return (
		frappe.qb.from_(entry)
		.select(entry.voucher_detail_no, Sum(entry.reserved_qty - entry.delivered_qty).as_("qty"))
		.where((entry.docstatus == 1) & (entry.voucher_type == voucher_type))
		.where(entry.status.notin(ended.RESERVATION))
		.groupby(entry.voucher_detail_no)
	)


def _of(
	query: QueryBuilder, item_codes: Items, item: Term, company: str | None, belongs_to: Term
) -> Iterable[tuple[Any, ...]]:
	"""Rows of the query for these items, or for all that are kept in stock, and this company."""
	if item_codes is not None and not item_codes:
		return ()
	master = frappe.qb.DocType("Item")
	query = query.join(master).on(master.name == item).where(master.is_stock_item == 1)
	if item_codes is not None:
		query = query.where(item.isin(Values(item_codes)))
	return (query.where(belongs_to == company) if company else query).run()


def _movements(doctype: str, rows: Iterable[tuple[Any, ...]]) -> list[Movement]:
	day = getdate(today())
	return [
		Movement(item, warehouse, getdate(on) if on else day, round(decimal(qty), DECIMALS), doctype, name)
		for item, warehouse, on, qty, name in rows
		if warehouse
	]
