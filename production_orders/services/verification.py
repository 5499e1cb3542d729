"""Says whether the histories of orders are whole: their chains, the documents they tell of, and their locks."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import frappe

from production_orders.domain import history
from production_orders.domain.history import Problem, Witness
from production_orders.services import bom_lock, events

FACTS = ("name", "docstatus", "status", "bom_lock", "content_hash", "event_count", "event_head")
"""What must be known of an order, be it a Document or a row."""


def of(order: Any) -> list[Problem]:
	return of_all([order])[order.name]


def of_all(orders: Sequence[Any]) -> dict[str, list[Problem]]:
	"""order name -> what is wrong; orders are read in one snapshot with their events, or a new event looks like a forgery."""
	names = [order.name for order in orders]
	chains, witnesses = events.of_all(names), _witnesses(orders, names)
	return {
		order.name: [
			*history.verify(chains[order.name], order.event_count, order.event_head),
			*history.compare(chains[order.name], witnesses[order.name]),
			*_lock_problems(order),
		]
		for order in orders
	}


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
