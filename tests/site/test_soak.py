"""Days of a whole plant in a row; then every invariant, every chain, every Bin and the stock value are as the ledger adds up.

DAYS=30 ORDERS=50 plays a month of fifty orders a day with four runs each; as it stands it is a short day.
"""

import os
import random
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import frappe
import pytest

from production_orders.api import orders, reservations, runs
from production_orders.services import invariants, verification
from tests.support.scratch import Scratch

DAYS, ORDERS, RUNS = int(os.environ.get("DAYS", 1)), int(os.environ.get("ORDERS", 4)), 4
"""Per day, and per order."""
QTY = 8
CENTS = 0.1
"""ERPNext rounds the rate of every movement, and we round none."""
PLENTY = ORDERS * QTY * 6
"""Of each material, bought every day."""
REWORK = {"qty": 1, "reason": "scratched", "disposition": "Rework"}
SCRAP = {"qty": 1, "reason": "cracked", "disposition": "Scrap"}


class Plant:
	"""Three products of six materials and a sub-assembly, all at moving average, drawn from a seed of its own."""

	def __init__(self, scratch: Scratch) -> None:
		self.scratch, self.random, self.done = scratch, random.Random(2026), Counter[str]()
		average = {"valuation_method": "Moving Average"}
		self.materials = [scratch.item(f"M{number}", **average) for number in range(6)]
		self.made = scratch.item("SUB", **average)
		self.products = [scratch.item(f"P{number}", **average) for number in range(3)]
		first, second, third, fourth, fifth, sixth = self.materials
		scratch.bom(self.made, {first: 1, second: 2})
		scratch.bom(self.products[0], {third: 2, self.made: 1})
		scratch.bom(self.products[1], {self.made: 1, fourth: 3})
		scratch.bom(self.products[2], {sixth: 1, fifth: 1, third: 1})
		self.rework_place = scratch.warehouse("Rework")
		self.orders: list[str] = []
		self.broken: list[Any] = []

	@property
	def items(self) -> list[str]:
		return [*self.materials, self.made, *self.products]

	def day(self) -> None:
		rate = self.random.randint(5, 15)
		self.scratch.stocks(dict.fromkeys(self.materials, (PLENTY, rate)))
		frappe.db.commit()
		for _number in range(ORDERS):
			self.order()

	def order(self) -> None:
		"""Confirmed, made in four runs, and ended in one of three ways."""
		product = self.random.choice([*self.products, self.made])
		order = self.scratch.order(product, QTY, rework_warehouse=self.rework_place).name
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
		for _number in range(RUNS):
			self.run(order)
		if self.random.random() < 0.8:
			orders.complete(order=order, close_short=True, reason="enough")
			self._done("closed")

	def run(self, order: str) -> None:
		run = runs.start(order=order, qty=QTY // RUNS)["run"]
		frappe.db.commit()
		how = self.random.choice(
			["plain", "plain", "rejects", "more", "reversed", "paused", "aborted", "labour"]
		)
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
	said, recomputed = _bins(month.items), _recomputed(month.items)
	assert said == {place: pytest.approx(figures, abs=CENTS) for place, figures in recomputed.items()}
	assert month.done.total() > DAYS * ORDERS


def _verified(names: list[str]) -> dict[str, Any]:
	rows = frappe.get_all("Production Order", {"name": ["in", names]}, ["*"])
	return verification.of_all(rows)


def _bins(items: list[str]) -> dict[tuple[str, str], tuple[float, float]]:
	"""(item, warehouse) -> (quantity, value) as ERPNext's Bins say."""
	rows = frappe.get_all(
		"Bin", {"item_code": ["in", items]}, ["item_code", "warehouse", "actual_qty", "stock_value"]
	)
	return _filled({(row.item_code, row.warehouse): (row.actual_qty, row.stock_value) for row in rows})


def _recomputed(items: list[str]) -> dict[tuple[str, str], tuple[float, float]]:
	"""The same by a moving average of our own over all movements that stand."""
	rows = frappe.get_all(
		"Stock Ledger Entry",
		{"item_code": ["in", items], "is_cancelled": 0},
		["item_code", "warehouse", "actual_qty", "incoming_rate"],
		order_by="posting_date, posting_time, creation",
	)
	sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
	for row in rows:
		stock, moved = sums[row.item_code, row.warehouse], Decimal(str(row.actual_qty))
		rate = Decimal(str(row.incoming_rate)) if moved > 0 else stock[1] / stock[0]
		stock[0], stock[1] = stock[0] + moved, stock[1] + moved * rate
	return _filled({place: (float(qty), float(value)) for place, (qty, value) in sums.items()})


def _filled(places: dict[tuple[str, str], tuple[float, float]]) -> dict[tuple[str, str], tuple[float, float]]:
	return {place: figures for place, figures in places.items() if max(map(abs, figures)) > CENTS}
