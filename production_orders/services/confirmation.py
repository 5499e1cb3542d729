"""The checkpoint: a draft becomes a commitment, with its BOM locked and its materials reserved, or nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

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
	def skipped(self) -> list[dict[str, str]]:
		"""Components that are no stock items: nothing is reserved of them."""
		return [{"item_code": item_code, "bom_no": bom_no} for item_code, bom_no in self.structure.skipped]


def plan(structure: LockedBom, qty: Decimal, warehouse: str, company: str) -> Plan:
	"""What a confirmation would find now; takes no lock and writes nothing."""
	leaves = _leaves(structure, warehouse, company)
	free = queries.free_stock(keys(structure, warehouse, leaves))
	return _plan(structure, qty, warehouse, leaves, free)


def _leaves(structure: LockedBom, warehouse: str, company: str) -> Leaves:
	return item.leaves({warehouse, *(line.source_warehouse for line in structure.lines)}, company)


def _plan(
	structure: LockedBom, qty: Decimal, warehouse: str, leaves: Leaves, available: Mapping[Key, Decimal]
) -> Plan:
	permissions.require_all("Warehouse", {place for _item, place in keys(structure, warehouse, leaves)})
	coverages = walk(structure, qty, warehouse, available, item.precision(), leaves)
	return Plan(structure, tuple(coverages), available)


def prepare(order: Document) -> None:
	"""Before submit: read the BOM, lock the Bins, walk, and refuse or decide. The order's row is locked."""
	structure = _structure(order)
	leaves = _leaves(structure, order.source_warehouse, order.company)
	wanted = keys(structure, order.source_warehouse, leaves)
	bins.make_missing(order, structure, leaves)
	available = queries.lock_free_stock({*wanted, bins.output(order)})
	plan = _plan(structure, decimal(order.qty), order.source_warehouse, leaves, available)
	if plan.shortages and order.shortage_policy == BLOCK:
		_refuse(order, plan)
	order.bom_lock = f"{order.name}-L1"
	order.content_hash = structure.content_hash
	order.open_qty = order.qty
	standard_cost.keep(order, structure, plan.coverages)
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


def _structure(order: Document) -> LockedBom:
	problems = errors.Problems()
	structure = bom_lock.read_structure(order.bom_no, order.company, problems)
	problems.throw_any()
	return structure


def _refuse(order: Document, plan: Plan) -> None:
	found = shortages.expect(plan.shortages, order.company)
	short = {row["item_code"] for row in found}
	lines = [
		_("{0} cannot be confirmed: {1} materials are short.").format(order.name, len(found)),
		*map(shortages.sentence, found),
		*lots.unusable([key for key in plan.available if key[0] in short]),
		_("Bring in the missing stock, lower the quantity, or confirm with shortages."),
	]
	errors.throw(errors.Shortage("\n".join(lines), found), title=_("Materials are short"))


def write(order: Document) -> None:
	"""On submit: write the lock, the materials and their reservations; three bulk inserts."""
	plan: Plan = order.flags.plan
	bom_lock.write(order, plan.structure)
	rows = list(_material_rows(order, plan.shares))
	system.insert_rows("Production Order Material", rows)
	order.set("materials", rows)
	order.flags.ignore_version = True  # the event says it; Frappe's version would copy every material
	reserved = [row for row in order.materials if row.reservation_entry]
	reservation_entry.sync(order.materials, reserved, plan.available)
	bins.replace({}, bins.share(order))
	origin.report(order, decimal(order.qty))
	if short := {row["item_code"] for row in plan.shortages}:
		offers.note(short, f"{order.doctype} {order.name}")


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


def _material_rows(order: Document, shares: Iterable[Share]) -> Iterable[dict[str, Any]]:
	for idx, share in enumerate(shares, start=1):
		yield {
			"name": f"{order.name}-M{idx:05d}",
			"parent": order.name,
			"parenttype": order.doctype,
			"parentfield": "materials",
			"docstatus": 1,
			"reservation_entry": reservation_entry.name_new(order.name) if share.from_stock else None,
			**reservations.material_row(idx, share),
		}
