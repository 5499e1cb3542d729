"""Writes the BOM of an order down once, and reads it back as what was promised."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from production_orders import system
from production_orders.domain import outputs
from production_orders.domain.bom import Cycle, Header, Line, LockedBom, canonical_json, component_qty
from production_orders.domain.lifecycle import ACTIVE, RELEASED, SUPERSEDED
from production_orders.domain.lock_diff import Diff, diff
from production_orders.domain.quantity import decimal, text, total
from production_orders.erpnext_bridge import bom, item
from production_orders.errors import Problems
from production_orders.services import events, queries, transitions
from production_orders.sql import Values

FIRST = "-L1"
"""What follows an order's name in the name of its first lock."""
LOCK_MISSING, LOCK_EDITED = "lock missing", "lock edited"
UNREADABLE = (ArithmeticError, KeyError, TypeError, ValueError)
"""What comes of content that is not what `write` wrote."""
FIELDS = list(Line.__dataclass_fields__)
NUMBERS = ("stock_qty", "conversion_factor", "waste_percentage", "valuation_rate")


def read_structure(bom_no: str, company: str, problems: Problems) -> LockedBom | None:
	"""The multi-level BOM as it stands now; why it cannot be made is added to `problems`, None for a cycle."""
	try:
		structure = bom.read(bom_no, company, problems)
	except Cycle as cycle:
		problems.add("bom_no", _("BOM {0} contains itself: {1}.").format(bom_no, " › ".join(cycle.path)))
		return None
	named = {line.source_warehouse for line in structure.lines if line.source_warehouse}
	for problem in item.source_problems(named, company).values():
		problems.add("bom_no", problem)
	for header in structure.headers.values():
		for problem in _header_problems(header):
			problems.add("bom_no", problem)
	if not structure.lines:
		problems.add("bom_no", _("BOM {0} has no stock items to draw.").format(bom_no))
	return structure


def _header_problems(header: Header) -> Iterator[str]:
	if header.quantity <= 0:
		yield _("BOM {0} makes {1} of {2}: give a quantity above zero.").format(
			header.bom_no, text(header.quantity), header.item_code
		)
	if header.process_loss_percentage >= 100:
		yield _("BOM {0} loses all it makes: lower its process loss.").format(header.bom_no)
	shares = [outputs.cost_share(row) for row in header.scrap]
	if total(shares) >= 100:
		yield _(
			"BOM {0} gives {1} % of its cost to co-products, which leaves nothing for {2}: give less than 100 %."
		).format(header.bom_no, text(total(shares)), header.item_code)
	if any(share < 0 for share in shares):
		yield _("BOM {0} gives a co-product a negative share of its cost: give zero or above.").format(
			header.bom_no
		)


def name_after(lock: str) -> str:
	"""The name of the lock that comes after this one of the same order."""
	order, _mark, number = lock.rpartition("-L")
	return f"{order}-L{int(number) + 1}"


def write(order: Document, structure: LockedBom, supersedes: str | None = None) -> None:
	"""Insert the lock named on `order`, its lines in bulk."""
	system.insert_rows(
		"BOM Lock",
		[
			{
				"name": order.bom_lock,
				"docstatus": 0,
				"status": ACTIVE,
				"production_order": order.name,
				"supersedes": supersedes,
				"company": order.company,
				"item_code": order.item_code,
				"bom_no": structure.bom_no,
				"level_count": max(structure.levels.values()),
				"line_count": len(structure.lines),
				"content_hash": order.content_hash,
				"boms": canonical_json(structure.content()["headers"]),
			}
		],
	)
	system.insert_rows(
		"BOM Lock Line", (_row(order, structure, idx, line) for idx, line in enumerate(structure.lines, 1))
	)


def _row(order: Document, structure: LockedBom, idx: int, line: Line) -> dict[str, Any]:
	return {
		"name": f"{order.bom_lock}-{idx:05d}",
		"parent": order.bom_lock,
		"parenttype": "BOM Lock",
		"parentfield": "lines",
		"idx": idx,
		**vars(line),
		"qty_per_unit": float(component_qty(line, structure.headers[line.parent_bom], Fraction(1))),
	}


def load(name: str) -> LockedBom:
	"""The structure of a lock, from the lock's own rows."""
	lock = frappe.db.get_value("BOM Lock", name, ["bom_no", "boms"], as_dict=True)
	rows = frappe.get_all("BOM Lock Line", filters={"parent": name}, fields=FIELDS, order_by="idx")
	return _structure(lock, rows)


def load_all(names: Collection[str]) -> Iterator[tuple[str, LockedBom]]:
	"""Those of these locks that can be read, in two statements."""
	table, rows = frappe.qb.DocType("BOM Lock Line"), defaultdict(list)
	columns = ["parent", *FIELDS]
	query = frappe.qb.from_(table).select(*(table[column] for column in columns))
	for parent, *values in query.where(table.parent.isin(Values(names))).orderby(table.idx).run():
		rows[parent].append(dict(zip(FIELDS, values, strict=True)))
	for lock in frappe.get_all("BOM Lock", {"name": ["in", list(names)]}, ["name", "bom_no", "boms"]):
		with suppress(*UNREADABLE):
			yield lock.name, _structure(lock, rows[lock.name])


def _structure(lock: Any, rows: Iterable[dict[str, Any]]) -> LockedBom:
	headers = [_header(values) for values in json.loads(lock.boms)]
	return LockedBom(
		lock.bom_no, tuple(_line(row) for row in rows), {header.bom_no: header for header in headers}
	)


def finished_header(name: str) -> Header:
	"""What a lock says of the BOM that makes the finished item, without its lines."""
	lock = frappe.db.get_value("BOM Lock", name, ["bom_no", "boms"], as_dict=True)
	return next(_header(values) for values in json.loads(lock.boms) if values["bom_no"] == lock.bom_no)


def _line(row: dict[str, Any]) -> Line:
	exact = {field: decimal(row[field]) for field in NUMBERS}
	flags = {field: bool(row[field]) for field in ("whole_number", "allow_alternative")}
	return Line(**{**row, **exact, **flags})


def _header(values: dict[str, Any]) -> Header:
	return Header(
		**{
			**values,
			"quantity": Decimal(values["quantity"]),
			"process_loss_percentage": Decimal(values["process_loss_percentage"]),
			"operations": tuple(values["operations"]),
			"scrap": tuple(values["scrap"]),
		}
	)


def problem(order: Document) -> str | None:
	"""How a lock of a confirmed order was bent: "lock missing", "lock edited", or None.

	The hash of its content is kept by the lock and by the order's chained history, that of the last one also by
	the order.
	"""
	if not order.docstatus:
		return None
	kept = _chained_hashes(order.name)
	kept[order.bom_lock or ""] = [*kept.get(order.bom_lock or "", ()), order.content_hash]
	problems = [_bent(lock, hashes) for lock, hashes in kept.items()]
	return next(filter(None, problems), None)


def _bent(lock: str, kept: Sequence[Any]) -> str | None:
	known = frappe.db.get_value("BOM Lock", lock, "content_hash")
	if known is None:
		return LOCK_MISSING
	content_hash = _content_hash(lock)
	return None if all(content_hash == one for one in (known, *kept)) else LOCK_EDITED


def _content_hash(lock: str) -> str | None:
	"""None for content that is not what `write` wrote."""
	try:
		return load(lock).content_hash
	except UNREADABLE:
		return None


def _chained_hashes(order: str) -> dict[str, list[Any]]:
	"""lock -> what the history says of its content."""
	telling = {"production_order": order, "details": ["like", "%content_hash%"]}
	rows = frappe.get_all("Production Event", telling, ["details"], order_by="sequence")
	said = map(events.details, rows)
	found: dict[str, list[Any]] = defaultdict(list)
	for details in said:
		if isinstance(details, dict) and "content_hash" in details:
			found[str(details.get("bom_lock"))].append(details["content_hash"])
	return found


def release(order: Document) -> None:
	"""The order is done with its lock; the content stays."""
	_end(order, order.bom_lock, RELEASED)


def supersede(order: Document, lock: str, reason: str) -> None:
	"""Another lock has taken the place of this one; the content stays."""
	_end(order, lock, SUPERSEDED, by=order.bom_lock, reason=reason)


def _end(order: Document, name: str, status: str, **details: Any) -> None:
	lock = queries.lock_bom_lock(name)
	transitions.move(lock, status, order=order, **details)
	frappe.db.set_value("BOM Lock", lock.name, "status", lock.status)


def changes(before: str, after: str) -> dict[str, Any]:
	"""What distinguishes two locks."""
	return told(diff(load(before), load(after)))


def told(change: Diff) -> dict[str, Any]:
	"""{added, removed, changed: [{parent_bom, item_code, row, field, from, to}]} as programs and people read it."""
	return {
		"added": [_part(line) for line in change.added],
		"removed": [_part(line) for line in change.removed],
		"changed": [
			{
				"parent_bom": changed.parent_bom,
				"item_code": changed.item_code,
				"row": changed.row,
				"field": changed.field,
				"from": _number(changed.old),
				"to": _number(changed.new),
			}
			for changed in change.changed
		],
	}


def _part(line: Line) -> dict[str, Any]:
	fields = ("parent_bom", "item_code", "item_name", "bom_no", "stock_qty", "stock_uom", "operation")
	return {field: _number(getattr(line, field)) for field in fields}


def _number(value: Any) -> Any:
	return float(value) if isinstance(value, Decimal) else value
