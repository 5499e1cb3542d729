"""What the floor writes down while a run goes on: everybody's minutes and every standstill, kept for its completion."""

from collections.abc import Mapping
from typing import Any

from frappe.model.document import Document

from production_orders import system
from production_orders.services import crew, events, operating_cost, runs

LABOUR = ("employee", "activity", "minutes", "hour_rate")
DOWNTIME = ("reason", "minutes", "workstation")


def log_labour(order: Document, run: Document, row: Mapping[str, Any]) -> None:
	"""Minutes of one person; without a rate they cost what the lock says."""
	runs.require_on_floor(run)
	crew.require_employees(run, {"employee": row["employee"]})
	(row,) = operating_cost.labour_rows(order, [row])
	_write(order, run, "labour", row, "Labour Logged")


def log_downtime(order: Document, run: Document, row: Mapping[str, Any]) -> None:
	"""Time the run stood still, at its own workstation unless another one is named."""
	runs.require_on_floor(run)
	_write(
		order,
		run,
		"downtime",
		{**row, "workstation": row["workstation"] or run.workstation},
		"Downtime Logged",
	)


def _write(order: Document, run: Document, table: str, row: Mapping[str, Any], event: str) -> None:
	run.append(table, row)
	system.save(run)
	events.append(order, event, run, {field: value for field, value in row.items() if value is not None})


def labour(run: Document) -> list[dict[str, Any]] | None:
	"""What was logged, as a report gives it; None when nothing was."""
	return _rows(run, "labour", LABOUR) or None


def downtime(run: Document) -> list[dict[str, Any]]:
	return _rows(run, "downtime", DOWNTIME)


def _rows(run: Document, table: str, fields: tuple[str, ...]) -> list[dict[str, Any]]:
	return [{field: row.get(field) for field in fields} for row in run.get(table)]
