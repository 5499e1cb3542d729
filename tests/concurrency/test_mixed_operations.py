"""A plant's whole day at once: sixteen people do everything to the same stock, and every promise is kept throughout."""

import os
from collections import Counter
from dataclasses import replace

import frappe

from production_orders.services import bom_lock, events
from tests.concurrency.conftest import PROCESSES
from tests.support.ledger import over_reserved
from tests.support.plant_day import NATIVE, OPERATIONS, REFUSALS, Day, Person, World
from tests.support.workers import Call, together

OPERATIONS_EACH = int(os.environ.get("OPERATIONS", 640)) // PROCESSES
"""OPERATIONS=5000 plays the long day."""


def live(plant: object, materials: list[str], products: list[str], seed: int) -> dict[str, object]:
	"""One person's day, as a worker answers it."""
	day = Person(World(plant, materials, products), seed).live(OPERATIONS_EACH)
	return {"outcomes": [[*key, count] for key, count in day.outcomes.items()], "broken": day.broken}


def world(scratch) -> tuple[list[str], list[str]]:
	"""Six scarce materials, a sub-assembly and three products that share them; committed."""
	materials = [scratch.item(f"M{number}") for number in range(6)]
	made = scratch.item("SUB")
	scratch.bom(made, {materials[0]: 1, materials[1]: 2})
	products = [scratch.item(f"P{number}") for number in range(3)]
	scratch.bom(products[0], {materials[2]: 2, made: 1})
	scratch.bom(products[1], {made: 1, materials[3]: 3, materials[0]: 1})
	scratch.bom(products[2], {materials[5]: 1, materials[4]: 1, materials[2]: 1})
	scratch.stocks(dict.fromkeys([*materials, made], (30, 10)))
	frappe.db.commit()
	return [*materials, made], products


def days(plant: object, materials: list[str], products: list[str]) -> Day:
	"""All people's days added up."""
	call = Call(
		"Administrator", f"{__name__}.live", {"plant": plant, "materials": materials, "products": products}
	)
	calls = [replace(call, arguments={**call.arguments, "seed": seed}) for seed in range(PROCESSES)]
	total = Day()
	for outcome in together(calls, answer_seconds=3600):
		assert outcome.ok, outcome.traceback
		total.outcomes += Counter({(name, error): count for name, error, count in outcome.answer["outcomes"]})
		total.broken += outcome.answer["broken"]
	return total


def test_sixteen_people_doing_everything_keep_every_promise(scratch, bicycle):
	materials, products = world(scratch)
	day = days(bicycle, materials, products)
	assert day.broken == []
	defects = {
		(name, error): count
		for (name, error), count in day.outcomes.items()
		if error and error not in REFUSALS and not (name in NATIVE and error == "QueryDeadlockError")
	}
	assert defects == {}
	assert {name for (name, error) in day.outcomes if not error} == set(OPERATIONS)
	assert over_reserved(materials) == []
	_assert_whole(products)


def _assert_whole(products: list[str]) -> None:
	"""Every history is unbroken, every lock as written, every material says what its reservation says."""
	for name in frappe.get_all("Production Order", {"item_code": ["in", products]}, pluck="name"):
		order = frappe.get_doc("Production Order", name)
		assert events.verify(order) == [], name
		assert bom_lock.problem(order) is None, name
		entries = frappe.get_all(
			"Stock Reservation Entry",
			{"voucher_no": name, "docstatus": 1},
			["name", "reserved_qty", "delivered_qty"],
			order_by="name",
			as_list=True,
		)
		held = [row for row in order.materials if row.reservation_entry]
		assert sorted((row.reservation_entry, row.reserved_qty, row.delivered_qty) for row in held) == [
			tuple(entry) for entry in entries
		], name
