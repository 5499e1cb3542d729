"""Confirming an order against inserting and submitting a Work Order of the same BOM."""

from collections.abc import Iterator
from functools import partial

import frappe

from benchmarks import measure
from benchmarks.table import Figure
from fixtures import generate
from fixtures.plants import Plant
from production_orders.api import orders
from production_orders.services import preview

TIMED = (100, 500)
COUNTED = (100, 500, 2000)


def figures(plant: Plant, repeats: int) -> Iterator[Figure]:
	for materials in COUNTED:
		with measure.undone_alone():
			yield from _of(plant, materials, repeats)


def _of(plant: Plant, materials: int, repeats: int) -> Iterator[Figure]:
	made = generate.flat_bom(materials)
	order = plant.draft_order(made.item_code, 1)
	confirm = partial(orders.confirm, order=order.name)
	ours = measure.seconds(confirm, repeats)
	yield Figure(f"confirm_{materials}", ours, "s")
	yield Figure(f"confirm_{materials}_statements", measure.statements(confirm), "statements")
	yield Figure(f"confirm_{materials}_memory", measure.megabytes(confirm), "MB")
	if materials not in TIMED:
		return
	look = partial(
		preview.preview, made.item_code, order.qty, made.bom_no, plant.source_warehouse, plant.company
	)
	yield Figure(f"preview_{materials}", measure.seconds(look, repeats), "s")
	if is_real_erpnext():
		theirs = measure.seconds(partial(_work_order, plant, made), repeats=1)
		yield Figure(f"work_order_{materials}", theirs, "s")
		yield Figure(f"work_order_{materials}_to_confirm", theirs / ours, "times")


def is_real_erpnext() -> bool:
	"""The sandbox's stand-in has no Production Plans, and Work Orders without any of their work."""
	return bool(frappe.db.exists("DocType", "Production Plan"))


def _work_order(plant: Plant, made: generate.Generated) -> None:
	"""What a planner of plain ERPNext does, everything else at its default; it reserves nothing."""
	work_order = frappe.get_doc(
		{
			"doctype": "Work Order",
			"production_item": made.item_code,
			"bom_no": made.bom_no,
			"qty": 1,
			"company": plant.company,
			"source_warehouse": plant.source_warehouse,
			"wip_warehouse": plant.scrap_warehouse,
			"fg_warehouse": plant.fg_warehouse,
		}
	)
	work_order.insert()
	work_order.submit()
