"""Materials of several locked orders as rows, without a Document per order: read, grown by a row, written back."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

import frappe

from production_orders import system
from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.reservation import Key
from production_orders.services import bins, lookups, queries, reservations

DOCTYPE = "Production Order Material"
AMOUNTS = ("required_qty", "reserved_qty", "consumed_qty", "delivered_qty", "short_qty")


def lock(orders: Collection[str], item_codes: Collection[str]) -> list[Any]:
	"""The open ones of these orders by name, each with `materials`: its rows of these items.

	Locks their rows; the caller locks the Bins next.
	"""
	found = {order.name: order for order in queries.lock_orders(orders)}
	for order in found.values():
		order.update(materials=[], at={}, before={})
	for row in queries.lock_materials(found.keys(), item_codes):
		row.parent_doc = order = found[row.parent]
		order.materials.append(row)
		order.at[row.item_code, row.warehouse] = row
		order.before[row.name] = frappe._dict(row)
	return list(found.values())


def _is_changed(row: Any, order: Any) -> bool:
	before = order.before.get(row.name)
	return before is None or any(decimal(row[field]) != decimal(before[field]) for field in AMOUNTS)


def row_for(order: Any, like: Any, warehouse: str) -> Any:
	"""The row of an order for an item in a warehouse; a missing one is made after that of another warehouse."""
	key = (like.item_code, warehouse)
	if key not in order.at:
		name = new_name(order.name)
		empty = dict.fromkeys(AMOUNTS, ZERO)
		order.at[key] = frappe._dict(like, name=name, warehouse=warehouse, reservation_entry=None, **empty)
		order.materials.append(order.at[key])
	return order.at[key]


def new_name(order: str) -> str:
	return f"{order}-M{frappe.generate_hash(length=10)}"


def write(orders: Iterable[Any], available: Mapping[Key, Decimal]) -> None:
	"""Save what has changed: rows, reservations and what ERPNext's Bins count."""
	orders = list(orders)
	for order in orders:
		reservations.count_short(order)
	insert([row for order in orders for row in order.materials if row.name not in order.before])
	changed = [row for order in orders for row in order.materials if _is_changed(row, order)]
	reservations.save(changed, available)
	before = [row.parent_doc.before.get(row.name) for row in changed]
	bins.replace(bins.demand(filter(None, before)), bins.demand(changed))


def insert(rows: Collection[Any]) -> None:
	"""Write new rows of locked orders, each after the last one of its order."""
	if not rows:
		return
	last = lookups.last_rows({row.parent for row in rows})
	for row in rows:
		row.idx = last[row.parent] = last[row.parent] + 1
	belongs = {"parenttype": "Production Order", "parentfield": "materials", "docstatus": 1}
	columns = (*queries.MATERIAL_FACTS, "idx")
	system.insert_rows(DOCTYPE, [{**{field: row[field] for field in columns}, **belongs} for row in rows])
