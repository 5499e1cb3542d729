"""What the user may do with an order or run now, and why not: the Desk shows this and decides nothing."""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from production_orders import permissions
from production_orders.domain import lifecycle
from production_orders.domain.lifecycle import (
	ABORTED,
	CANCELLED,
	COMPLETED,
	CONFIRMED,
	DRAFT,
	IN_PROGRESS,
	ON_FLOOR,
	OPEN_ORDER,
	OPEN_RUN,
	PAUSED,
	PLANNED,
	REVERSED,
	RUNNING,
)
from production_orders.services import held_materials, run_room, staging

Action = tuple[str, str, str | None]
"""(action, label, why not or None)."""


def of_order(order: Document) -> list[dict[str, Any]]:
	"""[{action, label, allowed, why_not}] in the order in which a planner thinks of them; starts have a proposed_qty."""
	runs = _runs(order)
	found = _answer(
		[
			("confirm", _("Confirm"), _edge(order, CONFIRMED, "submit")),
			("refresh_bom", _("Refresh BOM"), _in_status(order, (DRAFT,)) or _permission(order, "write")),
			("start_run", _("Start Run"), _start(order, runs)),
			("start_rework", _("Start Rework"), _start_rework(order, runs)),
			("complete", _("Complete"), _edge(order, COMPLETED, "submit") or _open_runs(runs)),
			("make_and_complete", _("Make and Complete"), _make_and_complete(order, runs)),
			(
				"reserve",
				_("Reserve"),
				_holding(order) or _nothing(order, "short_qty", _("Nothing is short.")),
			),
			(
				"request_supply",
				_("Request Supply"),
				_holding(order) or _nothing(order, "short_qty", _("Nothing is short.")),
			),
			("move", _("Move Reservation"), _holding(order) or _nothing_reserved(order)),
			("relock", _("Relock"), _relock(order)),
			("stage", _("Stage Materials"), _holding(order) or _nothing_to_stage(order)),
			("return_staged", _("Return Staged"), _holding(order) or _nothing_staged(order)),
			("release", _("Release Reservations"), _holding(order) or _nothing_reserved(order)),
			("cancel", _("Cancel"), _edge(order, CANCELLED, "cancel") or _open_runs(runs) or _made(runs)),
		]
	)
	starts = {
		"start_run": run_room.proposed(order, runs, rework=False),
		"start_rework": run_room.proposed(order, runs, rework=True),
	}
	return [
		{**row, "proposed_qty": float(starts[row["action"]])} if row["action"] in starts else row
		for row in found
	]


def of_run(run: Document) -> list[dict[str, Any]]:
	"""[{action, label, allowed, why_not}] of one run."""
	on_floor = _in_status(run, ON_FLOOR) or _permission(run, "write")
	return _answer(
		[
			("start", _("Start"), _in_status(run, (PLANNED,)) or _edge(run, RUNNING, "write")),
			("pause", _("Pause"), _edge(run, PAUSED, "write")),
			("resume", _("Resume"), _in_status(run, (PAUSED,)) or _edge(run, RUNNING, "write")),
			("complete", _("Complete"), _edge(run, COMPLETED, "submit")),
			("hand_over", _("Hand Over"), on_floor),
			("log_labour", _("Log Labour"), on_floor),
			("log_downtime", _("Log Downtime"), on_floor),
			("abort", _("Abort"), _edge(run, ABORTED, "write")),
			("reverse", _("Reverse"), _edge(run, REVERSED, "write") or _reverse(run)),
		]
	)


def _answer(actions: Iterable[Action]) -> list[dict[str, Any]]:
	return [
		{"action": action, "label": label, "allowed": why_not is None, "why_not": why_not}
		for action, label, why_not in actions
	]


def _edge(doc: Document, target: str, permission: str) -> str | None:
	if target not in lifecycle.TABLES[doc.doctype].get(doc.status, {}):
		return _("{0} is {1}.").format(doc.name, _(doc.status))
	return _permission(doc, permission) or (
		None if permissions.may_move(doc, target) else _("Your role may not do this.")
	)


def _relock(order: Document) -> str | None:
	"""To relock is to confirm once more."""
	if problem := _in_status(order, (CONFIRMED,)) or _permission(order, "submit"):
		return problem
	return None if permissions.may_move(order, CONFIRMED, start=DRAFT) else _("Your role may not do this.")


def _reverse(run: Document) -> str | None:
	"""Whoever may cancel the order may take back what its runs have made, until it is ended."""
	order = frappe.get_doc("Production Order", run.production_order)
	return _in_status(order, OPEN_ORDER) or _permission(order, "cancel")


def _in_status(doc: Document, statuses: tuple[str, ...]) -> str | None:
	return None if doc.status in statuses else _("{0} is {1}.").format(doc.name, _(doc.status))


def _permission(doc: Document, permission: str) -> str | None:
	return None if frappe.has_permission(doc.doctype, permission, doc) else _("Your role may not do this.")


def _start(order: Document, runs: Iterable[Any]) -> str | None:
	return _may_start(order) or _no_room(order, runs)


def _start_rework(order: Document, runs: Iterable[Any]) -> str | None:
	if problem := _may_start(order):
		return problem
	return None if run_room.waiting(order, runs) > 0 else _("Nothing waits for rework.")


def _may_start(order: Document) -> str | None:
	if problem := _in_status(order, OPEN_ORDER):
		return problem
	may = frappe.has_permission("Production Run", "create") and _may_progress(order)
	return None if may else _("Your role may not do this.")


def _make_and_complete(order: Document, runs: Iterable[Any]) -> str | None:
	"""`orders.complete` with a produced quantity: the last run is made, posted and the order ended at once."""
	if problem := _holding(order):
		return problem
	if not (frappe.has_permission("Production Run", "submit") and _may_progress(order)):
		return _("Your role may not do this.")
	return _open_runs(runs) or _no_room(order, runs)


def _no_room(order: Document, runs: Iterable[Any]) -> str | None:
	return None if run_room.room(order, runs) > 0 else _("Everything is made or being made.")


def _may_progress(order: Document) -> bool:
	"""The first run of an order also puts it in progress."""
	return order.status == IN_PROGRESS or permissions.may_move(order, IN_PROGRESS)


def _holding(order: Document) -> str | None:
	return _in_status(order, OPEN_ORDER) or _permission(order, "submit")


def _nothing(order: Document, field: str, sentence: str) -> str | None:
	return None if any(row.get(field) > 0 for row in order.materials) else sentence


def _nothing_to_stage(order: Document) -> str | None:
	if not order.wip_warehouse:
		return _("The order has no WIP warehouse.")
	held = any(held_materials.held(row) > 0 for row in staging.stageable(order))
	return None if held else _("Nothing is reserved outside of the WIP warehouse.")


def _nothing_staged(order: Document) -> str | None:
	held = any(held_materials.held(row) > 0 for row in staging.staged(order))
	return None if held else _("Nothing is staged.")


def _nothing_reserved(order: Document) -> str | None:
	held = any(row.reserved_qty > row.delivered_qty for row in order.materials)
	return None if held else _("Nothing is reserved.")


def _runs(order: Document) -> list[Any]:
	return frappe.get_all(
		"Production Run",
		filters={"production_order": order.name},
		fields=["name", "status", "qty", "is_rework"],
		order_by="name",
	)


def _open_runs(runs: Iterable[Any]) -> str | None:
	names = ", ".join(run.name for run in runs if run.status in OPEN_RUN)
	return _("These runs are open: {0}.").format(names) if names else None


def _made(runs: Iterable[Any]) -> str | None:
	names = ", ".join(run.name for run in runs if run.status == COMPLETED)
	return _("These runs are completed: {0}.").format(names) if names else None
