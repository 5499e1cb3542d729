"""What distinguishes two locked BOMs: parts that came, parts that went, facts that changed.

A new version of a BOM has a new name and new rows, so a BOM is known by the item that it makes, and a row by
its component and its operation.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from .bom import Header, Line, LockedBom, canonical_json

RATES = frozenset({"valuation_rate", "hour_rate", "labour_rate", "rate"})
"""What a thing costs today is no change of what it is made of."""
NAMES = frozenset({"parent_bom", "item_code", "bom_item"})
DERIVED = frozenset({"level"})
OPERATIONS, SCRAP = "operations", "scrap"
HEADER_FACTS = ("quantity", "process_loss_percentage", "whole_number")

T = TypeVar("T")
Row = Mapping[str, Any]
Pair = tuple[T | None, T | None]
"""The same thing before and after; None where it is not there."""


@dataclass(frozen=True)
class Change:
	"""One fact of a BOM, of a row of it, of an operation or of a scrap row."""

	parent_bom: str
	item_code: str
	"""The component, or the item that the BOM makes."""
	field: str
	old: Any
	new: Any
	row: str = ""
	"""Which operation or scrap item; `field` is then one of its facts, or empty when it came or went whole."""


@dataclass(frozen=True)
class Diff:
	"""From one lock to another."""

	added: tuple[Line, ...] = ()
	removed: tuple[Line, ...] = ()
	changed: tuple[Change, ...] = ()

	@property
	def is_structural(self) -> bool:
		"""Whether anything but rates has changed."""
		return bool(self.added or self.removed or any(change.field not in RATES for change in self.changed))


def diff(before: LockedBom, after: LockedBom) -> Diff:
	"""What has to be done to `before` to get `after`."""
	added: list[Line] = []
	removed: list[Line] = []
	changed: list[Change] = []
	if before.bom_no != after.bom_no:
		changed.append(Change(after.bom_no, after.item_code, "bom_no", before.bom_no, after.bom_no))
	for old, new in _boms(before, after):
		if old and new:
			changed += _header_changes(old, new)
		old_lines = before.children[old.bom_no] if old else ()
		new_lines = after.children[new.bom_no] if new else ()
		for old_line, new_line in _pairs(old_lines, new_lines, _kind_of_line, _facts):
			if old_line and new_line:
				changed += _line_changes(old_line, new_line)
			elif new_line:
				added.append(new_line)
			elif old_line:
				removed.append(old_line)
	return Diff(tuple(added), tuple(removed), tuple(changed))


def _boms(before: LockedBom, after: LockedBom) -> Iterator[Pair[Header]]:
	"""Every BOM with its other version, the finished item's first."""
	old, new = ([bom.headers[name] for name in _by_level(bom)] for bom in (before, after))
	yield from _pairs(old, new, lambda header: header.item_code, lambda header: header.bom_no)


def _by_level(bom: LockedBom) -> list[str]:
	level = {bom.bom_no: 0}
	for line in bom.lines:
		level.setdefault(line.bom_no, line.level)
	return sorted(bom.headers, key=lambda bom_no: (level.get(bom_no, 0), bom_no))


def _pairs(
	before: Iterable[T], after: Iterable[T], kind: Callable[[T], Hashable], same: Callable[[T], Any]
) -> list[Pair[T]]:
	"""Things of one kind met in turn, those that are the `same` first."""
	waiting: dict[Hashable, list[T]] = defaultdict(list)
	for thing in before:
		waiting[kind(thing)].append(thing)
	after = list(after)
	partners: dict[int, T] = {}
	for matches in (lambda old, new: same(old) == same(new), lambda _old, _new: True):
		for idx, new in enumerate(after):
			found = [old for old in waiting[kind(new)] if matches(old, new)] if idx not in partners else []
			if found:
				partners[idx] = found[0]
				waiting[kind(new)].remove(found[0])
	gone = [(old, None) for left in waiting.values() for old in left]
	return [(partners.get(idx), new) for idx, new in enumerate(after)] + gone


def _kind_of_line(line: Line) -> Hashable:
	return line.item_code, line.operation


def _facts(line: Line) -> dict[str, Any]:
	return {field: value for field, value in vars(line).items() if field not in NAMES | DERIVED}


def _line_changes(old: Line, new: Line) -> Iterator[Change]:
	before, after = _facts(old), _facts(new)
	for field, value in after.items():
		if before[field] != value:
			yield Change(new.parent_bom, new.item_code, field, before[field], value)


def _header_changes(old: Header, new: Header) -> Iterator[Change]:
	for field in HEADER_FACTS:
		if getattr(old, field) != getattr(new, field):
			yield Change(new.bom_no, new.item_code, field, getattr(old, field), getattr(new, field))
	yield from _row_changes(new, OPERATIONS, "operation", old.operations, new.operations)
	yield from _row_changes(new, SCRAP, "item_code", old.scrap, new.scrap)


def _row_changes(
	header: Header, table: str, known_by: str, before: Iterable[Row], after: Iterable[Row]
) -> Iterator[Change]:
	"""A row of a BOM's table that came or went is told whole."""
	old_rows, new_rows = (json.loads(canonical_json(list(rows))) for rows in (before, after))
	for old, new in _pairs(old_rows, new_rows, lambda row: row.get(known_by), _said):
		row = (new or old or {}).get(known_by) or ""
		if not (old and new):
			yield Change(header.bom_no, header.item_code, table, old, new, row)
			continue
		for field in sorted({*old, *new}):
			if _said(old).get(field) != _said(new).get(field):
				yield Change(header.bom_no, header.item_code, field, old.get(field), new.get(field), row)


def _said(row: Row) -> dict[str, Any]:
	"""Without what is not set: locks of other times do not name it."""
	return {field: value for field, value in row.items() if value not in (None, "", "0", 0)}
