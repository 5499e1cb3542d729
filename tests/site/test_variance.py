"""What runs cost against the standard of their good output, with figures worked out by hand."""

import frappe
import pytest

from production_orders.api import orders, runs
from production_orders.domain.variance import PARTS
from tests.support.joinery import Joinery
from tests.support.orders import confirmed, running, started, value

VARIANCES = tuple(f"{part}_variance" for part in PARTS)
COSTS = ("material_cost", "labour_cost", "overhead_cost", "downtime_cost", "recovered_cost")


def parts(run: str) -> dict[str, float]:
	"""Those that are not zero, as the run keeps them."""
	kept = value("Production Run", run, *VARIANCES)
	return {part: amount for part, amount in zip(PARTS, kept, strict=True) if amount}


def finished_value(joinery: Joinery) -> float:
	at = {"item_code": joinery.chair, "warehouse": joinery.scratch.plant.fg_warehouse}
	return frappe.db.get_value("Bin", at, "stock_value")


def test_a_run_that_goes_by_the_lock_has_no_variance(joinery):
	run = running(joinery.order(10))
	answer = runs.complete(run=run, produced_qty=10)
	assert value("Production Run", run, "standard_cost", "actual_cost", "total_variance") == (129, 129, 0)
	assert value("Production Run", run, *COSTS) == (70, 40, 20, 0, 1)
	assert parts(run) == {}
	assert answer["cost"] == {
		"material": 70,
		"labour": 40,
		"overhead": 20,
		"downtime": 0,
		"recovered": 1,
		"rework": 0,
		"actual": 129,
	}
	assert finished_value(joinery) == 129


@pytest.fixture
def bad_day(joinery):
	"""10 chairs of 12.90 are put through; 8 are good, 1 is rejected, 1 is lost. What the completion answered.

	usage         steel 18 + 4 - 20 at 3.00, screws 38 - 40 at 0.25                 6.00 - 0.50 =    5.50
	substitution  4 kg alloy for 20.00 in the place of 4 kg steel at 3.00                            8.00
	price         18 kg steel at 3.50 instead of 3.00                                                9.00
	yield         70 + 60 - 1 put in, less what 9 chairs should cost               129.00 - 116.10 = 12.90
	scrap         1 chair, and 0.6 instead of 1 kg of chips at 1.00                  12.90 + 0.40 = 13.30
	labour        75 minutes at 48 and 20 an hour, instead of 60.00                 60 + 25 - 60 =  25.00
	downtime      30 minutes at 40 and 20 an hour                                                   30.00
	actual        63.00 + 20.00 + 9.50 + 60.00 + 25.00 + 30.00 - 0.60 = 206.90; standard 8 x 12.90 = 103.20
	"""
	order = joinery.order(10)
	confirmed(order)
	joinery.scratch.stock(joinery.steel, 40, rate=4)
	return runs.complete(
		run=started(order),
		produced_qty=8,
		loss_qty=1,
		rejects=[{"qty": 1, "reason": "wobbles"}],
		consumption=[
			{"item_code": joinery.steel, "qty": 18},
			{"item_code": joinery.alloy, "qty": 4, "replaces": joinery.steel},
			{"item_code": joinery.screw, "qty": 38},
		],
		outputs=[{"item_code": joinery.chips, "qty": 0.6}],
		labour=[{"activity": "Run", "minutes": 75, "hour_rate": 48}],
		downtime=[{"reason": "no power", "minutes": 30}],
	)


BAD_DAY = {
	"usage": 5.5,
	"substitution": 8,
	"price": 9,
	"yield": 12.9,
	"scrap": 13.3,
	"labour": 25,
	"downtime": 30,
}


def test_a_run_keeps_every_part_of_a_bad_day(joinery, bad_day):
	run = bad_day["run"]
	assert parts(run) == BAD_DAY
	assert value("Production Run", run, *COSTS) == (92.5, 60, 25, 30, 0.6)
	totals = value("Production Run", run, "standard_cost", "actual_cost", "total_variance")
	assert totals == (103.2, 206.9, 103.7)
	assert finished_value(joinery) == 206.9


def test_the_answer_tells_every_part_of_a_bad_day(joinery, bad_day):
	variance = bad_day["variance"]
	assert {part: variance[f"{part}_variance"] for part in PARTS} == BAD_DAY
	assert {row["item_code"]: row["substitution_variance"] for row in variance["materials"]} == {
		joinery.steel: 0,
		joinery.screw: 0,
		joinery.alloy: 8,
	}


def test_an_order_adds_up_its_runs(joinery):
	"""Three perfect chairs, then seven with 2 kg of steel too much: 6.00 of usage."""
	order = joinery.order(10)
	runs.complete(run=running(order, qty=3), produced_qty=3)
	assert value("Production Order", order.name, "actual_cost", "total_variance") == (38.7, 0)
	second = started(order, qty=7)
	runs.complete(run=second, produced_qty=7, consumption=[{"item_code": joinery.steel, "qty": 16}])
	assert parts(second) == {"usage": 6}
	assert value("Production Order", order.name, "actual_cost", "total_variance") == (135, 6)
	orders.complete(order=order.name)
	assert value("Production Order", order.name, "standard_cost", "actual_cost") == (129, 135)


def test_a_reversed_run_is_taken_out_of_its_order(joinery):
	order = joinery.order(10)
	runs.complete(run=running(order, qty=3), produced_qty=3)
	wasteful = started(order, qty=7)
	runs.complete(run=wasteful, produced_qty=7, consumption=[{"item_code": joinery.steel, "qty": 16}])
	runs.reverse(run=wasteful, reason="counted wrong")
	assert value("Production Order", order.name, "actual_cost", "total_variance") == (38.7, 0)
	runs.complete(run=started(order, qty=7), produced_qty=7)
	assert value("Production Order", order.name, "actual_cost", "total_variance") == (129, 0)


def test_what_is_worked_over_costs_its_work_once_more_and_its_material_once(joinery):
	"""10 are put through and 2 wait for rework with 25.80; 12 minutes at 40 and 20 an hour make them good.

	The first run bears 129.00 - 25.80 for 8 chairs, the second 25.80 + 8.00 + 4.00 for 2: together 141.00 for 10.
	"""
	order = joinery.order(10, rework_warehouse=joinery.scratch.warehouse("Rework"))
	first = running(order)
	runs.complete(run=first, produced_qty=8, rejects=[{"qty": 2, "reason": "rough", "disposition": "Rework"}])
	assert value("Production Run", first, "rework_cost", "actual_cost", "standard_cost") == (
		25.8,
		103.2,
		103.2,
	)
	assert parts(first) == {}
	second = started(order, qty=2, rework=True)
	runs.complete(run=second, produced_qty=2, labour=[{"activity": "Run", "minutes": 12}])
	assert value("Production Run", second, "material_cost", "actual_cost", "standard_cost") == (
		25.8,
		37.8,
		25.8,
	)
	assert parts(second) == {"labour": 12}
	assert value("Production Order", order.name, "actual_cost", "total_variance") == (141, 12)
	assert finished_value(joinery) == 141


def test_a_material_that_the_lock_does_not_know_is_all_price(joinery):
	glue = joinery.scratch.item("GLUE")
	joinery.scratch.stock(glue, 5, rate=7)
	run = running(joinery.order(10))
	consumption = [{"item_code": glue, "qty": 1}]
	runs.complete(run=run, produced_qty=10, consumption=consumption)
	assert parts(run) == {"price": 7}


def test_a_loss_that_the_bom_expects_is_no_variance(scratch):
	"""Of 20 put through a tenth is lost: 18 good ones bear 200.00. One more lost costs 11.11."""
	block, sand = scratch.item("BLOCK", uom="Kg"), scratch.item("SAND", uom="Kg")
	scratch.bom(block, {sand: 1}, process_loss_percentage=10)
	scratch.stock(sand, 100, rate=10)
	expected, worse = (scratch.order(block, 20) for _ in range(2))
	run = running(expected)
	runs.complete(run=run, produced_qty=18, loss_qty=2)
	assert value("Production Run", run, "standard_cost", "actual_cost") == (200, 200)
	assert parts(run) == {}
	run = running(worse)
	runs.complete(run=run, produced_qty=17, loss_qty=3)
	assert value("Production Run", run, "standard_cost", "actual_cost") == (188.89, 200)
	assert parts(run) == {"yield": 11.11}


def test_runs_of_thirds_have_no_variance_of_rounding(scratch):
	"""3 units for 10.00 of work: runs of one unit absorb 3.33, 3.34 and 3.33, as their standard is."""
	made, part = scratch.item("MADE"), scratch.item("PART")
	scratch.bom(made, {part: 1}, with_operations=1, operations=[scratch.operation(20, 10)])
	scratch.stock(part, 10, rate=1)
	order = scratch.order(made, 3)
	confirmed(order)
	costs = []
	for _ in range(3):
		run = started(order, qty=1)
		runs.complete(run=run, produced_qty=1)
		assert parts(run) == {}
		costs.append(value("Production Run", run, "actual_cost"))
	assert costs == [4.33, 4.34, 4.33]
	assert value("Production Order", order.name, "actual_cost", "standard_cost") == (13, 13)


def test_a_run_that_made_nothing_has_no_standard_and_its_loss_is_yield(joinery):
	"""2 lost: 14.00 of material, 12.00 of work and no chips, whose 0.20 are missing."""
	run = running(joinery.order(10), qty=2)
	runs.complete(run=run, produced_qty=0, loss_qty=2)
	assert value("Production Run", run, "standard_cost", "actual_cost") == (0, 26)
	assert parts(run) == {"yield": 25.8, "scrap": 0.2}
