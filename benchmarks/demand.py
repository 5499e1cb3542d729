"""Netting the demand of many open orders through three levels of BOMs, and how that grows."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import frappe
from frappe.utils import add_days, now, nowdate

from benchmarks import measure
from benchmarks.table import Figure
from fixtures import generate
from fixtures.plants import Plant
from production_orders.services import demand

ORDERS = (1000, 2000, 4000)
MATERIALS = 50
"""Per order, out of the first of three levels."""
WIDTHS, FAN_INS = (500, 1000, 1000), (10, 10)
DAYS = 91


def figures(plant: Plant, repeats: int) -> Iterator[Figure]:
	for orders in ORDERS:
		with measure.undone_alone():
			yield from _of(plant, orders, repeats)


def _of(plant: Plant, orders: int, repeats: int) -> Iterator[Figure]:
	made = generate.layered(WIDTHS, FAN_INS, stock=10)
	_insert_orders(plant, made, orders)
	net = partial(demand.net_requirements, _horizon(), plant.company)
	name = f"net_requirements_{orders}x{MATERIALS}"
	yield Figure(name, measure.seconds(net, repeats), "s")
	yield Figure(f"{name}_statements", measure.statements(net), "statements")
	yield Figure(f"{name}_memory", measure.megabytes(net), "MB")


def _horizon() -> str:
	horizon = {"doctype": "Planning Horizon", "horizon_name": "Benchmark", "days": DAYS, "bucket": "Week"}
	return frappe.get_doc(horizon).insert().name


def _insert_orders(plant: Plant, made: generate.Generated, orders: int) -> None:
	"""Confirmed orders that lack every material they draw, spread over the horizon."""
	stamp = {"creation": now(), "modified": now(), "owner": "Administrator", "modified_by": "Administrator"}
	common = {**stamp, "docstatus": 1}
	_insert("Production Order", [{**common, **_order(plant, made, number)} for number in range(orders)])
	_insert(
		"Production Order Material",
		[
			{**common, **_material(plant, made, number, idx)}
			for number in range(orders)
			for idx in range(MATERIALS)
		],
	)


def _order(plant: Plant, made: generate.Generated, number: int) -> dict[str, Any]:
	return {
		"name": _name(made, number),
		"status": "Confirmed",
		"item_code": made.item_code,
		"company": plant.company,
		"qty": 10,
		"open_qty": 10,
		"bom_no": made.bom_no,
		"source_warehouse": plant.source_warehouse,
		"fg_warehouse": plant.fg_warehouse,
		"planned_start_date": add_days(nowdate(), number % DAYS),
		"need_by_date": add_days(nowdate(), number % DAYS),
	}


def _material(plant: Plant, made: generate.Generated, number: int, idx: int) -> dict[str, Any]:
	return {
		"name": f"{_name(made, number)}-{idx}",
		"parent": _name(made, number),
		"parenttype": "Production Order",
		"parentfield": "materials",
		"idx": idx + 1,
		"item_code": made.made[(number * 7 + idx) % WIDTHS[0]],
		"warehouse": plant.source_warehouse,
		"required_qty": 10,
		"short_qty": 10,
		"reserved_qty": 0,
		"delivered_qty": 0,
	}


def _name(made: generate.Generated, number: int) -> str:
	return f"{made.item_code}-{number}"


def _insert(doctype: str, rows: list[dict[str, Any]]) -> None:
	frappe.db.bulk_insert(doctype, list(rows[0]), [tuple(row.values()) for row in rows])
