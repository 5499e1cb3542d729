"""Asks for exactly what an order is short of: Material Requests for what is bought, draft orders for what is made."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from production_orders import system
from production_orders.domain.quantity import decimal
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import bom, planning, purchase_request
from production_orders.erpnext_bridge.purchase_request import Wish
from production_orders.errors import Problems
from production_orders.services import demand_pegs, events, held_materials, lookups, reservations
from production_orders.services.shortages import places_of

ORDER = "Production Order"
REQUEST = "Material Request"


@dataclass(frozen=True)
class Missing:
	"""What is short of a material and not yet asked for."""

	row: Any
	qty: Decimal

	def told(self, doctype: str, name: str) -> dict[str, Any]:
		return {
			"item_code": self.row.item_code,
			"warehouse": self.row.warehouse,
			"qty": float(self.qty),
			"doctype": doctype,
			"name": name,
		}


def request(order: Document, wanted: Sequence[Any]) -> dict[str, Any]:
	"""Request what a locked order misses of `wanted` [{item_code, warehouse?}], of everything when empty.

	-> {order, material_requests: [name], production_orders: [name], requested: [{item_code, warehouse, qty,
	doctype, name}]}; what was asked for already and has not come is not asked for again.
	"""
	reservations.require_open(order)
	missing = _missing(order, _selected(order, wanted))
	boms = bom.default_boms({one.row.item_code for one in missing}, order.company)
	to_make = [one for one in missing if one.row.item_code in boms]
	to_buy = [one for one in missing if one.row.item_code not in boms]
	problems = Problems()
	planning.problems_of_buying({one.row.item_code for one in to_buy}, order.company, problems)
	problems.throw_any()
	requested = [one.told(ORDER, _make_order(order, one)) for one in to_make]
	if to_buy:
		name = purchase_request.submit(order.company, [_wish(order, one) for one in to_buy])
		requested += [one.told(REQUEST, name) for one in to_buy]
	if requested:
		events.append(order, "Supply Requested", order, {"materials": requested})
	return {
		"order": order.name,
		"material_requests": _of(REQUEST, requested),
		"production_orders": _of(ORDER, requested),
		"requested": requested,
	}


def _of(doctype: str, requested: Sequence[dict[str, Any]]) -> list[str]:
	return list(dict.fromkeys(row["name"] for row in requested if row["doctype"] == doctype))


def _selected(order: Document, wanted: Sequence[Any]) -> list[Document]:
	"""The short materials among those that are named; every name that is none of the order's is reported."""
	problems = Problems()
	selected = {row.name: row for row in order.materials if not wanted}
	for idx, want in enumerate(wanted):
		rows = [row for row in order.materials if held_materials.is_named(row, want)]
		if not rows:
			problems.add(
				f"materials.{idx}",
				_("{0} is no material of {1}. Name item and warehouse as the order lists them.").format(
					want.item_code, order.name
				),
			)
		selected |= {row.name: row for row in rows}
	problems.throw_any()
	return [row for row in selected.values() if row.short_qty > 0]


def _missing(order: Document, rows: Sequence[Document]) -> list[Missing]:
	"""What is short less what was asked for this order in the same place and is still to come."""
	coming = _requested(order)
	missing = []
	for row, leaves in zip(rows, places_of(rows, order.company), strict=True):
		qty = decimal(row.short_qty)
		for leaf in leaves:
			covered = min(qty, coming[row.item_code, leaf])
			coming[row.item_code, leaf] -= covered
			qty -= covered
		if qty > 0:
			missing.append(Missing(row, qty))
	return missing


def _requested(order: Document) -> dict[Key, Decimal]:
	coming: dict[Key, Decimal] = defaultdict(Decimal)
	for item_code, warehouse, qty in [
		*purchase_request.open_for(order.name),
		*lookups.made_for(order.name),
		*demand_pegs.planned_for(order.name),
	]:
		coming[item_code, warehouse] += decimal(qty)
	return coming


def _need_by(order: Document) -> date:
	"""When production wants to start, else when the product is needed; what is past is wanted today."""
	return max(getdate(order.planned_start_date or order.need_by_date or today()), getdate(today()))


def _make_order(order: Document, one: Missing) -> str:
	"""A draft, for a planner to look at and confirm."""
	draft = frappe.get_doc(
		{
			"doctype": ORDER,
			"item_code": one.row.item_code,
			"qty": float(one.qty),
			"company": order.company,
			"priority": order.priority,
			"source_warehouse": order.source_warehouse,
			"fg_warehouse": one.row.warehouse,
			"need_by_date": _need_by(order),
			"supplied_order": order.name,
		}
	)
	return system.save(draft).name


def _wish(order: Document, one: Missing) -> Wish:
	return Wish(
		item_code=one.row.item_code,
		item_name=one.row.item_name,
		stock_uom=one.row.stock_uom,
		warehouse=one.row.warehouse,
		qty=one.qty,
		on=_need_by(order),
		production_order=order.name,
	)
