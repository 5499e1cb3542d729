"""Refuses every change of a document that its status does not allow, whatever route it came by.

`read_only` on a field binds the Desk and not a REST client, so the comparison is made here.
"""

from collections.abc import Callable, Collection
from typing import Any

from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, get_datetime

from production_orders import errors
from production_orders.domain.lifecycle import CANCELLED, COMPLETED, DOCSTATUS, EDITABLE
from production_orders.services import transitions

NUMBERS = ("Float", "Percent", "Currency", "Int", "Check")
DATES = ("Date", "Datetime")


def check(doc: Document) -> None:
	"""Call before every save of an order or run; what a service writes has passed its own rules."""
	if doc.flags.by_service:
		return
	_check_types(doc)
	before = doc.get_doc_before_save()
	first = doc.meta.get_field("status").default
	if not before:
		# Data Import sets no defaults.
		doc.status = doc.status or first
		if doc.docstatus:
			_refuse_birth(doc, first)
	if before and _asks_by_docstatus(doc, before):
		doc.status = before.status
	changed = _changed(doc, before)
	if "status" in changed:
		_refuse_status(doc, before.status if before else first)
	editable = EDITABLE[doc.doctype].get(before.status) if before else None
	locked = changed - editable if editable is not None else changed & _system_fields(doc)
	if locked:
		_refuse_fields(doc, before, sorted(locked))


def _check_types(doc: Document) -> None:
	"""Refuse texts that Frappe would store as zero or the database would not take."""
	problems = errors.Problems()
	for field in doc.meta.fields:
		value = doc.get(field.fieldname)
		if value and field.fieldtype in NUMBERS and not _is(float, value):
			problem = _("{0} must be a number, not {1}.")
		elif value and field.fieldtype in DATES and not _is(get_datetime, value):
			problem = _("{0} must be a date, not {1}.")
		else:
			continue
		problems.add(field.fieldname, problem.format(_(field.label), cstr(value)))
	problems.throw_any()


def _is(kind: Callable[[Any], Any], value: Any) -> bool:
	try:
		kind(value)
	except (OverflowError, TypeError, ValueError):
		return False
	return True


def _asks_by_docstatus(doc: Document, before: Document) -> bool:
	"""A Workflow names the next status and submits or cancels: the action decides, the name is only its wish."""
	is_edge = doc.status in transitions.targets(before)
	return (
		is_edge and doc.docstatus != before.docstatus and DOCSTATUS[doc.doctype][doc.status] == doc.docstatus
	)


def _system_fields(doc: Document) -> set[str]:
	"""What only services write, as the DocType itself declares it: read-only and never copied."""
	return {field.fieldname for field in doc.meta.fields if field.read_only and field.no_copy}


def _changed(doc: Document, before: Document | None) -> set[str]:
	return {
		field.fieldname
		for field in doc.meta.fields
		if _value(doc, field) != (_value(before, field) if before else _initial(field))
	}


def _initial(field: Any) -> Any:
	if field.fieldtype == "Table":
		return []
	return flt(field.default) if field.fieldtype in NUMBERS else cstr(field.default)


def _value(doc: Document, field: Any) -> Any:
	value = doc.get(field.fieldname)
	if field.fieldtype == "Table":
		return [_row(row) for row in value or []]
	return flt(value, 9) if field.fieldtype in NUMBERS else cstr(value)


def _row(row: Document) -> dict[str, Any]:
	values = {field.fieldname: _value(row, field) for field in row.meta.fields}
	return {**values, "name": row.name}


def _refuse_birth(doc: Document, first: str) -> None:
	errors.throw(
		errors.IllegalTransition(
			_("A new {0} starts as {1}: save it as a draft first, then submit it.").format(
				_(doc.doctype), _(first)
			),
			{
				"doctype": doc.doctype,
				"name": doc.name,
				"status": None,
				"target": doc.status,
				"allowed": [first],
			},
		)
	)


def _refuse_status(doc: Document, status: str) -> None:
	"""Even a legal target: a status follows from its action, which checks and does much more."""
	errors.throw(
		errors.IllegalTransition(
			_(
				"The status of {0} {1} cannot be written from {2} to {3}: it changes by its actions only."
			).format(_(doc.doctype), doc.name or "", _(status), _(doc.status)),
			{"doctype": doc.doctype, "name": doc.name, "status": status, "target": doc.status, "allowed": []},
		)
	)


def _refuse_fields(doc: Document, before: Document | None, fields: Collection[str]) -> None:
	problems = errors.Problems()
	status = before.status if before else doc.status
	for fieldname in fields:
		label = _(doc.meta.get_label(fieldname))
		if status in (COMPLETED, CANCELLED):
			problem = _("{0} cannot be changed: {1} {2} is {3} and read-only.")
		else:
			problem = _("{0} cannot be changed while {1} {2} is {3}.")
		problems.add(fieldname, problem.format(label, _(doc.doctype), doc.name or "", _(status)))
	problems.throw_any(errors.ReadOnly)
