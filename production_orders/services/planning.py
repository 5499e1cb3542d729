"""Gathers all that a plan is made from, for the companies and warehouses a user may see, in a few statements each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce
from frappe.utils import getdate, today

from production_orders.domain.bom import Cycle
from production_orders.domain.horizon import Horizon
from production_orders.domain.lifecycle import DRAFT
from production_orders.domain.net_requirements import Draft, Requirement, Situation, plan
from production_orders.domain.pegging import Peg, PlannedSupply
from production_orders.domain.quantity import decimal
from production_orders.domain.recipe import Recipes
from production_orders.domain.schedule import Movement
from production_orders.erpnext_bridge import item, planning, schedule
from production_orders.errors import Problems
from production_orders.services import horizons, queries

ORDER = "Production Order"
ORIGINS = ("sales_order", "material_request", "supplied_order")
"""What a draft can have been made for."""


Supplies = dict[PlannedSupply, tuple[str, str]]
"""planned supply -> (DocType, name) of the document that is made for it."""


@dataclass(frozen=True)
class View:
	"""What of one company a user plans."""

	horizon: Document
	window: Horizon
	company: str
	warehouses: frozenset[str]

	def has(self, movement: Movement) -> bool:
		return movement.warehouse in self.warehouses and self.window.covers(movement.on)


def views(horizon: Document, company: str | None) -> list[View]:
	"""One view for every company that the user may see, with the warehouses that the user may see."""
	filters = {"is_group": 0, **({"company": company} if company else {})}
	rows = frappe.get_list("Warehouse", filters, ["name", "company"], limit_page_length=0)
	visible = set(frappe.get_list("Company", pluck="name", limit_page_length=0))
	window = horizons.window(horizon)
	return [
		View(horizon, window, name, frozenset(row.name for row in rows if row.company == name))
		for name in sorted(visible & {row.company for row in rows})
	]


def requirements(gathered: Situation) -> Iterator[Requirement]:
	"""The plan, item by item; an item made of itself is refused with its path."""
	try:
		yield from plan(gathered)
	except Cycle as cycle:
		problems = Problems()
		problems.add(
			"bom_no",
			_("{0} is made of itself: {1}. Take it out of one of these BOMs.").format(
				cycle.path[0], " › ".join(cycle.path)
			),
		)
		problems.throw_any()


def situation(view: View) -> Situation:
	"""Stock, supply, demand and BOMs as they are now."""
	issues = [move for move in schedule.issues(None, view.company) if view.has(move)]
	drafts = draft_orders(view, view.horizon.include_drafts)
	asked = {move.item_code for move in issues} | {draft.item_code for draft in drafts}
	asked |= planning.kept_in_stock(view.company)
	products = planning.Products(asked, {draft.bom_no for draft in drafts}, view.company)
	terms, recipes = products.terms(), products.recipes()
	receipts = schedule.receipts(None, view.company, with_material_requests=True)
	return Situation(
		horizon=view.window,
		terms=terms,
		recipes=recipes,
		free=queries.free_stock(set(product(terms, view.warehouses))),
		issues=[move for move in issues if move.item_code in terms],
		receipts=[
			move for move in _without_drafts(receipts, drafts) if move.item_code in terms and view.has(move)
		],
		drafts=[draft for draft in drafts if draft.bom_no in recipes.headers],
		places=view.warehouses,
		leaves=item.leaves(_places(recipes, drafts, terms.values()), view.company),
	)


def _without_drafts(receipts: Iterable[Movement], drafts: Iterable[Draft]) -> Iterator[Movement]:
	"""What requests expect beyond their drafts: ERPNext counts those from their confirmation on only."""
	drafted: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
	for draft in drafts:
		drafted[draft.material_request, draft.item_code, draft.warehouse] += draft.qty
	for move in receipts:
		key = (move.name, move.item_code, move.warehouse)
		if move.doctype != "Material Request" or not drafted.get(key):
			yield move
			continue
		taken = min(drafted[key], move.qty)
		drafted[key] -= taken
		if move.qty > taken:
			yield replace(move, qty=move.qty - taken)


def surplus(gathered: Situation, needed: Collection[str]) -> list[str]:
	"""Drafts of earlier plans that nothing asks for any more; none of their materials is asked for either."""
	return [
		draft.name
		for draft in gathered.drafts
		if draft.if_needed and draft.name not in needed and gathered.horizon.covers(draft.due)
	]


def _places(recipes: Recipes, drafts: Iterable[Draft], terms: Iterable[Any]) -> set[str]:
	"""Wherever an order may draw from."""
	return {source.source_warehouse for source in (*recipes.lines, *drafts, *terms)}


def draft_orders(view: View, with_all: bool) -> list[Draft]:
	"""Drafts that a demand has caused: a planning run, a sale, a request, a shortage; or `with_all` every one."""
	order, peg = frappe.qb.DocType(ORDER), frappe.qb.DocType("Demand Peg")
	pegged = frappe.qb.from_(peg).select(peg.supply).where(peg.supply_type == ORDER)
	query = (
		frappe.qb.from_(order)
		.select(
			order.name,
			order.item_code,
			order.fg_warehouse,
			order.qty,
			order.bom_no,
			order.source_warehouse,
			order.planned_start_date,
			Coalesce(order.need_by_date, order.planned_end_date, order.planned_start_date),
			Case().when(order.name.isin(pegged), 1).else_(0),
			order.material_request,
		)
		.where((order.status == DRAFT) & (order.company == view.company))
		.where(order.fg_warehouse.isin(sorted(view.warehouses)))
		.orderby(order.name)
	)
	if not with_all:
		caused = order.name.isin(pegged)
		for origin in ORIGINS:
			caused |= Coalesce(order[origin], "") != ""
		query = query.where(caused)
	return [_draft(*row) for row in query.run()]


def _draft(
	name: str,
	item_code: str,
	warehouse: str,
	qty: float,
	bom_no: str,
	source: str,
	start: Any,
	due: Any,
	is_planned: int,
	material_request: str | None,
) -> Draft:
	day = getdate(today())
	return Draft(
		name=name,
		item_code=item_code,
		warehouse=warehouse,
		qty=decimal(qty),
		bom_no=bom_no or "",
		source_warehouse=source,
		start=getdate(start) if start else day,
		due=getdate(due) if due else day,
		if_needed=bool(is_planned),
		material_request=material_request or "",
	)


def cause(peg: Peg, supply: PlannedSupply, made: Supplies) -> tuple[str, str | None]:
	"""(DocType, name) of what a part of a supply is for: the item itself keeps a stock or has a minimum."""
	if peg.cause is None:
		return "Item", supply.item_code
	if isinstance(peg.cause, PlannedSupply):
		return made.get(peg.cause, (ORDER, None))
	return peg.cause.doctype, peg.cause.name
