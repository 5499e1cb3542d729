"""Demand and net requirements over HTTP."""

from typing import Any

from production_orders import permissions
from production_orders.api.endpoint import reads, writes
from production_orders.api.types import Name
from production_orders.services import demand as service
from production_orders.services import planned_supply, planning_job


@reads
def signals(horizon: Name | None = None) -> dict[str, Any]:
	"""What open orders ask for, dated and by order; drafts, too, when the horizon includes them."""
	_may_look(horizon)
	return service.signals(horizon)


@reads
def net_requirements(horizon: Name | None = None, company: Name | None = None) -> dict[str, Any]:
	"""What has to be made and bought, bucket by bucket, and what it is for; writes nothing."""
	_may_look(horizon, company)
	return service.net_requirements(horizon, company)


@reads
def causes(
	item_code: Name, warehouse: Name | None = None, horizon: Name | None = None, company: Name | None = None
) -> dict[str, Any]:
	"""The documents at the top that ask for what is planned of an item, and the way from there."""
	_may_look(horizon, company)
	permissions.require("Item", "read", item_code)
	return service.causes(item_code, warehouse, horizon, company)


@writes
def make_requests(horizon: Name | None = None, company: Name | None = None) -> dict[str, Any]:
	"""Draft production orders for made items, submitted Material Requests for bought ones; what is there already is not made again."""
	_may_plan(horizon, company)
	return planned_supply.make(horizon, company)


@writes
def start_requests(horizon: Name | None = None, company: Name | None = None) -> dict[str, Any]:
	"""The same as a background job; the user who asks hears of its progress and result."""
	_may_plan(horizon, company)
	return planning_job.start(horizon, company)


def _may_look(horizon: str | None, company: str | None = None) -> None:
	permissions.require("Planning Horizon", "read", horizon)
	permissions.require("Production Order", "read")
	if company:
		permissions.require("Company", "read", company)


def _may_plan(horizon: str | None, company: str | None) -> None:
	_may_look(horizon, company)
	permissions.require("Planning Horizon", "write", horizon)
	permissions.require("Production Order", "create")
