"""Completing a run against the very same Stock Entry made by hand."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import frappe

from benchmarks import measure
from benchmarks.table import Figure
from fixtures import generate
from fixtures.plants import Plant
from production_orders.api import orders, runs

ROWS = (10, 100)
COPIED = (
	"item_code",
	"qty",
	"s_warehouse",
	"t_warehouse",
	"uom",
	"stock_uom",
	"conversion_factor",
	"is_finished_item",
)


def figures(plant: Plant, repeats: int, rows: tuple[int, ...] = ROWS) -> Iterator[Figure]:
	for materials in rows:
		with measure.undone_alone():
			complete, _in_one_pass, _saved_first = _prepared(plant, materials // 2)
			half = measure.seconds(complete, repeats)
		with measure.undone_alone():
			found = list(_of(plant, materials, repeats))
		yield from found
		growth = found[0].value / half
		yield Figure(f"complete_run_{materials}_to_{materials // 2}", growth, "times")


def _of(plant: Plant, materials: int, repeats: int) -> Iterator[Figure]:
	complete, in_one_pass, saved_first = _prepared(plant, materials)
	ours, direct, by_hand = measure.compared((complete, in_one_pass, saved_first), repeats)
	yield Figure(f"complete_run_{materials}", ours, "s")
	yield Figure(f"stock_entry_{materials}", direct, "s")
	yield Figure(f"stock_entry_{materials}_saved_then_submitted", by_hand, "s")
	yield Figure(f"complete_run_{materials}_to_stock_entry", ours / direct, "times")
	yield Figure(f"complete_run_{materials}_to_saved_then_submitted", ours / by_hand, "times")
	yield Figure(f"complete_run_{materials}_statements", measure.statements(complete), "statements")
	yield Figure(f"stock_entry_{materials}_statements", measure.statements(in_one_pass), "statements")


def _prepared(plant: Plant, materials: int) -> tuple[measure.Work, measure.Work, measure.Work]:
	"""Complete a running run of so many materials; post the same entry in one pass; insert it, then submit it."""
	made = generate.flat_bom(materials)
	order = plant.draft_order(made.item_code, 1)
	orders.confirm(order=order.name)
	run = runs.start(order=order.name)["run"]
	complete = partial(runs.complete, run=run, produced_qty=1)
	with measure.undone():
		entry = _copy(complete()["stock_entry"])
	return complete, partial(_post, entry, docstatus=1), partial(_save_and_submit, entry)


def _copy(name: str) -> dict[str, Any]:
	"""The entry of a run as somebody would type it in, row by row."""
	entry = frappe.get_doc("Stock Entry", name)
	return {
		"doctype": "Stock Entry",
		"stock_entry_type": entry.stock_entry_type,
		"purpose": entry.purpose,
		"company": entry.company,
		"items": [{field: row.get(field) for field in COPIED} for row in entry.items],
	}


def _post(entry: dict[str, Any], **values: Any) -> Any:
	return frappe.get_doc({**entry, "items": [dict(row) for row in entry["items"]], **values}).insert()


def _save_and_submit(entry: dict[str, Any]) -> None:
	_post(entry).submit()
