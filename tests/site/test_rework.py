"""Rejects with their reasons: scrapped for good, or kept aside, worked over and counted good."""

import json

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, reservations, runs
from tests.support.orders import amounts, confirmed, consumption_rows, entry_rows, running, started, value

TOTALS = ("produced_qty", "rejected_qty", "rework_qty", "process_loss_qty", "open_qty")
BENT = {"qty": 2, "reason": "bent", "disposition": "Rework"}
CRACKED = {"qty": 1, "reason": "cracked"}


@pytest.fixture
def place(scratch) -> str:
	return scratch.warehouse("Rework")


@pytest.fixture
def order(scratch, place):
	"""10 units of 2 pieces of one material at 10.00 each, of which 100 are there; not confirmed."""
	return scratch.simple_order(qty=10, stock=100, rework_warehouse=place)


@pytest.fixture
def waiting(order) -> object:
	"""8 good and 2 that wait for rework."""
	runs.complete(run=running(order), produced_qty=8, rejects=[BENT])
	return order


def totals(order) -> tuple:
	return value("Production Order", order.name, *TOTALS)


def material_of(order) -> str:
	return frappe.get_doc("BOM", order.bom_no).items[0].item_code


def problems_of(refusal) -> list[str]:
	return [detail["field"] for detail in refusal.value.details]


def test_an_order_that_is_too_short_to_complete_tells_what_waits_for_rework(waiting, place, unchanged):
	with unchanged(), pytest.raises(errors.ToleranceExceeded) as refusal:
		orders.complete(order=waiting.name)
	told = f"{waiting.name} still has 2 of 10 Nos open"
	assert str(refusal.value).startswith(told)
	assert f"2 Nos wait for rework in {place}: start a rework run for them" in str(refusal.value)
	(detail,) = refusal.value.details
	assert (detail["rework_qty"], detail["rework_warehouse"]) == (2, place)


def test_rejects_are_kept_with_their_reasons_and_add_up(order, scratch, place):
	run = running(order)
	runs.complete(run=run, produced_qty=7, rejects=[BENT, CRACKED])
	rows = frappe.get_all(
		"Production Run Reject",
		{"parent": run},
		["qty", "reason", "disposition", "warehouse"],
		order_by="idx",
		as_list=True,
	)
	assert [tuple(row) for row in rows] == [
		(2, "bent", "Rework", place),
		(1, "cracked", "Scrap", scratch.plant.scrap_warehouse),
	]
	assert value("Production Run", run, "rejected_qty", "rework_qty", "reject_reason") == (
		3,
		2,
		"bent; cracked",
	)
	assert totals(order) == (7, 3, 2, 0, 3)
	assert scratch.actual(order.item_code, place) == 2
	assert scratch.actual(order.item_code, scratch.plant.scrap_warehouse) == 1


def test_the_short_form_is_one_reject_that_is_scrap(order):
	run = running(order)
	runs.complete(run=run, produced_qty=9, rejected_qty=1, reject_reason="burnt")
	(row,) = frappe.get_all("Production Run Reject", {"parent": run}, ["qty", "reason", "disposition"])
	assert (row.qty, row.reason, row.disposition) == (1, "burnt", "Scrap")
	assert totals(order) == (9, 1, 0, 0, 1)


def test_a_quantity_that_agrees_with_its_rows_may_be_said_twice(order):
	runs.complete(run=running(order), produced_qty=7, rejected_qty=3, rejects=[BENT, CRACKED])
	assert totals(order)[:2] == (7, 3)


@pytest.mark.parametrize(
	("given", "field"),
	[
		({"rejected_qty": 4}, "rejected_qty"),
		({"rejected_qty": 0}, "rejected_qty"),
		({"reject_reason": "bent"}, "reject_reason"),
	],
)
def test_a_short_form_that_contradicts_its_rows_is_refused(order, unchanged, given, field):
	run = running(order)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=7, rejects=[BENT, CRACKED], **given)
	assert problems_of(refusal) == [field]


@pytest.mark.parametrize(
	("row", "field"),
	[
		({"qty": 0, "reason": "bent"}, "rejects.0.qty"),
		({"qty": 1}, "rejects.0.reason"),
		({"qty": 1, "reason": " "}, "rejects.0.reason"),
		({"qty": 1, "reason": "bent", "disposition": "Sell"}, "rejects.0.disposition"),
	],
)
def test_every_reject_needs_a_quantity_a_reason_and_a_known_disposition(order, unchanged, row, field):
	run = running(order)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=7, rejects=[row])
	assert problems_of(refusal) == [field]


def test_nothing_waits_for_rework_without_a_place_to_wait_in(scratch, unchanged):
	run = running(scratch.simple_order(qty=10))
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=8, rejects=[BENT])
	assert "rework" in str(refusal.value).lower()


def test_units_that_wait_ask_for_no_further_material(waiting):
	"""The 2 open units are the 2 that wait: nothing is short though all material is used up."""
	materials = reservations.get(order=waiting.name)["materials"]
	assert amounts(materials) == {material_of(waiting): (20, 20, 20, 0)}
	assert totals(waiting) == (8, 2, 2, 0, 2)


def test_rework_draws_the_units_themselves_and_makes_them_good(waiting, scratch, place):
	material = material_of(waiting)
	before = scratch.actual(material)
	answer = runs.start(order=waiting.name, rework=True)
	assert (answer["qty"], answer["status"]) == (2, "Running")
	assert value("Production Run", answer["run"], "is_rework") == 1
	done = runs.complete(run=answer["run"], produced_qty=2)
	assert (done["produced_total"], done["open_qty"]) == (10, 0)
	assert totals(waiting) == (10, 0, 0, 0, 0)
	rows = entry_rows(
		done["stock_entry"], "item_code", "s_warehouse", "t_warehouse", "qty", "is_finished_item"
	)
	assert [(item, source or "", target or "", *rest) for item, source, target, *rest in rows] == [
		(waiting.item_code, place, "", 2, 0),
		(waiting.item_code, "", scratch.plant.fg_warehouse, 2, 1),
	]
	assert (scratch.actual(waiting.item_code, place), scratch.actual(material)) == (0, before)
	assert scratch.actual(waiting.item_code, scratch.plant.fg_warehouse) == 10
	assert consumption_rows(answer["run"], "planned_qty", "qty") == {waiting.item_code: (2, 2)}
	assert orders.complete(order=waiting.name)["status"] == "Completed"


def test_a_unit_keeps_what_it_cost_through_rework(waiting, scratch, place):
	"""10 units took 200.00: each is worth 20.00, before and after."""
	bins = {"item_code": waiting.item_code}
	assert value("Bin", {**bins, "warehouse": place}, "stock_value") == 40
	runs.complete(run=started(waiting, rework=True), produced_qty=2)
	assert value("Bin", {**bins, "warehouse": place}, "stock_value") == 0
	assert value("Bin", {**bins, "warehouse": scratch.plant.fg_warehouse}, "stock_value") == 200


def test_rework_is_done_in_parts_and_what_cannot_be_saved_is_scrapped(waiting, scratch):
	runs.complete(run=started(waiting, rework=True, qty=1), produced_qty=1)
	assert totals(waiting) == (9, 1, 1, 0, 1)
	runs.complete(run=started(waiting, rework=True), produced_qty=0, rejects=[CRACKED])
	assert totals(waiting) == (9, 1, 0, 0, 1)
	materials = reservations.get(order=waiting.name)["materials"]
	assert amounts(materials) == {material_of(waiting): (20, 20, 20, 2)}
	runs.complete(run=started(waiting), produced_qty=1)
	assert totals(waiting) == (10, 1, 0, 0, 0)


def test_what_is_still_bent_waits_again(waiting, place, scratch):
	again = [{**BENT, "qty": 1}]
	runs.complete(run=started(waiting, rework=True), produced_qty=1, rejects=again)
	assert totals(waiting) == (9, 1, 1, 0, 1)
	assert scratch.actual(waiting.item_code, place) == 1


def test_units_lost_in_rework_are_lost(waiting):
	runs.complete(run=started(waiting, rework=True), produced_qty=1, loss_qty=1)
	assert totals(waiting) == (9, 0, 0, 1, 0)


def test_rework_takes_only_what_the_floor_adds_and_leaves_the_plan_alone(scratch, place):
	"""4 of 10 made, 2 of them bent: mending takes 3 pieces of what nobody has reserved."""
	order = scratch.simple_order(qty=10, stock=100, rework_warehouse=place)
	runs.complete(run=running(order, qty=4), produced_qty=2, rejects=[BENT])
	material = material_of(order)
	reported = [{"item_code": material, "qty": 3}]
	run = started(order, rework=True)
	done = runs.complete(run=run, produced_qty=2, consumption=reported)
	assert done["warnings"] == []
	assert scratch.actual(material) == 100 - 8 - 3
	assert amounts(reservations.get(order=order.name)["materials"]) == {material: (20, 20, 8, 0)}
	plan = runs.plan(run=started(order), produced_qty=6)["materials"]
	assert [(row["planned_qty"], row["proposed_qty"]) for row in plan] == [(12, 12)]


def test_rework_does_not_touch_what_is_reserved_for_units_still_to_be_made(scratch, place, unchanged):
	order = scratch.simple_order(qty=10, stock=20, rework_warehouse=place)
	runs.complete(run=running(order, qty=4), produced_qty=2, rejects=[BENT])
	run = started(order, rework=True)
	reported = [{"item_code": material_of(order), "qty": 3}]
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		runs.complete(run=run, produced_qty=2, consumption=reported)
	assert [(row["required_qty"], row["available_qty"]) for row in refusal.value.details] == [(3, 0)]


def test_a_rework_run_plans_the_units_themselves(waiting, place):
	run = started(waiting, rework=True)
	plan = runs.plan(run=run, produced_qty=2)
	fields = ("item_code", "warehouse", "planned_qty", "proposed_qty")
	assert [tuple(row[field] for field in fields) for row in plan["materials"]] == [
		(waiting.item_code, place, 2, 2)
	]


@pytest.mark.parametrize("qty", [3, 0.5])
def test_no_more_is_started_than_waits(waiting, unchanged, qty):
	with unchanged(), pytest.raises((errors.ToleranceExceeded, errors.InvalidInput)):
		started(waiting, rework=True, qty=qty)


def test_units_in_one_rework_run_do_not_wait_for_another(waiting, unchanged):
	started(waiting, rework=True, qty=1)
	with unchanged(), pytest.raises(errors.ToleranceExceeded) as refusal:
		started(waiting, rework=True, qty=2)
	assert refusal.value.details == [{"planned": 1, "actual": 2, "tolerance": 0}]


def test_an_order_without_rejects_has_nothing_to_work_over(order, unchanged):
	running(order, qty=4)
	with unchanged(), pytest.raises(errors.ProductionOrdersError):
		started(order, rework=True)


def test_a_further_run_leaves_room_for_units_that_wait(waiting, unchanged):
	with unchanged(), pytest.raises(errors.ToleranceExceeded) as refusal:
		started(waiting, qty=1)
	assert refusal.value.details == [{"planned": 0, "actual": 1, "tolerance": 0}]
	assert "2 wait for rework" in str(refusal.value)


def test_no_more_is_worked_over_than_waits(waiting, unchanged):
	run = started(waiting, rework=True)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=2, loss_qty=1)
	assert problems_of(refusal) == ["produced_qty"]


def test_units_that_come_out_of_rework_are_those_that_went_in(waiting, place, unchanged):
	run = started(waiting, rework=True)
	taken = [{"item_code": waiting.item_code, "qty": 1, "warehouse": place}]
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=2, consumption=taken)
	assert problems_of(refusal) == ["consumption"]


def test_a_planned_rework_run_is_started_as_such(waiting, order, unchanged):
	planned = {"doctype": "Production Run", "production_order": waiting.name, "qty": 2, "is_rework": 1}
	run = frappe.get_doc(planned).insert()
	with unchanged(), pytest.raises(errors.ToleranceExceeded):
		started(waiting, rework=True, qty=1)
	answer = runs.start(order=waiting.name, run=run.name, rework=True)
	assert (answer["run"], answer["qty"]) == (run.name, 2)


def test_a_run_planned_to_make_units_is_not_started_as_rework(order, unchanged):
	confirmed(order)
	run = frappe.get_doc({"doctype": "Production Run", "production_order": order.name, "qty": 2}).insert()
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.start(order=order.name, run=run.name, rework=True)
	assert problems_of(refusal) == ["rework"]


def test_what_a_run_is_for_stays(waiting):
	run = frappe.get_doc("Production Run", started(waiting, rework=True))
	run.is_rework = 0
	with pytest.raises(frappe.ValidationError):
		run.save()


def test_a_batch_is_mended_and_stays_the_batch_it_was(scratch, place):
	item = scratch.item("LOT", has_batch_no=1, create_new_batch=1, batch_number_series="LOT-.#####")
	scratch.bom(item, {(raw := scratch.item("RAW")): 1})
	scratch.stock(raw, 10)
	order = scratch.order(item, 10, rework_warehouse=place)
	run = running(order)
	runs.complete(run=run, produced_qty=8, rejects=[BENT])
	batch = value("Production Run", run, "batch_no")
	again = started(order, rework=True)
	runs.complete(run=again, produced_qty=2, batch_no=batch)
	assert value("Production Run", again, "batch_no") == batch
	rows = frappe.get_all("Production Run Consumption", {"parent": again}, ["item_code", "batch_no", "qty"])
	assert [(row.item_code, row.batch_no, row.qty) for row in rows] == [(item, batch, 2)]


def test_a_piece_is_mended_and_keeps_its_serial_number(scratch, place):
	item = scratch.item("PIECE", has_serial_no=1)
	scratch.bom(item, {(raw := scratch.item("RAW")): 1})
	scratch.stock(raw, 10)
	order = scratch.order(item, 2, rework_warehouse=place)
	good, bent = f"{item}-1", f"{item}-2"
	runs.complete(
		run=running(order), produced_qty=1, rejects=[{**BENT, "qty": 1}], serial_nos=f"{good}\n{bent}"
	)
	assert value("Serial No", bent, "warehouse") == place
	runs.complete(run=started(order, rework=True), produced_qty=1, serial_nos=bent)
	assert value("Serial No", bent, "warehouse") == scratch.plant.fg_warehouse
	assert totals(order) == (2, 0, 0, 0, 0)


def test_the_history_says_what_waits_and_what_was_worked_over(waiting):
	runs.complete(run=started(waiting, rework=True), produced_qty=2)
	found = frappe.get_all(
		"Production Event",
		{"production_order": waiting.name, "event": "Completed"},
		pluck="details",
		order_by="sequence",
	)
	said = [json.loads(details) for details in found]
	assert [(row.get("to_rework"), row.get("rework")) for row in said] == [("2", False), ("0", True)]


def test_an_order_closed_short_leaves_what_waits_where_it_is(waiting, scratch, place):
	orders.complete(order=waiting.name, close_short=True, reason="not worth mending")
	assert value("Production Order", waiting.name, "status", "closed_short_qty", "rework_qty") == (
		"Completed",
		2,
		2,
	)
	assert scratch.actual(waiting.item_code, place) == 2
