"""What of one item can be promised by which day, and the documents that make it so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, formatdate

from production_orders.domain.availability import Curve, Point
from production_orders.domain.quantity import ZERO, total
from production_orders.domain.reservation import Key
from production_orders.domain.schedule import Movement
from production_orders.errors import Problems
from production_orders.production_orders.report.filters import permitted
from production_orders.services import availability
from production_orders.services.availability import Outlook

LONGEST_HORIZON = 1000
"""Days; a chart of more points says nothing."""


@dataclass(frozen=True)
class Step:
	"""One movement with the day it counts on."""

	on: date
	movement: Movement
	supply: Decimal
	demand: Decimal


def execute(
	filters: dict[str, Any] | None = None,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], None, dict[str, Any] | None, list[dict[str, Any]]]:
	asked = permitted(filters, "Production Order")
	if not asked.item_code:
		return _columns(), [], None, None, []
	_check_horizon(asked)
	warehouses = availability.warehouses_of(asked.warehouse, asked.company)
	keys = {(asked.item_code, warehouse) for warehouse in warehouses}
	with_requests = bool(cint(asked.with_material_requests))
	outlook = availability.outlook(keys, asked.company, with_material_requests=with_requests)
	curve = outlook.curve(asked.item_code, warehouses)
	last_day = outlook.today + timedelta(days=cint(asked.horizon))
	free = total(outlook.free.get(key, ZERO) for key in keys)
	rows = list(_rows(curve, free, _steps(outlook, keys), last_day))
	return _columns(), rows, None, _chart(curve, last_day), _summary(curve, last_day)


def _check_horizon(asked: Any) -> None:
	problems = Problems()
	if not 1 <= cint(asked.horizon) <= LONGEST_HORIZON:
		problems.add(
			"horizon",
			_("Horizon {0} is no number of days from 1 to {1}.").format(asked.horizon, LONGEST_HORIZON),
		)
	problems.throw_any()


def _steps(outlook: Outlook, keys: Iterable[Key]) -> list[Step]:
	"""Every movement on the day it counts; of one day what comes in first."""
	steps = [
		*(
			Step(movement.due(outlook.today), movement, movement.qty, ZERO)
			for key in keys
			for movement in outlook.receipts.get(key, ())
		),
		*(
			Step(movement.due(outlook.today), movement, ZERO, movement.qty)
			for key in keys
			for movement in outlook.issues.get(key, ())
		),
	]
	return sorted(
		steps, key=lambda step: (step.on, step.demand > 0, step.movement.doctype, step.movement.name)
	)


def _rows(curve: Curve, free: Decimal, steps: list[Step], last_day: date) -> Iterator[dict[str, Any]]:
	"""Free stock, then document by document with the balance it leaves, then what comes after the horizon."""
	today, balance = curve.points[0].on, free
	yield {"on": today, "document_type": _("Free Stock"), **_amounts(ZERO, ZERO, balance, curve.atp(today))}
	readable = {step.movement.doctype for step in steps}
	readable = {doctype for doctype in readable if frappe.has_permission(doctype, "read")}
	for step in (step for step in steps if step.on <= last_day):
		balance += step.supply - step.demand
		yield {
			"on": step.on,
			"due": step.movement.on,
			"document_type": step.movement.doctype,
			"document": step.movement.name if step.movement.doctype in readable else None,
			"warehouse": step.movement.warehouse,
			**_amounts(step.supply, step.demand, balance, curve.atp(step.on)),
		}
	if later := [step for step in steps if step.on > last_day]:
		supply, demand = total(step.supply for step in later), total(step.demand for step in later)
		last = curve.points[-1]
		yield {
			"document_type": _("After {0}").format(formatdate(last_day)),
			**_amounts(supply, demand, last.balance, last.atp),
		}


def _amounts(supply: Decimal, demand: Decimal, balance: Decimal, atp: Decimal) -> dict[str, Any]:
	"""Nothing rather than a zero where nothing moves."""
	return {
		"supply": float(supply) or None,
		"demand": float(demand) or None,
		"balance": float(balance),
		"atp": float(atp),
	}


def _columns() -> list[dict[str, Any]]:
	quantity = {"fieldtype": "Float", "width": 95}
	return [
		{"fieldname": "on", "label": _("Date"), "fieldtype": "Date", "width": 108},
		{"fieldname": "document_type", "label": _("Because Of"), "fieldtype": "Data", "width": 155},
		{
			"fieldname": "document",
			"label": _("Document"),
			"fieldtype": "Dynamic Link",
			"options": "document_type",
			"width": 195,
		},
		{
			"fieldname": "warehouse",
			"label": _("Warehouse"),
			"fieldtype": "Link",
			"options": "Warehouse",
			"width": 140,
		},
		{"fieldname": "due", "label": _("Due"), "fieldtype": "Date", "width": 108},
		{"fieldname": "supply", "label": _("Supply"), **quantity},
		{"fieldname": "demand", "label": _("Demand"), **quantity},
		{"fieldname": "balance", "label": _("Balance"), **quantity},
		{"fieldname": "atp", "label": _("Can Be Promised"), **quantity, "width": 145},
	]


def _chart(curve: Curve, last_day: date) -> dict[str, Any]:
	"""A point for every day, so that the time between two movements is as long as it is."""
	today = curve.points[0].on
	days = [today + timedelta(days=number) for number in range((last_day - today).days + 1)]
	points = [curve.point(day) for day in days]
	return {
		"type": "line",
		"data": {
			"labels": [formatdate(day) for day in days],
			"datasets": [
				{"name": _("Balance"), "values": [float(point.balance) for point in points if point]},
				{"name": _("Can Be Promised"), "values": [float(point.atp) for point in points if point]},
			],
		},
		"fieldtype": "Float",
		"colors": ["#b8c2cc", "#2490ef"],
		"lineOptions": {"hideDots": 1, "regionFill": 1},
		"animate": 0,
		"disableEntryAnimation": 1,
	}


def _summary(curve: Curve, last_day: date) -> list[dict[str, Any]]:
	today = curve.points[0].on
	lowest: Point = min(curve.points, key=lambda point: point.balance)
	return [
		_card(_("Can Be Promised Today"), curve.atp(today)),
		_card(_("Can Be Promised by {0}").format(formatdate(last_day)), curve.atp(last_day)),
		_card(_("Lowest Balance, on {0}").format(formatdate(lowest.on)), lowest.balance),
	]


def _card(label: str, qty: Decimal) -> dict[str, Any]:
	indicator = "Green" if qty > 0 else "Red" if qty < 0 else "Orange"
	return {"label": label, "value": float(qty), "datatype": "Float", "indicator": indicator}
