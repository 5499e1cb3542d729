"""What must be true of runs: what they made, took and cost against the ledger's documents and their genealogy."""

from collections.abc import Iterator
from functools import reduce
from operator import add
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce

from production_orders.domain.genealogy import CONSUMED
from production_orders.domain.lifecycle import COMPLETED
from production_orders.domain.variance import PARTS
from production_orders.services.both_sides import EXPECTED, differ, unequal
from production_orders.services.violation import Violation, differing

RUN = "Production Run"
ADDED, KEPT_OUT = ("material", "labour", "overhead", "downtime"), ("recovered", "rework")
"""Kinds of cost that the good units bear, and that others bear."""


def output_is_posted() -> Iterator[Violation]:
	"""Good and reworkable units and by-products of each item, against the rows that came in."""
	run, row = frappe.qb.DocType(RUN), frappe.qb.DocType("Production Run Output")
	finished = (
		frappe.qb.from_(run)
		.select(run.name.as_("production_run"), run.item_code, (run.produced_qty + run.rework_qty).as_("qty"))
		.where(run.status == COMPLETED)
	)
	beside = (
		frappe.qb.from_(row)
		.join(run)
		.on(run.name == row.parent)
		.select(run.name.as_("production_run"), row.item_code, row.qty)
		.where(run.status == COMPLETED)
	)
	entry, line = frappe.qb.DocType("Stock Entry"), frappe.qb.DocType("Stock Entry Detail")
	is_returned = Coalesce(line.original_item, "") != ""
	is_own_scrap = (line.is_scrap_item == 1) & (line.item_code == run.item_code)
	came_in = (
		_lines(entry, line)
		.join(run)
		.on(run.name == entry.production_run)
		.select(entry.production_run.as_("production_run"), line.item_code, line.transfer_qty.as_("qty"))
		.where((line.is_finished_item == 1) | (line.is_scrap_item == 1))
		.where((is_own_scrap | is_returned).negate())
	)
	off = unequal(
		("production_run", "item_code"), ("qty",), expected=came_in, found=finished.union_all(beside)
	)
	return _differing("output_is_posted", off, "{item_code}: made")


def consumption_is_posted() -> Iterator[Violation]:
	"""What was taken from each warehouse and not given back."""
	run, row = frappe.qb.DocType(RUN), frappe.qb.DocType("Production Run Consumption")
	told = (
		frappe.qb.from_(row)
		.join(run)
		.on(run.name == row.parent)
		.select(
			run.name.as_("production_run"),
			row.item_code,
			row.warehouse,
			(row.qty - row.returned_qty).as_("qty"),
		)
		.where(run.status == COMPLETED)
	)
	entry, line = frappe.qb.DocType("Stock Entry"), frappe.qb.DocType("Stock Entry Detail")
	is_taken, is_returned = Coalesce(line.s_warehouse, "") != "", Coalesce(line.original_item, "") != ""
	posted = (
		_lines(entry, line)
		.select(entry.production_run.as_("production_run"), line.item_code)
		.select(Case().when(is_taken, line.s_warehouse).else_(line.t_warehouse).as_("warehouse"))
		.select(Case().when(is_taken, line.transfer_qty).else_(-line.transfer_qty).as_("qty"))
		.where((line.is_finished_item == 0) & ((line.is_scrap_item == 0) | is_returned))
	)
	off = unequal(("production_run", "item_code", "warehouse"), ("qty",), expected=posted, found=told)
	return _differing("consumption_is_posted", off, "{item_code}, {warehouse}: consumed")


def genealogy_is_posted() -> Iterator[Violation]:
	"""What was consumed and produced of each item, against the ledger."""
	run, row = frappe.qb.DocType(RUN), frappe.qb.DocType("Production Genealogy")
	told = (
		frappe.qb.from_(row)
		.join(run)
		.on(run.name == row["run"])
		.select(row["run"].as_("production_run"), row.item_code)
		.select(Case().when(row.direction == CONSUMED, -row.qty).else_(row.qty).as_("qty"))
		.where(run.status == COMPLETED)
	)
	entry, moved = frappe.qb.DocType("Stock Entry"), frappe.qb.DocType("Stock Ledger Entry")
	posted = (
		frappe.qb.from_(moved)
		.join(entry)
		.on((moved.voucher_type == "Stock Entry") & (moved.voucher_no == entry.name))
		.select(entry.production_run.as_("production_run"), moved.item_code, moved.actual_qty.as_("qty"))
		.where(
			(entry.docstatus == 1) & (Coalesce(entry.production_run, "") != "") & (moved.is_cancelled == 0)
		)
	)
	off = unequal(("production_run", "item_code"), ("qty",), expected=posted, found=told)
	return _differing("genealogy_is_posted", off, "{item_code}: made less consumed")


def variances_add_up() -> Iterator[Violation]:
	run = frappe.qb.DocType(RUN)
	kept_out = reduce(add, (run[f"{kind}_cost"] for kind in KEPT_OUT))
	expected = {
		"actual_cost": reduce(add, (run[f"{kind}_cost"] for kind in ADDED)) - kept_out,
		"total_variance": reduce(add, (run[f"{part}_variance"] for part in PARTS)),
		"standard_cost": run.actual_cost - run.total_variance,
	}
	rows = (
		frappe.qb.from_(run)
		.select(
			run.name, run.production_order.as_("order"), run.company, *(run[figure] for figure in expected)
		)
		.select(*(column.as_(EXPECTED.format(figure)) for figure, column in expected.items()))
		.where(run.status == COMPLETED)
		.where(differ({figure: (run[figure], column) for figure, column in expected.items()}))
		.run(as_dict=True)
	)
	return differing("variances_add_up", RUN, rows, {figure: figure for figure in expected})


def _lines(entry: Any, line: Any) -> Any:
	"""Rows of the submitted Stock Entries of runs."""
	return (
		frappe.qb.from_(line)
		.join(entry)
		.on(entry.name == line.parent)
		.where((entry.docstatus == 1) & (Coalesce(entry.production_run, "") != ""))
	)


def _differing(invariant: str, off: Any, called: str) -> Iterator[Violation]:
	"""The violations of a subquery whose key `production_run` names runs."""
	run = frappe.qb.DocType(RUN)
	rows = (
		frappe.qb.from_(off)
		.left_join(run)
		.on(run.name == off.production_run)
		.select(off.star, run.production_order.as_("order"), run.company)
		.run(as_dict=True)
	)
	return differing(invariant, RUN, rows, {"qty": called}, name="production_run")
