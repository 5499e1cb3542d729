"""Says whether the histories of orders are whole: their chains, the documents they tell of, and their locks."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import frappe

from production_orders.domain import history
from production_orders.domain.history import Problem, Witness
from production_orders.services import bom_lock, events


def of(order: Any) -> list[Problem]:
	return of_all([order])[order.name]


def of_all(orders: Sequence[Any]) -> dict[str, list[Problem]]:
	"""order name -> what is wrong; Documents or rows, read in one snapshot with their events."""
	names = [order.name for order in orders]
	chains, witnesses, audited = events.of_all(names), _witnesses(orders, names), _audited(names)
	return {
		order.name: [
			*history.verify(chains[order.name], order.event_count, order.event_head),
			*history.continues(chains[order.name], *audited.get(order.name, (0, ""))),
			*history.compare(chains[order.name], witnesses[order.name]),
			*_lock_problems(order),
		]
		for order in orders
	}


def _audited(names: Sequence[str]) -> dict[str, tuple[int, str]]:
	"""order -> count and head as an audit last found them intact."""
	known = {"production_order": ["in", names], "event_count": [">", 0]}
	rows = frappe.get_all("Production Audit", known, ["production_order", "event_count", "event_head"])
	return {row.production_order: (row.event_count, row.event_head) for row in rows}


def _witnesses(orders: Sequence[Any], names: Sequence[str]) -> dict[str, list[Witness]]:
	found = defaultdict(list)
	for order in orders:
		found[order.name].append(Witness("Production Order", order.name, order.status))
	for doctype in ("Production Run", "BOM Lock"):
		of_these = {"production_order": ["in", names]}
		for row in frappe.get_all(doctype, of_these, ["name", "status", "production_order"], order_by="name"):
			found[row.production_order].append(Witness(doctype, row.name, row.status))
	return found


def _lock_problems(order: Any) -> list[Problem]:
	kind = bom_lock.problem(order)
	return [Problem(None, kind, order.bom_lock or "")] if kind else []
