"""What must be true of histories and locks, as far as the database can tell; `verification` computes the hashes anew."""

from collections.abc import Iterator
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count
from pypika.analytics import Lag

from production_orders.domain.history import GENESIS
from production_orders.domain.lifecycle import ACTIVE, DRAFT, OPEN_ORDER, RELEASED, SUPERSEDED
from production_orders.services.both_sides import EXPECTED
from production_orders.services.violation import Violation, differing

ORDER, LOCK = "Production Order", "BOM Lock"


def chains_are_whole() -> Iterator[Violation]:
	"""Each event follows the one before it, and the order counts and names the last one."""
	yield from _links()
	yield from _heads()


def _links() -> Iterator[Violation]:
	event, order = frappe.qb.DocType("Production Event"), frappe.qb.DocType(ORDER)
	before = {
		"previous_hash": Coalesce(_before(event, event.hash), GENESIS),
		"sequence": Coalesce(_before(event, event.sequence), 0) + 1,
	}
	linked = frappe.qb.from_(event).select(
		event.name,
		event.production_order,
		event.previous_hash,
		event.sequence,
		*(column.as_(EXPECTED.format(field)) for field, column in before.items()),
	)
	rows = (
		frappe.qb.from_(linked)
		.left_join(order)
		.on(order.name == linked.production_order)
		.select(linked.star, order.name.as_("order"), order.company)
		.where(
			(linked.previous_hash != linked.expected_previous_hash)
			| (linked.sequence != linked.expected_sequence)
		)
		.run(as_dict=True)
	)
	return differing("chains_are_whole", "Production Event", rows, {field: field for field in before})


def _before(event: Any, field: Any) -> Any:
	return Lag(field, 1).over(event.production_order).orderby(event.sequence, event.name)


def _heads() -> Iterator[Violation]:
	event, order = frappe.qb.DocType("Production Event"), frappe.qb.DocType(ORDER)
	counts = (
		frappe.qb.from_(event)
		.select(event.production_order, Count("*").as_("events"))
		.groupby(event.production_order)
	)
	last = frappe.qb.DocType("Production Event").as_("last_event")
	expected_count, expected_head = Coalesce(counts.events, 0), Coalesce(last.hash, "")
	rows = (
		frappe.qb.from_(order)
		.left_join(counts)
		.on(counts.production_order == order.name)
		.left_join(last)
		.on((last.production_order == order.name) & (last.sequence == order.event_count))
		.select(order.name, order.name.as_("order"), order.company)
		.select(order.event_count, expected_count.as_("expected_event_count"))
		.select(Coalesce(order.event_head, "").as_("event_head"), expected_head.as_("expected_event_head"))
		.where((order.event_count != expected_count) | (Coalesce(order.event_head, "") != expected_head))
		.run(as_dict=True)
	)
	return differing(
		"chains_are_whole", ORDER, rows, {"event_count": "event_count", "event_head": "event_head"}
	)


def locks_are_in_force() -> Iterator[Violation]:
	"""The lock that an order names is there with the content it was promised, and in force while the order is open."""
	yield from _named_locks()
	yield from _other_locks()


def _named_locks() -> Iterator[Violation]:
	order, lock, line = (frappe.qb.DocType(name) for name in (ORDER, LOCK, "BOM Lock Line"))
	lines = frappe.qb.from_(line).select(line.parent, Count("*").as_("found")).groupby(line.parent)
	status = Case().when(order.status.isin(OPEN_ORDER), ACTIVE).else_(RELEASED)
	pairs = {
		"status": (Coalesce(lock.status, "missing"), status),
		"content_hash": (Coalesce(lock.content_hash, ""), Coalesce(order.content_hash, "")),
		"line_count": (Coalesce(lines.found, 0), Coalesce(lock.line_count, 0)),
	}
	differs = [found != expected for found, expected in pairs.values()]
	rows = (
		frappe.qb.from_(order)
		.left_join(lock)
		.on(lock.name == order.bom_lock)
		.left_join(lines)
		.on(lines.parent == order.bom_lock)
		.select(Coalesce(order.bom_lock, "").as_("name"), order.name.as_("order"), order.company)
		.select(*(found.as_(field) for field, (found, _expected) in pairs.items()))
		.select(*(expected.as_(EXPECTED.format(field)) for field, (_found, expected) in pairs.items()))
		.where((order.status != DRAFT) & (differs[0] | differs[1] | differs[2]))
		.run(as_dict=True)
	)
	return differing("locks_are_in_force", LOCK, rows, {field: field for field in pairs})


def _other_locks() -> Iterator[Violation]:
	"""A lock that its order does not name has been superseded."""
	order, lock = frappe.qb.DocType(ORDER), frappe.qb.DocType(LOCK)
	rows = (
		frappe.qb.from_(lock)
		.left_join(order)
		.on(order.bom_lock == lock.name)
		.select(lock.name, lock.production_order.as_("order"), lock.company, lock.status)
		.where(order.name.isnull() & (lock.status == ACTIVE))
		.run(as_dict=True)
	)
	rows = [{**row, "expected_status": SUPERSEDED} for row in rows]
	return differing("locks_are_in_force", LOCK, rows, {"status": "status"})
