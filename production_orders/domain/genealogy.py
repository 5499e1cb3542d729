"""Which batches and serial numbers were made of which: the rows of one run, and the way through many.

A run is a hub: its rows say what went in and what came out, and not which of it went where, unless the floor
has said so by `for_serial_no` (ADR 0020).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple, Protocol

from .quantity import ZERO

CONSUMED, PRODUCED, RETURNED = "Consumed", "Produced", "Returned"
OPPOSITE = {CONSUMED: PRODUCED, PRODUCED: CONSUMED}
BATCH, SERIAL, RUN, ITEM = "Batch", "Serial", "Run", "Item"
Sums = Mapping["Part", Decimal]


class Part(NamedTuple):
	"""Some of an item; without batch and serial number: of the item as a whole."""

	item_code: str
	batch_no: str = ""
	serial_no: str = ""

	@property
	def number(self) -> str:
		return self.serial_no or self.batch_no


class Pair(NamedTuple):
	"""What the floor says went into one piece; `number` is that of a part."""

	item_code: str
	number: str
	qty: Decimal
	for_serial_no: str


class Row(NamedTuple):
	"""One line of a run's genealogy; its quantity as a database keeps it."""

	run: str
	direction: str
	item_code: str
	batch_no: str
	serial_no: str
	qty: float
	for_serial_no: str = ""


def rows(run: str, taken: Sums, made: Sums, returned: Sums, pairs: Iterable[Pair] = ()) -> list[Row]:
	"""As many rows as a run moved parts, and not their product; a reworked piece went into itself."""
	reworked = [
		Pair(part.item_code, part.number, qty, part.serial_no)
		for part, qty in taken.items()
		if part.serial_no and part in made
	]
	consumed = [
		Row(run, CONSUMED, *part, float(qty), piece) for part, piece, qty in _pair(taken, [*pairs, *reworked])
	]
	others = ((PRODUCED, made), (RETURNED, returned))
	return consumed + [
		Row(run, direction, *part, float(qty)) for direction, parts in others for part, qty in parts.items()
	]


def _pair(taken: Sums, pairs: Iterable[Pair]) -> Iterator[tuple[Part, str, Decimal]]:
	"""Each part divided among the pieces it is said to have gone into; the rest is for all of them."""
	wanted: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for item_code, number, qty, for_serial_no in pairs:
		wanted[item_code, number][for_serial_no] += qty
	for part, rest in taken.items():
		for piece, share in wanted[part.item_code, part.number].items():
			if rest:
				yield part, piece, min(share, rest)
			rest = max(ZERO, rest - share)
		if rest:
			yield part, "", rest


Node = str
"""Its kind and its name, as in "Batch:B-17"; an item that is kept in neither batches nor serial numbers is one
of its run ("Item:PRO-1-R01:WATER"), since elsewhere the same item is another matter."""


def node(kind: str, name: str) -> Node:
	return f"{kind}:{name}"


def kind_of(node: Node) -> str:
	return node.partition(":")[0]


def name_of(node: Node) -> str:
	return node.partition(":")[2]


def lot(row: Row) -> Node:
	"""What a row is about."""
	if row.serial_no:
		return node(SERIAL, row.serial_no)
	return node(BATCH, row.batch_no) if row.batch_no else node(ITEM, f"{row.run}:{row.item_code}")


class Edge(NamedTuple):
	"""From what was consumed to what was made; without a run from a batch to its own serial number."""

	source: Node
	target: Node
	run: str


class Rows(Protocol):
	"""Where a trace reads, one call per level each, in any order; runs that were taken back have no rows."""

	def of_lots(self, direction: str, lots: Collection[Node]) -> Iterable[Row]: ...

	def of_runs(self, direction: str, runs: Collection[str]) -> Iterable[Row]: ...


@dataclass
class Trace:
	"""What is reached from a start; a level is one run."""

	levels: dict[Node, int]
	edges: dict[Edge, float] = field(default_factory=dict)
	rows: dict[Node, Row] = field(default_factory=dict)
	"""A row that tells the item of a node."""
	runs: set[str] = field(default_factory=set)
	"""What it leads through."""


def downstream(start: Node, rows: Rows) -> Trace:
	"""Everything that was made of it, and of that."""
	return _Walk(rows, CONSUMED, start).trace


def upstream(start: Node, rows: Rows) -> Trace:
	"""Everything it was made of, and that."""
	return _Walk(rows, PRODUCED, start).trace


@dataclass
class _Passage:
	"""What is reached through one run: from anywhere, and from one piece or for one piece only."""

	hub: Node
	common: list[Row] = field(default_factory=list)
	of_piece: dict[str, list[Row]] = field(default_factory=dict)
	is_open: bool = False
	"""Whether its hub has been passed."""


class _Walk:
	"""Breadth first; `entering` is the direction of the rows by which a lot gets into a run."""

	def __init__(self, rows: Rows, entering: str, start: Node) -> None:
		self.source, self.entering, self.is_downstream = rows, entering, entering == CONSUMED
		self.passages: dict[str, _Passage] = {}
		self.trace = Trace({start: 0})
		self.level = 0
		self.found = [start]
		if kind_of(start) == RUN:
			self._begin_with(start)
		while self.found:
			self.level += 1
			entries = sorted(rows.of_lots(entering, self.found))
			self.found = []
			self._read({row.run for row in entries})
			for entry in entries:
				self._pass(entry)

	def _begin_with(self, hub: Node) -> None:
		"""A run as the start: whatever it took or made, for one piece or for all."""
		self.level, self.found = 1, []
		self._read({name_of(hub)})
		passage = self.passages[name_of(hub)]
		if not self.is_downstream:
			passage.common += [row for rows in passage.of_piece.values() for row in rows]
		self._open(passage)

	def _read(self, runs: Collection[str]) -> None:
		new = {run: _Passage(node(RUN, run)) for run in runs if run not in self.passages}
		self.passages |= new
		self.trace.runs |= new.keys()
		for row in sorted(self.source.of_runs(OPPOSITE[self.entering], new.keys())) if new else ():
			passage = new[row.run]
			piece = row.serial_no if self.is_downstream else row.for_serial_no
			if piece:
				passage.of_piece.setdefault(piece, []).append(row)
			if self.is_downstream or not piece:
				passage.common.append(row)

	def _pass(self, entry: Row) -> None:
		"""From a lot through a run: to its own piece, or through the hub to what is common to all."""
		near, passage = self._seen(entry), self.passages[entry.run]
		piece = entry.for_serial_no if self.is_downstream else entry.serial_no
		for row in passage.of_piece.get(piece, ()) if piece else ():
			self._reach(row, near, entry.qty if self.is_downstream else row.qty)
		if self.is_downstream and piece:
			return
		if passage.common or not passage.of_piece:
			self._link(near, passage.hub, entry.run, entry.qty)
			self._open(passage)

	def _seen(self, entry: Row) -> Node:
		"""The lot of an entry; a serial number met by its batch is as far away as that."""
		near = lot(entry)
		if near not in self.trace.levels:
			self.trace.levels[near] = self.level - 1
			self._link(node(BATCH, entry.batch_no), near, "", entry.qty)
		self.trace.rows.setdefault(near, entry)
		return near

	def _open(self, passage: _Passage) -> None:
		if not passage.is_open:
			passage.is_open = True
			self.trace.levels.setdefault(passage.hub, self.level)
			for row in passage.common:
				self._reach(row, passage.hub, row.qty)

	def _reach(self, row: Row, near: Node, qty: float) -> None:
		far = lot(row)
		self._link(near, far, row.run, qty)
		if far not in self.trace.levels:
			self.trace.levels[far] = self.level
			self.trace.rows[far] = row
			if row.serial_no or row.batch_no:
				self.found.append(far)

	def _link(self, near: Node, far: Node, run: str, qty: float) -> None:
		edge = Edge(near, far, run) if self.is_downstream or not run else Edge(far, near, run)
		self.trace.edges[edge] = qty
