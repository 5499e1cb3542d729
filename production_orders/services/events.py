"""Appends to an order's history; the caller holds the order's row lock, so the chain cannot fork."""

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_datetime_str, now, now_datetime

from production_orders import system
from production_orders.domain import history
from production_orders.domain.bom import canonical_json
from production_orders.sql import Values


def append(order: Document, event: str, subject: Document, details: Mapping[str, Any]) -> None:
	"""Chain one event to `order` and move the head that is kept on its row."""
	entry = _next(order, event, subject, details)
	system.insert_rows("Production Event", [_row(entry)])
	system.set_values(order, {"event_count": entry.sequence, "event_head": entry.hash})


def append_all(event: str, happened: Iterable[tuple[Any, Mapping[str, Any]]]) -> None:
	"""Chain one event to each of many locked orders; (order with its head, details); two statements in all."""
	entries = []
	for order, details in happened:
		entries.append(_next(order, event, order, details))
		order.event_count, order.event_head = entries[-1].sequence, entries[-1].hash
	system.insert_rows("Production Event", map(_row, entries))
	moved = {"modified": now(), "modified_by": frappe.session.user}
	system.update_rows(
		"Production Order",
		{
			entry.production_order: {"event_count": entry.sequence, "event_head": entry.hash, **moved}
			for entry in entries
		},
	)


def _next(order: Any, event: str, subject: Any, details: Mapping[str, Any]) -> history.Event:
	return history.Event(
		production_order=order.name,
		sequence=cint(order.event_count) + 1,
		event=event,
		occurred_at=get_datetime_str(now_datetime()),
		user=frappe.session.user,
		subject_type=subject.doctype,
		subject=subject.name,
		details=canonical_json(details),
		previous_hash=order.event_head or history.GENESIS,
	)


def _row(entry: history.Event) -> dict[str, Any]:
	name = f"{entry.production_order}-E{entry.sequence:05d}"
	return {"name": name, "hash": entry.hash, **vars(entry)}


def of(order: str) -> list[tuple[history.Event, str]]:
	"""Every (event, stored hash) of an order, in sequence."""
	return of_all([order])[order]


def of_all(orders: Collection[str]) -> dict[str, list[tuple[history.Event, str]]]:
	"""The same of many orders, by their names."""
	fields = list(history.Event.__dataclass_fields__)
	found: dict[str, list[tuple[history.Event, str]]] = {order: [] for order in orders}
	table = frappe.qb.DocType("Production Event")
	rows = (
		frappe.qb.from_(table)
		.select(*(table[field] for field in fields), table.hash)
		.where(table.production_order.isin(Values(orders)))
		.orderby(table.production_order, table.sequence, table.name)
		.run()
	)
	for *values, stored in rows:
		event = _event(dict(zip(fields, values, strict=True)))
		found[event.production_order].append((event, stored))
	return found


def latest(order: str, event: str) -> dict[str, Any]:
	"""What the last event of this kind says, nothing when there is none."""
	said = frappe.db.get_value(
		"Production Event",
		{"production_order": order, "event": event},
		"details",
		order_by="sequence desc",
	)
	return json.loads(said or "{}")


def _event(values: dict[str, Any]) -> history.Event:
	return history.Event(**{**values, "occurred_at": get_datetime_str(values["occurred_at"])})


def details(event: Any) -> Any:
	"""What an event says, or its bare text when somebody made it unreadable: `verify` tells of that."""
	try:
		return json.loads(event.details)
	except (TypeError, ValueError):
		return event.details


def verify(order: Document) -> list[history.Problem]:
	return history.verify(of(order.name), order.event_count, order.event_head)
