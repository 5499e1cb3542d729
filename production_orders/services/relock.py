"""An engineering change reaches a confirmed order: its BOM is locked anew and its reservations are planned again.

Nothing has been made of it yet, so what it holds and what it needs are the whole of its promise (ADR 0022).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from production_orders import errors, permissions, system
from production_orders.domain.bom import LockedBom
from production_orders.domain.lifecycle import CONFIRMED, DRAFT
from production_orders.domain.lock_diff import Diff, diff
from production_orders.domain.quantity import ZERO
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import bom
from production_orders.services import (
	bins,
	bom_lock,
	confirmation,
	drafts,
	events,
	held_materials,
	reservations,
	shortages,
	staging,
)
from production_orders.services.confirmation import Plan

EVENT = "Relocked"


def relock(order: Document, reason: str) -> dict[str, Any]:
	"""Take the newest state of its BOM into a locked, confirmed order; quiet when the structure is the same."""
	_require_confirmed(order)
	_require_role(order)
	_refuse_staged(order)
	before, structure = order.bom_lock, _structure(order)
	change = diff(bom_lock.load(before), structure)
	if not change.is_structural:
		return _answer(order, None, change)
	counted, held = bins.share(order), reservations.held_by_key(order)
	plan = confirmation.decide(order, structure)
	system.set_values(order, confirmation.promise(order, plan, bom_lock.name_after(before)))
	bom_lock.supersede(order, before, reason)
	confirmation.keep(order, plan, counted, supersedes=before)
	_tell(order, before, plan, change, reason)
	_offer(order, held)
	return _answer(order, before, change)


def preview(order: Document) -> dict[str, Any]:
	"""What a relock would find now; takes no lock and writes nothing."""
	_require_confirmed(order)
	_refuse_staged(order)
	structure = _structure(order)
	change = diff(bom_lock.load(order.bom_lock), structure)
	plan = confirmation.plan_again(order, structure)
	return {
		"order": order.name,
		"bom_no": structure.bom_no,
		"changed": change.is_structural,
		"diff": bom_lock.told(change),
		"materials": plan.materials,
		"shortages": shortages.expect(plan.shortages, order.company),
	}


def _require_confirmed(order: Document) -> None:
	if order.status != CONFIRMED:
		sentence = _("{0} is {1}: only a confirmed order of which no run has started can be locked anew.")
		_refuse(order, sentence.format(order.name, _(order.status)), {"allowed": [CONFIRMED]})


def _refuse_staged(order: Document) -> None:
	"""What waits at the machines was brought there for the old structure."""
	held = [row.item_code for row in staging.staged(order) if held_materials.held(row) > 0]
	if held:
		sentence = _("{0} has material in its WIP warehouse: {1}. Return it to the stores before you relock.")
		_refuse(order, sentence.format(order.name, ", ".join(held)), {"allowed": [], "staged": held})


def _refuse(order: Document, sentence: str, details: dict[str, Any]) -> None:
	facts = {"doctype": order.doctype, "name": order.name, "status": order.status, "target": None}
	errors.throw(errors.IllegalTransition(sentence, {**facts, **details}))


def _require_role(order: Document) -> None:
	"""To relock is to confirm once more: whoever the Workflow lets confirm an order may do it."""
	if not permissions.may_move(order, CONFIRMED, start=DRAFT):
		frappe.throw(
			_("You have no role that may confirm {0}, so it is not yours to relock.").format(order.name),
			frappe.PermissionError,
		)


def _structure(order: Document) -> LockedBom:
	"""The newest default BOM, or the present state of the one that the planner pinned."""
	problems = errors.Problems()
	bom_no = order.bom_no if order.bom_pinned else bom.default_bom(order.item_code, order.company)
	if problem := drafts.bom_problem(bom_no, order.item_code, order.company):
		problems.add("bom_no", problem)
		problems.throw_any()
	structure = bom_lock.read_structure(bom_no, order.company, problems)
	problems.throw_any()
	return structure


def _tell(order: Document, superseded: str, plan: Plan, change: Diff, reason: str) -> None:
	events.append(
		order,
		EVENT,
		order,
		{
			"reason": reason,
			"bom_no": order.bom_no,
			"bom_lock": order.bom_lock,
			"content_hash": order.content_hash,
			"superseded": superseded,
			"diff": bom_lock.told(change),
			"shortages": plan.shortages,
			"skipped": plan.skipped,
		},
	)


def _offer(order: Document, held: Mapping[Key, Decimal]) -> None:
	"""What the order has let go of is there for others."""
	now = reservations.held_by_key(order)
	reservations.offer(order, {key[0] for key, qty in held.items() if qty > now.get(key, ZERO)})


def _answer(order: Document, superseded: str | None, change: Diff) -> dict[str, Any]:
	return {
		"order": order.name,
		"status": order.status,
		"bom_lock": order.bom_lock,
		"content_hash": order.content_hash,
		"superseded": superseded,
		"changed": change.is_structural,
		"diff": bom_lock.told(change),
		"materials": reservations.materials(order),
		"shortages": shortages.of_order(order),
		"warnings": confirmation.warnings(order),
	}
