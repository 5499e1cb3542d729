"""What the floor says it took: checked, found a place for, and counted for the order's materials."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain import consumption
from production_orders.domain.quantity import ZERO
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import item, serial_no, tracking
from production_orders.erpnext_bridge.stock_entry import Draw
from production_orders.services import alternatives, staged_rows


@dataclass(frozen=True)
class Part:
	"""What of a reported row was taken in one place, for one material."""

	idx: int
	warehouse: str
	qty: Decimal
	material: str
	"""Name of the order's row; empty for what the lock does not know."""


def draws(order: Document, planned: Mapping[Key, Decimal], reported: Sequence[Any]) -> list[Draw]:
	"""The reported rows as draws, those of nothing too: they say that nothing was taken.

	`planned` names the materials that the run draws. Raises InvalidInput with every problem.
	"""
	materials = [row for row in order.materials if (row.item_code, row.warehouse) in planned]
	parts = [part for idx, row in enumerate(reported) for part in _parts(order, materials, planned, idx, row)]
	facts = item.facts({row.item_code for row in reported})
	_check(order, materials, reported, parts, facts)
	return [
		Draw(
			row.item_code,
			part.warehouse,
			part.qty,
			facts[row.item_code].stock_uom,
			row.batch_no or "",
			row.serial_nos or "",
			part.material,
			row.replaces or "",
		)
		for part in parts
		for row in (reported[part.idx],)
	]


def _parts(
	order: Document, materials: Sequence[Document], planned: Mapping[Key, Decimal], idx: int, row: Any
) -> Iterator[Part]:
	"""Where a row was taken: as it says, else where the order draws that item, staged stock first."""
	rows = [one for one in materials if one.item_code == (row.replaces or row.item_code)]
	if not rows:
		elsewhere = (place for item_code, place in planned if item_code == row.item_code)
		yield Part(idx, row.warehouse or next(elsewhere, order.source_warehouse), row.qty, "")
	elif row.replaces:
		wanted = {one.name: planned[one.item_code, one.warehouse] for one in rows}
		for name, qty in consumption.fill(row.qty, wanted).items():
			yield Part(idx, row.warehouse or rows[0].warehouse, qty, name)
	elif row.warehouse:
		here = next((one for one in rows if one.warehouse == row.warehouse), rows[0])
		yield Part(idx, row.warehouse, row.qty, here.name)
	else:
		yield from _unplaced(order, planned, rows, idx, row)


def _unplaced(
	order: Document, planned: Mapping[Key, Decimal], rows: Sequence[Document], idx: int, row: Any
) -> Iterator[Part]:
	"""What is said of an item is said of all its places: one that gives nothing is not backflushed beside."""
	given = _shares(order, planned, rows, row)
	for one in sorted(rows, key=lambda one: one.name in given):
		yield Part(idx, one.warehouse, given.get(one.name, ZERO), one.name)


def _shares(
	order: Document, planned: Mapping[Key, Decimal], rows: Sequence[Document], row: Any
) -> Mapping[str, Decimal]:
	"""material name -> its part of a row: staged stock first, else as the run is to draw; a lot where it is."""
	staged = [one for one in rows if staged_rows.is_staged(order, one)]
	if row.batch_no or row.serial_nos:
		return {_place_of(row, staged, rows).name: row.qty}
	if staged:
		return consumption.spread(tuple(staged_rows.material(order, one) for one in rows), row.qty)
	return consumption.fill(row.qty, {one.name: planned[one.item_code, one.warehouse] for one in rows})


def _place_of(row: Any, staged: Sequence[Document], rows: Sequence[Document]) -> Document:
	"""Whose place has what a row names, or some of it, staged stock first; else the first of all."""
	serial_nos = serial_no.split(row.serial_nos)
	stock = tracking.stock({(one.item_code, one.warehouse) for one in rows}) if len(rows) > 1 else {}

	def is_there(one: Document) -> bool:
		lots = [lot.lot for lot in stock.get((one.item_code, one.warehouse), ())]
		return any(
			lot.serial_no in serial_nos if serial_nos else lot.batch_no == row.batch_no for lot in lots
		)

	return next(filter(is_there, [*staged, *rows]), rows[0])


def _check(
	order: Document,
	materials: Sequence[Document],
	reported: Sequence[Any],
	parts: Sequence[Part],
	facts: Mapping[str, item.ItemFacts],
) -> None:
	problems = errors.Problems()
	batches = item.batch_items(row.batch_no for row in reported if row.batch_no)
	serials = serial_no.facts([one for row in reported for one in serial_no.split(row.serial_nos)])
	warehouses = item.warehouse_problems({part.warehouse for part in parts}, order.company)
	places = {part.idx: part.warehouse for part in parts}
	for idx, row in enumerate(reported):
		known = facts.get(row.item_code)
		found = [
			_("Item {0} does not exist.").format(row.item_code) if not known else known.problem,
			warehouses.get(places[idx]),
			known.decimals_problem(row.qty) if known else None,
			item.batch_problem(row.batch_no, row.item_code, batches) if row.batch_no else None,
			*(_serial_problems(row, known, serials) if row.serial_nos and known else ()),
		]
		for problem in filter(None, found):
			problems.add(f"consumption.{idx}", problem)
	for idx, problem in alternatives.problems(materials, reported, facts):
		problems.add(f"consumption.{idx}.replaces", problem)
	problems.throw_any()


def _serial_problems(row: Any, facts: item.ItemFacts, serials: Mapping[str, Any]) -> list[str]:
	if not facts.has_serial_no:
		return [_("{0} has no serial numbers, so none can be given.").format(row.item_code)]
	serial_nos = serial_no.split(row.serial_nos)
	return [
		*serial_no.count_problems(serial_nos, row.qty),
		*serial_no.input_problems(serial_nos, row.item_code, serials),
	]
