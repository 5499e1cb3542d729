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
from production_orders.services import crew
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
	returns: Sequence[Any] = ()
	"""Rows {item_code, qty, warehouse, batch_no, serial_nos} of material that earlier runs took and that came back."""
	outputs: Sequence[Any] = ()
	"""Rows {item_code, qty, warehouse, batch_no, serial_nos} that replace the plan of their co- or by-product."""
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

	@property
	def finished(self) -> Decimal:
		"""What bears the cost: without any, ERPNext takes nothing into stock."""
		return self.good + self.to_rework

	def stocked(self, order: Document) -> list[Reject]:
		"""Rejects that go into a warehouse."""
		places = {SCRAP: order.scrap_warehouse, REWORK: order.rework_warehouse}
		return [reject for reject in self.rejects if self.finished and places[reject.disposition]]

	def pieces(self, order: Document) -> Decimal:
		"""Units that come into stock, good or rejected."""
		return self.good + total(reject.qty for reject in self.stocked(order))


def made(run: Document, report: Report) -> Made:
	"""What a report will count for in its order."""
	return Made(report.good, report.rejected, report.loss, report.to_rework, bool(run.is_rework))


def rejected(qty: Decimal | None, reason: str | None, rows: Sequence[Any]) -> list[Reject]:
	"""The rejects of a report: rows with a reason each, or the short form of one quantity that is scrap."""
	problems = errors.Problems()
	sum_of_rows = total(row.qty for row in rows)
	if rows and qty is not None and qty != sum_of_rows:
		sentence = _("{0} rejected in all, but the rows of rejects add up to {1}. Leave one of them out.")
		problems.add("rejected_qty", sentence.format(text(qty), text(sum_of_rows)))
	if rows and reason:
		problems.add("reject_reason", _("Say the reason in each row of rejects."))
	problems.throw_any()
	if rows:
		return [Reject(row.qty, row.reason, row.disposition) for row in rows]
	return [Reject(qty, reason or "")] if qty else []


def check(order: Document, run: Document, report: Report) -> None:
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
	if report.finished and (problem := item.made_batch_problem(report.batch_no, facts)):
		problems.add("batch_no", problem)
	leaving = order.rework_warehouse if run.is_rework else None
	for problem in serial_no.made_problems(
		serial_no.split(report.serial_nos), report.pieces(order), facts, leaving
	):
		problems.add("serial_nos", problem)
	if report.to_rework and not order.rework_warehouse:
		sentence = _("{0} has no rework warehouse: say where rejects wait, or report them as scrap.")
		problems.add("rejects", sentence.format(order.name))
	employees = {f"labour.{idx}.employee": row.get("employee") for idx, row in enumerate(report.labour or ())}
	for field, problem in crew.employee_problems(run, employees):
		problems.add(field, problem)
	if report.at and report.at > now_datetime():
		problems.add(
			"posting_datetime", _("{0} has not come yet: report what has happened.").format(report.at)
		)
	problems.throw_any()
	_check_tolerance(order, report)


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
