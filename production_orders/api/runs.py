"""Production runs over HTTP: start, pause, resume, hand over, log, abort, complete, reverse."""

from typing import Any

import frappe
from frappe.model.document import Document

from production_orders import permissions
from production_orders.api.endpoint import reads, writes
from production_orders.api.orders import locked
from production_orders.api.types import (
	Activity,
	Consumptions,
	Downtimes,
	Labours,
	Name,
	Outputs,
	PositiveMinutes,
	PositiveQuantity,
	PostingDatetime,
	Quantity,
	Rate,
	Reason,
	Rejects,
	Returns,
	SerialNos,
)
from production_orders.domain.quantity import ZERO
from production_orders.services import (
	actions,
	consumption,
	logbook,
	posting,
	queries,
	reversal,
	run_report,
	variance,
)
from production_orders.services import outputs as output_service
from production_orders.services import runs as service
from production_orders.services.run_report import Report


def locked_run(run: str, permission: str) -> tuple[Document, Document]:
	"""(order, run), the order's row locked first, if the user has this permission on the run and sees its order."""
	order, doc = queries.lock_run(run)
	order.check_permission("read")
	doc.check_permission(permission)
	return order, doc


@writes
def start(
	order: Name,
	qty: PositiveQuantity | None = None,
	workstation: Name | None = None,
	operator: Name | None = None,
	run: Name | None = None,
	rework: bool = False,
) -> dict[str, Any]:
	"""Start a new run of an order, or the planned `run` of it, which keeps what is left out.

	A new run takes the open quantity when none is given; with `rework` it takes rejected units that wait for it.
	"""
	permissions.require("Production Run", "create")
	doc = locked(order, "read")
	if not run:
		return service.answer(doc, service.start(doc, qty, workstation, operator, rework))
	_order, planned = locked_run(run, "write")
	service.require_run_of(doc, planned, rework)
	service.take(planned, qty, workstation, operator)
	return service.answer(doc, service.begin(doc, planned))


@writes
def pause(run: Name, reason: Reason) -> dict[str, Any]:
	"""Stop the clock of a running run."""
	order, doc = locked_run(run, "write")
	service.pause(order, doc, reason)
	return service.answer(order, doc)


@writes
def resume(run: Name) -> dict[str, Any]:
	"""Let a paused run go on."""
	order, doc = locked_run(run, "write")
	service.resume(order, doc)
	return service.answer(order, doc)


@writes
def abort(run: Name, reason: Reason) -> dict[str, Any]:
	"""End a run that made nothing; its quantity is open again."""
	order, doc = locked_run(run, "write")
	service.abort(order, doc, reason)
	return service.answer(order, doc)


@writes
def hand_over(run: Name, operator: Name, reason: Reason | None = None) -> dict[str, Any]:
	"""Let another operator go on with a running or paused run -> the run's answer and its operator."""
	order, doc = locked_run(run, "write")
	service.hand_over(order, doc, operator, reason or "")
	return {**service.answer(order, doc), "operator": doc.operator}


@writes
def log_labour(
	run: Name,
	minutes: PositiveMinutes,
	employee: Name | None = None,
	activity: Activity = "Run",
	hour_rate: Rate | None = None,
) -> dict[str, Any]:
	"""Note somebody's minutes while the run goes on; its completion counts them unless it says other ones."""
	order, doc = locked_run(run, "write")
	row = {"employee": employee, "activity": activity, "minutes": minutes, "hour_rate": hour_rate}
	logbook.log_labour(order, doc, row)
	return {**service.answer(order, doc), "labour": logbook.labour(doc)}


@writes
def log_downtime(
	run: Name, reason: Reason, minutes: PositiveMinutes, workstation: Name | None = None
) -> dict[str, Any]:
	"""Note a standstill while the run goes on; its completion counts it unless it says other ones."""
	order, doc = locked_run(run, "write")
	logbook.log_downtime(order, doc, {"reason": reason, "minutes": minutes, "workstation": workstation})
	return {**service.answer(order, doc), "downtime": logbook.downtime(doc)}


@writes
def complete(
	run: Name,
	produced_qty: Quantity,
	rejected_qty: Quantity | None = None,
	loss_qty: Quantity = ZERO,
	reject_reason: Reason | None = None,
	rejects: Rejects = (),
	consumption: Consumptions = (),
	returns: Returns = (),
	outputs: Outputs = (),
	labour: Labours | None = None,
	downtime: Downtimes | None = None,
	batch_no: Name | None = None,
	serial_nos: SerialNos | None = None,
	posting_datetime: PostingDatetime | None = None,
) -> dict[str, Any]:
	"""Post what a run made and took, in one transaction; materials left out are backflushed from the lock.

	`rejects` say a reason and a disposition each; `rejected_qty` and `reject_reason` are their short form.
	`outputs` say what came out of co- and by-products; left out, the lock's plan of them counts.
	`labour` and `downtime` stand for what was logged while the run went on; left out, the log counts.
	"""
	order, doc = locked_run(run, "submit")
	_require_places(consumption)
	_require_places(outputs)
	report = Report(
		good=produced_qty,
		rejects=run_report.rejected(rejected_qty, reject_reason, rejects),
		loss=loss_qty,
		batch_no=batch_no or "",
		serial_nos=serial_nos or "",
		at=posting_datetime,
		consumption=consumption,
		returns=returns,
		outputs=outputs,
		labour=logbook.labour(doc) if labour is None else [row.model_dump() for row in labour],
		downtime=logbook.downtime(doc) if downtime is None else [row.model_dump() for row in downtime],
	)
	return _completed(order, doc, posting.complete(order, doc, report))


@writes
def reverse(run: Name, reason: Reason) -> dict[str, Any]:
	"""Take back what a completed run made and took; its order must be open, and its output still there."""
	order, doc = locked_run(run, "write")
	order.check_permission("cancel")
	reversal.reverse(order, doc, reason)
	return reversal.answer(order, doc)


def _completed(order: Document, doc: Document, result: posting.Result) -> dict[str, Any]:
	return {
		"run": doc.name,
		"status": doc.status,
		"stock_entry": doc.stock_entry,
		"order": order.name,
		"order_status": order.status,
		"produced_total": order.produced_qty,
		"open_qty": order.open_qty,
		"warnings": result.warnings,
		"outputs": result.outputs,
		"cost": variance.cost(result.variance),
		"variance": variance.answer(
			result.variance, {row.item_code: row.stock_uom for row in doc.consumption}
		),
	}


def _require_places(rows: Consumptions | Outputs) -> None:
	permissions.require_all("Item", (row.item_code for row in rows))
	permissions.require_all("Warehouse", (row.warehouse for row in rows))


@reads
def plan(
	run: Name, produced_qty: Quantity, rejected_qty: Quantity = ZERO, loss_qty: Quantity = ZERO
) -> dict[str, Any]:
	"""What a run should take for this output, and give beside it: {run, materials: [{item_code, warehouse,
	planned_qty, proposed_qty}], outputs: [{item_code, kind, warehouse, planned_qty}]}.

	Planned is the lock's share of this output, proposed what is backflushed: the share corrected by earlier runs.
	"""
	doc = _readable(run)
	order = frappe.get_doc("Production Order", doc.production_order)
	processed = produced_qty + rejected_qty + loss_qty
	return {
		"run": doc.name,
		"materials": consumption.planned_rows(order, doc, processed),
		"outputs": output_service.planned_rows(output_service.plan(order, doc, processed)),
	}


@reads
def allowed_actions(run: Name) -> dict[str, Any]:
	"""{run, status, actions: [{action, label, allowed, why_not}]} for this user, now."""
	doc = _readable(run)
	return {"run": doc.name, "status": doc.status, "actions": actions.of_run(doc)}


def _readable(run: str) -> Document:
	doc = frappe.get_doc("Production Run", run)
	doc.check_permission("read")
	return doc
