"""Promising a day: the whole structure scheduled backwards, again and again, until the earliest day is found."""

from collections.abc import Iterator, Sequence
from functools import partial

import frappe
from frappe.model.document import bulk_insert
from frappe.utils import add_days, today

from benchmarks import measure
from benchmarks.table import Figure
from fixtures import generate
from fixtures.plants import Plant
from production_orders.services import promise

LINES = (5_000, 10_000)
DIAMONDS = 30
DAYS = 12
"""Lead times go from none to one day less."""
DELIVERIES = 3
"""Of every bought item, on different days."""
MORE_THAN_THERE_IS = 1_000
"""Of the finished item: its materials take all stock and all deliveries, and more."""


def figures(plant: Plant, repeats: int) -> Iterator[Figure]:
	for lines in LINES:
		with measure.undone_alone():
			yield from _of(f"{lines}_lines", generate.plant_scale(lines), plant, repeats)
	with measure.undone_alone():
		yield from _of(f"{DIAMONDS}_diamonds", generate.diamond_chain(DIAMONDS), plant, repeats)


def _of(name: str, made: generate.Generated, plant: Plant, repeats: int) -> Iterator[Figure]:
	_take_time([made.item_code, *made.made, *made.materials])
	_order(plant, made.materials)
	ask = partial(
		promise.promise,
		made.item_code,
		MORE_THAN_THERE_IS,
		plant.source_warehouse,
		made.bom_no,
		plant.company,
	)
	yield Figure(f"promise_{name}", measure.seconds(ask, repeats), "s")
	yield Figure(f"promise_{name}_statements", measure.statements(ask), "statements")
	yield Figure(f"promise_{name}_memory", measure.megabytes(ask), "MB")


def _take_time(item_codes: Sequence[str]) -> None:
	for days in range(DAYS):
		slow = {"name": ["in", item_codes[days::DAYS]]}
		frappe.db.set_value("Item", slow, "lead_time_days", days)


def _order(plant: Plant, item_codes: Sequence[str]) -> None:
	"""One purchase order of them all, written in bulk."""
	order = frappe.new_doc("Purchase Order")
	order.update({"name": f"PO-{frappe.generate_hash(length=10)}", "docstatus": 1, "company": plant.company})
	order.db_insert()
	rows = (
		{
			"name": frappe.generate_hash(length=12),
			"parent": order.name,
			"parenttype": "Purchase Order",
			"parentfield": "items",
			"docstatus": 1,
			"item_code": item_code,
			"warehouse": plant.source_warehouse,
			"schedule_date": add_days(today(), 1 + (position + number * 5) % DAYS),
			"qty": 1_000,
			"stock_qty": 1_000,
			"conversion_factor": 1,
		}
		for position, item_code in enumerate(item_codes)
		for number in range(DELIVERIES)
	)
	bulk_insert("Purchase Order Item", [frappe.get_doc(doctype="Purchase Order Item", **row) for row in rows])
