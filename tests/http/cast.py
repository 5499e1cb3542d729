"""The players of the HTTP tests: one order and one run in every status, and what hangs on an order."""

from collections.abc import Collection
from functools import cached_property
from typing import Any

import frappe

from production_orders.api import orders, runs
from production_orders.domain.lifecycle import (
	ABORTED,
	CANCELLED,
	COMPLETED,
	CONFIRMED,
	DOCSTATUS,
	DRAFT,
	IN_PROGRESS,
	PAUSED,
	PLANNED,
	REVERSED,
)
from tests.support.scratch import Scratch
from tests.support.state import COUNTED

ORDER, RUN = "Production Order", "Production Run"
STATUSES = {doctype: tuple(statuses) for doctype, statuses in DOCSTATUS.items()}


class Cast:
	"""Every order is for 10 of one product made of 2 of one material."""

	def __init__(self, scratch: Scratch) -> None:
		self.scratch = scratch
		self._settled: dict[tuple[str, str], str] = {}

	@cached_property
	def material(self) -> str:
		material = self.scratch.item("RAW")
		self.scratch.stock(material, 100_000)
		frappe.db.commit()
		return material

	@cached_property
	def product(self) -> str:
		product = self.scratch.item("FG")
		self.scratch.bom(product, {self.material: 2})
		frappe.db.commit()
		return product

	@cached_property
	def bom(self) -> str:
		"""The BOM of the product."""
		return frappe.db.get_value("BOM", {"item": self.product})

	def settled(self, doctype: str, status: str) -> str:
		"""A document in this status that every refused call shares."""
		if (doctype, status) not in self._settled:
			self._settled[doctype, status] = self.fresh(doctype, status)
		return self._settled[doctype, status]

	def fresh(self, doctype: str, status: str) -> str:
		"""A new document in this status."""
		frappe.db.rollback()
		name = self._order(status) if doctype == ORDER else self._run(status)
		frappe.db.commit()
		return name

	def _order(self, status: str) -> str:
		order = self.scratch.order(self.product, 10).name
		if status != DRAFT:
			orders.confirm(order=order)
		if status in (IN_PROGRESS, COMPLETED):
			run = runs.start(order=order, qty=10)["run"]
		if status == COMPLETED:
			runs.complete(run=run, produced_qty=10)
			orders.complete(order=order)
		if status == CANCELLED:
			orders.cancel(order=order, reason="not wanted")
		return order

	def _run(self, status: str) -> str:
		order = self._order(CONFIRMED)
		if status == PLANNED:
			run = frappe.get_doc({"doctype": RUN, "production_order": order, "qty": 4})
			return run.insert().name
		run = runs.start(order=order, qty=4)["run"]
		if status == PAUSED:
			runs.pause(run=run, reason="lunch")
		elif status == ABORTED:
			runs.abort(run=run, reason="wrong tool")
		elif status in (COMPLETED, REVERSED):
			runs.complete(run=run, produced_qty=4)
		if status == REVERSED:
			runs.reverse(run=run, reason="counted wrong")
		return run


def order_of(doctype: str, name: str) -> str:
	return name if doctype == ORDER else frappe.db.get_value(RUN, name, "production_order")


def body(doctype: str, name: str) -> dict[str, Any]:
	"""The document as a client would send it back."""
	frappe.db.rollback()
	return frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True, no_nulls=True)


def footprint(order: str, but: Collection[str] = ()) -> dict[str, Any]:
	"""Every column of what hangs on an order, and how many rows each table has, as committed now."""
	frappe.db.rollback()
	run_names = _names("Production Run", production_order=order)
	held = {
		(row["item_code"], row["warehouse"]) for row in _rows("Production Order Material", parent=[order])
	}
	tables = {
		"Production Order": _rows("Production Order", name=[order]),
		"Production Order Material": _rows("Production Order Material", parent=[order]),
		"Production Run": _rows("Production Run", name=run_names),
		"Production Run Consumption": _rows("Production Run Consumption", parent=run_names),
		"Production Run Interval": _rows("Production Run Interval", parent=run_names),
		"Production Event": _rows("Production Event", production_order=[order]),
		"BOM Lock": _rows("BOM Lock", production_order=[order]),
		"BOM Lock Line": _rows("BOM Lock Line", parent=_names("BOM Lock", production_order=order)),
		"Stock Reservation Entry": _rows("Stock Reservation Entry", voucher_no=[order]),
		"Stock Entry": _rows("Stock Entry", production_run=run_names),
		"Bin": _rows("Bin", item_code=sorted(item for item, _warehouse in held)),
	}
	counts = {doctype: frappe.db.count(doctype) for doctype in COUNTED}
	return {**{table: _without(but, rows) for table, rows in tables.items()}, "counts": counts}


def _without(columns: Collection[str], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
	return [{column: value for column, value in row.items() if column not in columns} for row in rows]


def _rows(doctype: str, **values: list[str]) -> list[dict[str, Any]]:
	((field, among),) = values.items()
	if not among:
		return []
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select("*").where(table[field].isin(among)).orderby(table.name)
	return query.run(as_dict=True)


def _names(doctype: str, **filters: str) -> list[str]:
	return frappe.get_all(doctype, filters=filters, pluck="name", order_by="name")
