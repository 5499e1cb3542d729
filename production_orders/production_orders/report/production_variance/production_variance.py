"""Why completed runs cost more or less than they should: one line per run or per order, a column for each part."""

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
from production_orders.services import run_costs
from production_orders.services.run_costs import VARIANCES

Rows = list[dict[str, Any]]
PER_ORDER = "Order"
IN_CHART = 12
"""Lines; more of them could not be told apart."""
COLOURS = ("#2490ef", "#7f56d9", "#f5a623", "#ed6396", "#e24c4c", "#48bb74", "#8d99a6")
"""One per part."""


def execute(
	filters: dict[str, Any] | None = None,
) -> tuple[Rows, Rows, str | None, dict[str, Any] | None, Rows]:
	asked = permitted(filters, "Production Run")
	per_order = asked.per == PER_ORDER
	rows = run_costs.of_runs(asked)
	if per_order:
		rows = run_costs.by_order(rows)
	for row in rows:
		row.currency = frappe.get_cached_value("Company", row.company, "default_currency")
		row.percent = 100 * row.total_variance / row.standard_cost if row.standard_cost else None
	message = None if rows else _("No run was completed that fits these filters.")
	return _columns(per_order), rows, message, _chart(rows, per_order), _summary(rows)


def labels() -> dict[str, str]:
	"""What each part is called, in its order."""
	names = (_("Usage"), _("Substitution"), _("Price"), _("Yield"), _("Scrap"), _("Labour"), _("Downtime"))
	return dict(zip(VARIANCES, names, strict=True))


def _columns(per_order: bool) -> Rows:
	"""First what it comes to and why, then what else there is to know."""
	run = column("run", _("Run"), "Link", 190, options="Production Run")
	order = column("production_order", _("Order"), "Link", 150, options="Production Order")
	runs = column("runs", _("Runs"), "Int", 65, disable_total=1)
	posted = column("posting_datetime", _("Posted"), "Date", 105)
	return [
		order if per_order else run,
		column("item_code", _("Item"), "Link", 140, options="Item"),
		quantity("produced_qty", _("Good"), 70),
		money("standard_cost", _("Standard"), 110),
		money("actual_cost", _("Actual"), 110),
		money("total_variance", _("Variance"), 105),
		column("percent", _("%"), "Percent", 80, disable_total=1),
		*(money(field, label, 105) for field, label in labels().items()),
		quantity("rejected_qty", _("Rejected"), 95),
		quantity("process_loss_qty", _("Loss"), 75),
		column("stock_uom", _("UOM"), "Link", 70, options="UOM"),
		*([runs] if per_order else [posted, order]),
		column("order_status", _("Order Status"), "Data", 120),
	]


def _chart(rows: Sequence[Any], per_order: bool) -> dict[str, Any] | None:
	"""The lines that deviate most, the parts stacked."""
	ranked = sorted((row for row in rows if _deviation(row)), key=_deviation, reverse=True)[:IN_CHART]
	if not ranked:
		return None
	datasets = [
		{"name": label, "values": [row[field] for row in ranked]} for field, label in labels().items()
	]
	return {
		"type": "bar",
		"data": {
			"labels": short_names([row.production_order if per_order else row.run for row in ranked]),
			"datasets": datasets,
		},
		"colors": COLOURS,
		"barOptions": {"stacked": 1, "spaceRatio": 0.5},
		"fieldtype": "Currency",
		"options": "currency",
		"currency": ranked[0].currency,
		"animate": 0,
		"disableEntryAnimation": 1,
	}


def _deviation(row: Any) -> float:
	"""How much there is to explain: parts may cancel one another out."""
	return sum(abs(row[field]) for field in VARIANCES)


def _summary(rows: Sequence[Any]) -> Rows:
	currency = one_currency(rows)
	if not currency:
		return []
	sums = {field: sum(row[field] for row in rows) for field in run_costs.MONEY}
	worst = max(VARIANCES, key=sums.__getitem__)
	return [
		card(_("Standard"), sums["standard_cost"], currency, "Blue"),
		card(_("Actual"), sums["actual_cost"], currency, "Blue"),
		card(
			_("Variance"), sums["total_variance"], currency, "Red" if sums["total_variance"] > 0 else "Green"
		),
		card(_("Most From {0}").format(labels()[worst]), sums[worst], currency, "Orange"),
	]
