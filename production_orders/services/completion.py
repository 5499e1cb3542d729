"""The end of an order: completed when enough was made, closed short with a reason, or cancelled."""

from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document

from production_orders import errors, system
from production_orders.domain.lifecycle import CANCELLED, COMPLETED, OPEN_RUN
from production_orders.domain.quantity import decimal, text
from production_orders.services import (
	bins,
	bom_lock,
	origin,
	posting,
	queries,
	reservations,
	runs,
	staging,
	transitions,
)
from production_orders.services.run_report import Report


def complete(order: Document, close_short: bool = False, reason: str = "") -> None:
	"""Complete a locked order: every run ended and enough made, or closed short with a reason."""
	if order.status == COMPLETED:
		return
	transitions.check(order, COMPLETED)
	_require_ended_runs(order, COMPLETED)
	if not close_short:
		_check_made(order)
	elif not reason:
		_require_reason()
	closed_short = order.open_qty
	staging.return_leftovers(order, reason)
	counted = bins.share(order)
	reservations.release_all(order)
	bins.replace(counted, {})
	bom_lock.release(order)
	transitions.move(
		order,
		COMPLETED,
		produced=decimal(order.produced_qty),
		closed_short=decimal(closed_short),
		reason=reason,
	)
	system.set_values(order, {"status": order.status, "closed_short_qty": closed_short, "open_qty": 0})
	origin.report(order, -decimal(closed_short))


def make_and_complete(
	order: Document, qty: Decimal, close_short: bool, reason: str
) -> tuple[Document, posting.Result]:
	"""The short cut of discrete plants: one run made, posted and the order closed, in one transaction."""
	run = runs.start(order, qty)
	result = posting.complete(order, run, Report(good=qty))
	complete(order, close_short, reason)
	return run, result


def cancel(order: Document) -> None:
	"""Before cancel of a locked order: nothing made stands, nothing runs; its promises go back."""
	transitions.check(order, CANCELLED)
	_require_ended_runs(order, CANCELLED)
	_refuse_completed_runs(order)
	staging.return_leftovers(order, order.flags.reason or "")
	order.ignore_linked_doctypes = ["Stock Entry"]  # what was staged is back: its entries may stand
	counted = bins.share(order)
	reservations.release_all(order)
	bins.replace(counted, {})
	bom_lock.release(order)
	transitions.move(order, CANCELLED, reason=order.flags.reason or "")
	order.open_qty = 0


def write_off(order: Document) -> None:
	"""After cancel: nobody waits for this order any more."""
	origin.report(order, -decimal(order.qty))


def _check_made(order: Document) -> None:
	allowed = decimal(order.qty) * decimal(order.under_production_tolerance) / 100
	if decimal(order.open_qty) <= allowed:
		return
	qty, open_qty = text(order.qty), text(order.open_qty)
	tolerance = text(order.under_production_tolerance)
	told = _("{0} still has {1} of {2} {3} open; {4} % under-production is allowed.")
	sentences = [told.format(order.name, open_qty, qty, order.stock_uom, tolerance)]
	detail = {
		"planned": order.qty,
		"actual": order.qty - order.open_qty,
		"tolerance": order.under_production_tolerance,
	}
	if order.rework_qty:
		waiting = _("{0} {1} wait for rework in {2}: start a rework run for them.")
		sentences.append(waiting.format(text(order.rework_qty), order.stock_uom, order.rework_warehouse))
		detail |= {"rework_qty": order.rework_qty, "rework_warehouse": order.rework_warehouse}
	sentences.append(_("Make the rest, or close it short with a reason."))
	errors.throw(errors.ToleranceExceeded(" ".join(sentences), [detail]))


def _require_reason() -> None:
	problems = errors.Problems()
	problems.add("reason", _("Closing an order short needs a reason."))
	problems.throw_any()


def _require_ended_runs(order: Document, target: str) -> None:
	running = [run.name for run in queries.lock_runs(order.name) if run.status in OPEN_RUN]
	if running:
		_refuse(
			order,
			target,
			_("{0} cannot become {1} while runs are open: {2}. Complete or abort them."),
			running,
		)


def _refuse_completed_runs(order: Document) -> None:
	made = [run.name for run in queries.lock_runs(order.name) if run.status == COMPLETED]
	if made:
		_refuse(
			order,
			CANCELLED,
			_(
				"{0} cannot become {1}: these runs are completed: {2}. Reverse them, or close it short instead."
			),
			made,
		)


def _refuse(order: Document, target: str, sentence: str, run_names: list[str]) -> None:
	details: dict[str, Any] = {
		"doctype": order.doctype,
		"name": order.name,
		"status": order.status,
		"target": target,
		"allowed": list(transitions.targets(order)),
		"runs": run_names,
	}
	errors.throw(
		errors.IllegalTransition(sentence.format(order.name, _(target), ", ".join(run_names)), details)
	)
