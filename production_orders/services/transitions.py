"""The only writer of a status: checks the table and the user's role, sets it, appends the event."""

from typing import Any

from frappe import _
from frappe.model.document import Document

from production_orders import errors, permissions
from production_orders.domain.lifecycle import TABLES, IllegalMove, check_move
from production_orders.services import events


def move(doc: Document, target: str, order: Document | None = None, **details: Any) -> bool:
	"""Move `doc` to `target` in memory; the caller saves it once, with its other changes.

	`order` is the locked order whose history takes the event; it is `doc` itself when left out.
	The same status again is quiet: no second event, returns False.
	"""
	if doc.status == target:
		return False
	check(doc, target)
	permissions.check_move(doc, target)
	previous, doc.status = doc.status, target
	events.append(order or doc, target, doc, {"from": previous, "to": target, **details})
	return True


def check(doc: Document, target: str) -> None:
	"""Refuse what the table does not allow."""
	try:
		check_move(doc.doctype, doc.status, target)
	except IllegalMove as illegal:
		allowed = ", ".join(_(status) for status in illegal.allowed) or _("nothing, it is final")
		errors.throw(
			errors.IllegalTransition(
				_("{0} {1} is {2} and cannot become {3}. From here it can become: {4}.").format(
					_(doc.doctype), doc.name, _(illegal.status), _(illegal.target), allowed
				),
				{"name": doc.name, **vars(illegal)},
			)
		)


def targets(doc: Document) -> tuple[str, ...]:
	"""Every status the table allows from here."""
	return tuple(TABLES[doc.doctype].get(doc.status, {}))
