"""A run's life on the floor: planned, started, paused, handed over, aborted; `posting` completes it."""

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model import numeric_fieldtypes
from frappe.model.document import Document

from production_orders import errors, system
from production_orders.domain.lifecycle import (
	ABORTED,
	COMPLETED,
	IN_PROGRESS,
	ON_FLOOR,
	OPEN_ORDER,
	PAUSED,
	PLANNED,
	REVERSED,
	RUNNING,
)
from production_orders.domain.quantity import decimal
from production_orders.services import clock, crew, events, queries, run_room, transitions


def plan(run: Document) -> None:
	"""Before insert: number the run and check that its order can take it."""
	order = queries.lock_order(run.production_order)
	_require_open(order)
	run_room.check(order, decimal(run.qty), bool(run.is_rework))
	run.item_code, run.company = order.item_code, order.company
	run.run_number = order.run_count + 1
	system.set_values(order, {"run_count": run.run_number})


def start(
	order: Document,
	qty: Decimal | None = None,
	workstation: str | None = None,
	operator: str | None = None,
	rework: bool = False,
) -> Document:
	"""Plan and start a run of a locked order; of all that is open, or waits for rework, when no quantity is given."""
	_require_open(order)
	if qty is None:
		qty = run_room.proposed(order, queries.lock_runs(order.name), rework)
	run = frappe.new_doc("Production Run")
	# As the database begins them: or the timeline tells of every number that it is nothing now.
	run.update({field.fieldname: 0 for field in run.meta.fields if field.fieldtype in numeric_fieldtypes})
	run.update(
		{
			"production_order": order.name,
			"qty": float(qty),
			"workstation": workstation,
			"operator": operator,
			"is_rework": int(rework),
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
	run_room.check(order, decimal(run.qty), bool(run.is_rework), run.name)
	if run.operator:
		crew.require_operator(run, run.operator)
	run.operator = run.operator or frappe.session.user
	transitions.move(run, RUNNING, order=order, qty=decimal(run.qty))
	clock.start(run)
	system.save(run)
	if transitions.move(order, IN_PROGRESS, run=run.name):
		system.set_values(order, {"status": order.status})
	return run


def require_run_of(order: Document, run: Document, rework: bool = False) -> None:
	problems = errors.Problems()
	if run.production_order != order.name:
		sentence = _("Run {0} belongs to {1}, not to {2}.")
		problems.add("run", sentence.format(run.name, run.production_order, order.name))
	if rework and not run.is_rework:
		problems.add(
			"rework", _("Run {0} was planned to make units, not to work them over.").format(run.name)
		)
	problems.throw_any()


def take(run: Document, qty: Decimal | None, workstation: str | None, operator: str | None) -> None:
	"""What somebody says when starting a planned run goes before its plan, in memory."""
	given = {"qty": qty and float(qty), "workstation": workstation, "operator": operator}
	if run.status == PLANNED:
		run.update({field: value for field, value in given.items() if value is not None})


def pause(order: Document, run: Document, reason: str) -> None:
	_switch(order, run, PAUSED, reason)


def resume(order: Document, run: Document) -> None:
	_switch(order, run, RUNNING, "")


def _switch(order: Document, run: Document, status: str, reason: str) -> None:
	if run.status not in ON_FLOOR:
		transitions.check(run, PAUSED)
	if transitions.move(run, status, order=order, reason=reason):
		clock.switch(run, status, reason)
		system.save(run)


def hand_over(order: Document, run: Document, operator: str, reason: str = "") -> None:
	"""Another operator takes the run as it stands, running or paused; who has it already keeps it quietly."""
	require_on_floor(run)
	crew.require_operator(run, operator)
	if operator == run.operator:
		return
	previous, run.operator = run.operator, operator
	clock.switch(run, run.status, reason)
	system.save(run)
	events.append(
		order, "Handed Over", run, {"from_operator": previous, "operator": operator, "reason": reason}
	)


def require_on_floor(run: Document) -> None:
	"""Refuse what only makes sense between the start of a run and its end."""
	if run.status not in ON_FLOOR:
		_refuse(run, RUNNING, _("{0} is {1}: this is for runs that are running or paused."))


def abort(order: Document, run: Document, reason: str) -> None:
	if transitions.move(run, ABORTED, order=order, reason=reason):
		clock.end(run)
		system.save(run)


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
		order = queries.lock_order(run.production_order)
		run_room.check(order, decimal(run.qty), bool(run.is_rework), run.name)


def require_report(run: Document) -> None:
	"""Submitting is what completing does; without a report there is nothing to post."""
	if not run.flags.by_service:
		_refuse(run, COMPLETED, _("{0} is completed by reporting its output, not by submitting it."))


def refuse_cancel(run: Document) -> None:
	"""Cancelling is what reversing does; without a reason nothing is taken back."""
	if not run.flags.by_service:
		_refuse(run, REVERSED, _("{0} is taken back by reversing it with a reason, not by cancelling it."))


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
