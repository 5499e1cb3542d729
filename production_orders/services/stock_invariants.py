"""What must be true of stock and its reservations: entries against Bins, material rows and the state of their orders."""

from collections.abc import Iterator
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce, Sum
from pypika import Field
from pypika.functions import Abs

from production_orders.domain.lifecycle import CANCELLED, COMPLETED
from production_orders.erpnext_bridge import projected_qty, work_order
from production_orders.services.both_sides import EXPECTED, differ, unequal
from production_orders.services.queries import OPEN_RESERVATION
from production_orders.services.violation import TINY, Violation, differing

ORDER = "Production Order"
PLACE = ("item_code", "warehouse")


def reservations_within_stock() -> Iterator[Violation]:
	"""Anybody's: a Sales Order that holds too much takes it from us as well."""
	bins, held = frappe.qb.DocType("Bin"), _held(*PLACE)
	rows = (
		_at_warehouse(frappe.qb.from_(held), held)
		.left_join(bins)
		.on((bins.item_code == held.item_code) & (bins.warehouse == held.warehouse))
		.select(bins.name, held.item_code, held.warehouse)
		.select(held.qty.as_("reserved"), Coalesce(bins.actual_qty, 0).as_("expected_reserved"))
		.where(held.qty > Coalesce(bins.actual_qty, 0) + TINY)
		.run(as_dict=True)
	)
	return differing("reservations_within_stock", "Bin", rows, {"reserved": "{item_code}"})


def bins_count_reservations() -> Iterator[Violation]:
	bins, held = frappe.qb.DocType("Bin"), _held(*PLACE)
	rows = (
		_at_warehouse(frappe.qb.from_(bins), bins)
		.left_join(held)
		.on((bins.item_code == held.item_code) & (bins.warehouse == held.warehouse))
		.select(bins.name, bins.item_code, bins.warehouse)
		.select(bins.reserved_stock, Coalesce(held.qty, 0).as_("expected_reserved_stock"))
		.where(Abs(bins.reserved_stock - Coalesce(held.qty, 0)) > TINY)
		.run(as_dict=True)
	)
	return differing("bins_count_reservations", "Bin", rows, {"reserved_stock": "{item_code}"})


def bins_count_orders() -> Iterator[Violation]:
	"""Of items that production orders make or draw: Work Orders are in the same figures."""
	bins = frappe.qb.DocType("Bin")
	ours = projected_qty.share_queries() if projected_qty.is_counted() else ()
	shares = _summed(*work_order.share_queries(), *ours)
	expected = {
		"planned_qty": Coalesce(shares.planned, 0),
		"reserved_qty_for_production": Coalesce(shares.reserved, 0),
		"projected_qty": _projected(bins),
	}
	rows = (
		_at_warehouse(frappe.qb.from_(bins), bins)
		.left_join(shares)
		.on((bins.item_code == shares.item_code) & (bins.warehouse == shares.warehouse))
		.select(bins.name, bins.item_code, bins.warehouse, *(bins[figure] for figure in expected))
		.select(*(column.as_(EXPECTED.format(figure)) for figure, column in expected.items()))
		.where(bins.item_code.isin(_our_items()))
		.where(differ({figure: (bins[figure], column) for figure, column in expected.items()}))
		.run(as_dict=True)
	)
	return differing(
		"bins_count_orders", "Bin", rows, {figure: f"{{item_code}}: {figure}" for figure in expected}
	)


def _projected(bins: Any) -> Any:
	coming = bins.actual_qty + bins.ordered_qty + bins.indented_qty + bins.planned_qty
	going = bins.reserved_qty + bins.reserved_qty_for_production + bins.reserved_qty_for_sub_contract
	return coming - going - bins.reserved_qty_for_production_plan


def materials_hold_reservations() -> Iterator[Violation]:
	order, row = frappe.qb.DocType(ORDER), frappe.qb.DocType("Production Order Material")
	entry = frappe.qb.DocType("Stock Reservation Entry")
	entries = (
		frappe.qb.from_(entry)
		.select(entry.voucher_no.as_("order"), entry.item_code, entry.warehouse)
		.select(entry.reserved_qty, entry.delivered_qty)
		.where((entry.voucher_type == ORDER) & (entry.docstatus == 1))
	)
	materials = frappe.qb.from_(row).select(
		row.parent.as_("order"), row.item_code, row.warehouse, row.reserved_qty, row.delivered_qty
	)
	figures = ("reserved_qty", "delivered_qty")
	off = unequal(("order", *PLACE), figures, expected=entries, found=materials)
	rows = frappe.qb.from_(off).left_join(order).on(order.name == off.order)
	called = {"reserved_qty": "{item_code}: reserved", "delivered_qty": "{item_code}: delivered"}
	return differing(
		"materials_hold_reservations",
		ORDER,
		rows.select(off.star, order.company).run(as_dict=True),
		called,
		name="order",
	)


def ended_orders_hold_nothing() -> Iterator[Violation]:
	order, row, held = (
		frappe.qb.DocType(ORDER),
		frappe.qb.DocType("Production Order Material"),
		_held("voucher_no"),
	)
	short = frappe.qb.from_(row).select(row.parent, Sum(row.short_qty).as_("qty")).groupby(row.parent)
	figures = {
		"reserved": Coalesce(held.qty, 0),
		"short": Coalesce(short.qty, 0),
		"open_qty": order.open_qty,
	}
	rows = (
		frappe.qb.from_(order)
		.left_join(held)
		.on(held.voucher_no == order.name)
		.left_join(short)
		.on(short.parent == order.name)
		.select(order.name, order.name.as_("order"), order.company)
		.select(*(column.as_(name) for name, column in figures.items()))
		.where(order.status.isin([COMPLETED, CANCELLED]))
		.where(differ({name: (column, 0) for name, column in figures.items()}))
		.run(as_dict=True)
	)
	rows = [{**row, **{EXPECTED.format(name): 0 for name in figures}} for row in rows]
	return differing("ended_orders_hold_nothing", ORDER, rows, {name: name for name in figures})


def _held(*keys: str) -> Any:
	"""What open reservations hold, by these columns of theirs."""
	entry = frappe.qb.DocType("Stock Reservation Entry")
	return (
		frappe.qb.from_(entry)
		.select(*(entry[key] for key in keys), Sum(entry.reserved_qty - entry.delivered_qty).as_("qty"))
		.where((entry.docstatus == 1) & entry.status.isin(OPEN_RESERVATION))
		.groupby(*(entry[key] for key in keys))
	)


def _at_warehouse(query: Any, place: Any) -> Any:
	"""The company of the warehouse of each row."""
	warehouse = frappe.qb.DocType("Warehouse")
	return query.join(warehouse).on(warehouse.name == place.warehouse).select(warehouse.company)


def _summed(*shares: Any) -> Any:
	"""item_code, warehouse, planned, reserved of all queries that name them, added up."""
	first, *others = shares
	for other in others:
		first = first.union_all(other)
	return (
		frappe.qb.from_(first)
		.select(
			*map(Field, PLACE), Sum(Field("planned")).as_("planned"), Sum(Field("reserved")).as_("reserved")
		)
		.groupby(*map(Field, PLACE))
	)


def _our_items() -> Any:
	order, row = frappe.qb.DocType(ORDER), frappe.qb.DocType("Production Order Material")
	return frappe.qb.from_(order).select(order.item_code).union(frappe.qb.from_(row).select(row.item_code))
