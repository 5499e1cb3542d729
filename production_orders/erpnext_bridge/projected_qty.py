"""Lets ERPNext's Bins count open production orders: what they will still take, and what they will bring (ADR 0012).

The one place that touches functions of ERPNext itself. Two are replaced by ones that add our share to their
answer, so that every event, button and report of ERPNext counts us in without knowing us.
"""

import functools
from collections.abc import Callable, Collection, Sequence
from typing import Any

import frappe
from erpnext.manufacturing.doctype.work_order import work_order
from erpnext.stock import stock_balance
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum

from production_orders.domain.lifecycle import OPEN_ORDER
from production_orders.domain.reservation import Key

APP = "production_orders"
CLOSED_WORK_ORDER = ("Stopped", "Completed", "Closed")
SEAMS = {
	"get_planned_qty": (stock_balance, work_order),
	"get_reserved_qty_for_production": (work_order,),
}
"""ERPNext's function -> every module that knows it by a name of its own."""


@functools.cache
def count_orders() -> None:
	"""Put our two functions in the place of ERPNext's, once per process."""
	_replace("get_planned_qty", _output)
	_replace("get_reserved_qty_for_production", _demand)


def _replace(name: str, share: Callable[[Sequence[str], Sequence[str]], Any]) -> None:
	original = getattr(SEAMS[name][0], name)

	@functools.wraps(original)
	def counting(item_code: str, warehouse: str, *narrowed: Any, **narrowing: Any) -> float:
		qty = original(item_code, warehouse, *narrowed, **narrowing)
		# Narrowed to production plans, ERPNext asks for Work Orders alone.
		if any(narrowed) or any(narrowing.values()) or not is_counted():
			return qty
		return qty + sum(found for _item, _place, found in share([item_code], [warehouse]).run())

	for module in SEAMS[name]:
		setattr(module, name, counting)


def derive(bin_doc: Document) -> None:
	"""Let a Bin that is being saved say what its documents say, whoever filled it in and when.

	A new one starts from what is already open; one derived before our functions stood is put right.
	"""
	count_orders()
	bin_doc.planned_qty = stock_balance.get_planned_qty(bin_doc.item_code, bin_doc.warehouse)
	bin_doc.reserved_qty_for_production = work_order.get_reserved_qty_for_production(
		bin_doc.item_code, bin_doc.warehouse
	)


def is_counted() -> bool:
	"""Whether this site has the app, and wants its orders in projected quantities."""
	return APP in frappe.get_installed_apps() and bool(
		frappe.db.get_single_value("Production Orders Settings", "count_in_projected_qty")
	)


def update(keys: Collection[Key]) -> None:
	"""Derive both figures and the projection of these Bins again, in one statement.

	The caller holds the Bins' locks. Work Orders are counted by ERPNext's own rule, said set-based.
	"""
	if not keys:
		return
	items, warehouses = (sorted(set(side)) for side in zip(*keys, strict=True))
	bins = frappe.qb.DocType("Bin")
	query = frappe.qb.update(bins)
	figures = {}
	for figure, sources in {
		"planned_qty": (_work_order_output, _output),
		"reserved_qty_for_production": (_work_order_demand, _demand),
	}.items():
		shares = [source(items, warehouses) for source in (sources if is_counted() else sources[:1])]
		for share in shares:
			at_bin = (share.item_code == bins.item_code) & (share.warehouse == bins.warehouse)
			query = query.left_join(share).on(at_bin)
		figures[figure] = functools.reduce(lambda x, y: x + y, (Coalesce(share.qty, 0) for share in shares))
		query = query.set(bins[figure], figures[figure])
	query = query.set(bins.projected_qty, _projected(bins, **figures))
	query.where(bins.item_code.isin(items) & bins.warehouse.isin(warehouses)).run()


def _projected(bins: Any, planned_qty: Any, reserved_qty_for_production: Any) -> Any:
	return (
		bins.actual_qty
		+ bins.ordered_qty
		+ bins.indented_qty
		+ planned_qty
		- bins.reserved_qty
		- reserved_qty_for_production
		- bins.reserved_qty_for_sub_contract
		- bins.reserved_qty_for_production_plan
	)


def _demand(items: Sequence[str], warehouses: Sequence[str]) -> Any:
	"""item_code, warehouse, qty: what open production orders will still take."""
	order, row = frappe.qb.DocType("Production Order"), frappe.qb.DocType("Production Order Material")
	return (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(row.item_code, row.warehouse, Sum(row.required_qty - row.consumed_qty).as_("qty"))
		.where(row.item_code.isin(items) & row.warehouse.isin(warehouses))
		.where(order.status.isin(OPEN_ORDER) & (row.required_qty > row.consumed_qty))
		.groupby(row.item_code, row.warehouse)
	)


def _output(items: Sequence[str], warehouses: Sequence[str]) -> Any:
	"""item_code, warehouse, qty: what open production orders will still bring."""
	order = frappe.qb.DocType("Production Order")
	return (
		frappe.qb.from_(order)
		.select(order.item_code, order.fg_warehouse.as_("warehouse"), Sum(order.open_qty).as_("qty"))
		.where(order.item_code.isin(items) & order.fg_warehouse.isin(warehouses))
		.where(order.status.isin(OPEN_ORDER))
		.groupby(order.item_code, order.fg_warehouse)
	)


def _work_order_demand(items: Sequence[str], warehouses: Sequence[str]) -> Any:
	order, row = frappe.qb.DocType("Work Order"), frappe.qb.DocType("Work Order Item")
	taken = Case().when(order.skip_transfer == 0, row.transferred_qty).else_(row.consumed_qty)
	return (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(
			row.item_code,
			row.source_warehouse.as_("warehouse"),
			Sum(row.required_qty - taken).as_("qty"),
		)
		.where(row.item_code.isin(items) & row.source_warehouse.isin(warehouses))
		.where((order.docstatus == 1) & order.status.notin(CLOSED_WORK_ORDER))
		.where((row.required_qty > row.transferred_qty) | (row.required_qty > row.consumed_qty))
		.groupby(row.item_code, row.source_warehouse)
	)


def _work_order_output(items: Sequence[str], warehouses: Sequence[str]) -> Any:
	order = frappe.qb.DocType("Work Order")
	return (
		frappe.qb.from_(order)
		.select(
			order.production_item.as_("item_code"),
			order.fg_warehouse.as_("warehouse"),
			Sum(order.qty - order.produced_qty).as_("qty"),
		)
		.where(order.production_item.isin(items) & order.fg_warehouse.isin(warehouses))
		.where((order.docstatus == 1) & order.status.notin(CLOSED_WORK_ORDER))
		.where(order.qty > order.produced_qty)
		.groupby(order.production_item, order.fg_warehouse)
	)
