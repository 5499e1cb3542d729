"""Where an order comes from: drafts for what a Sales Order or Material Request still asks for, and the way back.

What is ordered flows back to the row it is made for, so that ERPNext plans only the rest.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from production_orders import errors, permissions
from production_orders.domain.demand_row import DemandRow, Making
from production_orders.domain.quantity import ZERO, text
from production_orders.erpnext_bridge import bom, item, material_request, planning, sales_order, work_order
from production_orders.services import drafts, lookups, queries

SOURCES = {source.DOCTYPE: source for source in (sales_order, material_request)}


@dataclass(frozen=True)
class Proposal:
	"""What can be made for a document now, and why the rest cannot."""

	company: str
	rows: tuple[tuple[DemandRow, Decimal], ...]
	refused: tuple[tuple[DemandRow, str], ...]


def make(doctype: str, name: str, wanted: Collection[str] | None) -> dict[str, Any]:
	"""Drafts for the open quantity of each row, or of the `wanted` ones -> {production_orders, skipped}.

	The document's row is locked: who asks twice at once gets one set of drafts.
	"""
	doc = queries.lock_document(doctype, name)
	proposal = propose(doc, wanted)
	if not proposal.rows:
		_refuse(proposal)
	sources = planning.sources(doc.company)
	return {
		"production_orders": [_draft(doc, row, qty, sources) for row, qty in proposal.rows],
		"skipped": [
			{"row": row.name, "item_code": row.item_code, "reason": reason}
			for row, reason in proposal.refused
		],
	}


def may_make(doc: Document) -> bool:
	"""Whether the user would get any draft: a form offers no button that only refuses."""
	if SOURCES[doc.doctype].problem(doc) or not frappe.has_permission("Production Order", "create"):
		return False
	return bool(propose(doc).rows)


def propose(doc: Document, wanted: Collection[str] | None = None) -> Proposal:
	"""Raises InvalidInput when nothing may be made for the document, or it has no such row."""
	source = SOURCES[doc.doctype]
	problems = errors.Problems()
	if problem := source.problem(doc):
		problems.add(source.LINKS[0], problem)
	known = {row.name for row in doc.items}
	for name in sorted(set(wanted or ()) - known):
		problems.add("items", _("{0} has no row {1}.").format(doc.name, name))
	problems.throw_any()
	chosen = [row for row in doc.items if not wanted or row.name in wanted]
	return _judged(doc, {row.name: (source.demand(row), source.row_problem(row)) for row in chosen})


def _judged(doc: Document, rows: Mapping[str, tuple[DemandRow, str | None]]) -> Proposal:
	made = making(doc.doctype, rows.keys())
	facts = item.facts({row.item_code for row, _problem in rows.values()})
	boms = bom.default_boms({row.item_code for row, _problem in rows.values()}, doc.company)
	places = item.warehouse_problems(
		{row.warehouse for row, _problem in rows.values() if row.warehouse}, doc.company
	)
	usable, refused = [], []
	for row, problem in rows.values():
		qty = row.to_make(made.get(row.name, Making()))
		problem = problem or _row_problem(row, qty, facts[row.item_code], boms, places, doc.company)
		if problem:
			refused.append((row, _("Row {0}, {1}: {2}").format(row.idx, row.item_code, problem)))
		else:
			usable.append((row, qty))
	return Proposal(doc.company, tuple(usable), tuple(refused))


def _row_problem(
	row: DemandRow,
	qty: Decimal,
	facts: item.ItemFacts,
	boms: Mapping[str, str],
	places: Mapping[str, str],
	company: str,
) -> str | None:
	if facts.problem:
		return facts.problem
	if not qty:
		return _("all {0} {1} are delivered, made or being made.").format(text(row.qty), facts.stock_uom)
	if not row.warehouse:
		return _("the row names no warehouse to make it for.")
	return (
		drafts.bom_problem(boms.get(row.item_code), row.item_code, company)
		or places.get(row.warehouse)
		or drafts.qty_problem(qty, facts)
	)


def making(doctype: str, rows: Collection[str]) -> dict[str, Making]:
	"""row -> what Work Orders and production orders, drafts too, make for it."""
	link = SOURCES[doctype].LINKS[1]
	theirs, ours = work_order.making(link, rows), lookups.making(link, rows, with_drafts=True)
	return {row: theirs.get(row, Making()) + ours.get(row, Making()) for row in rows}


def _refuse(proposal: Proposal) -> None:
	problems = errors.Problems()
	for _row, reason in proposal.refused:
		problems.add("items", reason)
	problems.throw_any()


def _draft(doc: Document, row: DemandRow, qty: Decimal, sources: Mapping[str, str]) -> str:
	order = frappe.new_doc("Production Order")
	document, line = SOURCES[doc.doctype].LINKS
	order.update(
		{
			"item_code": row.item_code,
			"qty": float(qty),
			"company": doc.company,
			"source_warehouse": sources.get(row.item_code) or sources[""] or row.warehouse,
			"fg_warehouse": row.warehouse,
			"need_by_date": row.need_by,
			"sales_order": row.sales_order or None,
			"sales_order_item": row.sales_order_item or None,
			document: doc.name,
			line: row.name,
		}
	)
	return order.insert().name


def check(order: Document) -> None:
	"""A draft that names a document is for a row of it: the one it names, or the first of its item."""
	problems = errors.Problems()
	for doctype, source in SOURCES.items():
		document, line = source.LINKS
		if not order.get(document):
			order.set(line, None)
			continue
		if order.has_value_changed(document):
			permissions.require(doctype, "read", order.get(document))
		_check_source(order, frappe.get_doc(doctype, order.get(document)), problems)
	problems.throw_any()


def _check_source(order: Document, doc: Document, problems: errors.Problems) -> None:
	source = SOURCES[doc.doctype]
	document, line = source.LINKS
	if doc.company != order.company:
		sentence = _("{0} {1} is of {2}, not of {3}.")
		problems.add(document, sentence.format(_(doc.doctype), doc.name, doc.company, order.company))
	elif problem := source.problem(doc):
		problems.add(document, problem)
	rows = [row.name for row in doc.items if row.item_code == order.item_code]
	if not rows:
		sentence = _("{0} {1} has no row for {2}.")
		problems.add(document, sentence.format(_(doc.doctype), doc.name, order.item_code))
	elif order.get(line) not in rows:
		order.set(line, rows[0])


def report(order: Document, qty: Decimal) -> None:
	"""Tell the rows an order is for that `qty` more, or less, is being made; the order is saved already."""
	if order.sales_order_item and qty:
		sales_order.add_ordered(order.sales_order_item, qty)
	if order.material_request_item and qty:
		recount_request(order.material_request, [order.material_request_item])


def recount_request(name: str, rows: Collection[str]) -> None:
	"""What a request says is ordered: by ERPNext's Work Orders, and by production orders."""
	request = queries.lock_document(material_request.DOCTYPE, name)
	known = {row.name for row in request.items} & set(rows)
	ours = lookups.making(material_request.LINKS[1], known, with_drafts=False)
	material_request.set_ordered(request, {row: ours.get(row, Making()).ordered for row in known})


def less_orders(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
	"""Rows of a Sales Order as ERPNext offers them for Work Orders, without what production orders make."""
	rows = list(rows)
	ours = lookups.making(sales_order.LINKS[1], {row["name"] for row in rows}, with_drafts=True)
	for row in rows:
		row["pending_qty"] -= float(ours.get(row["name"], Making()).ordered)
	return [row for row in rows if row["pending_qty"] > 0]


def take_back() -> None:
	"""Leave every row with what Work Orders alone make for it, for uninstall."""
	sales_order.take_out_all_orders()
	for name, rows in lookups.ordering_requests().items():
		material_request.set_ordered(
			queries.lock_document(material_request.DOCTYPE, name), dict.fromkeys(rows, ZERO)
		)
