"""The one place that writes without asking for the user's permission: rows of ours that no user writes.

The permission to act was checked at the door (api) and on the edge (permissions.check_move).
"""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now
from pypika.terms import Values


def save(doc: Document) -> Document:
	"""Insert, save or submit (docstatus set by the caller) a document on behalf of a service."""
	doc.flags.by_service = True
	doc.flags.ignore_permissions = True
	return doc.save()


def set_values(doc: Document, values: Mapping[str, Any]) -> None:
	"""Write header fields of a saved document and tell open forms."""
	doc.db_set(dict(values), notify=True)


def insert_rows(doctype: str, rows: Iterable[Mapping[str, Any]]) -> None:
	"""Bulk-insert complete rows (name included) in one statement; owner and times are filled in."""
	stamp, user = now(), frappe.session.user
	rows = [{"creation": stamp, "modified": stamp, "owner": user, "modified_by": user, **row} for row in rows]
	if rows:
		fields = list(rows[0])
		frappe.db.bulk_insert(
			doctype, fields, [tuple(row[field] for field in fields) for row in rows], chunk_size=len(rows)
		)


def update_rows(doctype: str, values: Mapping[str, Mapping[str, Any]]) -> None:
	"""Write {row name: {field: value}} in one statement; every row must exist and name the same fields."""
	if not values:
		return
	fields = list(next(iter(values.values())))
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.into(table).columns("name", *fields)
	for name, row in values.items():
		query = query.insert(name, *(row[field] for field in fields))
	for field in fields:
		query = query.on_duplicate_key_update(table[field], Values(field))
	query.run()
