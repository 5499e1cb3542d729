"""What an order has cost: the sum of its completed runs, as they were posted and as the ledger says now."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document

from production_orders import system
from production_orders.domain.quantity import ZERO, decimal, nearest
from production_orders.domain.variance import RunVariance
from production_orders.erpnext_bridge import company, ledger_value
from production_orders.services import lookups, standard_cost, work_in_process

FIELDS = ("actual_cost", "total_variance")
STANDARDS = (
	"standard_material_cost",
	"standard_labour_cost",
	"standard_overhead_cost",
	"standard_recovered_cost",
	"standard_cost",
	"normal_loss",
)
FACTS = ("company", "item_code", "item_name", "status", "stock_uom", "qty", "produced_qty", "open_qty")


def count(order: Document, measured: RunVariance) -> None:
	"""Add a run, in memory."""
	order.actual_cost = float(decimal(order.actual_cost) + measured.cost.actual)
	order.total_variance = float(decimal(order.total_variance) + measured.total)


def refresh(order: Document) -> None:
	"""Add up again the runs that stand, after one of them was reversed."""
	actual, variance = lookups.cost_of_runs(order.name)
	system.set_values(order, {"actual_cost": float(actual), "total_variance": float(variance)})


def of_orders(filters: Mapping[str, Any]) -> list[Any]:
	"""Every locked order that the user may see, the latest first; `filters` company, item_code, order, status."""
	orders = frappe.get_list(
		"Production Order",
		filters=_conditions(filters),
		fields=["name as production_order", *FACTS, *STANDARDS, *FIELDS],
		order_by="creation desc, name desc",
		limit_page_length=0,
	)
	names = [order.production_order for order in orders]
	now, in_process = ledger_value.of_orders(names), work_in_process.of_orders(names)
	digits = company.money_digits()
	for order in orders:
		name = order.production_order
		order.update(_figures(order, now.get(name, ZERO), in_process.get(name, ZERO), digits))
	return orders


def _conditions(filters: Mapping[str, Any]) -> list[list[Any]]:
	wanted = {
		"company": filters.get("company"),
		"item_code": filters.get("item_code"),
		"name": filters.get("order"),
		"status": filters.get("status"),
	}
	return [["docstatus", "=", 1], *([field, "=", asked] for field, asked in wanted.items() if asked)]


def _figures(order: Any, now: Decimal, in_process: Decimal, digits: int) -> dict[str, float | None]:
	"""What follows from the order's own figures; a cost per unit needs units."""
	standard, made = standard_cost.of_order(order), decimal(order.produced_qty)
	actual, ledger = decimal(order.actual_cost), nearest(now, digits)
	still = decimal(order.standard_cost) * decimal(order.open_qty) / decimal(order.qty)
	return {
		"standard_made": float(actual - decimal(order.total_variance)),
		"ledger_cost": float(ledger),
		"changed_cost": float(ledger - actual),
		"standard_per_unit": float(standard.per_good),
		"actual_per_unit": float(actual / made) if made else None,
		"in_process": float(nearest(in_process, digits)),
		"still_to_spend": float(nearest(still, digits)),
	}
