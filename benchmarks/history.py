"""Verifying one long history, and taking it away as a record; how both grow."""

from collections.abc import Iterator
from functools import partial

import frappe
from frappe.model.document import Document

from benchmarks import measure
from benchmarks.table import Figure
from fixtures.plants import Plant
from production_orders import system
from production_orders.api import orders
from production_orders.domain.bom import canonical_json
from production_orders.domain.history import Event
from production_orders.services import export, verification

EVENTS = (10_000, 20_000)


def figures(plant: Plant, repeats: int) -> Iterator[Figure]:
	seconds: dict[tuple[str, int], float] = {}
	for events in EVENTS:
		with measure.undone_alone():
			order = _order(plant, events)
			verify, take_away = partial(_verify, order), partial(export.export, order)
			for name, work in (("verify", verify), ("export", take_away)):
				seconds[name, events] = measure.seconds(work, repeats)
				yield Figure(f"{name}_{events}_events", seconds[name, events], "s")
				yield Figure(f"{name}_{events}_events_statements", measure.statements(work), "statements")
	few, many = EVENTS
	for name in ("verify", "export"):
		yield Figure(f"{name}_{many}_to_{few}_events", seconds[name, many] / seconds[name, few], "times")


def _verify(order: Document) -> None:
	if problems := verification.of(order):
		raise AssertionError(problems[:3])


def _order(plant: Plant, count: int) -> Document:
	"""A confirmed order that somebody has reserved again and again."""
	order = plant.draft_order("WHEEL", 1)
	orders.confirm(order=order.name, on_shortage="Confirm with Shortages")
	order.reload()
	events, previous = [], order.event_head
	for sequence in range(order.event_count + 1, count + 1):
		events.append(_event(order.name, sequence, previous))
		previous = events[-1].hash
	rows = [
		{"name": f"{order.name}-E{event.sequence:05d}", "hash": event.hash, **vars(event)} for event in events
	]
	for start in range(0, len(rows), 2000):
		system.insert_rows("Production Event", rows[start : start + 2000])
	system.set_values(order, {"event_count": count, "event_head": previous})
	return frappe.get_doc("Production Order", order.name)


def _event(order: str, sequence: int, previous: str) -> Event:
	materials = [{"item_code": f"ITEM-{sequence % 50}", "warehouse": "Stores - BW", "qty": 4.5}] * 3
	return Event(
		production_order=order,
		sequence=sequence,
		event="Reserved",
		occurred_at="2026-03-01 08:00:00.123456",
		user="Administrator",
		subject_type="Production Order",
		subject=order,
		details=canonical_json({"materials": materials, "cause": "Purchase Receipt MAT-PRE-2026-00001"}),
		previous_hash=previous,
	)
