"""The one place that writes without asking for the user's permission: rows of ours that no user writes.

The permission to act was checked at the door (api) and on the edge (permissions.check_move).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now
from pypika.terms import Parameter, Values


def save(doc: Document, name: str | None = None) -> Document:
	"""Insert (under `name` when it has one already), save or submit (docstatus set by the caller) for a service."""
	doc.flags.by_service = True
	doc.flags.ignore_permissions = True
	return doc.insert(set_name=name) if name else doc.save()


def cancel(doc: Document) -> None:
	"""Cancel for a service; as Administrator, because what is cancelled along with it asks for the user's rights again."""
	user, frappe.session.user = frappe.session.user, "Administrator"
	try:
		doc.docstatus = 2
		save(doc)
	finally:
		frappe.session.user = user


def set_values(doc: Document, values: Mapping[str, Any]) -> None:
	"""Write header fields of a saved document and tell open forms."""
	doc.db_set(dict(values), notify=True)


def insert_rows(doctype: str, rows: Iterable[Mapping[str, Any]]) -> None:
	"""Bulk-insert complete rows (name included) in one statement; owner and times are filled in."""
	if rows := _stamped(rows):
		_write_rows(_insert_into(doctype, rows[0]), rows)


def insert_missing_rows(doctype: str, rows: Iterable[Mapping[str, Any]]) -> None:
	"""Like insert_rows; a row whose unique key somebody else has just written stays as that one wrote it."""
	if rows := _stamped(rows):
		_write_rows(_insert_into(doctype, rows[0]).ignore(), rows)


def _stamped(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
	stamp, user = now(), frappe.session.user
	return [{"creation": stamp, "modified": stamp, "owner": user, "modified_by": user, **row} for row in rows]


def update_rows(doctype: str, values: Mapping[str, Mapping[str, Any]]) -> None:
	"""Write {row name: {field: value}} in one statement; every row must exist and name the same fields."""
	if not values:
		return
	rows = [{"name": name, **row} for name, row in values.items()]
	table = frappe.qb.DocType(doctype)
	query = _insert_into(doctype, rows[0])
	for field in rows[0]:
		query = query.on_duplicate_key_update(table[field], Values(field))
	_write_rows(query, rows)


def delete_rows(doctype: str, names: Collection[str]) -> None:
	"""Delete child rows in one statement."""
	if names:
		table = frappe.qb.DocType(doctype)
		frappe.qb.from_(table).delete().where(table.name.isin(sorted(names))).run()


def _insert_into(doctype: str, row: Mapping[str, Any]) -> Any:
	"""The statement for one row like `row`, a placeholder for each of its values."""
	placeholders = [Parameter("%s") for _field in row]
	return frappe.qb.into(frappe.qb.DocType(doctype)).columns(*row).insert(*placeholders)


def _write_rows(query: Any, rows: Sequence[Mapping[str, Any]]) -> None:
	"""Send all rows in one statement.

	The query builder renders one row, since rendering hundreds takes it longer than the database to write them.
	"""
	fields = list(rows[0])
	one = f"({','.join(['%s'] * len(fields))})"
	statement = query.get_sql().replace(one, ",".join([one] * len(rows)), 1)
	frappe.db.sql(statement, [row[field] for row in rows for field in fields])
