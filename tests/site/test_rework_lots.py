"""Rework takes the very units that it makes good: those it names, else its own order's, who waited longest first."""

from typing import Any

import frappe
import pytest

from production_orders.api import runs
from tests.support.orders import confirmed, started, value
from tests.support.tracked import Tracked


def bent(qty: float) -> list[dict[str, Any]]:
	return [{"qty": qty, "reason": "bent", "disposition": "Rework"}]


def taken(run: str) -> list[tuple[str | None, str | None, float]]:
	fields = ["batch_no", "serial_nos", "qty"]
	rows = frappe.get_all("Production Run Consumption", {"parent": run}, fields, order_by="idx")
	return [(row.batch_no, row.serial_nos or None, row.qty) for row in rows]


@pytest.fixture
def place(scratch) -> str:
	return scratch.warehouse("Rework")


@pytest.fixture
def make(scratch, place):
	"""`make(item)` is a confirmed order of ten; `make(item, n)` has a run of n units, all of which wait for rework."""
	raw = scratch.item("RAW")
	scratch.stock(raw, 1000)
	known: set[str] = set()

	def order(item: str, *quantities: float) -> Any:
		if item not in known:
			known.add(item)
			scratch.bom(item, {raw: 2})
		made = scratch.order(item, 10, rework_warehouse=place, consumption_policy="Flexible")
		confirmed(made)
		for qty in quantities:
			runs.complete(run=started(made, qty=qty), produced_qty=0, rejects=bent(qty))
		return made

	return order


@pytest.fixture
def pieces(scratch) -> str:
	return Tracked(scratch).serial_item()


@pytest.fixture
def batches(scratch) -> str:
	series = f"RB{frappe.generate_hash(length=6).upper()}-.###"
	return scratch.item("LOT", has_batch_no=1, create_new_batch=1, batch_number_series=series)


def rejected(order: Any, field: str) -> list[str]:
	"""What the rejects of an order's runs are numbered, the first first."""
	found = frappe.get_all("Production Run", {"production_order": order.name}, pluck="name", order_by="name")
	rows = [frappe.get_doc("Production Run", run).rejects for run in found]
	return [one for group in rows for row in group for one in (row.get(field) or "").split("\n") if one]


def test_the_piece_that_is_named_is_the_one_that_is_worked_over(make, pieces, place):
	order = make(pieces, 2)
	first, second = rejected(order, "serial_nos")
	run = started(order, qty=1, rework=True)
	runs.complete(run=run, produced_qty=1, serial_nos=second)
	assert taken(run) == [(None, second, 1)]
	places = [frappe.db.get_value("Serial No", one, "warehouse") for one in (first, second)]
	assert places == [place, order.fg_warehouse]


def test_pieces_that_nobody_names_keep_their_numbers(make, pieces):
	order = make(pieces, 2)
	run = started(order, qty=2, rework=True)
	runs.complete(run=run, produced_qty=2)
	assert value("Production Run", run, "serial_nos").split("\n") == rejected(order, "serial_nos")


def test_a_piece_that_cannot_be_saved_is_one_of_those_taken(make, pieces, scratch):
	order = make(pieces, 2)
	first, second = rejected(order, "serial_nos")
	run = started(order, qty=2, rework=True)
	runs.complete(
		run=run, produced_qty=1, rejects=[{"qty": 1, "reason": "dead"}], serial_nos=f"{second}\n{first}"
	)
	places = [frappe.db.get_value("Serial No", one, "warehouse") for one in (first, second)]
	assert places == [order.scrap_warehouse or None, order.fg_warehouse]


def test_an_order_works_over_its_own_pieces(make, pieces):
	older, order = make(pieces, 2), make(pieces, 2)
	run = started(order, qty=1, rework=True)
	runs.complete(run=run, produced_qty=1)
	assert taken(run) == [(None, rejected(order, "serial_nos")[0], 1)]
	assert set(rejected(older, "serial_nos")).isdisjoint(
		value("Production Run", run, "serial_nos").split("\n")
	)


def test_the_batch_that_is_named_is_the_one_that_is_worked_over(make, batches):
	order = make(batches, 2, 2)
	_first, second = rejected(order, "batch_no")
	run = started(order, qty=2, rework=True)
	runs.complete(run=run, produced_qty=2, batch_no=second)
	assert taken(run) == [(second, None, 2)]


def test_a_batch_that_nobody_names_stays_the_batch_it_was(make, batches):
	order = make(batches, 2, 2)
	first, second = rejected(order, "batch_no")
	for batch in (first, second):
		run = started(order, qty=2, rework=True)
		runs.complete(run=run, produced_qty=2)
		assert (taken(run), value("Production Run", run, "batch_no")) == ([(batch, None, 2)], batch)


def test_units_of_several_batches_become_a_new_one(make, batches):
	order = make(batches, 2, 2)
	known = rejected(order, "batch_no")
	run = started(order, qty=3, rework=True)
	runs.complete(run=run, produced_qty=3)
	assert sorted(taken(run)) == [(known[0], None, 2), (known[1], None, 1)]
	assert value("Production Run", run, "batch_no") not in known


def test_what_was_worked_over_and_taken_back_waits_again(make, batches):
	order = make(batches, 2, 2)
	first, _second = rejected(order, "batch_no")
	run = started(order, qty=2, rework=True)
	runs.complete(run=run, produced_qty=2)
	runs.reverse(run=run, reason="counted wrong")
	again = started(order, qty=2, rework=True)
	runs.complete(run=again, produced_qty=2)
	assert taken(again) == [(first, None, 2)]


def test_a_new_number_for_what_is_mended_is_one(make, batches):
	order = make(batches, 2)
	(waiting,) = rejected(order, "batch_no")
	mended = f"{waiting}-MENDED"
	run = started(order, qty=2, rework=True)
	runs.complete(run=run, produced_qty=2, batch_no=mended)
	assert (taken(run), value("Production Run", run, "batch_no")) == ([(waiting, None, 2)], mended)
