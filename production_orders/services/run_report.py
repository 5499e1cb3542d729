"""What the floor says of a run, and whether it can be so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from production_orders import errors
from production_orders.domain import rejects
from production_orders.domain.consumption import at_most
from production_orders.domain.quantity import ZERO, decimal, text, total
from production_orders.domain.rejects import REWORK, SCRAP, Reject
from production_orders.erpnext_bridge import item, serial_no
from production_orders.services.totals import Made


@dataclass(frozen=True)
class Report:
	"""What the floor says of a run; quantities in the stock UOM."""

	good: Decimal
	rejects: Sequence[Reject] = ()
	loss: Decimal = ZERO
	batch_no: str = ""
	serial_nos: str = ""
	at: datetime | None = None
	consumption: Sequence[Any] = ()
	"""Rows {item_code, qty, warehouse, batch_no, serial_nos} that replace the plan of their material."""
	labour: Sequence[Mapping[str, Any]] | None = None
	"""Rows {employee, activity, minutes, hour_rate}, the rate None for the lock's; None: the standard is absorbed."""
	downtime: Sequence[Mapping[str, Any]] = ()
	"""Rows {reason, minutes, workstation}."""

	@property
	def rejected(self) -> Decimal:
		return self.scrapped + self.to_rework

	@property
	def scrapped(self) -> Decimal:
		return rejects.quantity(self.rejects, SCRAP)

	@property
	def to_rework(self) -> Decimal:
		return rejects.quantity(self.rejects, REWORK)

	@property
	def processed(self) -> Decimal:
		return self.good + self.rejected + self.loss


def made(run: Document, report: Report) -> Made:
	"""What a report will count for in its order."""
	return Made(report.good, report.rejected, report.loss, report.to_rework, bool(run.is_rework))


def rejected(qty: Decimal | None, reason: str | None, rows: Sequence[Reject]) -> list[Reject]:
	"""The rejects of a report: rows with a reason each, or the short form of one quantity that is scrap."""
	problems = errors.Problems()
	sum_of_rows = total(row.qty for row in rows)
	if rows and qty is not None and qty != sum_of_rows:
		sentence = _("{0} rejected in all, but the rows of rejects add up to {1}. Leave one of them out.")
		problems.add("rejected_qty", sentence.format(text(qty), text(sum_of_rows)))
	if rows and reason:
		problems.add("reject_reason", _("Say the reason in each row of rejects."))
	problems.throw_any()
	return list(rows) or ([Reject(qty, reason or "")] if qty else [])


def check(order: Document, report: Report) -> None:
	"""Refuse an output that cannot be, every problem together, or more of it than the order allows."""
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


def unstocked_rejects(order: Document, report: Report) -> list[str]:
	"""ERPNext values rejects only beside a finished item, so a run without any cannot stock them."""
	if report.good or not (report.rejected and order.scrap_warehouse):
		return []
	sentence = _(
		"{0} {1} rejected and not put into {2}: the run made nothing good, its material cost is expensed."
	)
	return [sentence.format(text(report.rejected), order.stock_uom, order.scrap_warehouse)]
