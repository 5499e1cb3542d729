"""Completes a run in one transaction: reservations delivered, stock moved, run, order and history written."""

from dataclasses import dataclass
from typing import Any

from frappe.model.document import Document

from production_orders import system
from production_orders.domain.lifecycle import COMPLETED
from production_orders.domain.variance import RunVariance
from production_orders.erpnext_bridge import reservation_entry, stock_entry
from production_orders.services import (
	bins,
	consumption,
	delivery,
	genealogy,
	operating_cost,
	order_cost,
	outputs,
	queries,
	reported_consumption,
	returns,
	rework,
	run_record,
	run_report,
	totals,
	transitions,
	variance,
)
from production_orders.services.run_report import Report


@dataclass(frozen=True)
class Result:
	"""A completed run and what its caller should know of it."""

	variance: RunVariance
	warnings: list[str]
	outputs: list[dict[str, Any]]
	"""Co- and by-products as they came into stock."""


def complete(order: Document, run: Document, report: Report) -> Result:
	"""Post a run of a locked order.

	Raises IllegalTransition, InvalidInput, ToleranceExceeded, InsufficientStock; then nothing is written.
	"""
	_check(order, run, report)
	beside = outputs.plan(order, run, report.processed)
	outputs.check(order, report, beside)
	counted = bins.share(order)
	returned = returns.resolve(order, report)
	returns.count(order, returned)
	standard, planned = consumption.of_run(order, run, report.processed)
	reported = reported_consumption.draws(order, planned, report.consumption)
	draws = consumption.draws(order, planned, reported)
	warnings = [
		*([] if run.is_rework else consumption.check_policy(order, standard, reported, draws)),
		*outputs.unstocked(order, report, beside),
	]
	operating = operating_cost.of_run(order, run, report)
	charges = operating_cost.charges(order, operating)
	totals.count(order, run_report.made(run, report))
	name = stock_entry.next_name(order.company)
	if also := outputs.places(order, report, beside):
		queries.lock_known_bins(bins.keys(order) | {draw.key for draw in draws} | also)
	draws = delivery.deliver(order, run, draws)
	yields = [*returns.yields(returned), *outputs.yields(order, run, report, beside)]
	with reservation_entry.delivered_in_full(order.materials):
		entry = stock_entry.post(name, order, run, draws, yields, charges, report.at)
	received = stock_entry.received(entry)
	posted = [*stock_entry.consumed(entry, draws), *returns.posted(returned, received)]
	recovered, in_rework = outputs.recovered(received), outputs.in_rework(received)
	measured = variance.of_run(order, run, report, standard, posted, operating, recovered, in_rework)
	order_cost.count(order, measured)
	run_record.write(order, run, report, entry, posted, received, measured)
	genealogy.write(run, report.consumption)
	system.set_values(order, {field: order.get(field) for field in (*totals.FIELDS, *order_cost.FIELDS)})
	bins.replace(counted, bins.share(order))
	warnings += [*outputs.warnings(entry), *operating_cost.warnings(order, operating, entry)]
	return Result(measured, warnings, outputs.rows(received))


def _check(order: Document, run: Document, report: Report) -> None:
	transitions.check(run, COMPLETED)
	if run.is_rework:
		rework.check(order, report)
	run_report.check(order, run, report)
	genealogy.check(report.serial_nos, report.consumption)
