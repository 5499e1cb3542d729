"""Every status and every pair of statuses, written out: what the tables allow and nothing else."""

from itertools import product

import pytest

from production_orders.domain import lifecycle
from production_orders.domain.lifecycle import IllegalMove, check_move

EDGES = {
	"Production Order": {
		("Draft", "Confirmed"): "Confirm",
		("Confirmed", "In Progress"): "Start",
		("Confirmed", "Cancelled"): "Cancel",
		("In Progress", "Completed"): "Complete",
		("In Progress", "Cancelled"): "Cancel",
	},
	"Production Run": {
		("Planned", "Running"): "Start",
		("Planned", "Aborted"): "Abort",
		("Running", "Paused"): "Pause",
		("Running", "Completed"): "Complete",
		("Running", "Aborted"): "Abort",
		("Paused", "Running"): "Resume",
		("Paused", "Completed"): "Complete",
		("Paused", "Aborted"): "Abort",
		("Completed", "Reversed"): "Reverse",
	},
	"BOM Lock": {
		("Active", "Superseded"): "Supersede",
		("Active", "Released"): "Release",
	},
}
STATUSES = {
	"Production Order": ("Draft", "Confirmed", "In Progress", "Completed", "Cancelled"),
	"Production Run": ("Planned", "Running", "Paused", "Completed", "Reversed", "Aborted"),
	"BOM Lock": ("Active", "Superseded", "Released"),
}
PAIRS = [(doctype, *pair) for doctype, statuses in STATUSES.items() for pair in product(statuses, repeat=2)]


def test_the_tables_hold_exactly_these_edges_and_actions():
	assert {
		doctype: {
			(status, target): action for status, edges in table.items() for target, action in edges.items()
		}
		for doctype, table in lifecycle.TABLES.items()
	} == EDGES


def test_every_status_has_a_row_and_a_docstatus():
	assert {doctype: tuple(table) for doctype, table in lifecycle.TABLES.items()} == {
		doctype: tuple(statuses) for doctype, statuses in STATUSES.items()
	}
	assert lifecycle.DOCSTATUS == {
		"Production Order": {
			"Draft": 0,
			"Confirmed": 1,
			"In Progress": 1,
			"Completed": 1,
			"Cancelled": 2,
		},
		"Production Run": {
			"Planned": 0,
			"Running": 0,
			"Paused": 0,
			"Aborted": 0,
			"Completed": 1,
			"Reversed": 2,
		},
	}


@pytest.mark.parametrize(("doctype", "status", "target"), PAIRS)
def test_only_the_edges_of_the_table_may_be_taken(doctype, status, target):
	if (status, target) in EDGES[doctype]:
		check_move(doctype, status, target)
		return
	with pytest.raises(IllegalMove) as refusal:
		check_move(doctype, status, target)
	allowed = tuple(end for start, end in EDGES[doctype] if start == status)
	assert vars(refusal.value) == {
		"doctype": doctype,
		"status": status,
		"target": target,
		"allowed": allowed,
	}


def test_an_unknown_status_leads_nowhere():
	with pytest.raises(IllegalMove) as refusal:
		check_move("Production Order", "Imagined", "Draft")
	assert refusal.value.allowed == ()


def test_open_statuses_are_those_that_may_still_hold_stock_or_run():
	assert lifecycle.OPEN_ORDER == ("Confirmed", "In Progress")
	assert lifecycle.OPEN_RUN == ("Planned", "Running", "Paused")


def test_a_confirmed_order_lets_only_its_plan_be_edited_and_an_ended_one_nothing():
	plan = {"priority", "planned_start_date", "planned_end_date", "need_by_date", "notes"}
	assert lifecycle.EDITABLE["Production Order"] == {
		"Confirmed": plan,
		"In Progress": plan,
		"Completed": set(),
		"Cancelled": set(),
	}
	floor = {"workstation", "notes"}
	assert lifecycle.EDITABLE["Production Run"] == {
		"Planned": {*floor, "operator", "qty"},
		"Running": floor,
		"Paused": floor,
		"Completed": set(),
		"Reversed": set(),
		"Aborted": set(),
	}
