"""A run's life on the floor: planned, started, paused, resumed, aborted; `posting` completes it."""

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime, time_diff_in_seconds

from production_orders import errors, system
from production_orders.domain.consumption import at_most
from production_orders.domain.lifecycle import (
	ABORTED,
	COMPLETED,
	IN_PROGRESS,
	OPEN_ORDER,
	OPEN_RUN,
	PAUSED,
	PLANNED,
	REVERSED,
	RUNNING,
)
from production_orders.domain.quantity import decimal, text, total
from production_orders.erpnext_bridge import item
from production_orders.services import drafts, queries, transitions


def plan(run: Document) -> None:
	"""Before insert: number the run and check that its order can take it."""
	order = queries.lock_order(run.production_order)
	_require_open(order)
	check_qty(order, decimal(run.qty))
	run.item_code, run.company = order.item_code, order.company
	run.run_number = order.run_count + 1
	system.set_values(order, {"run_count": run.run_number})


def start(
	order: Document, qty: Decimal | None = None, workstation: str | None = None, operator: str | None = None
) -> Document:
	"""Plan and start a run of a locked order; all of the open quantity when none is given."""
	_require_open(order)
	run = frappe.new_doc("Production Run")
	run.update(
		{
			"production_order": order.name,
			"qty": float(open_qty(order) if qty is None else qty),
			"workstation": workstation,
			"operator": operator,
		}
	)
	system.save(run)
	order.run_count = run.run_number
	return begin(order, run)


def begin(order: Document, run: Document) -> Document:
	"""Start a planned run; the first one puts its order in progress. A running run stays as it is."""
	if run.status == RUNNING:
		return run
	_require_open(order)
	transitions.check(run, RUNNING)
	check_qty(order, decimal(run.qty), run.name)
	transitions.move(run, RUNNING, order=order, qty=decimal(run.qty))
	run.operator = run.operator or frappe.session.user
	run.started_at = now_datetime()
	_open_interval(run, RUNNING)
	system.save(run)
	if transitions.move(order, IN_PROGRESS, run=run.name):
		system.set_values(order, {"status": order.status})
	return run


def require_run_of(order: Document, run: Document) -> None:
	if run.production_order != order.name:
		problems = errors.Problems()
		problems.add(
			"run", _("Run {0} belongs to {1}, not to {2}.").format(run.name, run.production_order, order.name)
		)
		problems.throw_any()


def pause(order: Document, run: Document, reason: str) -> None:
	_switch(order, run, PAUSED, reason)


def resume(order: Document, run: Document) -> None:
	_switch(order, run, RUNNING, "")


def _switch(order: Document, run: Document, status: str, reason: str) -> None:
	if run.status not in (RUNNING, PAUSED):
		transitions.check(run, PAUSED)
	if transitions.move(run, status, order=order, reason=reason):
		close_interval(run)
		_open_interval(run, status, reason)
		system.save(run)


def abort(order: Document, run: Document, reason: str) -> None:
	if transitions.move(run, ABORTED, order=order, reason=reason):
		end(run)
		system.save(run)


def end(run: Document) -> None:
	"""Close the clock of a run that leaves the floor."""
	close_interval(run)
	run.ended_at = now_datetime()
	run.run_minutes = float(total(decimal(row.minutes) for row in run.intervals if row.activity == RUNNING))


def _open_interval(run: Document, activity: str, reason: str = "") -> None:
	run.append("intervals", {"activity": activity, "from_time": now_datetime(), "reason": reason})


def close_interval(run: Document) -> None:
	if run.intervals and not run.intervals[-1].to_time:
		last = run.intervals[-1]
		last.to_time = now_datetime()
		last.minutes = time_diff_in_seconds(last.to_time, last.from_time) / 60


def open_qty(order: Document) -> Decimal:
	"""What no run has made or is making; never below zero."""
	return max(Decimal(0), decimal(order.open_qty) - _in_runs(order))


def _in_runs(order: Document, but: str = "") -> Decimal:
	"""Planned quantity of the order's open runs."""
	runs = queries.lock_runs(order.name)
	return total(decimal(run.qty) for run in runs if run.status in OPEN_RUN and run.name != but)


def check_qty(order: Document, qty: Decimal, run: str = "") -> None:
	"""Refuse a run that is not a quantity, or more than what is open plus the tolerance."""
	facts = item.facts([order.item_code])[order.item_code]
	if problem := drafts.qty_problem(qty, facts):
		problems = errors.Problems()
		problems.add("qty", problem)
		problems.throw_any()
	left = room(order, _in_runs(order, run))
	if qty > left:
		_refuse_qty(order, qty, left)


def room(order: Document, in_runs: Decimal) -> Decimal:
	"""What a further run may make: what is open and the tolerance, less what open runs are making."""
	limit = at_most(decimal(order.qty), decimal(order.over_production_tolerance))
	return limit - decimal(order.produced_qty) - decimal(order.process_loss_qty) - in_runs


def _refuse_qty(order: Document, qty: Decimal, room: Decimal) -> None:
	errors.throw(
		errors.ToleranceExceeded(
			_("{0} has room for {1} {2} more in runs, not {3} (ordered {4}, tolerance {5} %).").format(
				order.name,
				text(room),
				order.stock_uom,
				text(qty),
				text(order.qty),
				text(order.over_production_tolerance),
			),
			[
				{
					"planned": float(room),
					"actual": float(qty),
					"tolerance": float(order.over_production_tolerance),
				}
			],
		)
	)


def _require_open(order: Document) -> None:
	if order.status not in OPEN_ORDER:
		_refuse(order, IN_PROGRESS, _("{0} is {1}: runs need a confirmed order."))


def answer(order: Document, run: Document) -> dict[str, Any]:
	return {
		"run": run.name,
		"status": run.status,
		"order": order.name,
		"order_status": order.status,
		"qty": run.qty,
	}


def check_planned(run: Document) -> None:
	"""A planned run that is edited must still fit into its order."""
	if run.status == PLANNED:
		check_qty(queries.lock_order(run.production_order), decimal(run.qty), run.name)


def require_report(run: Document) -> None:
	"""Submitting is what completing does; without a report there is nothing to post."""
	if not run.flags.by_service:
		_refuse(run, COMPLETED, _("{0} is completed by reporting its output, not by submitting it."))


def refuse_cancel(run: Document) -> None:
	_refuse(run, REVERSED, _("{0} cannot be cancelled: what it made and took is in stock."))


def _refuse(doc: Document, target: str, sentence: str) -> None:
	errors.throw(
		errors.IllegalTransition(
			sentence.format(doc.name, _(doc.status)),
			{
				"doctype": doc.doctype,
				"name": doc.name,
				"status": doc.status,
				"target": target,
				"allowed": list(transitions.targets(doc)),
			},
		)
	)
