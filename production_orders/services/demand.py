"""What open orders ask for and the net requirements that follow from it, as programs and people read them."""

from collections.abc import Iterator
from typing import Any

import frappe
from frappe.utils import getdate, today

from production_orders.domain.horizon import Bucket
from production_orders.domain.lifecycle import DRAFT, OPEN_ORDER
from production_orders.domain.net_requirements import Figures, Requirement
from production_orders.domain.pegging import Peg, PlannedSupply, top_causes
from production_orders.erpnext_bridge import planning as products
from production_orders.services import horizons, planning
from production_orders.services.planning import ORDER, View


def signals(horizon: str | None) -> dict[str, Any]:
	"""{horizon, signals: [{item_code, warehouse, date, qty, reserved_qty, order, status}]}, by item and day."""
	found = horizons.find(horizon)
	listed = [signal for view in planning.views(found, None) for signal in _signals(view)]
	listed.sort(
		key=lambda signal: (signal["item_code"], signal["warehouse"], signal["date"], signal["order"])
	)
	return {"horizon": found.name, "signals": listed}


def _signals(view: View) -> Iterator[dict[str, Any]]:
	yield from _open_orders(view)
	if view.horizon.include_drafts:
		yield from _drafts(view)


def _open_orders(view: View) -> Iterator[dict[str, Any]]:
	"""What an open order still has to draw: what it holds and what it is short of."""
	order, row = frappe.qb.DocType(ORDER), frappe.qb.DocType("Production Order Material")
	held = row.reserved_qty - row.delivered_qty
	rows = (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(
			row.item_code,
			row.warehouse,
			order.planned_start_date.as_("date"),
			(held + row.short_qty).as_("qty"),
			held.as_("reserved_qty"),
			order.name.as_("order"),
			order.status,
		)
		.where((order.status.isin(OPEN_ORDER)) & (order.company == view.company))
		.where(row.warehouse.isin(sorted(view.warehouses)) & (held + row.short_qty > 0))
		.run(as_dict=True)
	)
	visible = set(frappe.get_list(ORDER, {"status": ["in", OPEN_ORDER]}, pluck="name", limit_page_length=0))
	day = getdate(today())
	for signal in rows:
		signal.date = max(getdate(signal.date) if signal.date else day, day)
		if signal.order in visible and view.window.covers(signal.date):
			yield {**signal, "date": str(signal.date)}


def _drafts(view: View) -> Iterator[dict[str, Any]]:
	"""What the BOM of a draft asks for; nothing is reserved for it."""
	drafts = planning.draft_orders(view, with_all=True)
	recipes = products.Products(set(), {draft.bom_no for draft in drafts}, view.company).recipes()
	visible = set(frappe.get_list(ORDER, {"status": DRAFT}, pluck="name", limit_page_length=0))
	for draft in drafts:
		start = max(draft.start, view.window.today)
		if draft.name not in visible or draft.bom_no not in recipes.headers or not view.window.covers(start):
			continue
		for (item_code, warehouse), qty in recipes.draws(
			draft.bom_no, draft.qty, draft.source_warehouse
		).items():
			yield {
				"item_code": item_code,
				"warehouse": warehouse,
				"date": str(start),
				"qty": float(qty),
				"reserved_qty": 0.0,
				"order": draft.name,
				"status": DRAFT,
			}


def net_requirements(horizon: str | None, company: str | None) -> dict[str, Any]:
	"""{horizon, buckets: [{from, to}], items: [{..., buckets: [...]}], pegs: [...], surplus: [order]}.

	An item has its figures for every bucket; `surplus` are planned drafts that nothing asks for any more.
	"""
	found = horizons.find(horizon)
	items, pegs, surplus = [], [], []
	for view in planning.views(found, company):
		gathered = planning.situation(view)
		needed: set[str] = set()
		for requirement in planning.requirements(gathered):
			items.append(_item(view, requirement))
			pegs += [_pegged(supply) for supply in requirement.planned]
			needed.update(requirement.needed)
		surplus += planning.surplus(gathered, needed)
	return {
		"horizon": found.name,
		"buckets": buckets(found),
		"items": items,
		"pegs": pegs,
		"surplus": surplus,
	}


def buckets(horizon: Any) -> list[dict[str, str]]:
	return [_bucket(bucket) for bucket in horizons.window(horizon).buckets]


def _bucket(bucket: Bucket) -> dict[str, str]:
	return {"from": str(bucket.start), "to": str(bucket.end)}


def _item(view: View, requirement: Requirement) -> dict[str, Any]:
	return {
		"company": view.company,
		"item_code": requirement.item_code,
		"warehouse": requirement.warehouse,
		"low_level_code": requirement.low_level_code,
		"is_made": requirement.is_made,
		"on_hand_qty": float(requirement.on_hand),
		"safety_stock": float(requirement.safety_stock),
		"buckets": [_figures(figures) for figures in requirement.buckets],
	}


def _figures(figures: Figures) -> dict[str, Any]:
	return {
		"gross_qty": float(figures.gross),
		"receipts_qty": float(figures.receipts),
		"projected_qty": float(figures.projected),
		"net_qty": float(figures.net),
		"planned_qty": float(figures.planned),
		"release_date": str(figures.release) if figures.release else None,
		"is_late": figures.is_late,
	}


def _pegged(supply: PlannedSupply) -> dict[str, Any]:
	"""One planned supply and what is next to it: documents, planned orders further up (`through`), the item itself."""
	return {
		**_place(supply),
		"qty": float(supply.qty),
		"causes": [_cause(supply, peg) for peg in supply.pegs],
	}


def _place(supply: PlannedSupply) -> dict[str, Any]:
	return {"item_code": supply.item_code, "warehouse": supply.warehouse, "due_date": str(supply.due)}


def _cause(supply: PlannedSupply, peg: Peg) -> dict[str, Any]:
	cause_type, cause = planning.cause(peg, supply, {})
	through = _place(peg.cause) if isinstance(peg.cause, PlannedSupply) else None
	return {"cause_type": cause_type, "cause": cause, "through": through, "qty": float(peg.qty)}


def causes(item_code: str, warehouse: str | None, horizon: str | None, company: str | None) -> dict[str, Any]:
	"""{horizon, supplies: [{warehouse, due_date, release_date, is_late, qty, causes: [...]}]}: who asks, through which items."""
	found = horizons.find(horizon)
	supplies = [
		_traced(view, supply)
		for view in planning.views(found, company)
		for requirement in planning.requirements(planning.situation(view))
		if requirement.item_code == item_code and warehouse in (None, requirement.warehouse)
		for supply in requirement.planned
	]
	return {"horizon": found.name, "item_code": item_code, "supplies": supplies}


def _traced(view: View, supply: PlannedSupply) -> dict[str, Any]:
	return {
		"bucket": view.window.index(supply.due),
		"warehouse": supply.warehouse,
		"due_date": str(supply.due),
		"release_date": str(supply.release),
		"is_late": supply.is_late,
		"qty": float(supply.qty),
		"causes": [
			{
				"cause_type": top.doctype if top else "Item",
				"cause": top.name if top else path[0],
				"date": str(top.on) if top else None,
				"qty": float(round(qty, 9)),
				"path": list(path),
			}
			for top, (qty, path) in top_causes(supply).items()
		],
	}
