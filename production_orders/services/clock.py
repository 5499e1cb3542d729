"""A run's clock: every interval it ran or stood still, and who was at it."""

from frappe.model.document import Document
from frappe.utils import now_datetime, time_diff_in_seconds

from production_orders.domain.lifecycle import RUNNING
from production_orders.domain.quantity import decimal, total


def start(run: Document) -> None:
	run.started_at = now_datetime()
	switch(run, RUNNING)


def switch(run: Document, activity: str, reason: str = "") -> None:
	"""From now on the run does this, under the operator it has now."""
	now = now_datetime()
	_close(run, now)
	row = {"activity": activity, "operator": run.operator, "from_time": now, "reason": reason}
	run.append("intervals", row)


def end(run: Document) -> None:
	"""Close the clock of a run that leaves the floor."""
	run.ended_at = now_datetime()
	_close(run, run.ended_at)
	run.run_minutes = float(total(decimal(row.minutes) for row in run.intervals if row.activity == RUNNING))


def _close(run: Document, now: object) -> None:
	if run.intervals and not run.intervals[-1].to_time:
		last = run.intervals[-1]
		last.to_time = now
		last.minutes = time_diff_in_seconds(now, last.from_time) / 60
