"""Tracing one raw batch through a plant's whole genealogy to its customers, and how that grows."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import frappe
from frappe.utils import now, nowdate

from benchmarks import measure
from benchmarks.table import Figure
from fixtures.plants import Plant
from production_orders.domain.genealogy import BATCH, CONSUMED, PRODUCED, node
from production_orders.services import trace
from tests.support.scratch import Scratch

EDGES = (20_000, 40_000, 80_000, 100_000)
"""Every one of them is reached from the first raw batch. An edge is one row of a run's genealogy."""
LEVELS, WIDTH = 5, 5
"""Runs one after the other, and how many batches each takes and makes: 40,000 edges stand for 100,000 pairs of both."""
RUNS_OF_AN_ORDER = 2
PIECES = 10
"""Serial numbers on a delivery note."""


def figures(plant: Plant, repeats: int) -> Iterator[Figure]:
	seconds: dict[int, float] = {}
	for edges in EDGES:
		with measure.undone_alone():
			made = _History(plant, edges)
			follow = partial(_answer, made.raw)
			assert len(follow()["edges"]) == edges
			name = f"trace_{edges}_edges"
			seconds[edges] = measure.seconds(follow, repeats)
			yield Figure(name, seconds[edges], "s")
			yield Figure(f"{name}_statements", measure.statements(follow), "statements")
			yield Figure(f"{name}_memory", measure.megabytes(follow), "MB")
		if edges // 2 in seconds:
			yield Figure(f"{name}_to_{edges // 2}", seconds[edges] / seconds[edges // 2], "times")


def _answer(raw: str) -> dict[str, Any]:
	return trace.answer(trace.downstream(node(BATCH, raw)))


class _History:
	"""A bulk-inserted genealogy: runs take batches of the level before, those of the first one the raw batch, too."""

	def __init__(self, plant: Plant, edges: int) -> None:
		scratch = Scratch(plant)
		self.plant, self.item, self.piece = plant, scratch.item("GEN"), scratch.item("GEN")
		self.stamp = {"creation": now(), "modified": now(), "owner": "Administrator"}
		self.runs = edges // (2 * WIDTH * LEVELS)
		self.raw = f"{self.item}-RAW-0"
		_insert("Batch", [{**self.stamp, "name": self.raw, "batch_id": self.raw, "item": self.item}])
		order = {**self.stamp, "company": plant.company, "item_code": self.item, "docstatus": 1}
		orders = range(self.runs * LEVELS // RUNS_OF_AN_ORDER + 1)
		_insert("Production Order", [{**order, "name": self._order(number)} for number in orders])
		rows = [row for level in range(LEVELS) for run in range(self.runs) for row in self._rows(level, run)]
		_insert(
			"Production Run", [self._run(level, run) for level in range(LEVELS) for run in range(self.runs)]
		)
		_insert("Production Genealogy", [self._row(number, *row) for number, row in enumerate(rows)])
		self._deliver([serial_no for _run, direction, _item, batch_no, serial_no in rows if serial_no])

	def _run(self, level: int, run: int) -> dict[str, Any]:
		facts = {"status": "Completed", "docstatus": 1, "produced_qty": WIDTH, "item_code": self.item}
		return {
			**self.stamp,
			**facts,
			"name": self._name(level, run),
			"production_order": self._order((level * self.runs + run) // RUNS_OF_AN_ORDER),
		}

	def _order(self, number: int) -> str:
		return f"{self.item}-O{number}"

	def _name(self, level: int, run: int) -> str:
		return f"{self.item}-R{level}-{run}"

	def _rows(self, level: int, run: int) -> Iterator[tuple[str, str, str, str, str]]:
		"""(run, direction, item, batch, serial number); the last level makes pieces."""
		name = self._name(level, run)
		for number in range(WIDTH):
			source = f"{self._name(max(level - 1, 0), (run + number) % self.runs)}-{number}"
			yield name, CONSUMED, self.item, source if level or number else self.raw, ""
		for number in range(WIDTH):
			if level < LEVELS - 1:
				yield name, PRODUCED, self.item, f"{name}-{number}", ""
			else:
				yield name, PRODUCED, self.piece, "", f"{name}-{number}"

	def _row(
		self, number: int, run: str, direction: str, item: str, batch: str, serial: str
	) -> dict[str, Any]:
		lot = {"item_code": item, "batch_no": batch or None, "serial_no": serial or None}
		return {
			**self.stamp,
			"name": f"{self.item}-G{number}",
			"run": run,
			"direction": direction,
			"qty": 1,
			**lot,
		}

	def _deliver(self, serial_nos: list[str]) -> None:
		"""A tenth of the pieces, some on each note."""
		notes, bundles, lines = [], [], []
		for number in range(0, len(serial_nos) // 10, PIECES):
			name = f"{self.item}-DN{number}"
			notes.append(
				{**self.stamp, "name": name, "docstatus": 1, "customer": name, "posting_date": nowdate()}
			)
			voucher = {"voucher_type": "Delivery Note", "voucher_no": name, "item_code": self.piece}
			bundles.append({**self.stamp, "name": f"{name}-B", "docstatus": 1, "is_cancelled": 0, **voucher})
			lines += [
				{
					**self.stamp,
					"name": f"{name}-{serial_no}",
					"parent": f"{name}-B",
					"parenttype": "Serial and Batch Bundle",
					"serial_no": serial_no,
					"qty": -1,
				}
				for serial_no in serial_nos[number : number + PIECES]
			]
		for doctype, rows in (
			("Delivery Note", notes),
			("Serial and Batch Bundle", bundles),
			("Serial and Batch Entry", lines),
		):
			_insert(doctype, rows)


def _insert(doctype: str, rows: list[dict[str, Any]]) -> None:
	frappe.db.bulk_insert(doctype, list(rows[0]), [tuple(row.values()) for row in rows], chunk_size=5000)
