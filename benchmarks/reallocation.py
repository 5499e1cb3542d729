"""Sharing out free stock among thousands of open shortages, and how that grows."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import frappe
from frappe.utils import add_days, now, nowdate

from benchmarks import measure
from benchmarks.table import Figure
from fixtures import generate
from fixtures.plants import Plant
from production_orders.domain.allocation import PRIORITIES
from production_orders.services import reallocation
from production_orders.services.reallocation import Scope

SHAPES = ((500, 10), (1000, 10), (5000, 1))
"""(orders, short materials of each); the first two say what doubling does."""
POOL = 200
"""Materials that all orders draw from."""
SHORT, FREE = 4, 60
"""Of each material per order, and in stock per material: not enough for all."""


def figures(plant: Plant, repeats: int) -> Iterator[Figure]:
	for orders, materials in SHAPES:
		with measure.undone_alone():
			yield from _of(plant, orders, materials, repeats)


def _of(plant: Plant, orders: int, materials: int, repeats: int) -> Iterator[Figure]:
	pool = generate.flat_bom(POOL, stock=FREE).materials
	_insert_orders(plant, pool, orders, materials)
	share_out = partial(reallocation.reallocate, Scope(item_codes=pool))
	name = f"reallocate_{orders}x{materials}_shortages"
	yield Figure(name, measure.seconds(share_out, repeats), "s")
	yield Figure(f"{name}_statements", measure.statements(share_out), "statements")
	yield Figure(f"{name}_memory", measure.megabytes(share_out), "MB")


def _insert_orders(plant: Plant, pool: tuple[str, ...], orders: int, materials: int) -> None:
	"""Confirmed orders that hold nothing yet of what they draw."""
	stamp = {"creation": now(), "modified": now(), "owner": "Administrator", "modified_by": "Administrator"}
	common = {**stamp, "docstatus": 1}
	numbers = range(orders)
	_insert("Production Order", [{**common, **_order(plant, pool[0], number)} for number in numbers])
	rows = [(number, idx) for number in numbers for idx in range(materials)]
	_insert("Production Order Material", [{**common, **_material(plant, pool, *row)} for row in rows])


def _order(plant: Plant, item_code: str, number: int) -> dict[str, Any]:
	return {
		"name": f"GEN-{number:05d}",
		"item_code": item_code,
		"company": plant.company,
		"status": "Confirmed",
		"priority": PRIORITIES[number % len(PRIORITIES)],
		"need_by_date": add_days(nowdate(), number % 30),
		"qty": 1,
		"open_qty": 1,
		"stock_uom": "Nos",
		"source_warehouse": plant.source_warehouse,
		"fg_warehouse": plant.fg_warehouse,
	}


def _material(plant: Plant, pool: tuple[str, ...], number: int, idx: int) -> dict[str, Any]:
	item_code = pool[(number * 7 + idx) % len(pool)]
	return {
		"name": f"GEN-{number:05d}-M{idx:05d}",
		"parent": f"GEN-{number:05d}",
		"parenttype": "Production Order",
		"parentfield": "materials",
		"idx": idx + 1,
		"item_code": item_code,
		"item_name": item_code,
		"warehouse": plant.source_warehouse,
		"source_warehouse": plant.source_warehouse,
		"stock_uom": "Nos",
		"whole_number": 1,
		"required_qty": SHORT,
		"short_qty": SHORT,
		"bom_path": item_code,
	}


def _insert(doctype: str, rows: list[dict[str, Any]]) -> None:
	frappe.db.bulk_insert(doctype, list(rows[0]), [tuple(row.values()) for row in rows], chunk_size=5000)
