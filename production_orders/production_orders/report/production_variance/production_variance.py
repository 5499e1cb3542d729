"""Why completed runs cost more or less than they should: one line per run or per order, a column for each part."""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from production_orders import permissions
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
) -> tuple[Rows, Rows, None, dict[str, Any] | None, Rows]:
	asked = frappe._dict(filters or {})
	_check(asked)
	per_order = asked.per == PER_ORDER
	rows = run_costs.of_runs(asked)
	if per_order:
		rows = run_costs.by_order(rows)
	for row in rows:
		row.currency = frappe.get_cached_value("Company", row.company, "default_currency")
		row.percent = 100 * row.total_variance / row.standard_cost if row.standard_cost else None
	return _columns(per_order), rows, None, _chart(rows, per_order), _summary(rows)


def _check(asked: Any) -> None:
	permissions.require("Production Run", "read")
	for doctype, name in (
		("Company", asked.company),
		("Item", asked.item_code),
		("Production Order", asked.order),
	):
		if name:
			permissions.require(doctype, "read", name)


def labels() -> dict[str, str]:
	"""What each part is called, in its order."""
	names = (_("Usage"), _("Substitution"), _("Price"), _("Yield"), _("Scrap"), _("Labour"), _("Downtime"))
	return dict(zip(VARIANCES, names, strict=True))


def _columns(per_order: bool) -> Rows:
	run = [
		_column("run", _("Run"), "Link", 165, options="Production Run"),
		_column("posting_datetime", _("Posted"), "Date", 105),
	]
	order = [
		_column("order_status", _("Status"), "Data", 110),
		_column("runs", _("Runs"), "Int", 60, disable_total=1),
	]
	return [
		*([] if per_order else run),
		_column("production_order", _("Order"), "Link", 145, options="Production Order"),
		*(order if per_order else []),
		_column("item_code", _("Item"), "Link", 150, options="Item"),
		_column("produced_qty", _("Good"), "Float", 75, disable_total=1),
		_column("rejected_qty", _("Rejected"), "Float", 80, disable_total=1),
		_column("process_loss_qty", _("Loss"), "Float", 70, disable_total=1),
		_column("stock_uom", _("UOM"), "Link", 65, options="UOM"),
		_money("standard_cost", _("Standard"), 115),
		_money("actual_cost", _("Actual"), 115),
		_money("total_variance", _("Variance"), 110),
		_column("percent", _("%"), "Percent", 75, disable_total=1),
		*(_money(field, label, 105) for field, label in labels().items()),
	]


def _money(fieldname: str, label: str, width: int) -> dict[str, Any]:
	return _column(fieldname, label, "Currency", width, options="currency")


def _column(fieldname: str, label: str, fieldtype: str, width: int, **more: Any) -> dict[str, Any]:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


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
			"labels": [row.production_order if per_order else row.run for row in ranked],
			"datasets": datasets,
		},
		"colors": COLOURS,
		"barOptions": {"stacked": 1, "spaceRatio": 0.5},
		"fieldtype": "Currency",
		"options": "currency",
		"currency": ranked[0].currency,
		"animate": 0,
	}


def _deviation(row: Any) -> float:
	"""How much there is to explain: parts may cancel one another out."""
	return sum(abs(row[field]) for field in VARIANCES)


def _summary(rows: Sequence[Any]) -> Rows:
	"""Of one currency; sums over several mean nothing."""
	currencies = {row.currency for row in rows}
	if len(currencies) != 1:
		return []
	currency = currencies.pop()
	standard, actual, variance = (
		round(sum(row[field] for row in rows), 9)
		for field in ("standard_cost", "actual_cost", "total_variance")
	)
	worst = max(VARIANCES, key=lambda field: sum(row[field] for row in rows))
	return [
		_card(_("Standard"), standard, currency, "Blue"),
		_card(_("Actual"), actual, currency, "Blue"),
		_card(_("Variance"), variance, currency, "Red" if variance > 0 else "Green"),
		_card(
			_("Most From {0}").format(labels()[worst]), sum(row[worst] for row in rows), currency, "Orange"
		),
	]


def _card(label: str, value: float, currency: str, indicator: str) -> dict[str, Any]:
	return {
		"label": label,
		"value": value,
		"datatype": "Currency",
		"currency": currency,
		"indicator": indicator,
	}
