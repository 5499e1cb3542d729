"""A BOM is replaced or withdrawn: drafts that hold it are marked, its engineer and the planners concerned are told.

Confirmed orders keep what they have locked; whether one takes the newer BOM is its planner's decision (ADR 0022).
"""

from collections.abc import Collection

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html, get_link_to_form
from redis.exceptions import ConnectionError

from production_orders import system
from production_orders.domain.lifecycle import DRAFT
from production_orders.erpnext_bridge import bom
from production_orders.services import where_used

JOB = "production_orders.services.bom_warnings.send"
PENDING = "production_orders_bom_changes"
MARK = "bom_outdated"
NAMED = 20
"""Orders that a message lists before it says how many more there are."""


def remember_defaults(doc: Document) -> None:
	"""Before a BOM is written: which BOMs its item is made by, company by company."""
	doc.flags.defaults_before = bom.defaults_of_item(doc.item)


def follow(doc: Document) -> None:
	"""After a BOM was written: act on what it has replaced, and on itself when it is withdrawn."""
	defaults = bom.defaults_of_item(doc.item)
	gone = set(doc.flags.defaults_before or ()) - set(defaults)
	before = doc.get_doc_before_save()
	was_active = before is None or bool(before.is_active)
	if doc.docstatus == 2 or (was_active and not doc.is_active):
		gone.add(doc.name)
	_mark_drafts(doc.item, gone, defaults)
	announce(gone)


def announce(bom_nos: Collection[str]) -> None:
	"""Tell the engineer now which open orders use these BOMs, and once it is committed the planners."""
	if not bom_nos:
		return
	if tell_engineer(bom_nos) or _drafts_of(bom_nos):
		_note(bom_nos)


def _note(bom_nos: Collection[str]) -> None:
	"""One warning per transaction, if it is committed."""
	pending = frappe.flags.get(PENDING)
	if pending is None:
		pending = frappe.flags[PENDING] = set()
		frappe.db.after_commit.add(lambda: start(sorted(frappe.flags.pop(PENDING))))
		frappe.db.after_rollback.add(lambda: frappe.flags.pop(PENDING, None))
	pending.update(bom_nos)


def start(bom_nos: list[str]) -> None:
	"""Let a worker warn the planners."""
	try:
		frappe.enqueue(JOB, bom_nos=bom_nos)
	except ConnectionError:
		frappe.logger("production_orders").warning("no queue for the warning about %s", bom_nos)


def _mark_drafts(item_code: str, gone: Collection[str], defaults: Collection[str]) -> None:
	"""A draft of an item whose BOM is gone is outdated until it is saved; one that has the default BOM is not."""
	drafts = frappe.get_all(
		"Production Order", {"item_code": item_code, "status": DRAFT}, ["name", "bom_no", MARK]
	)
	marks = {draft.name: 1 for draft in drafts if draft.bom_no in gone and not draft[MARK]}
	marks |= {draft.name: 0 for draft in drafts if draft.bom_no in defaults and draft[MARK]}
	system.update_rows("Production Order", {name: {MARK: mark} for name, mark in sorted(marks.items())})


def _drafts_of(bom_nos: Collection[str]) -> list[str]:
	return frappe.get_all(
		"Production Order", {"bom_no": ["in", sorted(bom_nos)], "status": DRAFT, MARK: 1}, pluck="name"
	)


def tell_engineer(bom_nos: Collection[str]) -> bool:
	"""Name the open orders that the user may see, count the others -> whether there are any."""
	orders = {row.order for row in where_used.uses(bom_nos=bom_nos)}
	if not orders:
		return False
	links = [get_link_to_form("Production Order", name) for name in sorted(where_used.visible(orders))]
	more = len(orders) - len(links[:NAMED])
	lines = [
		_("{0} open production orders keep what they have locked of {1}.").format(
			len(orders), escape_html(", ".join(sorted(bom_nos)))
		),
		", ".join(links[:NAMED]) + (" " + _("and {0} more").format(more) if links and more else ""),
		_("Their planners are told. A confirmed order takes a newer BOM by its action Relock."),
	]
	frappe.msgprint("<br>".join(filter(None, lines)), title=_("Open Production Orders"), indicator="orange")
	return True
