"""Short words for what site tests do with an order: confirm, start, read rows back, tamper by SQL."""

from typing import Any

import frappe

from production_orders.api import orders, runs


def confirmed(order: Any, **arguments: Any) -> dict[str, Any]:
	"""The answer of a confirmation."""
	return orders.confirm(order=order.name, **arguments)


def started(order: Any, **arguments: Any) -> str:
	"""The name of a new running run."""
	return runs.start(order=order.name, **arguments)["run"]


def running(order: Any, **arguments: Any) -> str:
	"""Confirm and start in one go."""
	confirmed(order)
	return started(order, **arguments)


def value(doctype: str, name: str, *fields: str) -> Any:
	"""One field, or a tuple of several, as the database has them."""
	return frappe.db.get_value(doctype, name, fields if len(fields) > 1 else fields[0])


def amounts(materials: list[dict[str, Any]]) -> dict[str, tuple[float, ...]]:
	"""item -> (required, reserved, consumed, short) of an API answer."""
	fields = ("required_qty", "reserved_qty", "consumed_qty", "short_qty")
	return {row["item_code"]: tuple(row[field] for field in fields) for row in materials}


def reservations_of(order: Any, *fields: str) -> dict[str, tuple]:
	"""item -> the fields of its Stock Reservation Entry."""
	rows = frappe.get_all(
		"Stock Reservation Entry",
		filters={"voucher_type": "Production Order", "voucher_no": order.name},
		fields=["item_code", *fields],
		as_list=True,
	)
	return {item_code: tuple(values) for item_code, *values in rows}


def entry_rows(stock_entry: str, *fields: str) -> list[tuple]:
	"""The rows of a Stock Entry in order."""
	return [
		tuple(row)
		for row in frappe.get_all(
			"Stock Entry Detail",
			filters={"parent": stock_entry},
			fields=list(fields),
			order_by="idx",
			as_list=True,
		)
	]


def consumption_rows(run: str, *fields: str) -> dict[str, tuple]:
	"""item -> the fields of its consumption row; for runs that draw every item once."""
	rows = frappe.get_all(
		"Production Run Consumption",
		filters={"parent": run},
		fields=["item_code", *fields],
		as_list=True,
	)
	assert len({item_code for item_code, *_ in rows}) == len(rows)
	return {item_code: tuple(values) for item_code, *values in rows}


def events_of(order: Any) -> list[tuple[int, str, str]]:
	"""(sequence, event, subject) in sequence."""
	rows = frappe.get_all(
		"Production Event",
		filters={"production_order": order.name},
		fields=["sequence", "event", "subject"],
		order_by="sequence",
		as_list=True,
	)
	return [tuple(row) for row in rows]


def tamper(doctype: str, where: dict[str, Any], **values: Any) -> None:
	"""Change rows behind everybody's back, as somebody with a database client would."""
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.update(table)
	for field, new in values.items():
		query = query.set(table[field], new)
	for field, known in where.items():
		query = query.where(table[field] == known)
	query.run()
