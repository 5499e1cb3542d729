"""The same figures from two sides: as the site's tables have them, and as the reference plant has them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe.query_builder.functions import Sum

from fixtures import stock
from production_orders.services.queries import OPEN_RESERVATION
from tests.model.ledger import STORE, WIP
from tests.model.order import Order
from tests.model.reference import Plant

Rows = dict[Any, Any]
TOTALS = (
	"status",
	"produced_qty",
	"rejected_qty",
	"rework_qty",
	"process_loss_qty",
	"open_qty",
	"closed_short_qty",
)


class Books:
	"""Of some items of one plant; `places` are the warehouses by the names that the reference gives them."""

	def __init__(self, company: str, places: Mapping[str, str], items: Sequence[str]) -> None:
		self.company, self.places, self.items = company, places, list(items)

	def issue(self, item: str, qty: int, place: str) -> Any:
		row = {"item_code": item, "qty": qty, "s_warehouse": self.places[place]}
		return stock.post(stock.ISSUE, self.company, [row])

	def differences(self, plant: Plant) -> list[str]:
		app, reference = self.of_app(), self.of_reference(plant)
		return [
			f"{part} {key}: {app[part].get(key)}, and not {reference[part].get(key)}"
			for part in reference
			for key in app[part].keys() | reference[part].keys()
			if app[part].get(key) != reference[part].get(key)
		]

	def of_app(self) -> Rows:
		names = frappe.get_all("Production Order", {"item_code": ["in", self.items]}, pluck="name")
		return {
			"orders": self._orders(names),
			"locks": self._locks(names),
			"materials": self._materials(names),
			"runs": self._runs(names),
			"stock": self._bins("actual_qty"),
			"reserved": self._reserved(),
			"reserved in Bins": self._bins("reserved_stock"),
		}

	def of_reference(self, plant: Plant) -> Rows:
		held = {(item, STORE): plant.held(item) for item in self.items}
		staged = {(item, WIP): plant.staged(item) for item in self.items}
		moved = {(move.item, move.place) for move in plant.ledger.moves}
		return {
			"orders": {name: _totals(order) for name, order in plant.orders.items()},
			"locks": {name: len(order.locks) for name, order in plant.orders.items() if order.locks},
			"materials": {
				(name, item): (row.required, row.held + row.staged, order.consumed(item), order.short(item))
				for name, order in plant.orders.items()
				for item, row in order.materials.items()
			},
			"runs": {name: run.status for order in plant.orders.values() for name, run in order.runs.items()},
			"stock": _some({key: plant.ledger.there(*key) for key in moved}),
			"reserved": _some(held | staged),
			"reserved in Bins": _some(held | staged),
		}

	def _orders(self, names: Sequence[str]) -> Rows:
		rows = frappe.get_all("Production Order", {"name": ["in", names]}, ["name", *TOTALS])
		return {row.name: tuple(row[field] for field in TOTALS) for row in rows}

	def _locks(self, names: Sequence[str]) -> Rows:
		return Counter(
			frappe.get_all("BOM Lock", {"production_order": ["in", names]}, pluck="production_order")
		)

	def _materials(self, names: Sequence[str]) -> Rows:
		"""In all warehouses together: (required, held, consumed, short)."""
		row = frappe.qb.DocType("Production Order Material")
		rows = (
			frappe.qb.from_(row)
			.select(
				row.parent, row.item_code, Sum(row.required_qty), Sum(row.reserved_qty - row.delivered_qty)
			)
			.select(Sum(row.consumed_qty), Sum(row.short_qty))
			.where(row.parent.isin([*names, ""]))
			.groupby(row.parent, row.item_code)
			.run()
		)
		return {(order, item): tuple(figures) for order, item, *figures in rows}

	def _runs(self, names: Sequence[str]) -> Rows:
		filters = {"production_order": ["in", names]}
		return dict(frappe.get_all("Production Run", filters, ["name", "status"], as_list=True))

	def _bins(self, field: str) -> Rows:
		filters = {"item_code": ["in", self.items], field: ["!=", 0]}
		rows = frappe.get_all("Bin", filters, ["item_code", "warehouse", field], as_list=True)
		return {(item, self._place(warehouse)): qty for item, warehouse, qty in rows}

	def _place(self, warehouse: str) -> str:
		return next(place for place, name in self.places.items() if name == warehouse)

	def _reserved(self) -> Rows:
		entry = frappe.qb.DocType("Stock Reservation Entry")
		rows = (
			frappe.qb.from_(entry)
			.select(entry.item_code, entry.warehouse, Sum(entry.reserved_qty - entry.delivered_qty))
			.where(entry.item_code.isin(self.items) & (entry.docstatus == 1))
			.where(entry.status.isin(OPEN_RESERVATION))
			.groupby(entry.item_code, entry.warehouse)
			.run()
		)
		return {(item, self._place(warehouse)): qty for item, warehouse, qty in rows if qty}


def _totals(order: Order) -> tuple[Any, ...]:
	made = (order.produced, order.rejected, order.waiting, order.lost)
	return (order.status, *made, order.open, order.closed_short)


def _some(figures: Rows) -> Rows:
	return {key: qty for key, qty in figures.items() if qty}
