"""Alternatives: who may stand in for a material, and that every counter stays with the material that was replaced."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import materials, orders, runs
from production_orders.services import offers
from tests.support.alternatives import Kit, of_material, said
from tests.support.orders import confirmed, running, started, value


@pytest.fixture
def kit(scratch) -> Kit:
	return Kit(scratch)


def taken(run: str) -> set[tuple]:
	"""(item, replaced, material row, planned, taken) of a run."""
	fields = ["item_code", "replaces", "material", "planned_qty", "qty"]
	return {
		tuple(row)
		for row in frappe.get_all("Production Run Consumption", {"parent": run}, fields, as_list=True)
	}


def test_an_alternative_counts_for_the_material_it_replaces(kit):
	order = kit.order(10)
	run = running(order, qty=4)
	runs.complete(run=run, produced_qty=4, consumption=[kit.instead(5)])
	row = of_material(order, kit.steel)
	assert (row.required_qty, row.reserved_qty, row.delivered_qty, row.consumed_qty, row.short_qty) == (
		20,
		15,
		3,
		8,
		0,
	)
	assert taken(run) == {(kit.steel, None, row.name, 8, 3), (kit.alloy, kit.steel, row.name, 0, 5)}
	actual, reserved = kit.scratch.actual, kit.scratch.reserved
	assert (actual(kit.steel), reserved(kit.steel), actual(kit.alloy)) == (97, 12, 95)
	runs.complete(run=started(order, qty=6), produced_qty=6)
	assert (actual(kit.steel), reserved(kit.steel), actual(kit.alloy)) == (85, 0, 95)


def test_what_an_alternative_frees_is_offered_to_others_and_not_to_its_own_order(kit):
	order = kit.order(10)
	run = running(order, qty=4)
	runs.complete(run=run, produced_qty=4, consumption=[kit.instead(5)])
	offer = frappe.flags[offers.PENDING]
	assert kit.steel in offer.item_codes
	assert offer.but_not == {order.name}
	frappe.db.rollback()


def test_a_whole_material_may_be_replaced(kit):
	order = kit.order(10)
	run = running(order)
	runs.complete(run=run, produced_qty=10, consumption=[kit.instead(20)])
	row = of_material(order, kit.steel)
	assert (row.consumed_qty, row.delivered_qty, row.reserved_qty) == (20, 0, 0)
	assert (kit.scratch.actual(kit.steel), kit.scratch.actual(kit.alloy)) == (100, 80)
	assert orders.complete(order=order.name)["status"] == "Completed"


def test_an_order_that_has_both_as_materials_counts_each_on_its_own_row(kit):
	order = kit.order(10, both=True)
	run = running(order, qty=5)
	runs.complete(run=run, produced_qty=5, consumption=[kit.instead(4), {"item_code": kit.alloy, "qty": 5}])
	steel, alloy = of_material(order, kit.steel), of_material(order, kit.alloy)
	assert (steel.consumed_qty, steel.delivered_qty, alloy.consumed_qty, alloy.delivered_qty) == (10, 6, 5, 5)
	assert taken(run) == {
		(kit.steel, None, steel.name, 10, 6),
		(kit.alloy, kit.steel, steel.name, 0, 4),
		(kit.alloy, None, alloy.name, 5, 5),
	}
	(entry,) = frappe.get_all("Stock Entry", {"production_run": run}, pluck="name")
	rows = frappe.get_all(
		"Stock Entry Detail", {"parent": entry, "s_warehouse": ["is", "set"]}, ["item_code", "qty"]
	)
	assert sorted((row.item_code, row.qty) for row in rows) == sorted([(kit.alloy, 9), (kit.steel, 6)])


def test_the_cost_of_both_uses_of_one_item_is_what_the_ledger_took(kit):
	"""First in, first out: one row in the Stock Entry, shared by quantity."""
	frappe.db.set_value("Item", kit.alloy, "valuation_method", "FIFO")
	order = kit.order(10, both=True)
	run = running(order, qty=5)
	runs.complete(run=run, produced_qty=5, consumption=[kit.instead(4)])
	rows = frappe.get_all(
		"Production Run Consumption", {"parent": run, "item_code": kit.alloy}, ["replaces", "qty", "amount"]
	)
	assert {(row.replaces, row.qty, row.amount) for row in rows} == {(kit.steel, 4, 48), (None, 5, 60)}


def test_an_alternative_takes_nothing_that_is_reserved_not_even_by_its_own_order(kit, unchanged):
	order = kit.order(10, both=True, alloy_stock=13)
	run = running(order)
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		runs.complete(
			run=run, produced_qty=5, consumption=[kit.instead(4), {"item_code": kit.alloy, "qty": 5}]
		)
	(missing,) = refusal.value.details
	assert (missing["item_code"], missing["short_qty"]) == (kit.alloy, 1)
	runs.complete(run=run, produced_qty=5, consumption=[kit.instead(3), {"item_code": kit.alloy, "qty": 5}])
	assert (kit.scratch.actual(kit.alloy), kit.scratch.reserved(kit.alloy)) == (5, 5)


def test_an_alternative_takes_nothing_that_another_order_holds(kit, unchanged):
	order, other = kit.order(10), kit.scratch.item("OTHER")
	kit.scratch.bom(other, {kit.alloy: 1})
	confirmed(kit.scratch.order(other, 98))
	run = running(order)
	with unchanged(), pytest.raises(errors.InsufficientStock):
		runs.complete(run=run, produced_qty=4, consumption=[kit.instead(5)])


def test_a_reservation_that_is_still_needed_is_kept(kit):
	"""A reject is made again: the material of the whole open quantity stays promised."""
	order = kit.order(10)
	run = running(order, qty=4)
	runs.complete(run=run, produced_qty=0, rejected_qty=4, reject_reason="bent", consumption=[kit.instead(8)])
	row = of_material(order, kit.steel)
	assert (row.consumed_qty, row.reserved_qty, row.short_qty) == (8, 20, 0)


def test_an_alternative_counts_like_its_material_for_a_strict_policy(kit, unchanged):
	run = running(kit.order(10, consumption_policy="Strict", consumption_tolerance=0))
	with unchanged(), pytest.raises(errors.ToleranceExceeded) as refusal:
		runs.complete(
			run=run,
			produced_qty=10,
			consumption=[kit.instead(21), {"item_code": kit.paint, "qty": 1}],
		)
	found = {row["item_code"]: (row["planned"], row["actual"]) for row in refusal.value.details}
	assert found == {kit.steel: (20, 21), kit.paint: (0, 1)}
	assert runs.complete(run=run, produced_qty=10, consumption=[kit.instead(7)])["warnings"] == []


@pytest.mark.parametrize(
	("spoil", "sentence"),
	[
		("bom", "lets nothing replace"),
		("item", "is no alternative of"),
		("entry", "is no alternative of"),
		("unknown", "is no material of this order"),
		("unit", "is counted in"),
	],
)
def test_what_may_not_replace_a_material_is_refused_and_told(kit, unchanged, spoil, sentence):
	order = kit.order(10, allow_alternative_item=int(spoil != "bom"))
	run = running(order)
	row = kit.instead(5)
	if spoil == "item":
		frappe.db.set_value("Item", kit.steel, "allow_alternative_item", 0)
	elif spoil == "entry":
		frappe.db.delete("Item Alternative", {"item_code": kit.steel})
	elif spoil == "unknown":
		row["replaces"] = kit.paint
	elif spoil == "unit":
		frappe.db.set_value("Item", kit.alloy, "stock_uom", "Kg")
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=10, consumption=[row])
	(problem,) = refusal.value.details
	assert problem["field"] == "consumption.0.replaces"
	assert sentence in problem["problem"]


def test_the_lock_keeps_whether_alternatives_are_allowed(kit):
	order = kit.order(10)
	confirmed(order)
	frappe.db.set_value("BOM Item", {"item_code": kit.steel}, "allow_alternative_item", 0)
	run = started(order)
	runs.complete(run=run, produced_qty=10, consumption=[kit.instead(5)])
	assert of_material(order, kit.steel).consumed_qty == 20
	lock = value("Production Order", order.name, "bom_lock")
	assert value("BOM Lock Line", {"parent": lock, "item_code": kit.steel}, "allow_alternative") == 1


@pytest.mark.parametrize(("two_way", "allowed"), [(1, True), (0, False)])
def test_a_two_way_alternative_is_one_in_both_directions(kit, two_way, allowed):
	frappe.db.set_value("Item Alternative", {"item_code": kit.steel}, "two_way", two_way)
	order = kit.order(10, of=kit.alloy)
	run = running(order)
	row = {"item_code": kit.steel, "qty": 5, "replaces": kit.alloy}
	if allowed:
		runs.complete(run=run, produced_qty=10, consumption=[row])
		assert of_material(order, kit.alloy).consumed_qty == 20
	else:
		with pytest.raises(errors.InvalidInput):
			runs.complete(run=run, produced_qty=10, consumption=[row])


def test_batches_of_an_alternative_are_taken_in_their_order_and_recorded(kit):
	first, second = kit.batched_alloy(3, 10)
	order = kit.order(10)
	run = running(order)
	runs.complete(run=run, produced_qty=10, consumption=[kit.instead(5)])
	rows = frappe.get_all(
		"Production Run Consumption", {"parent": run, "item_code": kit.alloy}, ["batch_no", "qty", "replaces"]
	)
	assert {(row.batch_no, row.qty, row.replaces) for row in rows} == {
		(first, 3, kit.steel),
		(second, 2, kit.steel),
	}


def test_alternatives_are_listed_with_what_is_free_of_them(kit):
	order = kit.order(10)
	confirmed(order)
	assert materials.alternatives(order=order.name) == said(kit, 100)
	frappe.db.set_value("Item", kit.alloy, "disabled", 1)
	assert materials.alternatives(order=order.name) == []


def test_material_from_elsewhere_counts_for_its_row_and_frees_its_reservation(kit):
	"""Same item, another warehouse: the counters follow the material, not the place."""
	scrap = kit.scratch.plant.scrap_warehouse
	kit.scratch.stock(kit.steel, 30, warehouse=scrap)
	order = kit.order(10)
	run = running(order)
	runs.complete(
		run=run, produced_qty=5, consumption=[{"item_code": kit.steel, "qty": 10, "warehouse": scrap}]
	)
	row = of_material(order, kit.steel)
	assert (row.consumed_qty, row.delivered_qty, row.reserved_qty, row.short_qty) == (10, 0, 10, 0)
	assert kit.scratch.actual(kit.steel) == 100
