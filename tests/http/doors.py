"""Every method of the API: called so that nothing changes, who may call it, and what those get."""

from collections.abc import Mapping
from typing import Any

import requests

from tests.support.http import Client

PLANNERS = ("planner", "manager")
OPERATORS = ("operator", "manager")
PRODUCTION = ("planner", "operator", "manager")
NOBODY = ()
ANSWERED, NOT_FOUND, REFUSED_BY_STATUS = 200, 404, 409
NO_HORIZON = {"horizon": "No such horizon"}
"""Whoever may look at horizons hears that there is none; who may plan by one is test_demand's question."""
DOORS: Mapping[str, tuple[str, dict[str, Any], tuple[str, ...], int | None]] = {
	# method: (verb, arguments, who may, what they get)
	"orders.preview": (
		"GET",
		{"item_code": "product", "qty": 1, "source_warehouse": "Stores - BW", "company": "Bicycle Works"},
		PRODUCTION,
		ANSWERED,
	),
	"orders.allowed_actions": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
	"orders.refresh_bom": ("POST", {"order": "done"}, PLANNERS, REFUSED_BY_STATUS),
	"orders.confirm": ("POST", {"order": "done"}, PLANNERS, REFUSED_BY_STATUS),
	"orders.relock": ("POST", {"order": "done", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"orders.preview_relock": ("GET", {"order": "done"}, PRODUCTION, REFUSED_BY_STATUS),
	"orders.cancel": ("POST", {"order": "done", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"orders.complete": ("POST", {"order": "cancelled"}, PLANNERS, REFUSED_BY_STATUS),
	"orders.make_from_sales_order": ("POST", {"sales_order": "no"}, NOBODY, None),
	"orders.make_from_material_request": ("POST", {"material_request": "no"}, PLANNERS, NOT_FOUND),
	"reservations.get": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
	"reservations.reserve": ("POST", {"order": "done"}, PLANNERS, REFUSED_BY_STATUS),
	"reservations.release": ("POST", {"order": "done", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"reservations.reallocate": ("POST", {"item_code": "product"}, (*PLANNERS, "elsewhere"), ANSWERED),
	"reservations.move": (
		"POST",
		{"from_order": "done", "to_order": "cancelled", "item_code": "material", "qty": 1, "reason": "no"},
		PLANNERS,
		REFUSED_BY_STATUS,
	),
	"reservations.request_supply": ("POST", {"order": "done"}, PLANNERS, REFUSED_BY_STATUS),
	"materials.alternatives": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
	"materials.stage": ("POST", {"order": "done"}, PLANNERS, REFUSED_BY_STATUS),
	"materials.return_staged": ("POST", {"order": "done", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"demand.signals": ("GET", NO_HORIZON, PRODUCTION, NOT_FOUND),
	"demand.net_requirements": ("GET", NO_HORIZON, PRODUCTION, NOT_FOUND),
	"demand.causes": ("GET", {**NO_HORIZON, "item_code": "product"}, PRODUCTION, NOT_FOUND),
	"demand.make_requests": ("POST", NO_HORIZON, PRODUCTION, NOT_FOUND),
	"demand.start_requests": ("POST", NO_HORIZON, PRODUCTION, NOT_FOUND),
	"runs.start": ("POST", {"order": "done"}, PRODUCTION, REFUSED_BY_STATUS),
	"runs.pause": ("POST", {"run": "aborted", "reason": "no"}, PRODUCTION, REFUSED_BY_STATUS),
	"runs.resume": ("POST", {"run": "aborted"}, PRODUCTION, REFUSED_BY_STATUS),
	"runs.hand_over": (
		"POST",
		{"run": "aborted", "operator": "Administrator"},
		PRODUCTION,
		REFUSED_BY_STATUS,
	),
	"runs.log_labour": ("POST", {"run": "aborted", "minutes": 5}, PRODUCTION, REFUSED_BY_STATUS),
	"runs.log_downtime": (
		"POST",
		{"run": "aborted", "reason": "no", "minutes": 5},
		PRODUCTION,
		REFUSED_BY_STATUS,
	),
	"runs.abort": ("POST", {"run": "completed", "reason": "no"}, PRODUCTION, REFUSED_BY_STATUS),
	"runs.complete": ("POST", {"run": "aborted", "produced_qty": 1}, OPERATORS, REFUSED_BY_STATUS),
	"runs.reverse": ("POST", {"run": "aborted", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"runs.plan": ("GET", {"run": "aborted", "produced_qty": 1}, PRODUCTION, ANSWERED),
	"runs.allowed_actions": ("GET", {"run": "aborted"}, PRODUCTION, ANSWERED),
	"availability.atp": ("GET", {"item_code": "material"}, (*PRODUCTION, "stock"), ANSWERED),
	"availability.promise": (
		"GET",
		{"item_code": "product", "qty": 1, "company": "Bicycle Works"},
		PRODUCTION,
		ANSWERED,
	),
	"locks.diff": ("GET", {"a": "lock", "b": "lock"}, PRODUCTION, ANSWERED),
	"locks.where_used": ("GET", {"bom_no": "bom"}, PRODUCTION, ANSWERED),
	"trace.upstream": ("GET", {"run": "completed"}, PRODUCTION, ANSWERED),
	"trace.downstream": ("GET", {"run": "completed"}, PRODUCTION, ANSWERED),
	"trace.mass_balance": ("GET", {"run": "completed"}, PRODUCTION, ANSWERED),
	"history.events": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
	"history.verify": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
	"history.export": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
}


def reads(method: str) -> bool:
	return DOORS[method][0] == "GET"


def call(
	client: Client, method: str, arguments: Mapping[str, Any], names: Mapping[str, str]
) -> requests.Response:
	return (client.read if reads(method) else client.write)(method, **named(arguments, names))


def named(arguments: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
	"""The names of documents in the place of what stands for them."""
	return {
		field: names.get(value, value) if isinstance(value, str) else value
		for field, value in arguments.items()
	}


def status(response: requests.Response) -> int:
	"""Hosts say 401 or 403 of a token they do not know."""
	return 403 if response.status_code == 401 else response.status_code
