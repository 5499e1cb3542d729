"""What must be true of orders: their totals, costs and materials against their runs, their status against their docstatus."""

from collections.abc import Iterator, Mapping
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Sum
from pypika import Criterion

from production_orders.domain.lifecycle import (
	COMPLETED,
	DOCSTATUS,
	DRAFT,
	IN_PROGRESS,
	OPEN_ORDER,
	PAUSED,
	RUNNING,
)
from production_orders.erpnext_bridge import item
from production_orders.services.both_sides import EXPECTED, differ, unequal
from production_orders.services.violation import TINY, Violation, differing

ORDER, RUN, MATERIAL = "Production Order", "Production Run", "Production Order Material"


def orders_add_up_runs() -> Iterator[Violation]:
	"""Quantities and cost of the runs that stand; what is open is what is left of the order."""
	order, runs = frappe.qb.DocType(ORDER), _sums_of_runs()
	made = order.produced_qty + order.process_loss_qty
	is_over = order.status.notin(OPEN_ORDER) | (made >= order.qty)
	expected = {figure: Coalesce(runs[figure], 0) for figure in _figures_of_runs(frappe.qb.DocType(RUN))}
	expected["open_qty"] = Case().when(is_over, 0).else_(order.qty - made)
	rows = (
		frappe.qb.from_(order)
		.left_join(runs)
		.on(runs.production_order == order.name)
		.select(order.name, order.name.as_("order"), order.company, *(order[figure] for figure in expected))
		.select(*(column.as_(EXPECTED.format(figure)) for figure, column in expected.items()))
		.where(order.status != DRAFT)
		.where(differ({figure: (order[figure], column) for figure, column in expected.items()}))
		.run(as_dict=True)
	)
	return differing("orders_add_up_runs", ORDER, rows, {figure: figure for figure in expected})


def _sums_of_runs() -> Any:
	run = frappe.qb.DocType(RUN)
	return (
		frappe.qb.from_(run)
		.select(run.production_order)
		.select(*(Sum(column).as_(figure) for figure, column in _figures_of_runs(run).items()))
		.where(run.status == COMPLETED)
		.groupby(run.production_order)
	)


def _figures_of_runs(run: Any) -> Mapping[str, Any]:
	"""What a run adds to its order; rework takes up rejects again."""
	processed = run.produced_qty + run.rejected_qty + run.process_loss_qty
	worked_over = Case().when(run.is_rework == 1, processed).else_(0)
	return {
		"produced_qty": run.produced_qty,
		"rejected_qty": run.rejected_qty - worked_over,
		"process_loss_qty": run.process_loss_qty,
		"rework_qty": run.rework_qty - worked_over,
		"actual_cost": run.actual_cost,
		"total_variance": run.total_variance,
	}


def needs_are_met_or_short() -> Iterator[Violation]:
	"""What the open quantity still takes of an item is held or short, and not more than that is short.

	Where an item is drawn from several places, one may hold more than is asked of it and another be short.
	"""
	order, material = frappe.qb.DocType(ORDER), _sums_of_materials()
	done = order.produced_qty + order.process_loss_qty + order.rejected_qty
	to_make = order.open_qty - order.rework_qty
	needed = _not_below_zero(material.required * (done + to_make) / order.qty - material.consumed)
	needed = Case().when(to_make > 0, needed).else_(0)
	missing = _not_below_zero(needed - material.held)
	at_most = Case().when(material.rows == 1, missing).else_(needed)
	slack = material.rounding + TINY
	rows = (
		frappe.qb.from_(material)
		.join(order)
		.on(order.name == material.order)
		.select(order.name, material.order, order.company, material.item_code)
		.select(material.short_qty, missing.as_(EXPECTED.format("short_qty")))
		.where(order.status.isin(OPEN_ORDER))
		.where((material.short_qty < missing - slack) | (material.short_qty > at_most + slack))
		.run(as_dict=True)
	)
	return differing("needs_are_met_or_short", ORDER, rows, {"short_qty": "{item_code}: short"})


def _sums_of_materials() -> Any:
	"""Per order and item; every need is rounded up by itself, which is the slack there is."""
	row = frappe.qb.DocType(MATERIAL)
	rounding = Case().when(row.whole_number == 1, 1).else_(10 ** -item.precision())
	sums = {
		"required": row.required_qty,
		"consumed": row.consumed_qty,
		"held": row.reserved_qty - row.delivered_qty,
		"short_qty": row.short_qty,
		"rounding": rounding,
	}
	return (
		frappe.qb.from_(row)
		.select(row.parent.as_("order"), row.item_code, Count("*").as_("rows"))
		.select(*(Sum(column).as_(name) for name, column in sums.items()))
		.groupby(row.parent, row.item_code)
	)


def _not_below_zero(figure: Any) -> Any:
	return Case().when(figure > 0, figure).else_(0)


def materials_add_up_consumption() -> Iterator[Violation]:
	"""A material's consumption is that of the runs that stand."""
	order, run = frappe.qb.DocType(ORDER), frappe.qb.DocType(RUN)
	row, taken = frappe.qb.DocType(MATERIAL), frappe.qb.DocType("Production Run Consumption")
	consumed = (
		frappe.qb.from_(taken)
		.join(run)
		.on(run.name == taken.parent)
		.join(row)
		.on(row.name == taken.material)
		.select(row.name.as_("material"), row.parent.as_("order"), row.item_code)
		.select((taken.qty - taken.returned_qty).as_("consumed_qty"))
		.where(run.status == COMPLETED)
	)
	written = frappe.qb.from_(row).select(
		row.name.as_("material"), row.parent.as_("order"), row.item_code, row.consumed_qty
	)
	off = unequal(("material", "order", "item_code"), ("consumed_qty",), expected=consumed, found=written)
	rows = frappe.qb.from_(off).join(order).on(order.name == off.order)
	return differing(
		"materials_add_up_consumption",
		ORDER,
		rows.select(off.star, order.company).run(as_dict=True),
		{"consumed_qty": "{item_code}: consumed"},
		name="order",
	)


def statuses_fit() -> Iterator[Violation]:
	"""Every status has its docstatus, and a run is on the floor only for an order in progress."""
	for doctype, allowed in DOCSTATUS.items():
		doc = frappe.qb.DocType(doctype)
		fits = Criterion.any(
			(doc.status == status) & (doc.docstatus == docstatus) for status, docstatus in allowed.items()
		)
		order = doc.name if doctype == ORDER else doc.production_order
		rows = (
			frappe.qb.from_(doc)
			.select(doc.name, doc.company, order.as_("order"), doc.docstatus, doc.status)
			.where(fits.negate())
			.run(as_dict=True)
		)
		for row in rows:
			row[EXPECTED.format("docstatus")] = allowed.get(row["status"], -1)
		yield from differing("statuses_fit", doctype, rows, {"docstatus": "docstatus"})
	yield from _runs_without_open_order()


def _runs_without_open_order() -> Iterator[Violation]:
	order, run = frappe.qb.DocType(ORDER), frappe.qb.DocType(RUN)
	rows = (
		frappe.qb.from_(run)
		.left_join(order)
		.on(order.name == run.production_order)
		.select(
			run.name, run.production_order.as_("order"), run.company, Coalesce(order.status, "").as_("status")
		)
		.where(run.status.isin([RUNNING, PAUSED]) & (Coalesce(order.status, "") != IN_PROGRESS))
		.run(as_dict=True)
	)
	rows = [{**row, EXPECTED.format("status"): IN_PROGRESS} for row in rows]
	return differing("statuses_fit", RUN, rows, {"status": "order"})
