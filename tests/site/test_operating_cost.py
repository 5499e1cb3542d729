"""Labour, overhead and downtime: frozen with the lock, carried by each run, part of the finished value."""

import json
from decimal import Decimal

import frappe
import pytest

from fixtures import stock
from production_orders import errors
from production_orders.api import runs
from production_orders.domain.bom import canonical_json
from production_orders.erpnext_bridge import company
from production_orders.services import bom_lock, operating_cost
from tests.support.orders import confirmed, running, started, tamper, value

STANDARD = (
	"standard_minutes",
	"standard_labour_cost",
	"standard_overhead_cost",
	"standard_operating_cost",
)


@pytest.fixture
def welded(scratch):
	"""A frame of one tube at 5.00, welded in 30 minutes at 40 an hour for labour and 20 for the rest."""
	frame, tube = scratch.item("FRAME"), scratch.item("TUBE")
	scratch.bom(frame, {tube: 1}, with_operations=1, operations=[scratch.operation(30, 40, 20)])
	scratch.stock(tube, 100, rate=5)
	scratch.frame, scratch.tube = frame, tube
	return scratch


# The standard, at confirmation


def test_an_order_keeps_what_its_operations_should_cost(welded):
	order = welded.order(welded.frame, 8)
	confirmed(order)
	assert value("Production Order", order.name, *STANDARD) == (240, 160, 80, 240)


def test_what_a_workstation_costs_later_changes_nothing(welded):
	order = welded.order(welded.frame, 8)
	confirmed(order)
	lock = bom_lock.load(value("Production Order", order.name, "bom_lock"))
	operation = lock.headers[lock.bom_no].operations[0]
	assert (operation["hour_rate"], operation["labour_rate"]) == ("60", "40")


def test_the_operations_of_what_the_order_makes_itself_count_and_of_what_comes_from_stock_do_not(welded):
	"""Ten frames are needed and four are there: six are welded, then ten bicycles are assembled."""
	bicycle = welded.item("BIKE")
	welded.bom(bicycle, {welded.frame: 1}, with_operations=1, operations=[welded.operation(6, 30)])
	welded.stock(welded.frame, 4)
	order = welded.order(bicycle, 10)
	confirmed(order)
	labour = 6 * 20 + 10 * 3
	assert value("Production Order", order.name, *STANDARD) == (6 * 30 + 10 * 6, labour, 60, labour + 60)


def test_an_operation_may_take_its_time_once_or_for_a_batch(welded):
	chair, seat = welded.item("CHAIR"), welded.item("SEAT")
	set_up = welded.operation(45, 20, fixed_time=1)
	paint = welded.operation(12, 30, batch_size=4)
	welded.bom(chair, {seat: 1}, with_operations=1, operations=[set_up, paint])
	welded.stock(seat, 50)
	order = welded.order(chair, 20)
	confirmed(order)
	assert value("Production Order", order.name, *STANDARD) == (45 + 60, 15 + 30, 0, 45)


def test_a_workstation_that_splits_nothing_counts_as_labour(welded):
	chair, seat = welded.item("CHAIR"), welded.item("SEAT")
	welded.bom(chair, {seat: 1}, with_operations=1, operations=[welded.operation(6, hour_rate=50)])
	welded.stock(seat, 50)
	order = welded.order(chair, 10)
	confirmed(order)
	assert value("Production Order", order.name, *STANDARD) == (60, 50, 0, 50)


def test_a_lock_of_before_knows_no_labour_rate_and_is_read_as_it_was_written(welded):
	order = welded.order(welded.frame, 8)
	confirmed(order)
	name = value("Production Order", order.name, "bom_lock")
	(header,) = json.loads(value("BOM Lock", name, "boms"))
	known = ("operation", "workstation", "time_in_mins", "hour_rate")
	header["operations"] = [{key: row[key] for key in known} for row in header["operations"]]
	tamper("BOM Lock", {"name": name}, boms=canonical_json([header]))
	lock = bom_lock.load(name)
	assert canonical_json(lock.content()["headers"]) == canonical_json([header])
	standard = operating_cost.standard(lock, Decimal(8), ())
	assert (standard.minutes, standard.labour, standard.overhead) == (240, 240, 0)


# What a run carries


def additional_costs(entry: str) -> list[tuple]:
	rows = frappe.get_all(
		"Landed Cost Taxes and Charges",
		{"parent": entry},
		["description", "amount", "expense_account"],
		order_by="idx",
		as_list=True,
	)
	return [tuple(row) for row in rows]


def costs(run: str) -> tuple:
	return value("Production Run", run, "material_cost", "labour_cost", "overhead_cost", "downtime_cost")


def finished_value(scratch, item: str) -> float:
	at = {"item_code": item, "warehouse": scratch.plant.fg_warehouse}
	return value("Bin", at, "stock_value")


def test_labour_and_overhead_of_the_standard_enter_the_finished_value(welded):
	run = running(welded.order(welded.frame, 8))
	answer = runs.complete(run=run, produced_qty=8)
	account = company.operating_cost_account(welded.company)
	assert additional_costs(answer["stock_entry"]) == [("Labour", 160, account), ("Overhead", 80, account)]
	assert finished_value(welded, welded.frame) == 40 + 160 + 80
	assert costs(run) == (40, 160, 80, 0)
	assert answer["warnings"] == []


def test_runs_share_the_standard_and_the_last_one_takes_the_exact_rest(welded):
	"""An hour and 20 minutes at 10.00 an hour are 13.33 for 3 units: 4.44, 4.45 and 4.44."""
	chair, seat = welded.item("CHAIR"), welded.item("SEAT")
	row = welded.operation(80, 10, fixed_time=1)
	welded.bom(chair, {seat: 1}, with_operations=1, operations=[row])
	welded.stock(seat, 10, rate=1)
	order = welded.order(chair, 3)
	confirmed(order)
	shares = []
	for _run in range(3):
		run = started(order, qty=1)
		runs.complete(run=run, produced_qty=1)
		shares.append(value("Production Run", run, "labour_cost"))
	assert shares == [4.44, 4.45, 4.44]
	assert finished_value(welded, chair) == 3 + 13.33


def test_rejects_and_loss_absorb_their_share_too(welded):
	run = running(welded.order(welded.frame, 8))
	runs.complete(run=run, produced_qty=4, rejected_qty=2, reject_reason="bent", loss_qty=2)
	assert costs(run)[1:3] == (160, 80)


def test_reported_labour_counts_at_its_own_rate_and_absorbs_overhead_by_its_minutes(welded):
	run = running(welded.order(welded.frame, 8))
	labour = [{"minutes": 90, "hour_rate": 50}, {"minutes": 30, "activity": "Setup"}]
	answer = runs.complete(run=run, produced_qty=8, labour=labour)
	assert costs(run) == (40, 75 + 20, 40, 0)
	assert finished_value(welded, welded.frame) == 40 + 95 + 40
	rows = frappe.get_all(
		"Production Run Labour", {"parent": run}, ["hour_rate", "amount"], order_by="idx", as_list=True
	)
	assert [tuple(row) for row in rows] == [(50, 75), (40, 20)]
	assert answer["variance"]["labour_variance"] == (95 + 40) - (160 + 80)


def test_downtime_costs_what_the_place_costs_in_the_meantime(welded):
	run = running(welded.order(welded.frame, 8))
	answer = runs.complete(run=run, produced_qty=8, downtime=[{"reason": "no gas", "minutes": 15}])
	assert costs(run) == (40, 160, 80, 15)
	assert additional_costs(answer["stock_entry"])[2][:2] == ("Downtime", 15)
	assert finished_value(welded, welded.frame) == 40 + 240 + 15


def test_a_run_without_good_units_keeps_its_cost_and_says_that_no_stock_carries_it(welded):
	order = welded.order(welded.frame, 8)
	run = running(order, qty=2)
	answer = runs.complete(run=run, produced_qty=0, rejected_qty=2, reject_reason="bent")
	assert value("Stock Entry", answer["stock_entry"], "purpose") == "Material Issue"
	assert additional_costs(answer["stock_entry"]) == []
	assert costs(run) == (10, 40, 20, 0)
	assert len(answer["warnings"]) == 2
	assert "60.00" in answer["warnings"][1]


def test_where_nothing_of_value_is_consumed_the_cost_is_in_no_stock_value_and_the_answer_says_so(welded):
	"""ERPNext distributes additional costs by value: over nothing they would be lost, and its books would not balance.

	Nor are the new cups worth what the one in stock is.
	"""
	cup, water = welded.item("CUP"), welded.item("WATER")
	welded.bom(cup, {water: 1}, with_operations=1, operations=[welded.operation(6, 20)])
	welded.plant.receive(cup, 1, 5, welded.plant.fg_warehouse)
	given = {"item_code": water, "qty": 50, "basic_rate": 0, "allow_zero_valuation_rate": 1}
	stock.post(stock.RECEIPT, welded.company, [{**given, "t_warehouse": welded.plant.source_warehouse}])
	run = running(welded.order(cup, 10))
	answer = runs.complete(run=run, produced_qty=10)
	assert additional_costs(answer["stock_entry"]) == []
	assert finished_value(welded, cup) == 5
	assert costs(run) == (0, 20, 0, 0)
	assert len(answer["warnings"]) == 1
	assert "20.00" in answer["warnings"][0]


def test_a_company_without_an_account_for_it_is_told_which_ones_will_do(welded, unchanged):
	tamper(
		"Company",
		{"name": welded.company},
		default_operating_cost_account=None,
		expenses_included_in_valuation=None,
		enable_perpetual_inventory=1,
	)
	frappe.clear_document_cache("Company", welded.company)
	run = running(welded.order(welded.frame, 8))
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=8)
	assert "Default Operating Cost Account" in str(refusal.value)
	assert "Expenses Included In Valuation" in str(refusal.value)
	frappe.db.rollback()
	frappe.clear_document_cache("Company", welded.company)


def test_the_companys_own_account_for_operating_cost_goes_first(welded):
	account = value("Company", welded.company, "stock_adjustment_account")
	tamper("Company", {"name": welded.company}, default_operating_cost_account=account)
	frappe.clear_document_cache("Company", welded.company)
	run = running(welded.order(welded.frame, 8))
	answer = runs.complete(run=run, produced_qty=8)
	assert {row[2] for row in additional_costs(answer["stock_entry"])} == {account}
	frappe.db.rollback()
	frappe.clear_document_cache("Company", welded.company)
