"""Completes a run in one transaction: reservations delivered, stock moved, run, order and history written."""

from collections.abc import Sequence
from dataclasses import dataclass

from frappe.model.document import Document

from production_orders import system
from production_orders.domain.lifecycle import COMPLETED
from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.variance import RunVariance
from production_orders.erpnext_bridge import held_lots, item, reservation_entry, serial_no, stock_entry
from production_orders.erpnext_bridge.stock_entry import Draw, Yield
from production_orders.services import (
	bins,
	consumption,
	genealogy,
	lots,
	operating_cost,
	order_cost,
	queries,
	reservations,
	run_record,
	run_report,
	totals,
	transitions,
	variance,
)
from production_orders.services.run_report import Report
from production_orders.services.totals import Made


@dataclass(frozen=True)
class Result:
	"""A completed run and what its caller should know of it."""

	variance: RunVariance
	warnings: list[str]


def complete(order: Document, run: Document, report: Report) -> Result:
	"""Post a run of a locked order.

	Raises IllegalTransition, InvalidInput, ToleranceExceeded, InsufficientStock; then nothing is written.
	"""
	transitions.check(run, COMPLETED)
	run_report.check(order, report)
	genealogy.check(report.serial_nos, report.consumption)
	standard = consumption.standard(order, report.processed)
	draws = consumption.draws(order, consumption.plan(order, report.processed), report.consumption)
	warnings = [
		*consumption.check_policy(order, standard, draws, report.consumption),
		*run_report.unstocked_rejects(order, report),
	]
	counted = bins.share(order)
	operating = operating_cost.of_run(order, run, report)
	totals.count(order, Made(report.good, report.rejected, report.loss))
	name = stock_entry.next_name(order.company)
	draws = _deliver(order, draws)
	output = _yield(order, run, report)
	with reservation_entry.delivered_in_full(order.materials):
		entry = stock_entry.post(name, order, run, draws, output, report.at)
	posted = stock_entry.consumed(entry, draws)
	measured = variance.of_run(order, run, report, standard, posted, operating)
	order_cost.count(order, measured)
	run_record.write(order, run, report, entry, posted, measured)
	genealogy.write(run, report.consumption)
	system.set_values(order, {field: order.get(field) for field in (*totals.FIELDS, *order_cost.FIELDS)})
	bins.replace(counted, bins.share(order))
	return Result(measured, warnings)


def _deliver(order: Document, draws: Sequence[Draw]) -> list[Draw]:
	"""Take the draws off the order's reservations first, so that its own promise does not block it.

	-> The draws, each with its batch and serial numbers.
	"""
	wanted = consumption.by_key(draws)
	free = queries.lock_free_stock(bins.keys(order) | wanted.keys(), order.name)
	draws = lots.assign(order.name, draws, free)
	for row in order.materials:
		qty = wanted.get((row.item_code, row.warehouse), ZERO)
		held = decimal(row.reserved_qty) - decimal(row.delivered_qty)
		row.consumed_qty = decimal(row.consumed_qty) + qty
		row.delivered_qty = decimal(row.delivered_qty) + min(qty, held)
	held_lots.deliver(order.materials, lots.by_key(draws))
	reservations.write(order, free)
	return draws


def _yield(order: Document, run: Document, report: Report) -> Yield:
	in_batches = report.good and item.facts([order.item_code])[order.item_code].has_batch_no
	return Yield(
		item_code=order.item_code,
		stock_uom=order.stock_uom,
		good=report.good,
		fg_warehouse=order.fg_warehouse,
		rejected=report.rejected,
		scrap_warehouse=order.scrap_warehouse or "",
		batch_no=stock_entry.output_batch(order.item_code, report.batch_no, run) if in_batches else "",
		serial_nos=tuple(serial_no.split(report.serial_nos)),
	)
