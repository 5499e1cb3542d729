"""Capable to promise: the day for which a quantity can be promised, and what keeps it from being earlier."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import frappe
from frappe import _

from production_orders import permissions
from production_orders.domain import promise as domain
from production_orders.domain.bom import BUILD_ON_DEMAND, MAKE_TO_STOCK, STOCK_ONLY, Header, LockedBom
from production_orders.domain.promise import Circumstances, Critical, Want
from production_orders.domain.quantity import text
from production_orders.domain.reservation import Key
from production_orders.domain.schedule import Movement
from production_orders.erpnext_bridge import bom, item, schedule
from production_orders.errors import Problems
from production_orders.services import availability, bom_lock, drafts
from production_orders.services.availability import Outlook

ANYWHERE = ""
"""The place that is every warehouse of the company."""
NAMED_DOCUMENTS = 3


@dataclass(frozen=True)
class Inquiry:
	"""A want with its structure and with what the company's documents say of its items."""

	structure: LockedBom
	want: Want
	company: str

	@cached_property
	def answer(self) -> domain.Promise:
		return domain.promise(self.structure, self.want, self.circumstances)

	@cached_property
	def circumstances(self) -> Circumstances:
		return Circumstances(
			today=self.outlook.today,
			supply={key: self.outlook.curve(key[0], self.leaves[key[1]]) for key in self.keys},
			lead_times=schedule.lead_times({item_code for item_code, _place in self.keys}),
			precision=item.precision(),
			leaves=self.leaves,
		)

	@cached_property
	def keys(self) -> set[Key]:
		"""(item, place) of every need."""
		lines = {
			(line.item_code, line.source_warehouse or self.want.warehouse) for line in self.structure.lines
		}
		return {(self.want.item_code, self.want.warehouse), *lines}

	@cached_property
	def leaves(self) -> dict[str, tuple[str, ...]]:
		"""place -> the warehouses this user may see there."""
		places = {place for _item, place in self.keys}
		permissions.require_all("Warehouse", places)
		usable = availability.warehouses_of(None, self.company)
		groups = {ANYWHERE: usable, **item.leaves(places, self.company)}
		return {
			place: tuple(leaf for leaf in groups.get(place, (place,)) if leaf in usable) for place in places
		}

	@cached_property
	def outlook(self) -> Outlook:
		keys = {(item_code, leaf) for item_code, place in self.keys for leaf in self.leaves[place]}
		return availability.outlook(keys, self.company)


def day_to_make(structure: LockedBom, qty: Decimal, warehouse: str, company: str) -> date:
	"""The day by which an order could have made all of `qty`, whatever stock of the finished item there is."""
	want = Want(
		structure.item_code,
		qty,
		warehouse,
		structure.bom_no,
		BUILD_ON_DEMAND,
		structure.headers[structure.bom_no].whole_number,
	)
	return Inquiry(structure, want, company).answer.on


def promise(
	item_code: str, qty: Decimal, warehouse: str | None, bom_no: str | None, company: str | None
) -> dict[str, Any]:
	"""{item_code, qty, stock_uom, promise_date, from_stock_qty, make_qty, buy_qty, critical[]}.

	Company defaults to the user's; without a warehouse stock is looked for in all of the company's.
	"""
	company = company or frappe.defaults.get_user_default("company")
	inquiry = _inquiry(item_code, qty, warehouse or ANYWHERE, bom_no, company)
	answer = inquiry.answer
	is_made = bool(inquiry.want.bom_no)
	return {
		"item_code": item_code,
		"qty": float(qty),
		"stock_uom": frappe.get_cached_value("Item", item_code, "stock_uom"),
		"promise_date": answer.on,
		"from_stock_qty": float(answer.from_stock),
		"make_qty": float(answer.rest) if is_made else 0.0,
		"buy_qty": 0.0 if is_made else float(answer.rest),
		"critical": [_critical(critical, inquiry) for critical in answer.critical],
	}


def _inquiry(
	item_code: str, qty: Decimal, warehouse: str, bom_no: str | None, company: str | None
) -> Inquiry:
	"""The question, unless anything about it keeps it from being answered."""
	problems = Problems()
	facts = item.facts([item_code], company or "").get(item_code)
	if problem := facts.problem if facts else _("Item {0} does not exist.").format(item_code):
		problems.add("item_code", problem)
	elif problem := drafts.qty_problem(qty, facts):
		problems.add("qty", problem)
	if not company:
		problems.add("company", _("Company is required: you have no default company."))
	elif warehouse and (problem := item.source_problems([warehouse], company).get(warehouse)):
		problems.add("warehouse", problem)
	problems.throw_any()
	structure = _structure(item_code, bom_no, facts.supply_policy, company, problems)
	problems.throw_any()
	policy = facts.supply_policy or (MAKE_TO_STOCK if structure.bom_no else "")
	want = Want(item_code, qty, warehouse, structure.bom_no, policy, facts.whole_number)
	return Inquiry(structure, want, company)


def _structure(
	item_code: str, bom_no: str | None, supply_policy: str | None, company: str, problems: Problems
) -> LockedBom:
	"""How the item is made: by the BOM that is asked for, else by its default one; one of no lines if it is bought."""
	if bom_no:
		permissions.require_all("BOM", [bom_no])
		if problem := drafts.bom_problem(bom_no, item_code, company):
			problems.add("bom_no", problem)
			problems.throw_any()
	elif supply_policy != STOCK_ONLY:
		bom_no = bom.default_bom(item_code, company)
	if bom_no:
		return bom_lock.read_structure(bom_no, company, problems)
	return LockedBom("", (), {"": Header("", item_code, Decimal(1))})


def _critical(critical: Critical, inquiry: Inquiry) -> dict[str, Any]:
	return {
		"item_code": critical.item_code,
		"warehouse": critical.warehouse or None,
		"qty": float(critical.qty),
		"date": critical.on,
		"reason": _reason(critical, inquiry),
	}


def _reason(critical: Critical, inquiry: Inquiry) -> str:
	qty, days = text(critical.qty), inquiry.circumstances.lead_times.get(critical.item_code, 0)
	if critical.takes_lead_time and critical.is_made:
		return _("{0} are to be made, which takes {1} days.").format(qty, days)
	if critical.takes_lead_time:
		return _("{0} are to be bought, which takes {1} days.").format(qty, days)
	return _("{0} are expected from {1}.").format(qty, ", ".join(_documents(critical, inquiry)))


def _documents(critical: Critical, inquiry: Inquiry) -> list[str]:
	"""The first documents that bring the item on that day; by kind only where the user may not read them."""
	outlook = inquiry.outlook
	found = {
		_document(movement): None
		for leaf in inquiry.leaves[critical.warehouse]
		for movement in outlook.receipts.get((critical.item_code, leaf), ())
		if movement.due(outlook.today) == critical.on
	}
	return list(found)[:NAMED_DOCUMENTS]


def _document(movement: Movement) -> str:
	kind = _(movement.doctype)
	return f"{kind} {movement.name}" if frappe.has_permission(movement.doctype, "read") else kind
