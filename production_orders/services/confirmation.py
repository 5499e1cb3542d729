"""The checkpoint: a draft becomes a commitment, with its BOM locked and its materials reserved, or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from production_orders import errors, permissions, system
from production_orders.domain.bom import LockedBom
from production_orders.domain.lifecycle import CONFIRMED
from production_orders.domain.quantity import decimal
from production_orders.domain.reservation import Coverage, Key, Leaves, Share, keys, shares, walk
from production_orders.erpnext_bridge import item, reservation_entry, stock_ledger
from production_orders.services import (
	bins,
	bom_lock,
	events,
	lots,
	offers,
	origin,
	queries,
	reservations,
	shortages,
	standard_cost,
	transitions,
)

BLOCK = "Block"
CONFIRM_WITH_SHORTAGES = "Confirm with Shortages"
MATERIAL = "Production Order Material"


@dataclass(frozen=True)
class Plan:
	"""What a confirmation will write."""

	structure: LockedBom
	coverages: tuple[Coverage, ...]
	available: Mapping[Key, Decimal]

	@cached_property
	def shares(self) -> list[Share]:
		return shares(self.coverages)

	@property
	def shortages(self) -> list[dict[str, Any]]:
		return shortages.of_coverages(self.coverages)

	@property
	def materials(self) -> list[dict[str, Any]]:
		"""What would be drawn, as the API answers materials."""
		rows = (reservations.material_row(0, share) for share in self.shares)
		return [reservations.material(frappe._dict(row)) for row in rows]

	@property
	def skipped(self) -> list[dict[str, str]]:
		"""Components that are no stock items: nothing is reserved of them."""
		return [{"item_code": item_code, "bom_no": bom_no} for item_code, bom_no in self.structure.skipped]


def plan(structure: LockedBom, qty: Decimal, warehouse: str, company: str) -> Plan:
	"""What a confirmation would find now; takes no lock and writes nothing."""
	leaves = _leaves(structure, warehouse, company, "")
	free = queries.free_stock(keys(structure, warehouse, leaves))
	return _plan(structure, qty, warehouse, leaves, free, {})


def plan_again(order: Document, structure: LockedBom) -> Plan:
	"""The same for an order that holds reservations already: these are free for itself."""
	leaves = _leaves(structure, order.source_warehouse, order.company, order.wip_warehouse)
	free = queries.free_stock(keys(structure, order.source_warehouse, leaves), order.name)
	held = reservations.held_by_key(order)
	return _plan(structure, decimal(order.qty), order.source_warehouse, leaves, free, held)


def _leaves(structure: LockedBom, warehouse: str, company: str, staging: str | None) -> Leaves:
	"""Every group that is drawn from, without the warehouse where the order stages what it draws."""
	groups = item.leaves({warehouse, *(line.source_warehouse for line in structure.lines)}, company)
	return {
		group: tuple(leaf for leaf in found if leaf != staging) or found for group, found in groups.items()
	}


def _plan(
	structure: LockedBom,
	qty: Decimal,
	warehouse: str,
	leaves: Leaves,
	available: Mapping[Key, Decimal],
	held: Mapping[Key, Decimal],
) -> Plan:
	permissions.require_all("Warehouse", {place for _item, place in keys(structure, warehouse, leaves)})
	coverages = walk(structure, qty, warehouse, available, item.precision(), leaves, held)
	return Plan(structure, tuple(coverages), available)


def decide(order: Document, structure: LockedBom) -> Plan:
	"""Lock the Bins of a locked order, walk, and refuse what its shortage policy does not let pass.

	What the order holds already counts as available to it, and is kept first.
	"""
	leaves = _leaves(structure, order.source_warehouse, order.company, order.wip_warehouse)
	wanted = keys(structure, order.source_warehouse, leaves)
	bins.make_missing(order, structure, leaves)
	available = queries.lock_free_stock({*wanted, *bins.keys(order)}, order.name)
	qty, held = decimal(order.qty), reservations.held_by_key(order)
	plan = _plan(structure, qty, order.source_warehouse, leaves, available, held)
	if plan.shortages and order.shortage_policy == BLOCK:
		_refuse(order, plan)
	return plan


def prepare(order: Document) -> None:
	"""Before submit: read the BOM, decide, and say on the order what it is promised. Its row is locked."""
	structure = _structure(order)
	plan = decide(order, structure)
	promise(order, plan, f"{order.name}{bom_lock.FIRST}")
	order.open_qty = order.qty
	transitions.move(
		order,
		CONFIRMED,
		bom_no=order.bom_no,
		bom_lock=order.bom_lock,
		content_hash=order.content_hash,
		qty=decimal(order.qty),
		shortages=plan.shortages,
		skipped=plan.skipped,
	)
	order.flags.plan = plan


def promise(order: Document, plan: Plan, lock: str) -> dict[str, Any]:
	"""Say on the order, in memory, what it is promised by which lock and what that should cost -> what is new."""
	before = order.get_valid_dict()
	order.bom_no, order.bom_lock = plan.structure.bom_no, lock
	order.content_hash = plan.structure.content_hash
	standard_cost.keep(order, plan.structure, plan.coverages)
	return {
		field: order.get(field) for field, value in order.get_valid_dict().items() if value != before[field]
	}


def _structure(order: Document) -> LockedBom:
	problems = errors.Problems()
	structure = bom_lock.read_structure(order.bom_no, order.company, problems)
	problems.throw_any()
	return structure


def _refuse(order: Document, plan: Plan) -> None:
	found = shortages.expect(plan.shortages, order.company)
	short = {row["item_code"] for row in found}
	sentence = _("{0} cannot be confirmed: {1} materials are short.")
	if order.bom_lock:
		sentence = _("{0} cannot be relocked: {1} materials are short.")
	lines = [
		sentence.format(order.name, len(found)),
		*map(shortages.sentence, found),
		*lots.unusable([key for key in plan.available if key[0] in short]),
		_("Bring in the missing stock, lower the quantity, or confirm with shortages."),
	]
	errors.throw(errors.Shortage("\n".join(lines), found), title=_("Materials are short"))


def write(order: Document) -> None:
	"""On submit: write what was decided, in bulk."""
	plan: Plan = order.flags.plan
	keep(order, plan, {})
	order.flags.ignore_version = True  # the event says it; Frappe's version would copy every material
	origin.report(order, decimal(order.qty))


def keep(
	order: Document, plan: Plan, counted: Mapping[Key, bins.Figures], supersedes: str | None = None
) -> None:
	"""Write the lock, the materials and their reservations; ERPNext's Bins have `counted` the order so far."""
	bom_lock.write(order, plan.structure, supersedes)
	_keep_materials(order, plan)
	bins.replace(counted, bins.share(order))
	if short := {row["item_code"] for row in plan.shortages}:
		offers.note(short, f"{order.doctype} {order.name}")


def _keep_materials(order: Document, plan: Plan) -> None:
	"""Materials become those of the plan; what stays needed keeps its row and its reservation."""
	known = {(row.item_code, row.warehouse): row for row in order.materials}
	rows = [_material_row(order, known, idx, share) for idx, share in enumerate(plan.shares, start=1)]
	names = {row.name for row in known.values()}
	system.delete_rows(MATERIAL, names - {row["name"] for row in rows})
	system.insert_rows(MATERIAL, [row for row in rows if row["name"] not in names])
	system.update_rows(MATERIAL, {row["name"]: row for row in rows if row["name"] in names})
	entries = {row.reservation_entry for row in known.values()}
	order.set("materials", rows)
	reserved = [row for row in order.materials if row.reservation_entry]
	new = [row for row in reserved if row.reservation_entry not in entries]
	reservation_entry.sync([*order.materials, *_given_up(known.values(), reserved)], new, plan.available)


def _given_up(before: Iterable[Document], reserved: Iterable[Document]) -> list[Document]:
	"""Materials, as they were, whose reservations nothing needs any more."""
	kept = {row.reservation_entry for row in reserved}
	ended = [row for row in before if row.reservation_entry and row.reservation_entry not in kept]
	for row in ended:
		row.required_qty = row.reserved_qty = 0
	return ended


def skipped(order: Document) -> list[dict[str, str]]:
	"""What the confirmation of an order passed over."""
	return events.latest(order.name, CONFIRMED).get("skipped", [])


def warnings(order: Document) -> list[str]:
	"""What a planner should know of the promises of a confirmed order, and of what it is short of (ADR 0011)."""
	reserved = {row.item_code for row in order.materials if row.reserved_qty}
	unusable = lots.unusable([(row.item_code, row.warehouse) for row in order.materials if row.short_qty])
	unguarded = stock_ledger.unguarded(reserved)
	if not unguarded:
		return unusable
	sentence = _(
		"Negative stock is allowed for {0}: others can take what is reserved here. "
		"Disallow it in Stock Settings and on the item to have reservations kept."
	)
	return [sentence.format(", ".join(unguarded)), *unusable]


def _material_row(order: Document, known: Mapping[Key, Document], idx: int, share: Share) -> dict[str, Any]:
	row = known.get((share.coverage.item_code, share.warehouse))
	entry = row.reservation_entry if row else None
	return {
		"name": row.name if row else _row_name(order, idx),
		"parent": order.name,
		"parenttype": order.doctype,
		"parentfield": "materials",
		"docstatus": 1,
		"reservation_entry": (entry or reservation_entry.name_new(order.name)) if share.from_stock else None,
		**reservations.material_row(idx, share),
	}


def _row_name(order: Document, idx: int) -> str:
	"""Rows that come with a later lock are named after it: the names of earlier ones are never used again."""
	return f"{order.bom_lock.removesuffix(bom_lock.FIRST)}-M{idx:05d}"
