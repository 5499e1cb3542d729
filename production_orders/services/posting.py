"""Completes a run in one transaction: reservations delivered, stock moved, run, order and history written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from production_orders import errors, system
from production_orders.domain.consumption import at_most
from production_orders.domain.lifecycle import COMPLETED
from production_orders.domain.quantity import ZERO, decimal, text
from production_orders.domain.reservation import Key
from production_orders.domain.variance import MaterialVariance, RunVariance
from production_orders.erpnext_bridge import held_lots, item, reservation_entry, serial_no, stock_entry
from production_orders.erpnext_bridge.stock_entry import Draw, Posted, Yield
from production_orders.services import bins, consumption, lots, queries, reservations, runs, transitions

TOTALS = ("produced_qty", "rejected_qty", "process_loss_qty", "open_qty")


@dataclass(frozen=True)
class Report:
	"""What the floor says of a run; quantities in the stock UOM."""

	good: Decimal
	rejected: Decimal = ZERO
	loss: Decimal = ZERO
	reject_reason: str = ""
	batch_no: str = ""
	serial_nos: str = ""
	at: datetime | None = None
	consumption: Sequence[Any] = ()
	"""Rows {item_code, qty, warehouse, batch_no, serial_nos} that replace the plan of their material."""
	labour: Sequence[Mapping[str, Any]] = ()
	"""Rows {employee, activity, minutes, hour_rate}."""
	downtime: Sequence[Mapping[str, Any]] = ()
	"""Rows {reason, minutes, workstation}."""

	@property
	def processed(self) -> Decimal:
		return self.good + self.rejected + self.loss


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
	_check_output(order, report)
	standard = consumption.standard(order, report.processed)
	draws = consumption.draws(order, consumption.plan(order, report.processed), report.consumption)
	warnings = [
		*consumption.check_policy(order, standard, draws, report.consumption),
		*_unstocked_rejects(order, report),
	]
	counted = bins.share(order)
	_count(order, report)
	name = stock_entry.next_name(order.company)
	draws = _deliver(order, draws)
	output = _yield(order, run, report)
	with reservation_entry.delivered_in_full(order.materials):
		entry = stock_entry.post(name, order, run, draws, output, report.at)
	posted = stock_entry.consumed(entry, draws)
	variance = consumption.variance(order, standard, posted)
	_write_run(order, run, report, entry, posted, variance)
	system.set_values(order, {field: order.get(field) for field in TOTALS})
	bins.replace(counted, bins.share(order))
	return Result(variance, warnings)


def _check_output(order: Document, report: Report) -> None:
	problems = errors.Problems()
	facts = item.facts([order.item_code])[order.item_code]
	for field, qty in (
		("produced_qty", report.good),
		("rejected_qty", report.rejected),
		("loss_qty", report.loss),
	):
		if problem := facts.decimals_problem(qty):
			problems.add(field, problem)
	if not report.processed:
		problems.add("produced_qty", _("Nothing was made, rejected or lost. Abort a run that did nothing."))
	if report.good and (problem := _batch_problem(report.batch_no, facts)):
		problems.add("batch_no", problem)
	for problem in _serial_problems(order, report, facts):
		problems.add("serial_nos", problem)
	if report.at and report.at > now_datetime():
		problems.add(
			"posting_datetime", _("{0} has not come yet: report what has happened.").format(report.at)
		)
	problems.throw_any()
	_check_tolerance(order, report)


def _batch_problem(batch_no: str, facts: item.ItemFacts) -> str | None:
	if batch_no and not facts.has_batch_no:
		return _("{0} is not kept in batches, so no batch can be given.").format(facts.item_code)
	if batch_no:
		return item.batch_problem(batch_no, facts.item_code, item.batch_items([batch_no]), may_be_new=True)
	if facts.has_batch_no and not facts.create_new_batch:
		return _("{0} is kept in batches: give the batch this run made.").format(facts.item_code)
	return None


def _serial_problems(order: Document, report: Report, facts: item.ItemFacts) -> list[str]:
	serial_nos = serial_no.split(report.serial_nos)
	pieces = report.good + _stocked_rejects(order, report)
	if not (facts.has_serial_no and pieces):
		sentence = _("This run puts nothing with a serial number into stock, so none can be given.")
		return [sentence] if serial_nos else []
	if not serial_nos:
		sentence = _("{0} is kept by serial number: give those of the {1} pieces this run made.")
		return [] if facts.serial_no_series else [sentence.format(facts.item_code, text(pieces))]
	known = serial_no.facts(serial_nos)
	return [
		*serial_no.count_problems(serial_nos, pieces),
		*serial_no.output_problems(serial_nos, facts.item_code, known),
	]


def _stocked_rejects(order: Document, report: Report) -> Decimal:
	return report.rejected if report.good and order.scrap_warehouse else ZERO


def _check_tolerance(order: Document, report: Report) -> None:
	limit = at_most(decimal(order.qty), decimal(order.over_production_tolerance))
	made = decimal(order.produced_qty) + decimal(order.process_loss_qty) + report.good + report.loss
	if made > limit:
		errors.throw(
			errors.ToleranceExceeded(
				_(
					"{0} would have made {1} {2} of {3} ordered; {4} % over-production is allowed, so {5} at most."
				).format(
					order.name,
					text(made),
					order.stock_uom,
					text(order.qty),
					text(order.over_production_tolerance),
					text(limit),
				),
				[
					{
						"planned": float(order.qty),
						"actual": float(made),
						"tolerance": order.over_production_tolerance,
					}
				],
			)
		)


def _count(order: Document, report: Report) -> None:
	"""Add a run to the order's totals, in memory: what is short follows from what is open."""
	order.produced_qty = float(decimal(order.produced_qty) + report.good)
	order.rejected_qty = float(decimal(order.rejected_qty) + report.rejected)
	order.process_loss_qty = float(decimal(order.process_loss_qty) + report.loss)
	made = decimal(order.produced_qty) + decimal(order.process_loss_qty)
	order.open_qty = float(max(ZERO, decimal(order.qty) - made))


def _unstocked_rejects(order: Document, report: Report) -> list[str]:
	"""ERPNext values rejects only beside a finished item, so a run without any cannot stock them."""
	if report.good or not (report.rejected and order.scrap_warehouse):
		return []
	sentence = _(
		"{0} {1} rejected and not put into {2}: the run made nothing good, its material cost is expensed."
	)
	return [sentence.format(text(report.rejected), order.stock_uom, order.scrap_warehouse)]


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


def _write_run(
	order: Document,
	run: Document,
	report: Report,
	entry: Document | None,
	posted: Sequence[Posted],
	variance: RunVariance,
) -> None:
	runs.end(run)
	run.update(_figures(report, variance))
	if entry:
		run.update({"stock_entry": entry.name, **stock_entry.produced(entry)})
	run.set("consumption", _consumption_rows(order, posted, variance))
	run.set("labour", [{**row, "amount": row["minutes"] / 60 * row["hour_rate"]} for row in report.labour])
	run.set("downtime", list(report.downtime))
	transitions.move(
		run,
		COMPLETED,
		order=order,
		good=report.good,
		rejected=report.rejected,
		loss=report.loss,
		stock_entry=run.stock_entry,
	)
	run.docstatus = 1
	system.save(run)


def _figures(report: Report, variance: RunVariance) -> dict[str, Any]:
	return {
		"produced_qty": float(report.good),
		"rejected_qty": float(report.rejected),
		"process_loss_qty": float(report.loss),
		"reject_reason": report.reject_reason,
		"serial_nos": report.serial_nos,
		"posting_datetime": report.at or now_datetime(),
		"standard_cost": float(variance.standard_cost),
		"actual_cost": float(variance.actual_cost),
		"usage_variance": float(variance.usage),
		"price_variance": float(variance.price),
		"total_variance": float(variance.total),
		"setup_minutes": _minutes(row for row in report.labour if row["activity"] == "Setup"),
		"downtime_minutes": _minutes(report.downtime),
	}


def _minutes(rows: Any) -> float:
	return float(sum(row["minutes"] for row in rows))


def _consumption_rows(
	order: Document, posted: Sequence[Posted], variance: RunVariance
) -> list[dict[str, Any]]:
	"""What was planned and what was taken; one row per batch, the plan on the first of a material."""
	units = {posting.key: posting.draw.stock_uom for posting in posted}
	units |= {(row.item_code, row.warehouse): row.stock_uom for row in order.materials}
	taken: dict[Key, list[Posted]] = {}
	for posting in posted:
		taken.setdefault(posting.key, []).append(posting)
	rows = []
	for material in variance.materials:
		key = (material.item_code, material.warehouse)
		planned = material.planned_qty
		for posting in taken.get(key) or [Posted.nothing(*key, units[key])]:
			rows.append(_consumption_row(material, posting, planned))
			planned = ZERO
	return rows


def _consumption_row(material: MaterialVariance, posting: Posted, planned: Decimal) -> dict[str, Any]:
	return {
		"item_code": material.item_code,
		"warehouse": material.warehouse,
		"stock_uom": posting.draw.stock_uom,
		"batch_no": posting.batch_no or None,
		"serial_nos": posting.draw.serial_nos,
		"planned_qty": float(planned),
		"qty": float(posting.qty),
		"difference_qty": float(posting.qty - planned),
		"standard_rate": float(material.standard_rate),
		"actual_rate": float(posting.cost / posting.qty) if posting.qty else 0,
		"amount": float(posting.cost),
	}
