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

Part = tuple[str, str | None, str | None]
"""Item, batch and serial number."""

PAIRS = (50_000, 100_000, 125_000, 250_000)
"""An edge of a genealogy leads from one consumed part to one produced part of a run; all are reached from the first raw
batch. They are kept as rows of the run, one per part (ADR 0020): 250,000 pairs are 100,000 rows."""
LEVELS, WIDTH = 5, 5
"""Runs one after the other, and how many batches each takes and makes."""
RUNS_OF_AN_ORDER = 2
PIECES = 10
"""Serial numbers on a delivery note."""


def figures(plant: Plant, repeats: int) -> Iterator[Figure]:
	seconds: dict[int, float] = {}
	for pairs in PAIRS:
		with measure.undone_alone():
			made = _History(plant, pairs)
			follow, name = partial(_answer, made.raw), f"trace_{pairs}_pairs"
			rows = len(follow()["edges"])
			assert pairs == rows // (2 * WIDTH) * WIDTH**2
			seconds[pairs] = measure.seconds(follow, repeats)
			yield Figure(name, seconds[pairs], "s")
			yield Figure(f"{name}_rows", rows, "rows")
			yield Figure(f"{name}_statements", measure.statements(follow), "statements")
			yield Figure(f"{name}_memory", measure.megabytes(follow), "MB")
		if pairs // 2 in seconds:
			yield Figure(f"{name}_to_{pairs // 2}", seconds[pairs] / seconds[pairs // 2], "times")


def _answer(raw: str) -> dict[str, Any]:
	return trace.answer(trace.downstream(node(BATCH, raw)))


class _History:
	"""A bulk-inserted genealogy: runs take batches of the level before, those of the first one the raw batch, too."""

	def __init__(self, plant: Plant, pairs: int) -> None:
		scratch = Scratch(plant)
		self.plant, self.item, self.piece = plant, scratch.item("GEN"), scratch.item("GEN")
		self.stamp = {"creation": now(), "modified": now(), "owner": "Administrator"}
		self.runs = pairs // (WIDTH**2 * LEVELS)
		self.raw = f"{self.item}-RAW-0"
		_insert("Batch", [{**self.stamp, "name": self.raw, "batch_id": self.raw, "item": self.item}])
		runs = [(level, run) for level in range(LEVELS) for run in range(self.runs)]
		order = {**self.stamp, "company": plant.company, "item_code": self.item, "docstatus": 1}
		orders = dict.fromkeys(self._order(level, run) for level, run in runs)
		_insert("Production Order", [{**order, "name": name} for name in orders])
		_insert("Production Run", [self._run(level, run) for level, run in runs])
		rows = [row for level, run in runs for row in self._rows(level, run)]
		_insert("Production Genealogy", rows)
		self._deliver([row["serial_no"] for row in rows if row["serial_no"]])

	def _run(self, level: int, run: int) -> dict[str, Any]:
		facts = {"status": "Completed", "docstatus": 1, "produced_qty": WIDTH, "item_code": self.item}
		return {
			**self.stamp,
			**facts,
			"name": self._name(level, run),
			"production_order": self._order(level, run),
		}

	def _order(self, level: int, run: int) -> str:
		return f"{self.item}-O{(level * self.runs + run) // RUNS_OF_AN_ORDER}"

	def _name(self, level: int, run: int) -> str:
		return f"{self.item}-R{level}-{run}"

	def _rows(self, level: int, run: int) -> Iterator[dict[str, Any]]:
		"""What it took of the level before, and what it made; the last level makes pieces."""
		for number in range(WIDTH):
			source = f"{self._name(max(level - 1, 0), (run + number) % self.runs)}-{number}"
			batch = source if level or number else self.raw
			yield self._row(level, run, number, CONSUMED, (self.item, batch, None))
		for number in range(WIDTH):
			made = f"{self._name(level, run)}-{number}"
			part = (self.piece, None, made) if level == LEVELS - 1 else (self.item, made, None)
			yield self._row(level, run, WIDTH + number, PRODUCED, part)

	def _row(self, level: int, run: int, number: int, direction: str, part: Part) -> dict[str, Any]:
		name = self._name(level, run)
		return {
			**self.stamp,
			"name": f"{name}-G{number:05d}",
			"run": name,
			"production_order": self._order(level, run),
			"direction": direction,
			**dict(zip(("item_code", "batch_no", "serial_no"), part, strict=True)),
			"qty": 1,
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
