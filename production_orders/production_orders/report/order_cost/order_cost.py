"""What orders should cost, what they have cost as posted, and what the stock ledger says of that now."""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from production_orders.production_orders.report.filters import permitted
from production_orders.production_orders.report.layout import (
	card,
	column,
	money,
	one_currency,
	quantity,
	short_names,
)
from production_orders.services import order_cost

Rows = list[dict[str, Any]]
IN_CHART = 12
"""Orders; more of them could not be told apart."""


def execute(
	filters: dict[str, Any] | None = None,
) -> tuple[Rows, Rows, str | None, dict[str, Any] | None, Rows]:
	asked = permitted(filters, "Production Order")
	rows = order_cost.of_orders(asked)
	for row in rows:
		row.currency = frappe.get_cached_value("Company", row.company, "default_currency")
	message = None if rows else _("No order was confirmed that fits these filters.")
	return _columns(), rows, message, _chart(rows), _summary(rows)


def _columns() -> Rows:
	"""First what was made and what it cost, then what is still to come."""
	return [
		column("production_order", _("Order"), "Link", 150, options="Production Order"),
		column("item_code", _("Item"), "Link", 140, options="Item"),
		quantity("produced_qty", _("Good"), 75),
		money("standard_made", _("Standard of Good"), 150),
		money("actual_cost", _("Actual as Posted"), 145),
		money("ledger_cost", _("Actual Now"), 110),
		money("changed_cost", _("Changed"), 95),
		money("total_variance", _("Variance"), 105),
		money("standard_per_unit", _("Standard per Unit"), 155, disable_total=1),
		money("actual_per_unit", _("Actual per Unit"), 135, disable_total=1),
		money("in_process", _("On the Floor"), 110),
		money("still_to_spend", _("Still to Spend"), 115),
		quantity("qty", _("Ordered"), 85),
		column("stock_uom", _("UOM"), "Link", 70, options="UOM"),
		money("standard_cost", _("Standard of Order"), 155),
		column("status", _("Status"), "Data", 110),
	]


def _chart(rows: Sequence[Any]) -> dict[str, Any] | None:
	"""The latest orders of which something was made, from left to right as they came."""
	made = [row for row in rows if row.actual_cost][:IN_CHART][::-1]
	if not made:
		return None
	series = {
		_("Standard"): [row.standard_made for row in made],
		_("As Posted"): [row.actual_cost for row in made],
		_("Now"): [row.ledger_cost for row in made],
	}
	return {
		"type": "bar",
		"data": {
			"labels": short_names([row.production_order for row in made]),
			"datasets": [{"name": name, "values": values} for name, values in series.items()],
		},
		"colors": ["#b8c2cc", "#2490ef", "#f5a623"],
		"fieldtype": "Currency",
		"options": "currency",
		"currency": made[0].currency,
		"animate": 0,
		"disableEntryAnimation": 1,
	}


def _summary(rows: Sequence[Any]) -> Rows:
	currency = one_currency(rows)
	if not currency:
		return []
	fields = ("actual_cost", "total_variance", "changed_cost", "in_process", "still_to_spend")
	actual, variance, changed, in_process, still = (sum(row[field] for row in rows) for field in fields)
	return [
		card(_("Actual as Posted"), actual, currency, "Blue"),
		card(_("Variance"), variance, currency, "Red" if variance > 0 else "Green"),
		card(_("Changed Since Posting"), changed, currency, "Orange" if changed else "Green"),
		card(_("On the Floor"), in_process, currency, "Blue"),
		card(_("Still to Spend"), still, currency, "Blue"),
	]
