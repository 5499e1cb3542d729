"""Writes down which batches and serial numbers a run made of which, and reads it for traces (ADR 0020)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce

from production_orders import errors, system
from production_orders.domain import genealogy
from production_orders.domain.genealogy import (
	BATCH,
	CONSUMED,
	RETURNED,
	SERIAL,
	Node,
	Pair,
	Row,
	kind_of,
	lot,
	name_of,
)
from production_orders.domain.lifecycle import COMPLETED
from production_orders.domain.quantity import decimal
from production_orders.erpnext_bridge import entry_lots, item, serial_no
from production_orders.sql import Values

DOCTYPE = "Production Genealogy"
ONE = decimal(1)
FACTS = ("name", "production_order", "company", "stock_entry")
"""What the rows of a run are made from."""
CHUNK = 1000


def check(serial_nos: str, reported: Sequence[Any]) -> None:
	"""Refuse pairs that nobody could follow: into a piece that is not made, or of no known batch or piece."""
	paired = [(idx, row) for idx, row in enumerate(reported) if row.for_serial_no]
	made = serial_no.split(serial_nos)
	facts = item.facts({row.item_code for _idx, row in paired})
	problems = errors.Problems()
	for idx, row in paired:
		known = facts.get(row.item_code)
		if row.for_serial_no not in made:
			sentence = _("Serial number {0} is not among those that this run makes: give all of them.")
			problems.add(f"consumption.{idx}", sentence.format(row.for_serial_no))
		if known and (known.has_batch_no or known.has_serial_no) and not (row.batch_no or row.serial_nos):
			sentence = _("Say which batch or serial numbers of {0} went into {1}.")
			problems.add(f"consumption.{idx}", sentence.format(row.item_code, row.for_serial_no))
	problems.throw_any()


def write(run: Document, reported: Sequence[Any] = ()) -> None:
	"""The genealogy of a run whose stock has moved."""
	if run.stock_entry:
		write_all([run], _pairs(reported))


def write_all(runs: Collection[Any], pairs: Sequence[Pair] = ()) -> None:
	"""The genealogy of several runs, from their Stock Entries, in one statement; `pairs` of a single one."""
	moved = entry_lots.of({run.stock_entry for run in runs})
	known = [(run, moved[run.stock_entry]) for run in runs if run.stock_entry in moved]
	system.insert_rows(DOCTYPE, (row for run, lots in known for row in _rows_of(run, lots, pairs)))


def _rows_of(run: Any, moved: entry_lots.EntryLots, pairs: Sequence[Pair]) -> Iterator[dict[str, Any]]:
	rows = genealogy.rows(run.name, moved.taken, moved.made, moved.returned, pairs)
	for number, row in enumerate(rows, start=1):
		yield {
			"name": f"{run.name}-G{number:05d}",
			"run": run.name,
			"production_order": run.production_order,
			"company": run.company,
			"direction": row.direction,
			"item_code": row.item_code,
			"batch_no": row.batch_no or None,
			"serial_no": row.serial_no or None,
			"qty": row.qty,
			"stock_uom": moved.units[row.item_code],
			"for_serial_no": row.for_serial_no or None,
		}


def write_missing() -> None:
	"""The genealogy of completed runs that have none, a thousand at a time."""
	run, row = frappe.qb.DocType("Production Run"), frappe.qb.DocType(DOCTYPE)
	known = frappe.qb.from_(row).select(row.run)
	runs = (
		frappe.qb.from_(run)
		.select(*(run[field] for field in FACTS))
		.where((run.status == COMPLETED) & (Coalesce(run.stock_entry, "") != "") & run.name.notin(known))
		.orderby(run.name)
		.run(as_dict=True)
	)
	for start in range(0, len(runs), CHUNK):
		write_all(runs[start : start + CHUNK])


def _pairs(reported: Sequence[Any]) -> list[Pair]:
	return [pair for row in reported if row.for_serial_no for pair in _pairs_of(row)]


def _pairs_of(row: Any) -> Iterator[Pair]:
	for number in serial_no.split(row.serial_nos):
		yield Pair(row.item_code, number, ONE, row.for_serial_no)
	if not row.serial_nos:
		yield Pair(row.item_code, row.batch_no or "", row.qty, row.for_serial_no)


class RunFacts(NamedTuple):
	"""What a trace tells of a run."""

	name: str
	production_order: str
	status: str
	item_code: str
	produced_qty: float


class StoredRows:
	"""Where a trace reads: the rows of runs that stand, without what came back as a whole."""

	def __init__(self) -> None:
		self.runs: dict[str, RunFacts] = {}
		"""run -> its facts, of every run met; reversed ones too."""

	def of_lots(self, direction: str, lots: Collection[Node]) -> list[Row]:
		found: list[Row] = []
		for kind, column in ((BATCH, "batch_no"), (SERIAL, "serial_no")):
			names = [name_of(lot) for lot in lots if kind_of(lot) == kind]
			found += _rows(direction, column, names) if names else ()
		standing = self._standing({row.run for row in found})
		return self._kept(direction, [row for row in found if row.run in standing])

	def of_runs(self, direction: str, runs: Collection[str]) -> list[Row]:
		return self._kept(direction, _rows(direction, "run", self._standing(runs)))

	def _standing(self, runs: Collection[str]) -> set[str]:
		self._meet(runs)
		return {run for run in runs if self.runs[run].status == COMPLETED}

	def _kept(self, direction: str, rows: list[Row]) -> list[Row]:
		if direction != CONSUMED or not (gone := self._returned(rows)):
			return rows
		return [row for row in rows if (self.runs[row.run].production_order, lot(row)) not in gone]

	def _returned(self, rows: Sequence[Row]) -> set[tuple[str, Node]]:
		"""(order, lot) of what orders have given back to stock as much of as their runs have taken."""
		orders = {self.runs[run].production_order for run in {row.run for row in rows}}
		returned = self._sums(RETURNED, orders)
		if not returned:
			return set()
		taken = self._sums(CONSUMED, {order for order, _lot in returned})
		return {key for key, qty in returned.items() if qty >= taken[key]}

	def _sums(self, direction: str, orders: Collection[str]) -> dict[tuple[str, Node], Decimal]:
		rows = _rows(direction, "production_order", orders)
		self._meet(row.run for row in rows)
		sums: dict[tuple[str, Node], Decimal] = defaultdict(Decimal)
		for row in rows:
			run = self.runs[row.run]
			if run.status == COMPLETED:
				sums[run.production_order, lot(row)] += decimal(row.qty)
		return sums

	def _meet(self, runs: Iterable[str]) -> None:
		if new := {run for run in runs if run not in self.runs}:
			run = frappe.qb.DocType("Production Run")
			query = frappe.qb.from_(run).select(*(run[field] for field in RunFacts._fields))
			rows = query.where(run.name.isin(Values(new))).run()
			self.runs |= {facts.name: facts for facts in map(RunFacts._make, rows)}


def _rows(direction: str, column: str, names: Collection[str]) -> list[Row]:
	row = frappe.qb.DocType(DOCTYPE)
	batch_no, serial_no, piece = (
		Coalesce(row[field], "") for field in ("batch_no", "serial_no", "for_serial_no")
	)
	found = (
		frappe.qb.from_(row)
		.select(row.run, row.direction, row.item_code, batch_no, serial_no, row.qty, piece)
		.where(row[column].isin(Values(names)) & (row.direction == direction))
		.run()
	)
	return list(map(Row._make, found))
