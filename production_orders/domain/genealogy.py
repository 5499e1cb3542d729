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

CONSUMED, PRODUCED = "Consumed", "Produced"
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
	"""One line of a run's genealogy."""

	run: str
	direction: str
	item_code: str
	batch_no: str
	serial_no: str
	qty: Decimal
	for_serial_no: str = ""


def rows(run: str, taken: Sums, made: Sums, pairs: Iterable[Pair] = ()) -> list[Row]:
	"""As many rows as a run took and made parts, and not their product; a reworked piece went into itself."""
	reworked = [
		Pair(part.item_code, part.number, qty, part.serial_no)
		for part, qty in taken.items()
		if part.serial_no and part in made
	]
	consumed = [
		Row(run, CONSUMED, *part, qty, piece) for part, piece, qty in _pair(taken, [*pairs, *reworked])
	]
	return consumed + [Row(run, PRODUCED, *part, qty) for part, qty in made.items() if qty > ZERO]


def _pair(taken: Sums, pairs: Iterable[Pair]) -> Iterator[tuple[Part, str, Decimal]]:
	"""Each part divided among the pieces it is said to have gone into; the rest is for all of them."""
	wanted: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for item_code, number, qty, for_serial_no in pairs:
		wanted[item_code, number][for_serial_no] += qty
	for part, qty in taken.items():
		rest = max(ZERO, qty)
		for piece, share in wanted[part.item_code, part.number].items():
			if rest:
				yield part, piece, min(share, rest)
			rest = max(ZERO, rest - share)
		if rest:
			yield part, "", rest


class Node(NamedTuple):
	"""A batch, a serial number, a run, or an item of one run that is kept in neither."""

	kind: str
	name: str
	run: str = ""
	"""Of an item only: elsewhere the same item is another matter."""


def node(row: Row) -> Node:
	if row.serial_no:
		return Node(SERIAL, row.serial_no)
	return Node(BATCH, row.batch_no) if row.batch_no else Node(ITEM, row.item_code, row.run)


class Edge(NamedTuple):
	"""From what was consumed to what was made; without a run from a batch to its own serial number."""

	source: Node
	target: Node
	run: str


class Rows(Protocol):
	"""Where a trace reads, one call per level each; runs that were taken back have no rows."""

	def of_lots(self, direction: str, lots: Collection[Node]) -> Iterable[Row]: ...

	def of_runs(self, direction: str, runs: Collection[str]) -> Iterable[Row]: ...


@dataclass
class Trace:
	"""What is reached from a start; a level is one run."""

	levels: dict[Node, int]
	edges: dict[Edge, Decimal] = field(default_factory=dict)
	rows: dict[Node, Row] = field(default_factory=dict)
	"""A row that tells the item of a node."""


def downstream(start: Node, rows: Rows) -> Trace:
	"""Everything that was made of it, and of that."""
	return _Walk(rows, CONSUMED, start).trace


def upstream(start: Node, rows: Rows) -> Trace:
	"""Everything it was made of, and that."""
	return _Walk(rows, PRODUCED, start).trace


@dataclass
class _Passage:
	"""What is reached through one run: from anywhere, and from one piece or for one piece only."""

	common: list[Row] = field(default_factory=list)
	of_piece: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
	is_open: bool = False
	"""Whether its hub has been passed."""


class _Walk:
	"""Breadth first; `entering` is the direction of the rows by which a lot gets into a run."""

	def __init__(self, rows: Rows, entering: str, start: Node) -> None:
		self.source, self.entering, self.is_downstream = rows, entering, entering == CONSUMED
		self.passages: dict[str, _Passage] = {}
		self.trace = Trace({start: 0})
		self.level = 0
		lots = self._through(start) if start.kind == RUN else [start]
		while lots:
			self.level += 1
			entries = list(rows.of_lots(entering, lots))
			self._read(row.run for row in entries)
			lots = [lot for entry in entries for lot in self._pass(entry)]

	def _through(self, start: Node) -> list[Node]:
		"""A run as the start: whatever it took or made, for one piece or for all."""
		self.level += 1
		self._read([start.name])
		passage = self.passages[start.name]
		pieces = [] if self.is_downstream else [row for rows in passage.of_piece.values() for row in rows]
		passage.common += pieces
		return list(self._open(passage, start))

	def _read(self, runs: Iterable[str]) -> None:
		new = {run: _Passage() for run in runs if run not in self.passages}
		self.passages |= new
		for row in self.source.of_runs(OPPOSITE[self.entering], new.keys()) if new else ():
			passage = new[row.run]
			piece = row.serial_no if self.is_downstream else row.for_serial_no
			if self.is_downstream or not piece:
				passage.common.append(row)
			if piece:
				passage.of_piece[piece].append(row)

	def _pass(self, entry: Row) -> Iterator[Node]:
		"""The lots first seen by this entry into a run."""
		lot, passage = self._seen(entry), self.passages[entry.run]
		piece = entry.for_serial_no if self.is_downstream else entry.serial_no
		for row in passage.of_piece.get(piece, ()):
			yield from self._reach(row, lot, entry.qty if self.is_downstream else row.qty)
		if self.is_downstream and piece:
			return
		if passage.common or not passage.of_piece:
			hub = Node(RUN, entry.run)
			self._link(lot, hub, entry.run, entry.qty)
			yield from self._open(passage, hub)

	def _seen(self, entry: Row) -> Node:
		"""The lot of an entry; a serial number met by its batch is as far away as that."""
		lot = node(entry)
		if lot not in self.trace.levels:
			self.trace.levels[lot] = self.level - 1
			self._link(Node(BATCH, entry.batch_no), lot, "", entry.qty)
		self.trace.rows.setdefault(lot, entry)
		return lot

	def _open(self, passage: _Passage, hub: Node) -> Iterator[Node]:
		if passage.is_open:
			return
		passage.is_open = True
		self.trace.levels.setdefault(hub, self.level)
		for row in passage.common:
			yield from self._reach(row, hub, row.qty)

	def _reach(self, row: Row, origin: Node, qty: Decimal) -> Iterator[Node]:
		lot = node(row)
		self._link(origin, lot, row.run, qty)
		if lot not in self.trace.levels:
			self.trace.levels[lot] = self.level
			self.trace.rows[lot] = row
			if lot.kind != ITEM:
				yield lot

	def _link(self, near: Node, far: Node, run: str, qty: Decimal) -> None:
		edge = Edge(near, far, run) if self.is_downstream or not run else Edge(far, near, run)
		self.trace.edges[edge] = qty
