"""Planning in the background: the user who asked for it sees how far it is and hears how it ended."""

from typing import Any

import frappe
from frappe import _

from production_orders.services import horizons, planned_supply, unit_of_work

TITLE = "Net Requirements"
EVERY = 20
"""Supplies between two reports of progress."""


def start(horizon: str | None, company: str | None) -> dict[str, Any]:
	"""Queue it -> {horizon, queued}; an unknown horizon is refused here and not in the background."""
	found = horizons.find(horizon).name
	frappe.enqueue(
		"production_orders.services.planning_job.run",
		queue="long",
		enqueue_after_commit=True,
		horizon=found,
		company=company,
	)
	return {"horizon": found, "queued": True}


def run(horizon: str, company: str | None) -> None:
	"""The job itself; the queue logs an error and undoes what was written."""
	try:
		made = unit_of_work.run_alone(lambda: planned_supply.make(horizon, company, _report))
	except Exception as error:
		_tell(_("Nothing was planned"), str(error), "red")
		raise
	_tell(_("Planned"), _result(made), "green")


def _report(done: int, of: int) -> None:
	if done % EVERY == 0 or done == of:
		frappe.publish_progress(
			100 * done / of, title=_(TITLE), description=_("{0} of {1} supplies").format(done, of)
		)


def _result(made: dict[str, Any]) -> str:
	orders, requests = len(made["production_orders"]), len(made["material_requests"])
	if not orders and not requests:
		return _("Nothing to plan: stock and open supply cover the demand of {0}.").format(made["horizon"])
	return _("{0} draft production orders and {1} Material Requests were made for {2}.").format(
		orders, requests, made["horizon"]
	)


def _tell(title: str, message: str, indicator: str) -> None:
	frappe.publish_realtime(
		"msgprint",
		{"title": title, "message": frappe.utils.escape_html(message), "indicator": indicator},
		user=frappe.session.user,
	)
