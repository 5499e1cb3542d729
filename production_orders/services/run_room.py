"""How much a further run of an order may make, and how many rejected units one may work over."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain.consumption import at_most
from production_orders.domain.lifecycle import OPEN_RUN
from production_orders.domain.quantity import ZERO, decimal, text, total
from production_orders.erpnext_bridge import item
from production_orders.services import drafts, queries


def proposed(order: Document, runs: Iterable[Any], rework: bool) -> Decimal:
	"""What a run takes when nobody says a quantity: all that no other run is making; never below zero."""
	if rework:
		return waiting(order, runs)
	return max(ZERO, decimal(order.open_qty) - decimal(order.rework_qty) - _in_runs(runs, rework=False))


def check(order: Document, qty: Decimal, rework: bool, run: str = "") -> None:
	"""Refuse what is not a quantity, and more than there is room for; `run` is the planned run itself."""
	facts = item.facts([order.item_code])[order.item_code]
	if problem := drafts.qty_problem(qty, facts):
		problems = errors.Problems()
		problems.add("qty", problem)
		problems.throw_any()
	others = [other for other in queries.lock_runs(order.name) if other["name"] != run]
	left = waiting(order, others) if rework else room(order, others)
	if qty > left:
		_refuse(order, qty, left, rework)


def room(order: Document, runs: Iterable[Any]) -> Decimal:
	"""Open and the tolerance, less what open runs are making and what waits to be worked over and counted then."""
	limit = at_most(decimal(order.qty), decimal(order.over_production_tolerance))
	made = decimal(order.produced_qty) + decimal(order.process_loss_qty)
	return limit - made - decimal(order.rework_qty) - _in_runs(runs, rework=False)


def waiting(order: Document, runs: Iterable[Any]) -> Decimal:
	"""Rejected units in the rework warehouse that no open run is working over."""
	return decimal(order.rework_qty) - _in_runs(runs, rework=True)


def _in_runs(runs: Iterable[Any], rework: bool) -> Decimal:
	"""Planned quantity of the open runs of one kind."""
	return total(
		decimal(run["qty"]) for run in runs if run["status"] in OPEN_RUN and bool(run["is_rework"]) == rework
	)


def _refuse(order: Document, qty: Decimal, left: Decimal, rework: bool) -> None:
	if rework:
		sentence = _("{0} has {1} {2} waiting for rework, not {3}.")
	else:
		sentence = _("{0} has room for {1} {2} more in runs, not {3} (ordered {4}, tolerance {5} %).")
	tolerance = order.over_production_tolerance
	message = sentence.format(
		order.name, text(left), order.stock_uom, text(qty), text(order.qty), text(tolerance)
	)
	if not rework and order.rework_qty:
		message += " " + _("{0} wait for rework.").format(text(order.rework_qty))
	details = {"planned": float(left), "actual": float(qty), "tolerance": 0 if rework else float(tolerance)}
	errors.throw(errors.ToleranceExceeded(message, [details]))
