"""Completes a run in one transaction: reservations delivered, stock moved, run, order and history written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from frappe.model.document import Document

from production_orders import system
from production_orders.domain.lifecycle import COMPLETED
from production_orders.domain.operating_cost import OperatingCost
from production_orders.domain.variance import RunVariance
from production_orders.erpnext_bridge import reservation_entry, stock_entry
from production_orders.erpnext_bridge.stock_entry import Charge, Draw, Posted, Received
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
	stock_guard,
	totals,
	transitions,
	variance,
)
from production_orders.services.consumption import Planned
from production_orders.services.outputs import Beside
from production_orders.services.returns import Return
from production_orders.services.run_report import Report


@dataclass(frozen=True)
class Plan:
	"""What a run is to move and to cost, decided before anything is locked or written."""

	standard: Planned
	draws: Sequence[Draw]
	returned: Sequence[Return]
	beside: Sequence[Beside]
	operating: OperatingCost
	charges: Sequence[Charge]
	warnings: Sequence[str]


@dataclass(frozen=True)
class Moved:
	"""What of it the ledger took and gave; no entry when nothing moved."""

	entry: Document | None
	consumed: Sequence[Posted]
	received: Sequence[Received]


@dataclass(frozen=True)
class Result:
	"""A completed run and what its caller should know of it."""

	variance: RunVariance
	warnings: Sequence[str]
	outputs: Sequence[dict[str, Any]]
	"""Co- and by-products as they came into stock."""


def complete(order: Document, run: Document, report: Report) -> Result:
	"""Post a run of a locked order.

	Raises IllegalTransition, InvalidInput, ToleranceExceeded, InsufficientStock; then nothing is written.
	"""
	if run.is_rework:
		report = rework.with_units(order, report)
	_check(order, run, report)
	counted = bins.share(order)
	plan = _plan(order, run, report)
	totals.count(order, run_report.made(run, report))
	moved = _post(order, run, report, plan)
	measured = _measure(order, run, report, plan, moved)
	_write(order, run, report, moved, measured)
	bins.replace(counted, bins.share(order))
	return Result(measured, _warnings(order, plan, moved), outputs.rows(moved.received))


def _check(order: Document, run: Document, report: Report) -> None:
	transitions.check(run, COMPLETED)
	if run.is_rework:
		rework.check(order, report)
	run_report.check(order, run, report)
	genealogy.check(report.serial_nos, report.consumption)


def _plan(order: Document, run: Document, report: Report) -> Plan:
	"""What comes back counts first, in memory: the plan asks for it again."""
	beside = outputs.plan(order, run, report.processed)
	outputs.check(order, report, beside)
	returned = returns.resolve(order, report)
	returns.count(order, returned)
	standard, planned = consumption.of_run(order, run, report.processed)
	reported = reported_consumption.draws(order, planned, report.consumption)
	draws = consumption.draws(order, planned, reported)
	deviations = [] if run.is_rework else consumption.check_policy(order, standard, reported, draws)
	operating = operating_cost.of_run(order, run, report)
	charges = operating_cost.charges(order, operating)
	warnings = [*deviations, *outputs.unstocked(order, report, beside)]
	return Plan(standard, draws, returned, beside, operating, charges, warnings)


def _post(order: Document, run: Document, report: Report, plan: Plan) -> Moved:
	"""The entry is named first and its Bins are locked at once, the order of all locks (ADR 0002)."""
	name = stock_entry.next_name(order.company)
	_lock_beside(order, report, plan)
	draws = delivery.deliver(order, run, plan.draws, [part.taken for part in plan.returned])
	yields = [*returns.yields(plan.returned), *outputs.yields(order, run, report, plan.beside)]
	with reservation_entry.delivered_in_full(order.materials), stock_guard.checked(name):
		entry = stock_entry.post(name, order, run, draws, yields, plan.charges, report.at)
	received = stock_entry.received(entry)
	consumed = [*stock_entry.consumed(entry, draws), *returns.posted(plan.returned, received)]
	return Moved(entry, consumed, received)


def _lock_beside(order: Document, report: Report, plan: Plan) -> None:
	"""`deliver` locks the Bins of an order; where more than its good units comes in, all of them are locked before."""
	if places := outputs.places(order, report, plan.beside):
		queries.lock_known_bins(bins.keys(order) | {draw.key for draw in plan.draws} | places)


def _measure(order: Document, run: Document, report: Report, plan: Plan, moved: Moved) -> RunVariance:
	return variance.of_run(
		order,
		run,
		report,
		plan.standard,
		moved.consumed,
		plan.operating,
		outputs.recovered(moved.received),
		outputs.in_rework(moved.received),
	)


def _write(order: Document, run: Document, report: Report, moved: Moved, measured: RunVariance) -> None:
	run_record.write(order, run, report, moved.entry, moved.consumed, moved.received, measured)
	genealogy.write(run, report.consumption)
	order_cost.count(order, measured)
	system.set_values(order, {field: order.get(field) for field in (*totals.FIELDS, *order_cost.FIELDS)})


def _warnings(order: Document, plan: Plan, moved: Moved) -> list[str]:
	return [
		*plan.warnings,
		*outputs.warnings(moved.entry),
		*operating_cost.warnings(order, plan.operating, moved.entry),
	]
