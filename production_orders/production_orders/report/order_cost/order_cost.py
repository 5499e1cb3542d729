"""What orders should cost, what they have cost as posted, and what the stock ledger says of that now."""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from production_orders import permissions
from production_orders.services import order_cost

Rows = list[dict[str, Any]]
IN_CHART = 12
"""Orders; more of them could not be told apart."""


def execute(
	filters: dict[str, Any] | None = None,
) -> tuple[Rows, Rows, None, dict[str, Any] | None, Rows]:
	asked = frappe._dict(filters or {})
	_check(asked)
	rows = order_cost.of_orders(asked)
	for row in rows:
		row.currency = frappe.get_cached_value("Company", row.company, "default_currency")
	return _columns(), rows, None, _chart(rows), _summary(rows)


def _check(asked: Any) -> None:
	permissions.require("Production Order", "read")
	for doctype, name in (
		("Company", asked.company),
		("Item", asked.item_code),
		("Production Order", asked.order),
	):
		if name:
			permissions.require(doctype, "read", name)


def _columns() -> Rows:
	return [
		_column("production_order", _("Order"), "Link", 145, options="Production Order"),
		_column("item_code", _("Item"), "Link", 150, options="Item"),
		_column("status", _("Status"), "Data", 105),
		_column("qty", _("Ordered"), "Float", 80, disable_total=1),
		_column("produced_qty", _("Good"), "Float", 75, disable_total=1),
		_column("stock_uom", _("UOM"), "Link", 65, options="UOM"),
		_money("standard_cost", _("Standard"), 115),
		_money("standard_made", _("Standard of Good"), 125),
		_money("actual_cost", _("Actual as Posted"), 125),
		_money("ledger_cost", _("Actual Now"), 115),
		_money("changed_cost", _("Changed Since"), 115),
		_money("total_variance", _("Variance"), 105),
		_money("standard_per_unit", _("Standard per Unit"), 125, disable_total=1),
		_money("actual_per_unit", _("Actual per Unit"), 120, disable_total=1),
		_money("in_process", _("On the Floor"), 110),
		_money("still_to_spend", _("Still to Spend"), 115),
	]


def _money(fieldname: str, label: str, width: int, **more: Any) -> dict[str, Any]:
	return _column(fieldname, label, "Currency", width, options="currency", **more)


def _column(fieldname: str, label: str, fieldtype: str, width: int, **more: Any) -> dict[str, Any]:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def _chart(rows: Sequence[Any]) -> dict[str, Any] | None:
	"""The latest orders of which something was made, from left to right as they came."""
	made = [row for row in rows if row.actual_cost][:IN_CHART][::-1]
	if not made:
		return None
	series = {
		_("Standard of Good"): [row.standard_made for row in made],
		_("Actual as Posted"): [row.actual_cost for row in made],
		_("Actual Now"): [row.ledger_cost for row in made],
	}
	return {
		"type": "bar",
		"data": {
			"labels": [row.production_order for row in made],
			"datasets": [{"name": name, "values": values} for name, values in series.items()],
		},
		"colors": ["#b8c2cc", "#2490ef", "#f5a623"],
		"fieldtype": "Currency",
		"options": "currency",
		"currency": made[0].currency,
		"animate": 0,
	}


def _summary(rows: Sequence[Any]) -> Rows:
	"""Of one currency; sums over several mean nothing."""
	currencies = {row.currency for row in rows}
	if len(currencies) != 1:
		return []
	currency = currencies.pop()
	variance, changed = _sum(rows, "total_variance"), _sum(rows, "changed_cost")
	return [
		_card(_("Actual as Posted"), _sum(rows, "actual_cost"), currency, "Blue"),
		_card(_("Variance"), variance, currency, "Red" if variance > 0 else "Green"),
		_card(_("Changed Since Posting"), changed, currency, "Orange" if changed else "Green"),
		_card(_("On the Floor"), _sum(rows, "in_process"), currency, "Blue"),
		_card(_("Still to Spend"), _sum(rows, "still_to_spend"), currency, "Blue"),
	]


def _sum(rows: Sequence[Any], field: str) -> float:
	return round(sum(row[field] for row in rows), 9)


def _card(label: str, value: float, currency: str, indicator: str) -> dict[str, Any]:
	return {
		"label": label,
		"value": value,
		"datatype": "Currency",
		"currency": currency,
		"indicator": indicator,
	}
