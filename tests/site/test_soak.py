"""Days of a whole plant in a row; then every invariant, every chain, every Bin and the stock value are as the ledger adds up.

DAYS=30 ORDERS=50 plays a month of fifty orders a day with four runs each; as it stands it is a short day.
"""

import os
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle
from typing import Any

import frappe
import pytest

from production_orders.api import materials, orders, reservations, runs
from production_orders.services import invariants, verification
from tests.support.scratch import Scratch

DAYS, ORDERS, RUNS = int(os.environ.get("DAYS", 1)), int(os.environ.get("ORDERS", 4)), 4
"""Per day, and per order."""
QTY = 8
HALF_A_CENT = 0.005
"""ERPNext rounds the value of every movement, and we round none: so much they may be apart each time."""
PLENTY = ORDERS * QTY * 6
"""Of each material, bought every day."""
KINDS = ("plain", "rejects", "more", "instead", "reversed", "paused", "aborted", "labour")
"""What runs are like, in turn."""
REWORK = {"qty": 1, "reason": "scratched", "disposition": "Rework"}
SCRAP = {"qty": 1, "reason": "cracked", "disposition": "Scrap"}


class Plant:
	"""Three products of six materials and a sub-assembly, all at moving average, drawn from a seed of its own.

	One of the materials, which is in all of them, has an alternative; one of the products gives chips and dust as well.
	"""

	def __init__(self, scratch: Scratch) -> None:
		self.scratch, self.random, self.done = scratch, random.Random(2026), Counter[str]()
		self.kinds = cycle(KINDS)
		average = {"valuation_method": "Moving Average"}
		self.materials = [scratch.item(f"M{number}", **average) for number in range(5)]
		self.steel, self.alloy = (
			scratch.item(name, allow_alternative_item=1, **average) for name in ("STEEL", "ALLOY")
		)
		link = {"item_code": self.steel, "alternative_item_code": self.alloy}
		frappe.get_doc(doctype="Item Alternative", **link).insert()
		self.made, self.chips, self.dust = (
			scratch.item(name, **average) for name in ("SUB", "CHIPS", "DUST")
		)
		self.products = [scratch.item(f"P{number}", **average) for number in range(3)]
		self._boms()
		self.rework_place, self.wip = scratch.warehouse("Rework"), scratch.warehouse("WIP")
		self.orders: list[str] = []
		self.broken: list[Any] = []

	def _boms(self) -> None:
		first, second, third, fourth, fifth = self.materials
		steel = {"item_code": self.steel, "qty": 2, "allow_alternative_item": 1}
		beside = [
			{"item_code": self.chips, "stock_qty": 1, "rate": 1, "cost_share": 20},
			{"item_code": self.dust, "stock_qty": 0.5, "rate": 1},
		]
		self.scratch.bom(self.made, [steel, {"item_code": first, "qty": 1}])
		self.scratch.bom(self.products[0], {second: 2, self.made: 1}, scrap_items=beside)
		self.scratch.bom(self.products[1], {self.made: 1, third: 3})
		self.scratch.bom(
			self.products[2], [steel, {"item_code": fourth, "qty": 1}, {"item_code": fifth, "qty": 1}]
		)

	@property
	def items(self) -> list[str]:
		return [*self.bought, self.made, *self.products, self.chips, self.dust]

	@property
	def bought(self) -> list[str]:
		return [*self.materials, self.steel, self.alloy]

	def day(self) -> None:
		rate = self.random.randint(5, 15)
		self.scratch.stocks(dict.fromkeys(self.bought, (PLENTY, rate)))
		frappe.db.commit()
		for _number in range(ORDERS):
			self.order()

	def order(self) -> None:
		"""Confirmed, made in four runs, and ended in one of three ways."""
		product = self.random.choice([*self.products, self.made])
		places = {"rework_warehouse": self.rework_place, "wip_warehouse": self.wip}
		order = self.scratch.order(product, QTY, **places).name
		self.orders.append(order)
		orders.confirm(order=order, on_shortage="Confirm with Shortages")
		frappe.db.commit()
		if self.random.random() < 0.1:
			self.cancel(order)
		else:
			self.make(order)

	def cancel(self, order: str) -> None:
		orders.cancel(order=order, reason="not wanted")
		self._done("cancelled")

	def make(self, order: str) -> None:
		if self.random.random() < 0.2:
			reservations.release(order=order, reason="needed elsewhere")
			reservations.reserve(order=order)
		if self.random.random() < 0.5:
			materials.stage(order=order)
			self._done("staged")
		for _number in range(RUNS):
			self.run(order)
		if frappe.db.get_value("Production Order", order, "rework_qty"):
			self.mend(order)
		if self.random.random() < 0.8:
			orders.complete(order=order, close_short=True, reason="enough")
			self._done("closed")

	def mend(self, order: str) -> None:
		"""All that waits for rework is worked over."""
		run = runs.start(order=order, rework=True)
		runs.complete(run=run["run"], produced_qty=run["qty"])
		self._done("mended")

	def run(self, order: str) -> None:
		run = runs.start(order=order, qty=QTY // RUNS)["run"]
		frappe.db.commit()
		how = next(self.kinds)
		getattr(self, how)(run)
		self._done(how)

	def plain(self, run: str) -> None:
		runs.complete(run=run, produced_qty=QTY // RUNS)

	def rejects(self, run: str) -> None:
		runs.complete(run=run, produced_qty=QTY // RUNS - 1, rejects=[self.random.choice([REWORK, SCRAP])])

	def more(self, run: str) -> None:
		"""Something that the lock does not know is taken as well."""
		taken = [{"item_code": self.random.choice(self.materials), "qty": 1}]
		runs.complete(run=run, produced_qty=QTY // RUNS, consumption=taken)

	def instead(self, run: str) -> None:
		taken = [{"item_code": self.alloy, "qty": 3, "replaces": self.steel}]
		runs.complete(run=run, produced_qty=QTY // RUNS, consumption=taken)

	def reversed(self, run: str) -> None:
		self.plain(run)
		frappe.db.commit()
		runs.reverse(run=run, reason="counted wrongly")

	def paused(self, run: str) -> None:
		runs.pause(run=run, reason="lunch")
		runs.resume(run=run)
		runs.complete(run=run, produced_qty=QTY // RUNS - 1, loss_qty=1)

	def aborted(self, run: str) -> None:
		runs.abort(run=run, reason="wrong tool")

	def labour(self, run: str) -> None:
		downtime = [{"reason": "no power", "minutes": 7}]
		runs.complete(run=run, produced_qty=QTY // RUNS, labour=[{"minutes": 20}], downtime=downtime)

	def _done(self, what: str) -> None:
		frappe.db.commit()
		self.done[what] += 1


@pytest.fixture
def month(scratch) -> Plant:
	plant = Plant(scratch)
	frappe.db.commit()
	before = set(invariants.check())
	for _day in range(DAYS):
		plant.day()
	plant.broken = [one for one in invariants.check() if one not in before]
	return plant


def test_after_a_month_everything_adds_up(month):
	assert month.broken == []
	assert {name: found for name, found in _verified(month.orders).items() if found} == {}
	assert _apart(_bins(month.items), _recomputed(month.items)) == {}
	assert month.done.keys() >= {*KINDS, "staged", "mended", "closed"}


def _verified(names: list[str]) -> dict[str, Any]:
	rows = frappe.get_all("Production Order", {"name": ["in", names]}, ["*"])
	return verification.of_all(rows)


Stock = dict[tuple[str, str], tuple[float, float]]
"""(item, warehouse) -> (quantity, value)."""


def _bins(items: list[str]) -> Stock:
	"""As ERPNext's Bins say."""
	fields = ["item_code", "warehouse", "actual_qty", "stock_value"]
	rows = frappe.get_all("Bin", {"item_code": ["in", items]}, fields)
	return {(row.item_code, row.warehouse): (row.actual_qty, row.stock_value) for row in rows}


def _recomputed(items: list[str]) -> dict[tuple[str, str], "Average"]:
	"""The same by a moving average of our own over all movements that stand."""
	rows = frappe.get_all(
		"Stock Ledger Entry",
		{"item_code": ["in", items], "is_cancelled": 0},
		["item_code", "warehouse", "actual_qty", "incoming_rate"],
		order_by="posting_date, posting_time, creation",
	)
	averages: dict[tuple[str, str], Average] = defaultdict(Average)
	for row in rows:
		averages[row.item_code, row.warehouse].move(
			Decimal(str(row.actual_qty)), Decimal(str(row.incoming_rate))
		)
	return averages


@dataclass
class Average:
	"""Stock at moving average, unrounded."""

	qty: Decimal = Decimal(0)
	value: Decimal = Decimal(0)
	movements: int = 0

	def move(self, qty: Decimal, incoming_rate: Decimal) -> None:
		rate = incoming_rate if qty > 0 else self.value / self.qty
		self.qty, self.value, self.movements = self.qty + qty, self.value + qty * rate, self.movements + 1

	def is_told_by(self, qty: float, value: float) -> bool:
		return (
			Decimal(str(qty)) == self.qty and abs(value - float(self.value)) <= HALF_A_CENT * self.movements
		)


def _apart(said: Stock, recomputed: dict[tuple[str, str], Average]) -> dict[tuple[str, str], Any]:
	"""Places of which the Bins say something else."""
	return {
		place: (figures, recomputed.get(place))
		for place, figures in {**dict.fromkeys(recomputed, (0, 0)), **said}.items()
		if not recomputed.get(place, Average()).is_told_by(*figures)
	}
