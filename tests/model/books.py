"""The same figures from two sides: as the site's tables have them, and as the reference plant has them."""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe.query_builder.functions import Sum

from fixtures import stock
from production_orders.services.queries import OPEN_RESERVATION
from tests.model.reference import Plant

Rows = dict[str, Any]


class Books:
	"""Of some items of one plant."""

	def __init__(self, plant: Any, wip: str, items: Sequence[str]) -> None:
		self.plant, self.wip, self.items = plant, wip, list(items)

	def issue(self, item: str, qty: int, warehouse: str) -> Any:
		row = {"item_code": item, "qty": qty, "s_warehouse": warehouse}
		return stock.post(stock.ISSUE, self.plant.company, [row])

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
			"materials": self._materials(names),
			"runs": self._runs(names),
			"stock": self._stock(self.plant.source_warehouse),
			"finished": self._stock(self.plant.fg_warehouse),
			"staged": self._stock(self.wip),
			"reserved": self._reserved(),
			"reserved in the store's Bins": self._bins("reserved_stock", self.plant.source_warehouse),
			"reserved in the staging Bins": self._bins("reserved_stock", self.wip),
		}

	def of_reference(self, plant: Plant) -> Rows:
		held = {item: plant.held(item) for item in self.items}
		staged = {item: plant.staged(item) for item in self.items}
		return {
			"orders": {
				name: (
					order.status,
					order.produced,
					order.rejected,
					order.lost,
					order.open,
					order.closed_short,
				)
				for name, order in plant.orders.items()
			},
			"materials": {
				(name, item): (row.required, row.held + row.staged, row.consumed, order.short(item))
				for name, order in plant.orders.items()
				for item, row in order.materials.items()
			},
			"runs": {name: run.status for order in plant.orders.values() for name, run in order.runs.items()},
			"stock": _some(plant.stock),
			"finished": _some({item: plant.in_finished(item) for item in plant.finished}),
			"staged": _some(plant.wip),
			"reserved": _some({item: held[item] + staged[item] for item in self.items}),
			"reserved in the store's Bins": _some(held),
			"reserved in the staging Bins": _some(staged),
		}

	def _orders(self, names: Sequence[str]) -> Rows:
		fields = (
			"status",
			"produced_qty",
			"rejected_qty",
			"process_loss_qty",
			"open_qty",
			"closed_short_qty",
		)
		rows = frappe.get_all("Production Order", {"name": ["in", names]}, ["name", *fields])
		return {row.name: tuple(row[field] for field in fields) for row in rows}

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

	def _stock(self, warehouse: str) -> Rows:
		return self._bins("actual_qty", warehouse)

	def _bins(self, field: str, warehouse: str) -> Rows:
		filters = {"item_code": ["in", self.items], "warehouse": warehouse, field: ["!=", 0]}
		return dict(frappe.get_all("Bin", filters, ["item_code", field], as_list=True))

	def _reserved(self) -> Rows:
		entry = frappe.qb.DocType("Stock Reservation Entry")
		rows = (
			frappe.qb.from_(entry)
			.select(entry.item_code, Sum(entry.reserved_qty - entry.delivered_qty))
			.where(entry.item_code.isin(self.items) & (entry.docstatus == 1))
			.where(entry.status.isin(OPEN_RESERVATION))
			.groupby(entry.item_code)
			.run()
		)
		return {item: qty for item, qty in rows if qty}


def _some(figures: Rows) -> Rows:
	return {item: qty for item, qty in figures.items() if qty}
