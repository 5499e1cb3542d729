"""The writes of the API on one order: how to call each, and what must be there before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import frappe

from production_orders.api import materials, orders, reservations, runs
from tests.support.scratch import Scratch


@dataclass(frozen=True)
class Path:
	"""One write of the API: how to call it, and what must be there before, committed."""

	method: str
	arguments: Callable[[Any], dict[str, Any]]
	ready: Callable[[Any], Any]


@dataclass(frozen=True)
class Plant:
	"""A product of 2 of one material, and an order of 10 of it."""

	scratch: Any
	order: str
	material: str

	def start(self, qty: float = 4) -> str:
		return runs.start(order=self.order, qty=qty)["run"]

	def confirmed(self) -> None:
		orders.confirm(order=self.order)

	def running(self) -> None:
		self.confirmed()
		self.start()

	def paused(self) -> None:
		self.running()
		runs.pause(run=self.run, reason="lunch")

	def completed(self) -> None:
		self.running()
		runs.complete(run=self.run, produced_qty=3, rejected_qty=1, reject_reason="bent")

	def short(self) -> None:
		self.confirmed()
		reservations.release(order=self.order, reason="rush order")

	def two(self) -> None:
		"""Another order that is short, while this one holds."""
		self.confirmed()
		orders.confirm(order=self.other, on_shortage="Confirm with Shortages")
		reservations.release(order=self.other, reason="rush order")

	def outdated(self) -> None:
		"""A newer BOM takes three."""
		self.confirmed()
		self.scratch.bom(frappe.db.get_value("Production Order", self.order, "item_code"), {self.material: 3})

	def draft_outdated(self) -> None:
		self.scratch.bom(frappe.db.get_value("Production Order", self.order, "item_code"), {self.material: 3})

	def staged(self) -> None:
		self.confirmed()
		materials.stage(order=self.order)

	def made(self) -> None:
		self.confirmed()
		runs.complete(run=self.start(10), produced_qty=10)

	@property
	def run(self) -> str:
		return f"{self.order}-R01"

	@property
	def colleague(self) -> str:
		return self.scratch.plant.users["manager"].email

	@property
	def other(self) -> str:
		return frappe.db.get_value("Production Order", {"notes": f"beside {self.order}"}, "name")


PATHS = {
	path.method: path
	for path in (
		Path("orders.confirm", lambda p: {"order": p.order}, lambda p: None),
		Path("orders.cancel", lambda p: {"order": p.order, "reason": "not wanted"}, Plant.confirmed),
		Path("orders.complete", lambda p: {"order": p.order}, Plant.made),
		Path("reservations.reserve", lambda p: {"order": p.order}, Plant.short),
		Path("reservations.release", lambda p: {"order": p.order, "reason": "lent"}, Plant.confirmed),
		Path(
			"reservations.move",
			lambda p: {
				"from_order": p.order,
				"to_order": p.other,
				"item_code": p.material,
				"qty": 2,
				"reason": "rush order",
			},
			Plant.two,
		),
		Path("reservations.reallocate", lambda p: {"item_code": p.material}, Plant.short),
		Path("runs.start", lambda p: {"order": p.order, "qty": 1}, Plant.confirmed),
		Path("runs.pause", lambda p: {"run": p.run, "reason": "lunch"}, Plant.running),
		Path("runs.resume", lambda p: {"run": p.run}, Plant.paused),
		Path("runs.abort", lambda p: {"run": p.run, "reason": "wrong tool"}, Plant.running),
		Path(
			"runs.complete",
			lambda p: {"run": p.run, "produced_qty": 3, "rejected_qty": 1, "reject_reason": "bent"},
			Plant.running,
		),
		Path("runs.hand_over", lambda p: {"run": p.run, "operator": p.colleague}, Plant.running),
		Path("runs.log_labour", lambda p: {"run": p.run, "minutes": 5}, Plant.running),
		Path("runs.log_downtime", lambda p: {"run": p.run, "reason": "tool", "minutes": 5}, Plant.running),
		Path("orders.refresh_bom", lambda p: {"order": p.order}, Plant.draft_outdated),
		Path("orders.relock", lambda p: {"order": p.order, "reason": "changed"}, Plant.outdated),
		Path("reservations.request_supply", lambda p: {"order": p.order}, Plant.short),
		Path("materials.stage", lambda p: {"order": p.order}, Plant.confirmed),
		Path("materials.return_staged", lambda p: {"order": p.order, "reason": "left"}, Plant.staged),
		Path("runs.reverse", lambda p: {"run": p.run, "reason": "counted wrong"}, Plant.completed),
	)
}


def plant_of(scratch: Scratch) -> Plant:
	"""A committed draft of 10 pieces, and one of 2 beside it."""
	place = scratch.warehouse("WIP")
	order = scratch.simple_order(qty=10, stock=1000, wip_warehouse=place)
	scratch.order(order.item_code, 2, notes=f"beside {order.name}")
	scratch.stock(order.item_code, 1, warehouse=order.scrap_warehouse)
	material = frappe.get_all("BOM Item", {"parent": order.bom_no}, pluck="item_code")[0]
	frappe.db.commit()
	return Plant(scratch, order.name, material)
