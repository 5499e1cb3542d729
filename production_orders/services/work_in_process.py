"""What of orders waits on the floor, in money: staged materials, and rejects until they are worked over."""

from collections.abc import Collection
from decimal import Decimal

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Sum

from production_orders.domain.lifecycle import COMPLETED
from production_orders.domain.quantity import ZERO, decimal
from production_orders.sql import Values


def of_orders(orders: Collection[str]) -> dict[str, Decimal]:
	"""order -> value; staged materials at the lock's rates, rejects for rework at what they cost."""
	values = dict.fromkeys(orders, ZERO)
	for rows in (_staged(orders), _waiting(orders), _worked_over(orders)):
		for order, value in rows:
			values[order] += decimal(value)
	return values


def _staged(orders: Collection[str]) -> list[tuple[str, float]]:
	order, row = frappe.qb.DocType("Production Order"), frappe.qb.DocType("Production Order Material")
	return (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(row.parent, Sum((row.reserved_qty - row.delivered_qty) * row.valuation_rate))
		.where(row.parent.isin(Values(orders)) & (row.warehouse == order.wip_warehouse))
		.groupby(row.parent)
		.run()
	)


def _waiting(orders: Collection[str]) -> list[tuple[str, float]]:
	run = frappe.qb.DocType("Production Run")
	return (
		frappe.qb.from_(run)
		.select(run.production_order, Sum(run.rework_cost))
		.where(run.production_order.isin(Values(orders)) & (run.status == COMPLETED))
		.groupby(run.production_order)
		.run()
	)


def _worked_over(orders: Collection[str]) -> list[tuple[str, float]]:
	"""What rework runs have taken of it again, as less."""
	run, row = frappe.qb.DocType("Production Run"), frappe.qb.DocType("Production Run Consumption")
	units = Case().when(row.item_code == run.item_code, -row.amount).else_(0)
	return (
		frappe.qb.from_(run)
		.join(row)
		.on(row.parent == run.name)
		.select(run.production_order, Sum(units))
		.where(run.production_order.isin(Values(orders)))
		.where((run.status == COMPLETED) & (run.is_rework == 1))
		.groupby(run.production_order)
		.run()
	)
