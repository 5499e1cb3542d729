"""Which status may follow which: one table per DocType, and nothing else decides it."""

from collections.abc import Mapping
from dataclasses import dataclass

DRAFT = "Draft"
CONFIRMED = "Confirmed"
IN_PROGRESS = "In Progress"
COMPLETED = "Completed"
CANCELLED = "Cancelled"

PLANNED = "Planned"
RUNNING = "Running"
PAUSED = "Paused"
REVERSED = "Reversed"
ABORTED = "Aborted"

ACTIVE = "Active"
SUPERSEDED = "Superseded"
RELEASED = "Released"

Table = Mapping[str, Mapping[str, str]]
"""status -> {next status: name of the action that leads there}; a terminal status has none."""

ORDER: Table = {
	DRAFT: {CONFIRMED: "Confirm"},
	CONFIRMED: {IN_PROGRESS: "Start", CANCELLED: "Cancel"},
	IN_PROGRESS: {COMPLETED: "Complete", CANCELLED: "Cancel"},
	COMPLETED: {},
	CANCELLED: {},
}

RUN: Table = {
	PLANNED: {RUNNING: "Start", ABORTED: "Abort"},
	RUNNING: {PAUSED: "Pause", COMPLETED: "Complete", ABORTED: "Abort"},
	PAUSED: {RUNNING: "Resume", COMPLETED: "Complete", ABORTED: "Abort"},
	COMPLETED: {REVERSED: "Reverse"},
	REVERSED: {},
	ABORTED: {},
}

LOCK: Table = {
	ACTIVE: {SUPERSEDED: "Supersede", RELEASED: "Release"},
	SUPERSEDED: {},
	RELEASED: {},
}

TABLES: Mapping[str, Table] = {
	"Production Order": ORDER,
	"Production Run": RUN,
	"BOM Lock": LOCK,
}

DOCSTATUS: Mapping[str, Mapping[str, int]] = {
	"Production Order": {DRAFT: 0, CONFIRMED: 1, IN_PROGRESS: 1, COMPLETED: 1, CANCELLED: 2},
	"Production Run": {PLANNED: 0, RUNNING: 0, PAUSED: 0, ABORTED: 0, COMPLETED: 1, REVERSED: 2},
}

OPEN_ORDER = (CONFIRMED, IN_PROGRESS)
OPEN_RUN = (PLANNED, RUNNING, PAUSED)
ON_FLOOR = (RUNNING, PAUSED)

_OPEN_ORDER_FIELDS = frozenset(
	{"priority", "planned_start_date", "planned_end_date", "need_by_date", "notes"}
)
_OPEN_RUN_FIELDS = frozenset({"workstation", "notes"})

EDITABLE: Mapping[str, Mapping[str, frozenset[str]]] = {
	"Production Order": {
		CONFIRMED: _OPEN_ORDER_FIELDS,
		IN_PROGRESS: _OPEN_ORDER_FIELDS,
		COMPLETED: frozenset(),
		CANCELLED: frozenset(),
	},
	"Production Run": {
		PLANNED: _OPEN_RUN_FIELDS | {"qty", "operator"},
		RUNNING: _OPEN_RUN_FIELDS,
		PAUSED: _OPEN_RUN_FIELDS,
		COMPLETED: frozenset(),
		REVERSED: frozenset(),
		ABORTED: frozenset(),
	},
}
"""status -> fields a user may still change; a status left out allows all but what only services write."""


@dataclass(eq=False)
class IllegalMove(Exception):
	"""A status was asked for that the table does not allow from here."""

	doctype: str
	status: str
	target: str
	allowed: tuple[str, ...]


def check_move(doctype: str, status: str, target: str) -> None:
	"""Raise IllegalMove unless the table of `doctype` leads from `status` to `target`."""
	allowed = TABLES[doctype].get(status, {})
	if target not in allowed:
		raise IllegalMove(doctype, status, target, tuple(allowed))
