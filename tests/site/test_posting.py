"""What a completed run moves, values and records: exactly that, in one transaction."""

import frappe
import pytest
from frappe.utils import add_days, get_datetime, now_datetime, today

from production_orders import errors
from production_orders.api import runs
from tests.support.orders import (
	confirmed,
	consumption_rows,
	entry_rows,
	events_of,
	running,
	started,
	value,
)
from tests.support.state import quiet


def order_of(cake, qty: float = 10, **values):
	return cake.scratch.order(cake.item, qty, **values)


def quantities(run: str) -> dict[str, tuple[float, float]]:
	"""item -> (planned, taken)."""
	return consumption_rows(run, "planned_qty", "qty")


def test_the_finished_value_is_what_was_consumed(cake):
	run = running(order_of(cake))
	answer = runs.complete(run=run, produced_qty=10)
	assert (
		value("Stock Entry Detail", {"parent": answer["stock_entry"], "is_finished_item": 1}, "amount") == 17
	)
	warehouse = cake.scratch.plant.fg_warehouse
	assert value("Bin", {"item_code": cake.item, "warehouse": warehouse}, "stock_value") == 17
	assert value("Production Run", run, "standard_cost", "actual_cost", "total_variance") == (17, 17, 0)


@pytest.mark.parametrize(("method", "cost"), [("FIFO", 10 * 1 + 6 * 3), ("Moving Average", 16 * 2)])
def test_the_finished_value_follows_the_valuation_method(scratch, method, cost):
	"""Ten at 1 and ten at 3 are in stock; sixteen are consumed for eight good units."""
	finished, raw = scratch.item("FG"), scratch.item("RAW", valuation_method=method)
	scratch.bom(finished, {raw: 2})
	scratch.stock(raw, 10, rate=1)
	scratch.stock(raw, 10, rate=3)
	run = running(scratch.order(finished, 8))
	answer = runs.complete(run=run, produced_qty=8)
	at = {"item_code": finished, "warehouse": scratch.plant.fg_warehouse}
	assert value("Bin", at, "actual_qty", "stock_value", "valuation_rate") == (8, cost, cost / 8)
	assert answer["variance"]["standard_cost"] == 32
	assert answer["variance"]["actual_cost"] == cost
	assert answer["variance"]["price_variance"] == cost - 32


def test_the_variance_is_split_into_usage_and_price(scratch):
	"""Locked at 2.00; then stock at 5.00 joins: 20 at 2 and 20 at 5 make 3.50 on average."""
	finished, raw = scratch.item("FG"), scratch.item("RAW", valuation_method="Moving Average")
	scratch.bom(finished, {raw: 1})
	scratch.stock(raw, 20, rate=2)
	order = scratch.order(finished, 10, consumption_policy="Flexible")
	confirmed(order)
	scratch.stock(raw, 20, rate=5)
	answer = runs.complete(run=started(order), produced_qty=10, consumption=[{"item_code": raw, "qty": 12}])
	variance = answer["variance"]
	assert (variance["standard_cost"], variance["actual_cost"]) == (20, 42)
	assert (variance["usage_variance"], variance["price_variance"]) == (4, 18)
	assert variance["total_variance"] == 22
	assert variance["materials"] == [
		{
			"item_code": raw,
			"replaces": None,
			"warehouse": scratch.plant.source_warehouse,
			"stock_uom": "Nos",
			"planned_qty": 10,
			"actual_qty": 12,
			"difference_qty": 2,
			"standard_rate": 2,
			"actual_rate": 3.5,
			"usage_variance": 4,
			"substitution_variance": 0,
			"price_variance": 18,
		}
	]


def test_the_stock_entry_is_a_manufacture_with_sorted_rows_and_scrap_before_the_finished_item(cake):
	run = running(order_of(cake), qty=10)
	answer = runs.complete(run=run, produced_qty=8, rejected_qty=2, reject_reason="burnt")
	entry = answer["stock_entry"]
	fields = ("purpose", "docstatus", "from_bom", "production_run", "company")
	assert value("Stock Entry", entry, *fields) == ("Manufacture", 1, 0, run, cake.scratch.company)
	plant = cake.scratch.plant
	rows = entry_rows(
		entry, "item_code", "s_warehouse", "t_warehouse", "qty", "is_scrap_item", "is_finished_item"
	)
	store = plant.source_warehouse
	taken = {cake.flour: 3.5, cake.eggs: 20, cake.box: 10}
	assert rows == [
		*((item, store, "", taken[item], 0, 0) for item in sorted(taken)),
		(cake.item, "", plant.scrap_warehouse, 2, 1, 0),
		(cake.item, "", plant.fg_warehouse, 8, 0, 1),
	]


def test_rejects_go_to_scrap_without_value_and_the_good_units_bear_the_cost(cake):
	run = running(order_of(cake), qty=10)
	runs.complete(run=run, produced_qty=8, rejected_qty=2, reject_reason="burnt")
	plant = cake.scratch.plant
	good = {"item_code": cake.item, "warehouse": plant.fg_warehouse}
	scrap = {"item_code": cake.item, "warehouse": plant.scrap_warehouse}
	assert value("Bin", good, "actual_qty", "stock_value", "valuation_rate") == (8, 17, 2.125)
	assert value("Bin", scrap, "actual_qty", "stock_value") == (2, 0)
	assert value("Production Run", run, "produced_qty", "rejected_qty", "reject_reason") == (8, 2, "burnt")


def test_rejects_without_a_scrap_warehouse_are_recorded_and_not_stocked(cake):
	order = order_of(cake, scrap_warehouse=None)
	run = running(order, qty=10)
	answer = runs.complete(run=run, produced_qty=8, rejected_qty=2, reject_reason="burnt")
	assert value("Production Order", order.name, "rejected_qty", "open_qty") == (2, 2)
	assert frappe.db.get_all("Bin", {"item_code": cake.item, "actual_qty": [">", 0]}, pluck="actual_qty") == [
		8
	]
	assert answer["warnings"] == []


def test_a_loss_takes_its_materials_and_comes_out_as_nothing(cake):
	order = order_of(cake)
	run = running(order, qty=10)
	answer = runs.complete(run=run, produced_qty=9, loss_qty=1)
	assert (answer["produced_total"], answer["open_qty"]) == (9, 0)
	assert quantities(run)[cake.eggs] == (20, 20)
	assert value("Production Run", run, "produced_qty", "process_loss_qty") == (9, 1)
	assert cake.scratch.actual(cake.item, cake.scratch.plant.fg_warehouse) == 9


def test_a_run_that_made_nothing_good_issues_its_materials(cake):
	order = order_of(cake)
	run = running(order, qty=4)
	answer = runs.complete(run=run, produced_qty=0, loss_qty=4)
	assert value("Stock Entry", answer["stock_entry"], "purpose", "docstatus") == ("Material Issue", 1)
	assert cake.scratch.actual(cake.eggs) == 92
	assert (answer["produced_total"], answer["open_qty"]) == (0, 6)


def test_rejects_of_a_run_that_made_nothing_good_are_not_stocked_and_it_says_so(cake):
	run = running(order_of(cake), qty=4)
	answer = runs.complete(run=run, produced_qty=0, rejected_qty=4, reject_reason="burnt")
	assert len(answer["warnings"]) == 1
	assert cake.scratch.actual(cake.item, cake.scratch.plant.scrap_warehouse) == 0
	assert answer["open_qty"] == 10


def test_a_run_that_did_nothing_is_not_completed(cake, unchanged):
	run = running(order_of(cake))
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=0)
	assert [problem["field"] for problem in refusal.value.details] == ["produced_qty"]


def test_making_more_than_the_tolerance_is_refused(cake, unchanged):
	run = running(order_of(cake, over_production_tolerance=10))
	with unchanged(), pytest.raises(errors.ToleranceExceeded) as refusal:
		runs.complete(run=run, produced_qty=12)
	assert refusal.value.details == [{"planned": 10, "actual": 12, "tolerance": 10}]
	answer = runs.complete(run=run, produced_qty=11)
	assert (answer["produced_total"], answer["open_qty"]) == (11, 0)


def test_a_completed_run_is_not_completed_again(cake, unchanged):
	run = running(order_of(cake), qty=4)
	runs.complete(run=run, produced_qty=4)
	with unchanged(), pytest.raises(errors.IllegalTransition):
		runs.complete(run=run, produced_qty=4)


def test_the_same_key_completes_once(cake, unchanged):
	run = running(order_of(cake), qty=4)
	first = runs.complete(run=run, produced_qty=4, idempotency_key=run)
	with quiet():
		assert runs.complete(run=run, produced_qty=4, idempotency_key=run) == first
	with unchanged(), pytest.raises(errors.IdempotencyConflict):
		runs.complete(run=run, produced_qty=5, idempotency_key=run)


@pytest.mark.parametrize("when", ["{tomorrow} 08:00:00", "{tomorrow}T08:00:00+01:00", "later"])
def test_a_posting_in_the_future_is_refused(cake, unchanged, when):
	run = running(order_of(cake))
	when = when.format(tomorrow=add_days(today(), 2))
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=10, posting_datetime=when)
	assert [problem["field"] for problem in refusal.value.details] == ["posting_datetime"]


def test_a_run_can_be_posted_at_the_time_it_was_made(cake):
	run = running(order_of(cake))
	at = now_datetime()
	answer = runs.complete(run=run, produced_qty=10, posting_datetime=at.isoformat())
	assert value("Production Run", run, "posting_datetime") == at
	entry = value("Stock Entry", answer["stock_entry"], "posting_date", "posting_time")
	assert abs(get_datetime(f"{entry[0]} {entry[1]}") - at).total_seconds() < 1


def test_the_stock_entry_of_a_run_is_not_cancelled_on_its_own(cake, unchanged):
	answer = runs.complete(run=running(order_of(cake)), produced_qty=10)
	with unchanged(), pytest.raises(errors.ReadOnly):
		frappe.get_doc("Stock Entry", answer["stock_entry"]).cancel()


def test_nobody_posts_in_the_name_of_a_run(cake, unchanged):
	answer = runs.complete(run=running(order_of(cake)), produced_qty=10)
	forged = frappe.copy_doc(frappe.get_doc("Stock Entry", answer["stock_entry"]))
	forged.production_run = value("Stock Entry", answer["stock_entry"], "production_run")
	with unchanged(), pytest.raises(errors.ReadOnly):
		forged.insert()


def test_an_order_remembers_each_of_its_runs(cake):
	order = order_of(cake)
	first = running(order, qty=6)
	runs.complete(run=first, produced_qty=5, rejected_qty=1, reject_reason="burnt")
	second = started(order, qty=5)
	runs.complete(run=second, produced_qty=5)
	assert value("Production Order", order.name, "produced_qty", "rejected_qty", "open_qty", "run_count") == (
		10,
		1,
		0,
		2,
	)
	assert [event for _sequence, event, subject in events_of(order) if subject == second] == [
		"Running",
		"Completed",
	]
	assert quantities(second)[cake.eggs] == (10, 10)
