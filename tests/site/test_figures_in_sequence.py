"""Whatever our orders and ERPNext's Work Orders do, in whatever order: after each step the Bins add up."""

from random import Random

import frappe
import pytest
from erpnext.manufacturing.doctype.work_order import work_order as erpnext_work_order
from erpnext.stock import stock_balance
from erpnext.stock.utils import get_bin

from production_orders.api import orders, reservations, runs
from tests.support import bins
from tests.support.orders import confirmed, started

STEPS = 30


class Plant:
	"""One product, sold and built into another, with both kinds of orders around it."""

	def __init__(self, scratch, random):
		self.scratch, self.random = scratch, random
		self.top, self.sub, self.raw = (scratch.item(name) for name in ("TOP", "SUB", "RAW"))
		self.sub_bom = scratch.bom(self.sub, {self.raw: 2})
		self.top_bom = scratch.bom(self.top, {self.sub: 1, self.raw: 1})
		scratch.stock(self.raw, 300)
		scratch.stock(self.sub, 5)
		self.orders, self.work_orders = [], []

	@property
	def bins(self):
		store, goods = self.scratch.plant.source_warehouse, self.scratch.plant.fg_warehouse
		return [(item, place) for item in (self.top, self.sub, self.raw) for place in (store, goods)]

	def qty(self):
		return self.random.randint(1, 9)

	def open_orders(self):
		where = {"name": ["in", self.orders], "status": ["in", ["Confirmed", "In Progress"]]}
		return frappe.get_all("Production Order", where, ["name", "open_qty", "produced_qty"])

	def some_order(self):
		found = self.open_orders()
		return frappe.get_doc("Production Order", self.random.choice(found).name) if found else None

	def some_work_order(self, *statuses):
		where = {"name": ["in", self.work_orders], "docstatus": 1, "status": ["in", statuses]}
		found = frappe.get_all("Work Order", where, pluck="name")
		return frappe.get_doc("Work Order", self.random.choice(found)) if found else None

	def confirm(self):
		item = self.random.choice((self.top, self.sub))
		order = self.scratch.order(item, self.qty(), shortage_policy="Confirm with Shortages")
		self.orders.append(order.name)
		confirmed(order)

	def run(self):
		order = self.some_order()
		if order and order.open_qty and self.scratch.actual(self.raw) > 100:
			self.stock_up(order)
			qty = self.random.randint(1, int(order.open_qty))
			run = started(order, qty=qty)
			loss = self.random.choice((0, 1)) if qty > 1 else 0
			runs.complete(run=run, produced_qty=qty - loss, loss_qty=loss)

	def stock_up(self, order):
		short = [row for row in order.materials if row.item_code == self.sub and row.short_qty]
		if short:
			self.scratch.stock(self.sub, 10)

	def close_short(self):
		order = self.some_order()
		if order and order.status == "In Progress":
			orders.complete(order=order.name, close_short=True, reason="Enough")

	def cancel(self):
		order = self.some_order()
		if order and not order.produced_qty and order.status == "Confirmed":
			orders.cancel(order=order.name, reason="Not now")

	def release(self):
		order = self.some_order()
		if order:
			reservations.release(order=order.name, reason="Somebody else first")

	def reserve(self):
		order = self.some_order()
		if order:
			reservations.reserve(order=order.name)

	def receive(self):
		self.scratch.stock(self.random.choice((self.raw, self.sub)), self.qty())

	def submit_work_order(self):
		bom_no = self.random.choice((self.top_bom, self.sub_bom))
		self.work_orders.append(self.scratch.work_order(bom_no, self.qty()).name)

	def make_by_work_order(self):
		made = self.some_work_order("Not Started", "In Process")
		free = self.scratch.actual(self.raw) - self.scratch.reserved(self.raw)
		if made and made.bom_no == self.sub_bom and free > 30:
			qty = self.random.randint(1, int(made.qty - made.produced_qty))
			entry = frappe.get_doc(erpnext_work_order.make_stock_entry(made.name, "Manufacture", qty))
			entry.insert().submit()

	def stop_work_order(self):
		if made := self.some_work_order("Not Started", "In Process"):
			erpnext_work_order.stop_unstop(made.name, "Stopped")

	def resume_work_order(self):
		if made := self.some_work_order("Stopped"):
			erpnext_work_order.stop_unstop(made.name, "Resumed")

	def close_work_order(self):
		if made := self.some_work_order("Not Started", "In Process"):
			erpnext_work_order.close_work_order(made.name, "Closed")

	def cancel_work_order(self):
		if made := self.some_work_order("Not Started"):
			made.cancel()

	def recalculate(self):
		item_code, warehouse = self.random.choice(self.bins)
		get_bin(item_code, warehouse).recalculate_qty()

	def repost(self):
		stock_balance.repost_stock(*self.random.choice(self.bins), only_bin=True)


EVENTS = (
	(Plant.confirm, 5),
	(Plant.run, 4),
	(Plant.close_short, 1),
	(Plant.cancel, 1),
	(Plant.release, 1),
	(Plant.reserve, 1),
	(Plant.receive, 1),
	(Plant.submit_work_order, 3),
	(Plant.make_by_work_order, 2),
	(Plant.stop_work_order, 1),
	(Plant.resume_work_order, 1),
	(Plant.close_work_order, 1),
	(Plant.cancel_work_order, 1),
	(Plant.recalculate, 1),
	(Plant.repost, 1),
)


@pytest.mark.parametrize("seed", range(4))
def test_after_each_step_the_bins_say_what_the_documents_say(scratch, seed):
	random = Random(seed)
	plant, told = Plant(scratch, random), []
	events, weights = zip(*EVENTS, strict=True)
	for event in random.choices(events, weights, k=STEPS):
		event(plant)
		told.append(event.__name__)
		for item_code, warehouse in plant.bins:
			assert not bins.off(item_code, warehouse), (item_code, warehouse, told)
	assert plant.orders
	assert plant.work_orders
