"""What completed runs cost beside the standard of their good output, as far as a user may see them."""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe.utils import add_days

from production_orders.domain.lifecycle import COMPLETED
from production_orders.domain.quantity import decimal, total
from production_orders.domain.variance import PARTS
from production_orders.sql import Values

VARIANCES = tuple(f"{part}_variance" for part in PARTS)
MONEY = ("standard_cost", "actual_cost", "total_variance", *VARIANCES)
QUANTITIES = ("produced_qty", "rejected_qty", "process_loss_qty")
FACTS = ("production_order", "company", "item_code", "item_name", "stock_uom")


def of_runs(filters: Mapping[str, Any]) -> list[Any]:
	"""The latest first; `filters` company, item_code, order, status (of the order), from_date, to_date."""
	runs = frappe.get_list(
		"Production Run",
		filters=_conditions(filters),
		fields=["name as run", "posting_datetime", *FACTS, *QUANTITIES, *MONEY],
		order_by="posting_datetime desc, name desc",
		limit_page_length=0,
	)
	statuses = _statuses({run.production_order for run in runs})
	for run in runs:
		run.order_status = statuses[run.production_order]
	return [run for run in runs if filters.get("status") in (None, "", run.order_status)]


def by_order(runs: Iterable[Any]) -> list[Any]:
	"""The same added up, one row per order."""
	grouped: dict[str, list[Any]] = {}
	for run in runs:
		grouped.setdefault(run.production_order, []).append(run)
	return [_sum(of_order) for of_order in grouped.values()]


def _sum(runs: list[Any]) -> Any:
	row = frappe._dict({fact: runs[0][fact] for fact in (*FACTS, "order_status", "posting_datetime")})
	row.runs = len(runs)
	for field in (*QUANTITIES, *MONEY):
		row[field] = float(total(decimal(run[field]) for run in runs))
	return row


def _conditions(filters: Mapping[str, Any]) -> list[list[Any]]:
	conditions: list[list[Any]] = [["status", "=", COMPLETED]]
	for field, asked in (
		("company", filters.get("company")),
		("item_code", filters.get("item_code")),
		("production_order", filters.get("order")),
	):
		if asked:
			conditions.append([field, "=", asked])
	if filters.get("from_date"):
		conditions.append(["posting_datetime", ">=", filters["from_date"]])
	if filters.get("to_date"):
		conditions.append(["posting_datetime", "<", add_days(filters["to_date"], 1)])
	return conditions


def _statuses(orders: set[str]) -> dict[str, str]:
	order = frappe.qb.DocType("Production Order")
	query = frappe.qb.from_(order).select(order.name, order.status).where(order.name.isin(Values(orders)))
	return dict(query.run())
