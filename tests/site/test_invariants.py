"""Every invariant is broken on purpose, once and by one figure, and says so; a busy healthy plant breaks none."""

import re
from typing import Any

import frappe
import pytest

from production_orders.api import orders, runs
from production_orders.services import invariants
from production_orders.services.violation import Violation
from tests.support.orders import confirmed, started, tamper, value
from tests.support.scratch import Scratch

ORDER, RUN, LOCK = "Production Order", "Production Run", "BOM Lock"
FORGED = "f" * 64


@pytest.fixture(scope="module")
def before(plants) -> set[Violation]:
	"""What a shared site has broken before, by earlier sabotage that was committed."""
	return set(invariants.check())


@pytest.fixture(scope="module")
def plant(before, plants) -> Any:
	"""One order in every status, with runs completed and running, all of one product; committed."""
	scratch = Scratch(plants["bicycle"])
	item, material = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(item, {material: 2})
	scratch.stock(material, 100)
	plant = frappe._dict(item=item, material=material, scratch=scratch)
	plant.draft = scratch.order(item, 3)
	for name, qty in {"confirmed": 10, "going": 10, "done": 10, "cancelled": 10, "short": 50}.items():
		plant[name] = scratch.order(item, qty, shortage_policy="Confirm with Shortages")
		confirmed(plant[name])
	plant.run = started(plant.going, qty=4)
	runs.complete(run=plant.run, produced_qty=3, rejected_qty=1)
	plant.running = started(plant.going, qty=2)
	runs.complete(run=started(plant.done, qty=10), produced_qty=10)
	orders.complete(order=plant.done.name)
	orders.cancel(order=plant.cancelled.name, reason="not wanted")
	frappe.db.commit()
	return plant


@pytest.fixture
def busy(plant, site) -> Any:
	"""The plant, with whatever the test does to it taken back."""
	return plant


def found(before: set[Violation], busy: Any) -> list[tuple[str, str, str, str]]:
	"""(invariant, what, expected, found) of what has been broken since, with short words for names."""
	return [
		(one.invariant, *(_short(text, busy) for text in (one.what, one.expected, one.found)))
		for one in invariants.check()
		if one not in before
	]


def _short(text: str, busy: Any) -> str:
	text = text.replace(busy.item, "FG").replace(busy.material, "RAW")
	return text if text == FORGED else re.sub("^[0-9a-f]{64}$", "a hash", text)


def test_a_busy_plant_breaks_no_invariant(before, busy):
	assert found(before, busy) == []


def reserve_too_much(busy):
	"""Somebody takes the stock out by SQL, behind the reservations."""
	tamper("Bin", {"item_code": busy.material}, actual_qty=3)


def move_the_counter(busy):
	tamper("Bin", {"item_code": busy.material}, reserved_stock=999)


def forget_the_demand(busy):
	tamper("Bin", {"item_code": busy.material}, reserved_qty_for_production=0)


def promise_output(busy):
	place = {"item_code": busy.item, "warehouse": busy.scratch.plant.fg_warehouse}
	tamper("Bin", place, planned_qty=1)


def edit_an_entry(busy):
	tamper("Stock Reservation Entry", {"voucher_no": busy.confirmed.name}, reserved_qty=19)


def remove_an_entry(busy):
	frappe.db.delete("Stock Reservation Entry", {"voucher_no": busy.confirmed.name})


def edit_a_material(busy):
	tamper("Production Order Material", {"parent": busy.confirmed.name}, reserved_qty=18)


def forget_a_shortage(busy):
	tamper("Production Order Material", {"parent": busy.short.name}, short_qty=0)


def invent_a_shortage(busy):
	tamper("Production Order Material", {"parent": busy.confirmed.name}, short_qty=5)


def need_more(busy):
	tamper("Production Order Material", {"parent": busy.confirmed.name}, required_qty=40)


def leave_open(busy):
	tamper(ORDER, {"name": busy.done.name}, open_qty=1)


def edit_a_total(busy):
	tamper(ORDER, {"name": busy.going.name}, produced_qty=4)


def edit_the_cost(busy):
	tamper(ORDER, {"name": busy.going.name}, actual_cost=1)


def edit_the_variance(busy):
	tamper(RUN, {"name": busy.run}, price_variance=7)


def edit_a_run(busy):
	tamper(RUN, {"name": busy.run}, produced_qty=2)


def edit_consumption(busy):
	tamper("Production Run Consumption", {"parent": busy.run}, qty=7)


def edit_a_materials_consumption(busy):
	tamper("Production Order Material", {"parent": busy.going.name}, consumed_qty=7)


def remove_genealogy(busy):
	frappe.db.delete("Production Genealogy", {"run": busy.run, "direction": "Consumed"})


def cancel_the_entry(busy):
	tamper("Stock Entry", {"name": value(RUN, busy.run, "stock_entry")}, docstatus=2)


def submit_a_running_run(busy):
	tamper(RUN, {"name": busy.running}, docstatus=1)


def stop_the_order(busy):
	tamper(ORDER, {"name": busy.going.name}, status="Confirmed")


def delete_an_event(busy):
	frappe.db.delete("Production Event", {"name": f"{busy.going.name}-E00002"})


def cut_the_tail(busy):
	frappe.db.delete("Production Event", {"name": f"{busy.confirmed.name}-E00001"})


def relink_an_event(busy):
	tamper("Production Event", {"name": f"{busy.going.name}-E00002"}, previous_hash=FORGED)


def move_the_head(busy):
	tamper(ORDER, {"name": busy.confirmed.name}, event_head=FORGED)


def edit_the_lock(busy):
	tamper(LOCK, {"name": f"{busy.confirmed.name}-L1"}, content_hash=FORGED)


def edit_a_line_of_the_lock(busy):
	tamper("BOM Lock Line", {"parent": f"{busy.confirmed.name}-L1"}, stock_qty=3)


def shorten_the_lock(busy):
	frappe.db.delete("BOM Lock Line", {"parent": f"{busy.confirmed.name}-L1"})


def release_the_lock(busy):
	tamper(LOCK, {"name": f"{busy.confirmed.name}-L1"}, status="Released")


def keep_the_lock(busy):
	tamper(LOCK, {"name": f"{busy.done.name}-L1"}, status="Active")


def add_a_lock(busy):
	lock = frappe.db.get_value(LOCK, f"{busy.confirmed.name}-L1", "*", as_dict=True)
	lock.name = f"{busy.confirmed.name}-L9"
	frappe.db.bulk_insert(LOCK, list(lock), [tuple(lock.values())])


def keep_a_promise(busy):
	"""The cancelled order gets its reservation back."""
	where = {"voucher_no": busy.cancelled.name}
	tamper("Stock Reservation Entry", where, docstatus=1, status="Reserved", reserved_qty=5)


BROKEN = {
	add_a_lock: [("locks_are_in_force", "status", "Superseded", "Active")],
	cancel_the_entry: [
		("output_is_posted", "FG: made", "0", "3"),
		("consumption_is_posted", "RAW, Stores - BW: consumed", "0", "8"),
		("genealogy_is_posted", "FG: made less consumed", "0", "4"),
		("genealogy_is_posted", "RAW: made less consumed", "0", "-8"),
	],
	cut_the_tail: [
		("chains_are_whole", "event_count", "0", "1"),
		("chains_are_whole", "event_head", "", "a hash"),
	],
	delete_an_event: [
		("chains_are_whole", "previous_hash", "a hash", "a hash"),
		("chains_are_whole", "sequence", "2", "3"),
		("chains_are_whole", "event_count", "4", "5"),
	],
	edit_a_material: [
		("materials_hold_reservations", "RAW: reserved", "20", "18"),
		("needs_are_met_or_short", "RAW: short", "2", "0"),
	],
	edit_a_materials_consumption: [
		("bins_count_orders", "RAW: reserved_qty_for_production", "133", "132"),
		("materials_add_up_consumption", "RAW: consumed", "8", "7"),
	],
	edit_a_run: [
		("orders_add_up_runs", "produced_qty", "2", "3"),
		("output_is_posted", "FG: made", "3", "2"),
	],
	edit_a_total: [
		("needs_are_met_or_short", "RAW: short", "4", "2"),
		("orders_add_up_runs", "produced_qty", "3", "4"),
		("orders_add_up_runs", "open_qty", "6", "7"),
	],
	edit_an_entry: [
		("bins_count_reservations", "RAW", "51", "52"),
		("materials_hold_reservations", "RAW: reserved", "19", "20"),
	],
	edit_consumption: [
		("materials_add_up_consumption", "RAW: consumed", "7", "8"),
		("consumption_is_posted", "RAW, Stores - BW: consumed", "8", "7"),
	],
	edit_the_cost: [("orders_add_up_runs", "actual_cost", "80", "1")],
	edit_a_line_of_the_lock: [("materials_follow_locks", "RAW: required", "30", "20")],
	edit_the_lock: [("locks_are_in_force", "content_hash", "a hash", FORGED)],
	edit_the_variance: [("variances_add_up", "total_variance", "27", "20")],
	forget_a_shortage: [("needs_are_met_or_short", "RAW: short", "80", "0")],
	forget_the_demand: [
		("bins_count_orders", "RAW: reserved_qty_for_production", "132", "0"),
		("bins_count_orders", "RAW: projected_qty", "72", "-60"),
	],
	invent_a_shortage: [("needs_are_met_or_short", "RAW: short", "0", "5")],
	keep_the_lock: [("locks_are_in_force", "status", "Released", "Active")],
	keep_a_promise: [
		("bins_count_reservations", "RAW", "57", "52"),
		("materials_hold_reservations", "RAW: reserved", "5", "0"),
		("ended_orders_hold_nothing", "reserved", "0", "5"),
	],
	leave_open: [
		("ended_orders_hold_nothing", "open_qty", "0", "1"),
		("orders_add_up_runs", "open_qty", "0", "1"),
	],
	move_the_counter: [("bins_count_reservations", "RAW", "52", "999")],
	move_the_head: [("chains_are_whole", "event_head", "a hash", FORGED)],
	need_more: [
		("bins_count_orders", "RAW: reserved_qty_for_production", "152", "132"),
		("needs_are_met_or_short", "RAW: short", "20", "0"),
		("materials_follow_locks", "RAW: required", "20", "40"),
	],
	promise_output: [
		("bins_count_orders", "FG: planned_qty", "67", "1"),
		("bins_count_orders", "FG: projected_qty", "14", "80"),
	],
	release_the_lock: [("locks_are_in_force", "status", "Active", "Released")],
	relink_an_event: [("chains_are_whole", "previous_hash", "a hash", FORGED)],
	remove_an_entry: [
		("bins_count_reservations", "RAW", "32", "52"),
		("materials_hold_reservations", "RAW: reserved", "0", "20"),
	],
	remove_genealogy: [("genealogy_is_posted", "RAW: made less consumed", "-8", "0")],
	reserve_too_much: [
		("reservations_within_stock", "RAW", "3", "52"),
		("bins_count_orders", "RAW: projected_qty", "-129", "-60"),
	],
	shorten_the_lock: [
		("materials_follow_locks", "RAW: required", "0", "20"),
		("locks_are_in_force", "line_count", "1", "0"),
	],
	stop_the_order: [("statuses_fit", "order", "In Progress", "Confirmed")],
	submit_a_running_run: [("statuses_fit", "docstatus", "0", "1")],
}


@pytest.mark.parametrize("bend", BROKEN, ids=lambda bend: bend.__name__)
def test_an_invariant_that_is_broken_fires(before, busy, bend):
	bend(busy)
	assert found(before, busy) == BROKEN[bend]


def test_every_invariant_is_broken_here_once():
	assert {key for rows in BROKEN.values() for key, *_rest in rows} == {
		one.key for one in invariants.INVARIANTS
	}
