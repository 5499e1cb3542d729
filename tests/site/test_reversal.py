"""A completed run is taken back with a reason: its stock, its reservations and its share of the order."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, reservations, runs
from production_orders.erpnext_bridge import posted_entry
from production_orders.services import events
from tests.support.orders import (
	confirmed,
	consumption_rows,
	events_of,
	reservations_of,
	running,
	started,
	value,
)
from tests.support.reversals import (
	bins_of,
	completed,
	issue,
	material,
	material_of,
	reverse,
	state_of,
	totals,
)
from tests.support.sabotage import statements_of
from tests.support.state import quiet


def test_a_reversed_run_has_never_been(scratch):
	order = scratch.simple_order(qty=10, stock=100)
	scratch.stock(order.item_code, 3, warehouse=order.fg_warehouse)
	confirmed(order)
	before = state_of(order)
	run = completed(order, 4)
	assert material(order) == (20, 20, 8, 8, 0)
	answer = reverse(run)
	assert answer == {
		"run": run,
		"status": "Reversed",
		"stock_entry": value("Production Run", run, "stock_entry"),
		"order": order.name,
		"order_status": "In Progress",
		"produced_total": 0,
		"open_qty": 10,
		"shortages": [],
	}
	assert state_of(order) == before
	assert value("Stock Entry", answer["stock_entry"], "docstatus") == 2


def test_a_reversed_run_says_when_and_why_and_keeps_what_it_said(scratch):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	run = completed(order, 4, rejected_qty=1, reject_reason="bent")
	taken = consumption_rows(run, "qty", "amount")
	reverse(run, "wrong order")
	doc = frappe.get_doc("Production Run", run)
	assert (doc.status, doc.docstatus, doc.reversal_reason) == ("Reversed", 2, "wrong order")
	assert doc.reversed_at
	assert (doc.produced_qty, doc.rejected_qty) == (4, 1)
	assert consumption_rows(run, "qty", "amount") == taken
	assert events_of(order)[-1] == (5, "Reversed", run)
	assert events.verify(frappe.get_doc("Production Order", order.name)) == []
	said = events.latest(order.name, "Reversed")
	assert (said["from"], said["to"], said["reason"]) == ("Completed", "Reversed", "wrong order")
	assert (said["good"], said["rejected"], said["stock_entry"]) == ("4", "1", doc.stock_entry)


def test_a_reversed_run_is_reversed_once(scratch):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	run = completed(order, 4)
	first = reverse(run)
	with quiet():
		assert reverse(run, "again") == first
	assert value("Production Run", run, "reversal_reason") == "counted wrong"


def test_one_of_several_runs_is_reversed_while_another_goes_on(scratch):
	order = scratch.simple_order(qty=10, stock=100)
	confirmed(order)
	first, second, third = completed(order, 3), completed(order, 2), started(order, qty=4)
	answer = reverse(first)
	assert (answer["produced_total"], answer["open_qty"], answer["shortages"]) == (2, 8, [])
	assert material(order) == (20, 20, 4, 4, 0)
	assert (scratch.actual(material_of(order)), scratch.reserved(material_of(order))) == (96, 16)
	assert scratch.actual(order.item_code, order.fg_warehouse) == 2
	runs.complete(run=third, produced_qty=4)
	completed(order, 4)
	assert totals(order) == (10, 0, 0, 0, "In Progress")
	assert material(order) == (20, 20, 20, 20, 0)
	assert orders.complete(order=order.name)["status"] == "Completed"
	assert value("Production Run", second, "status") == "Completed"


def test_what_was_reversed_is_made_again(scratch):
	order = scratch.simple_order(qty=10, stock=20)
	confirmed(order)
	for _ in range(3):
		reverse(completed(order, 10))
	completed(order, 10)
	assert totals(order) == (10, 0, 0, 0, "In Progress")
	assert scratch.actual(material_of(order)) == 0
	assert frappe.db.count("Stock Entry", {"production_order": order.name, "docstatus": 1}) == 1


def test_a_cancelled_order_needs_all_its_runs_reversed(scratch, unchanged):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	first, second = completed(order, 3), completed(order, 2)
	reverse(first)
	with unchanged(), pytest.raises(errors.IllegalTransition, match=second):
		orders.cancel(order=order.name, reason="not wanted")
	reverse(second)
	assert value("Production Order", order.name, "status") == "In Progress"
	assert orders.cancel(order=order.name, reason="not wanted")["status"] == "Cancelled"
	assert scratch.reserved(material_of(order)) == 0


def test_the_run_of_an_ended_order_stays(scratch, unchanged):
	order = scratch.simple_order(qty=10)
	run = running(order, qty=10)
	runs.complete(run=run, produced_qty=10)
	orders.complete(order=order.name)
	with unchanged(), pytest.raises(errors.ReadOnly, match="Stock Reconciliation") as refusal:
		reverse(run)
	assert refusal.value.http_status_code == 409


@pytest.mark.parametrize("ending", ["running", "paused", "aborted"])
def test_only_a_completed_run_is_reversed(scratch, unchanged, ending):
	run = running(scratch.simple_order(qty=10), qty=4)
	if ending == "paused":
		runs.pause(run=run, reason="lunch")
	if ending == "aborted":
		runs.abort(run=run, reason="wrong tool")
	with unchanged(), pytest.raises(errors.IllegalTransition, match="cannot become Reversed"):
		reverse(run)


def test_a_reason_is_required(scratch, unchanged):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	run = completed(order, 4)
	for reason in ("", "   "):
		with unchanged(), pytest.raises(errors.InvalidInput):
			reverse(run, reason)


def test_rejects_and_losses_are_taken_back(scratch):
	order = scratch.simple_order(qty=10, stock=100)
	confirmed(order)
	before = (totals(order)[:4], material(order))
	run = completed(order, 6, produced_qty=3, rejected_qty=2, loss_qty=1, reject_reason="bent")
	assert totals(order)[:4] == (3, 2, 1, 6)
	assert scratch.actual(order.item_code, order.scrap_warehouse) == 2
	reverse(run)
	assert (totals(order)[:4], material(order)) == before
	assert scratch.actual(order.item_code, order.scrap_warehouse) == 0


def test_a_run_that_made_nothing_good_is_taken_back(scratch):
	order = scratch.simple_order(qty=10, stock=100)
	confirmed(order)
	before = state_of(order)
	run = completed(order, 4, produced_qty=0, rejected_qty=4, reject_reason="burnt")
	assert value("Stock Entry", {"production_run": run}, "purpose") == "Material Issue"
	assert material(order) == (20, 20, 8, 8, 8)
	reverse(run)
	assert state_of(order) == before


def test_a_run_that_took_nothing_is_taken_back(scratch):
	order = scratch.simple_order(qty=10, stock=100, consumption_policy="Flexible")
	confirmed(order)
	before = state_of(order)
	none = [{"item_code": material_of(order), "qty": 0}]
	run = completed(order, 4, produced_qty=0, loss_qty=4, consumption=none)
	assert value("Production Run", run, "stock_entry") is None
	assert reverse(run)["stock_entry"] is None
	assert state_of(order) == before


def test_additional_material_comes_back_and_is_nobody_s_reservation(scratch):
	order = scratch.simple_order(qty=10, stock=100, consumption_policy="Flexible")
	glue = scratch.item("GLUE")
	scratch.stock(glue, 9)
	confirmed(order)
	run = completed(order, 4, consumption=[{"item_code": glue, "qty": 5}])
	assert scratch.actual(glue) == 4
	reverse(run)
	assert (scratch.actual(glue), scratch.reserved(glue)) == (9, 0)
	assert material(order) == (20, 20, 0, 0, 0)


def test_what_was_taken_beyond_the_plan_is_reserved_only_as_far_as_it_is_needed(scratch):
	order = scratch.simple_order(qty=10, stock=100, consumption_policy="Flexible")
	confirmed(order)
	run = completed(order, 4, consumption=[{"item_code": material_of(order), "qty": 30}])
	assert material(order) == (20, 20, 30, 20, 0)
	reverse(run)
	assert material(order) == (20, 20, 0, 0, 0)
	assert (scratch.actual(material_of(order)), scratch.reserved(material_of(order))) == (100, 20)


def test_what_remade_rejects_reserved_in_addition_goes_back_to_what_is_needed(scratch):
	order = scratch.simple_order(qty=10, stock=100)
	confirmed(order)
	run = completed(order, 4, produced_qty=0, rejected_qty=4, reject_reason="burnt")
	reservations.reserve(order=order.name)
	assert material(order) == (20, 28, 8, 8, 0)
	reverse(run)
	assert material(order) == (20, 20, 0, 0, 0)


def test_a_run_whose_order_held_nothing_holds_what_it_gave_back(scratch):
	order = scratch.simple_order(qty=10, stock=100)
	confirmed(order)
	reservations.release(order=order.name, reason="rush order")
	run = completed(order, 4)
	assert material(order) == (20, 0, 8, 0, 12)
	answer = reverse(run)
	assert material(order) == (20, 8, 0, 0, 12)
	assert [(row["item_code"], row["short_qty"]) for row in answer["shortages"]] == [(material_of(order), 12)]
	assert set(reservations_of(order, "status").values()) <= {("Partially Reserved",), ("Cancelled",)}


def test_what_somebody_else_has_taken_is_short(scratch):
	"""The rest of the material is released and reserved by another order before the run is taken back."""
	order = scratch.simple_order(qty=10, stock=20)
	confirmed(order)
	run = completed(order, 4)
	reservations.release(order=order.name, reason="rush order")
	rush = scratch.order(order.item_code, 6)
	confirmed(rush)
	answer = reverse(run)
	assert material(order) == (20, 8, 0, 0, 12)
	assert material(rush) == (12, 12, 0, 0, 0)
	assert [row["short_qty"] for row in answer["shortages"]] == [12]
	assert (scratch.actual(material_of(order)), scratch.reserved(material_of(order))) == (20, 20)


def test_stock_that_is_below_zero_fills_up_before_anything_is_reserved(scratch):
	finished, raw = scratch.item("FG"), scratch.item("RAW", allow_negative_stock=1)
	scratch.bom(finished, {raw: 2})
	scratch.stock(raw, 20)
	order = scratch.order(finished, 10)
	confirmed(order)
	run = completed(order, 10)
	issue(raw, 5, order.source_warehouse)
	answer = reverse(run)
	assert material(order) == (20, 15, 0, 0, 5)
	assert [row["short_qty"] for row in answer["shortages"]] == [5]


def test_a_made_product_flows_back_to_what_it_was_ordered_for(scratch):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	run = completed(order, 4)
	counted = value("Bin", {"item_code": order.item_code, "warehouse": order.fg_warehouse}, "planned_qty")
	assert counted == 6
	reverse(run)
	at = {"item_code": order.item_code, "warehouse": order.fg_warehouse}
	assert value("Bin", at, "planned_qty", "actual_qty", "projected_qty") == (10, 0, 10)
	needed = {"item_code": material_of(order), "warehouse": order.source_warehouse}
	assert value("Bin", needed, "reserved_qty_for_production") == 20


def test_the_figures_of_every_warehouse_come_back(scratch):
	"""Two materials from a store each, one of them from both stores of a group."""
	group = scratch.group("A", "B")
	finished, bolt, nut = scratch.item("FG"), scratch.item("BOLT"), scratch.item("NUT")
	scratch.bom(
		finished,
		[{"item_code": bolt, "qty": 2, "source_warehouse": group.name}, {"item_code": nut, "qty": 1}],
	)
	scratch.stock(bolt, 6, warehouse=group.leaves[0])
	scratch.stock(bolt, 30, warehouse=group.leaves[1])
	scratch.stock(nut, 20)
	order = scratch.order(finished, 10)
	confirmed(order)
	before = bins_of(order)
	run = completed(order, 7)
	assert scratch.actual(bolt, group.leaves[0]) < 6
	reverse(run)
	assert bins_of(order) == before


@pytest.fixture
def statements(monkeypatch):
	"""How many statements a reversal sends besides ERPNext's own cancellation, for so many materials."""
	monkeypatch.setattr(posted_entry, "cancel", lambda entry: None)

	def count(scratch, materials: int) -> int:
		finished, raws = scratch.item("FG"), [scratch.item("RAW") for _ in range(materials)]
		scratch.bom(finished, dict.fromkeys(raws, 1))
		scratch.stocks(dict.fromkeys(raws, (100, 1)))
		order = scratch.order(finished, 10)
		confirmed(order)
		run = completed(order, 4)
		return sum(statements_of(lambda: reverse(run)).values())

	return count


def test_a_further_material_takes_one_statement_more_for_its_row_in_the_run(scratch, statements):
	statements(scratch, 1)  # what is read once is cached
	assert statements(scratch, 12) - statements(scratch, 2) == 10
