"""Runs of every kind are taken back whole: with alternatives, co-products, rework, labour and their cost."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import runs
from tests.support.alternatives import Kit, of_material
from tests.support.orders import confirmed, started, value
from tests.support.reversals import completed, issue, reverse, state_of, totals

AMOUNTS = ("required_qty", "reserved_qty", "consumed_qty", "delivered_qty", "short_qty")
BENT = {"qty": 2, "reason": "bent", "disposition": "Rework"}


@pytest.fixture
def kit(scratch) -> Kit:
	return Kit(scratch)


def steel_of(kit, order) -> tuple[float, ...]:
	row = of_material(order, kit.steel)
	return tuple(row.get(field) for field in AMOUNTS)


def test_what_an_alternative_replaced_is_reserved_again(kit):
	order = kit.order(10)
	confirmed(order)
	run = completed(order, 4, consumption=[kit.instead(5)])
	assert steel_of(kit, order) == (20, 15, 8, 3, 0)
	assert reverse(run)["shortages"] == []
	assert steel_of(kit, order) == (20, 20, 0, 0, 0)
	actual, reserved = kit.scratch.actual, kit.scratch.reserved
	assert (actual(kit.steel), reserved(kit.steel), actual(kit.alloy), reserved(kit.alloy)) == (
		100,
		20,
		100,
		0,
	)


def test_what_an_alternative_set_free_and_another_took_is_short(kit):
	order = kit.order(10)
	confirmed(order)
	run = completed(order, 4, consumption=[kit.instead(5)])
	taken = 100 - 3 - 12
	issue(kit.steel, taken, order.source_warehouse)
	assert [row["short_qty"] for row in reverse(run)["shortages"]] == [5]
	assert steel_of(kit, order) == (20, 15, 0, 0, 5)


def test_co_products_are_taken_back(scratch):
	finished, raw, beside = scratch.item("FG"), scratch.item("RAW"), scratch.item("BESIDE")
	scratch.bom(
		finished, {raw: 2}, scrap_items=[{"item_code": beside, "stock_qty": 1, "rate": 3, "cost_share": 30}]
	)
	scratch.stock(raw, 100)
	order = scratch.order(finished, 10)
	confirmed(order)
	run = completed(order, 4)
	place = scratch.plant.fg_warehouse
	assert scratch.actual(beside, place) == 4
	issue(beside, 1, place)
	with pytest.raises(errors.InsufficientStock, match=beside):
		reverse(run)
	frappe.clear_messages()
	scratch.stock(beside, 1, warehouse=place)
	with pytest.raises(errors.InsufficientStock, match=beside):
		reverse(run)
	frappe.clear_messages()
	other = completed(order, 2)
	reverse(other)
	assert scratch.actual(beside, place) == 4
	assert totals(order)[0] == 4


@pytest.fixture
def order(scratch):
	"""10 units of 2 pieces of one material each, whose rejects may be worked over."""
	order = scratch.simple_order(qty=10, stock=100, rework_warehouse=scratch.warehouse("Rework"))
	confirmed(order)
	return order


def rework_of(order) -> tuple[float, ...]:
	"""produced, rejected, waiting for rework, open."""
	fields = ("produced_qty", "rejected_qty", "rework_qty", "open_qty")
	return value("Production Order", order.name, *fields)


def test_rejects_that_wait_for_rework_are_taken_back(order, scratch):
	before = state_of(order)
	run = completed(order, 4, produced_qty=2, rejects=[BENT])
	assert rework_of(order) == (2, 2, 2, 8)
	reverse(run)
	assert rework_of(order) == (0, 0, 0, 10)
	assert state_of(order) == before


def test_rework_is_taken_back_and_its_units_wait_again(order, scratch):
	completed(order, 4, produced_qty=2, rejects=[BENT])
	before = state_of(order)
	rework = started(order, rework=True)
	runs.complete(run=rework, produced_qty=1, loss_qty=1)
	assert rework_of(order) == (3, 0, 0, 6)
	reverse(rework)
	assert rework_of(order) == (2, 2, 2, 8)
	assert state_of(order) == before
	assert scratch.actual(order.item_code, order.rework_warehouse) == 2
	runs.complete(run=started(order, rework=True), produced_qty=2)
	assert rework_of(order) == (4, 0, 0, 6)


def assert_kept_until_its_rework_is_back(order, unchanged) -> None:
	"""Of a run whose two rejects are worked over."""
	first = completed(order, 4, produced_qty=2, rejects=[BENT])
	rework = started(order, rework=True)
	runs.complete(run=rework, produced_qty=2)
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		reverse(first)
	short = [(row["warehouse"], row["short_qty"]) for row in refusal.value.details]
	assert short == [(order.rework_warehouse, 2)]
	reverse(rework)
	reverse(first)
	assert rework_of(order) == (0, 0, 0, 10)


def test_units_that_have_been_worked_over_keep_the_run_that_made_them(order, unchanged):
	assert_kept_until_its_rework_is_back(order, unchanged)


def test_rejects_of_another_order_in_the_same_place_do_not_stand_in_for_those_that_were_worked_over(
	order, scratch, unchanged
):
	other = scratch.order(order.item_code, 10, rework_warehouse=order.rework_warehouse)
	confirmed(other)
	completed(other, 4, produced_qty=2, rejects=[BENT])
	assert_kept_until_its_rework_is_back(order, unchanged)


def test_the_cost_of_an_order_is_that_of_the_runs_that_stand(order):
	completed(order, 3, labour=[{"minutes": 30, "hour_rate": 20}])
	kept = value("Production Order", order.name, "actual_cost", "total_variance")
	assert kept[0] > 0
	run = completed(order, 4, labour=[{"minutes": 60, "hour_rate": 30}])
	cost = value("Production Run", run, "actual_cost")
	assert value("Production Order", order.name, "actual_cost") == kept[0] + cost
	reverse(run)
	assert value("Production Order", order.name, "actual_cost", "total_variance") == kept
	assert value("Production Run", run, "actual_cost") == cost


def test_the_books_are_as_before(order, scratch):
	"""Every account of the entry adds up to nothing, and so does the stock value of every Bin."""
	before = state_of(order)
	run = completed(order, 4, labour=[{"minutes": 60, "hour_rate": 30}])
	entry = value("Production Run", run, "stock_entry")
	reverse(run)
	rows = frappe.get_all(
		"Stock Ledger Entry", {"voucher_no": entry}, ["item_code", "warehouse", "actual_qty", "is_cancelled"]
	)
	assert rows
	assert {row.is_cancelled for row in rows} == {1}
	moved: dict[tuple[str, str], float] = {}
	for row in rows:
		moved[row.item_code, row.warehouse] = moved.get((row.item_code, row.warehouse), 0) + row.actual_qty
	assert set(moved.values()) == {0}
	assert state_of(order) == before


def test_a_run_that_was_started_meanwhile_goes_on(order):
	first = completed(order, 6)
	second = started(order, qty=4)
	reverse(first)
	runs.complete(run=second, produced_qty=4)
	assert totals(order)[:1] == (4,)
	assert value("Production Run", second, "status") == "Completed"
