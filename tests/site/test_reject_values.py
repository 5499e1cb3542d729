"""Rejects in stock: scrap without value, rework at the full cost of a unit, each with its batch and numbers."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import runs
from tests.support.orders import entry_rows, running, value

BENT = {"qty": 2, "reason": "bent", "disposition": "Rework"}
CRACKED = {"qty": 1, "reason": "cracked"}


@pytest.fixture
def place(scratch) -> str:
	return scratch.warehouse("Rework")


def order_of(scratch, place, qty=10, cost=10, work=(), **facts):
	"""`qty` units of one material at `cost` each; `facts` of the finished item."""
	finished, raw = scratch.item("FG", **facts), scratch.item("RAW")
	scratch.bom(finished, {raw: 1}, with_operations=int(bool(work)), operations=list(work))
	scratch.stock(raw, qty, rate=cost)
	return scratch.order(finished, qty, rework_warehouse=place)


def in_stock(item: str, warehouse: str) -> tuple:
	return value("Bin", {"item_code": item, "warehouse": warehouse}, "actual_qty", "stock_value")


def rejects_of(run: str, *fields: str) -> list[tuple]:
	rows = frappe.get_all(
		"Production Run Reject", {"parent": run}, list(fields), order_by="idx", as_list=True
	)
	return [tuple(row) for row in rows]


def test_good_units_and_those_for_rework_bear_the_cost_and_scrap_bears_none(scratch, place):
	"""Materials 100 and work 30, for 7 good and 2 that wait: 130 over 9 units."""
	order = order_of(scratch, place, work=[scratch.operation(6, 30)])
	run = running(order)
	answer = runs.complete(run=run, produced_qty=7, rejects=[BENT, CRACKED])
	plant = scratch.plant
	assert in_stock(order.item_code, plant.scrap_warehouse) == (1, 0)
	assert in_stock(order.item_code, place) == (2, 28.89)
	assert in_stock(order.item_code, plant.fg_warehouse) == (7, 101.11)
	fields = ("t_warehouse", "qty", "is_scrap_item", "is_finished_item", "basic_amount", "amount")
	assert entry_rows(answer["stock_entry"], *fields)[1:] == [
		(plant.scrap_warehouse, 1, 1, 0, 0, 0),
		(place, 2, 0, 1, 22.22, 28.89),
		(plant.fg_warehouse, 7, 0, 1, 77.78, 101.11),
	]
	assert value("Stock Entry", answer["stock_entry"], "value_difference") == pytest.approx(30)


def test_rejects_of_one_kind_are_one_row_of_stock_whatever_their_reasons(scratch, place):
	order = order_of(scratch, place)
	answer = runs.complete(
		run=running(order), produced_qty=6, rejects=[BENT, CRACKED, {**CRACKED, "reason": "dull"}]
	)
	assert [row[0] for row in entry_rows(answer["stock_entry"], "qty")[1:]] == [2, 2, 6]


@pytest.mark.parametrize(("cost", "good"), [(0.01, 1), (2.5025, 2), (3.33, 3), (10.01, 7)])
def test_no_cent_is_lost_between_good_units_and_those_for_rework(scratch, place, cost, good):
	order = order_of(scratch, place, qty=good + 2, cost=cost)
	runs.complete(run=running(order), produced_qty=good, rejects=[BENT])
	spent = round((good + 2) * cost, 2)
	waiting, made = (in_stock(order.item_code, at)[1] for at in (place, scratch.plant.fg_warehouse))
	assert round(waiting + made, 2) == spent


def test_a_run_with_rework_only_is_a_manufacture(scratch, place):
	order = order_of(scratch, place)
	run = running(order, qty=2)
	answer = runs.complete(run=run, produced_qty=0, rejects=[BENT])
	assert value("Stock Entry", answer["stock_entry"], "purpose") == "Manufacture"
	assert in_stock(order.item_code, place) == (2, 20)
	assert answer["warnings"] == []


def test_serial_numbers_are_those_of_the_good_pieces_then_of_the_rejects_in_their_order(scratch, place):
	order = order_of(scratch, place, has_serial_no=1)
	numbers = [f"{order.item_code}-{idx:02d}" for idx in range(10)]
	run = running(order)
	runs.complete(run=run, produced_qty=7, rejects=[CRACKED, BENT], serial_nos="\n".join(numbers))
	assert value("Production Run", run, "serial_nos") == "\n".join(numbers[:7])
	assert rejects_of(run, "disposition", "serial_nos") == [
		("Scrap", numbers[7]),
		("Rework", "\n".join(numbers[8:])),
	]
	places = [value("Serial No", number, "warehouse") for number in numbers]
	assert places == [scratch.plant.fg_warehouse] * 7 + [scratch.plant.scrap_warehouse] + [place] * 2


def test_every_stocked_piece_needs_its_serial_number(scratch, place, unchanged):
	order = order_of(scratch, place, has_serial_no=1)
	run = running(order)
	numbers = "\n".join(f"{order.item_code}-{idx}" for idx in range(7))
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=7, rejects=[CRACKED, BENT], serial_nos=numbers)
	assert "7 serial numbers for 10 pieces" in str(refusal.value)


def test_rejects_are_of_the_batch_of_their_run(scratch, place):
	series = {"has_batch_no": 1, "create_new_batch": 1, "batch_number_series": "RJ-.#####"}
	order = order_of(scratch, place, **series)
	run = running(order)
	runs.complete(run=run, produced_qty=7, rejects=[CRACKED, BENT])
	batch_no = value("Production Run", run, "batch_no")
	assert batch_no
	assert rejects_of(run, "batch_no") == [(batch_no,), (batch_no,)]
	assert len(frappe.get_all("Batch", {"item": order.item_code})) == 1


def test_a_batch_is_asked_for_where_only_rework_comes_out(scratch, place, unchanged):
	order = order_of(scratch, place, has_batch_no=1)
	run = running(order, qty=2)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=0, rejects=[BENT])
	assert [problem["field"] for problem in refusal.value.details] == ["batch_no"]
