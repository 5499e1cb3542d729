"""Lets ERPNext's Bins count open production orders: what they will still take, and what they will bring (ADR 0013).

The one place that touches functions of ERPNext itself. Two are replaced by ones that add our share to their
answer, so that every event, button and report of ERPNext counts us in without knowing us.
"""

import functools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import frappe
from erpnext.manufacturing.doctype.work_order import work_order
from erpnext.stock import stock_balance
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from pypika.terms import ValueWrapper

from production_orders.domain.lifecycle import OPEN_ORDER
from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.reservation import Key

APP = "production_orders"
SEAMS = {
	"get_planned_qty": (stock_balance, work_order),
	"get_reserved_qty_for_production": (work_order,),
}
"""ERPNext's function -> every module that knows it by a name of its own."""


@functools.cache
def count_orders() -> None:
	"""Put our two functions in the place of ERPNext's, once per process."""
	_replace("get_planned_qty", _output_of)
	_replace("get_reserved_qty_for_production", _demand_of)


def _replace(name: str, share: Callable[[str, str], Decimal]) -> None:
	original = getattr(SEAMS[name][0], name)

	@functools.wraps(original)
	def counting(item_code: str, warehouse: str, *narrowed: Any, **narrowing: Any) -> float:
		qty = original(item_code, warehouse, *narrowed, **narrowing)
		# Narrowed to production plans, ERPNext asks for Work Orders alone.
		if any(narrowed) or any(narrowing.values()) or not is_counted():
			return qty
		return qty + float(share(item_code, warehouse))

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


def _output_of(item_code: str, warehouse: str) -> Decimal:
	order = frappe.qb.DocType("Production Order")
	return _one(_output().where((order.item_code == item_code) & (order.fg_warehouse == warehouse)))


def _demand_of(item_code: str, warehouse: str) -> Decimal:
	row = frappe.qb.DocType("Production Order Material")
	return _one(_demand().where((row.item_code == item_code) & (row.warehouse == warehouse)))


def _one(query: Any) -> Decimal:
	rows = query.run()
	return decimal(rows[0][2]) if rows else ZERO


def shares() -> dict[Key, tuple[Decimal, Decimal]]:
	"""(planned, reserved for production) of all open orders together, by Bin."""
	found: dict[Key, tuple[Decimal, Decimal]] = {}
	for item_code, warehouse, qty in _output().run():
		found[item_code, warehouse] = decimal(qty), ZERO
	for item_code, warehouse, qty in _demand().run():
		planned, _reserved = found.get((item_code, warehouse), (ZERO, ZERO))
		found[item_code, warehouse] = planned, decimal(qty)
	return found


def share_queries() -> tuple[Any, Any]:
	"""The same as two queries of item_code, warehouse, planned, reserved."""
	output, demand, nothing = _output(), _demand(), ValueWrapper(0)
	return (
		frappe.qb.from_(output).select(
			output.item_code, output.warehouse, output.qty.as_("planned"), nothing.as_("reserved")
		),
		frappe.qb.from_(demand).select(
			demand.item_code, demand.warehouse, nothing.as_("planned"), demand.qty.as_("reserved")
		),
	)


def _demand() -> Any:
	"""item_code, warehouse, qty: what open production orders will still take."""
	order, row = frappe.qb.DocType("Production Order"), frappe.qb.DocType("Production Order Material")
	return (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(row.item_code, row.warehouse, Sum(row.required_qty - row.consumed_qty).as_("qty"))
		.where(order.status.isin(OPEN_ORDER) & (row.required_qty > row.consumed_qty))
		.groupby(row.item_code, row.warehouse)
	)


def _output() -> Any:
	"""item_code, warehouse, qty: what open production orders will still bring."""
	order = frappe.qb.DocType("Production Order")
	return (
		frappe.qb.from_(order)
		.select(order.item_code, order.fg_warehouse.as_("warehouse"), Sum(order.open_qty).as_("qty"))
		.where(order.status.isin(OPEN_ORDER))
		.groupby(order.item_code, order.fg_warehouse)
	)
