"""Everything that is known of an order, as one signed document for auditors (ADR 0021)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe.model.document import Document

from production_orders.domain import record
from production_orders.erpnext_bridge import ledger
from production_orders.services import bom_lock, events

Row = dict[str, Any]


def export(order: Document) -> Row:
	"""The order, its locks, events, runs and genealogy with every column, and the ledger rows of its Stock Entries."""
	locks = [_lock(row) for row in _rows("BOM Lock", "production_order", order.name)]
	return record.sign(
		{
			"order": _with_children("Production Order", _rows("Production Order", "name", order.name))[0],
			"lock": next((lock for lock in locks if lock["name"] == order.bom_lock), None),
			"earlier_locks": [lock for lock in locks if lock["name"] != order.bom_lock],
			"events": [{**vars(event), "hash": stored} for event, stored in events.of(order.name)],
			"runs": _with_children("Production Run", _rows("Production Run", "production_order", order.name)),
			"genealogy": _rows("Production Genealogy", "production_order", order.name),
			"ledger": {part: _own(rows) for part, rows in ledger.of_order(order.name).items()},
		}
	)


def _lock(row: Row) -> Row:
	"""With its content in the form that is hashed, nothing when that cannot be read any more."""
	try:
		content: Any = bom_lock.load(row["name"]).content()
	except bom_lock.UNREADABLE:
		content = None
	return {**{field: value for field, value in row.items() if field != "boms"}, "content": content}


def _with_children(doctype: str, parents: list[Row]) -> list[Row]:
	"""Each with the rows of all its tables, in their order; one statement per table."""
	for field in frappe.get_meta(doctype).get_table_fields():
		by_parent = defaultdict(list)
		for row in ledger.rows(field.options, "parent", [parent["name"] for parent in parents]):
			by_parent[row["parent"]].append(row)
		for parent in parents:
			parent[field.fieldname] = _own(sorted(by_parent[parent["name"]], key=_place))
	return parents


def _place(row: Mapping[str, Any]) -> int:
	return row["idx"]


def _rows(doctype: str, field: str, value: str) -> list[Row]:
	return _own(ledger.rows(doctype, field, [value]))


def _own(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
	"""Without what people add to a document beside it: tags, likes, comments."""
	return [{field: value for field, value in row.items() if not field.startswith("_")} for row in rows]
