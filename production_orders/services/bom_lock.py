"""Writes the BOM of an order down once, and reads it back as what was promised."""

import json
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from production_orders import system
from production_orders.domain.bom import Cycle, Header, Line, LockedBom, canonical_json, component_qty
from production_orders.domain.lifecycle import ACTIVE, RELEASED
from production_orders.domain.quantity import decimal, text
from production_orders.erpnext_bridge import bom, item
from production_orders.errors import Problems
from production_orders.services import events, queries, transitions

LOCK_MISSING, LOCK_EDITED = "lock missing", "lock edited"
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


def write(order: Document, structure: LockedBom) -> None:
	"""Insert the lock named on `order`, its lines in bulk."""
	system.insert_rows(
		"BOM Lock",
		[
			{
				"name": order.bom_lock,
				"docstatus": 0,
				"status": ACTIVE,
				"production_order": order.name,
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
	fields = list(Line.__dataclass_fields__)
	rows = frappe.get_all("BOM Lock Line", filters={"parent": name}, fields=fields, order_by="idx")
	headers = [_header(values) for values in json.loads(lock.boms)]
	return LockedBom(
		lock.bom_no, tuple(_line(row) for row in rows), {header.bom_no: header for header in headers}
	)


def _line(row: Any) -> Line:
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
	"""How the lock of a confirmed order was bent: "lock missing", "lock edited", or None.

	The hash of its content is kept by the lock, by the order and by the order's chained history.
	"""
	if order.docstatus.is_draft():
		return None
	if not order.bom_lock or not frappe.db.exists("BOM Lock", order.bom_lock):
		return LOCK_MISSING
	content_hash = _content_hash(order.bom_lock)
	kept = [
		frappe.db.get_value("BOM Lock", order.bom_lock, "content_hash"),
		order.content_hash,
		*_chained_hashes(order)[-1:],
	]
	return None if all(content_hash == known for known in kept) else LOCK_EDITED


def _content_hash(lock: str) -> str | None:
	"""None for content that is not what `write` wrote."""
	try:
		return load(lock).content_hash
	except (ArithmeticError, KeyError, TypeError, ValueError):
		return None


def _chained_hashes(order: Document) -> list[Any]:
	details = (events.details(event) for event, _hash in events.of(order.name))
	return [said["content_hash"] for said in details if isinstance(said, dict) and "content_hash" in said]


def release(order: Document) -> None:
	"""The order is done with its lock; the content stays."""
	lock = queries.lock_bom_lock(order.bom_lock)
	transitions.move(lock, RELEASED, order=order)
	frappe.db.set_value("BOM Lock", lock.name, "status", lock.status)
