"""What ERPNext's stock ledger says now of what runs made: it corrects itself when something is posted for earlier."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Sum

from production_orders.domain.lifecycle import COMPLETED
from production_orders.domain.quantity import decimal
from production_orders.sql import Values


def of_orders(orders: Collection[str]) -> dict[str, Decimal]:
	"""order -> what its completed runs have cost by the ledger of this moment; one statement for any number of orders.

	Of a run that made good units that is the value with which they stand in the ledger; of one that made none,
	what it took and what it added, less what it gave back.
	"""
	order, run, entry = (
		frappe.qb.DocType(name) for name in ("Production Order", "Production Run", "Stock Ledger Entry")
	)
	rows = (
		frappe.qb.from_(run)
		.join(order)
		.on(order.name == run.production_order)
		.left_join(entry)
		.on((entry.voucher_no == run.stock_entry) & (entry.is_cancelled == 0))
		.select(run.production_order, run.name, run.produced_qty)
		.select(run.labour_cost + run.overhead_cost + run.downtime_cost)
		.select(Sum(_finished(order, run, entry)), Sum(entry.stock_value_difference))
		.where((run.status == COMPLETED) & run.production_order.isin(Values(orders)))
		.groupby(run.production_order, run.name)
		.run()
	)
	values: dict[str, Decimal] = {}
	for name, _run, good, operating, finished, moved in rows:
		cost = decimal(finished) if good else decimal(operating) - decimal(moved)
		values[name] = values.get(name, Decimal(0)) + cost
	return values


def _finished(order: Any, run: Any, entry: Any) -> Any:
	is_good = (
		(entry.actual_qty > 0) & (entry.item_code == run.item_code) & (entry.warehouse == order.fg_warehouse)
	)
	return Case().when(is_good, entry.stock_value_difference).else_(0)
