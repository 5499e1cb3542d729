"""Co- and by-products: planned from the lock, reported by the floor, valued so that nothing is won or lost."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import runs
from tests.support.orders import confirmed, entry_rows, running, started, tamper, value

ROW = ("item_code", "kind", "warehouse", "planned_qty", "qty", "rate", "amount")


@pytest.fixture
def dairy(scratch):
	"""100 litres of milk at 1.00 give 80 of skimmed milk, 10 Kg cream (30 % of the cost) and 5 Kg whey."""
	milk, skimmed = scratch.item("MILK", uom="Litre"), scratch.item("SKIMMED", uom="Litre")
	cream, whey = scratch.item("CREAM", uom="Kg"), scratch.item("WHEY", uom="Kg", valuation_rate=0.4)
	scrap = [
		{"item_code": cream, "stock_qty": 10, "rate": 3, "cost_share": 30},
		{"item_code": whey, "stock_qty": 5, "rate": 0.1},
	]
	scratch.bom(skimmed, {milk: 100}, quantity=80, scrap_items=scrap)
	scratch.stock(milk, 1000, rate=1)
	return frappe._dict(milk=milk, item=skimmed, cream=cream, whey=whey, scratch=scratch)


def order_of(dairy, qty: float = 80, **values):
	return dairy.scratch.order(dairy.item, qty, **values)


def outputs_of(run: str, *fields: str) -> list[tuple]:
	rows = frappe.get_all(
		"Production Run Output", {"parent": run}, list(fields), order_by="idx", as_list=True
	)
	return [tuple(row) for row in rows]


def stock_value(dairy, item: str, warehouse: str) -> tuple[float, float]:
	return value("Bin", {"item_code": item, "warehouse": warehouse}, "actual_qty", "stock_value")


# The lock


def test_the_lock_keeps_shares_and_a_later_bom_changes_nothing(dairy):
	order = order_of(dairy)
	confirmed(order)
	tamper("BOM Scrap Item", {"item_code": dairy.cream}, cost_share=90, stock_qty=99)
	runs.complete(run=started(order), produced_qty=80)
	plant = dairy.scratch.plant
	assert stock_value(dairy, dairy.cream, plant.fg_warehouse) == (10, 30)


@pytest.mark.parametrize("shares", [(100, 0), (60, 40), (70, 50)])
def test_a_bom_that_leaves_no_cost_for_its_item_is_refused(scratch, unchanged, shares):
	finished, raw = scratch.item("FG"), scratch.item("RAW")
	scrap = [
		{"item_code": scratch.item("CO"), "stock_qty": 1, "rate": 1, "cost_share": share} for share in shares
	]
	bom = scratch.bom(finished, {raw: 1}, scrap_items=scrap)
	scratch.stock(raw, 10)
	order = scratch.order(finished, 1)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		confirmed(order)
	assert f"BOM {bom} gives {sum(shares)} % of its cost to co-products" in str(refusal.value)


def test_a_negative_share_is_refused(dairy, unchanged):
	tamper("BOM Scrap Item", {"item_code": dairy.cream}, cost_share=-5)
	order = order_of(dairy)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		confirmed(order)
	assert "negative share" in str(refusal.value)


# The plan


def test_a_run_is_told_what_comes_out_beside(dairy):
	run = running(order_of(dairy))
	planned = runs.plan(run=run, produced_qty=40)["outputs"]
	plant = dairy.scratch.plant
	fields = ("item_code", "kind", "planned_qty", "warehouse", "stock_uom")
	assert [tuple(row[field] for field in fields) for row in planned] == [
		(dairy.cream, "Co-product", 5, plant.fg_warehouse, "Kg"),
		(dairy.whey, "By-product", 2.5, plant.scrap_warehouse, "Kg"),
	]


def test_runs_of_an_order_give_together_what_the_order_plans(dairy):
	"""Three litres give 0.1875 Kg of whey, and Kg are counted to a thousandth: 0.062, 0.063 and 0.062."""
	order = order_of(dairy, 3)
	confirmed(order)
	quantities = []
	for _run in range(3):
		run = started(order, qty=1)
		runs.complete(run=run, produced_qty=1)
		quantities.append(dict(outputs_of(run, "item_code", "qty")))
	assert [row[dairy.cream] for row in quantities] == [0.125, 0.125, 0.125]
	assert [row[dairy.whey] for row in quantities] == [0.062, 0.063, 0.062]


def test_what_comes_out_of_half_an_order_is_rounded_down_to_whole_pieces(scratch):
	"""Ten boards give three offcuts; five boards give one, the next five two."""
	board, log, offcut = scratch.item("BOARD"), scratch.item("LOG"), scratch.item("OFFCUT")
	scratch.bom(board, {log: 1}, scrap_items=[{"item_code": offcut, "stock_qty": 0.3, "rate": 1}])
	scratch.stock(log, 10)
	order = scratch.order(board, 10)
	confirmed(order)
	for made, expected in ((5, 1), (5, 2)):
		run = started(order, qty=made)
		runs.complete(run=run, produced_qty=made)
		assert outputs_of(run, "planned_qty", "qty") == [(expected, expected)]


# Value


def test_a_co_product_takes_its_share_a_by_product_its_own_rate_and_the_finished_item_the_rest(dairy):
	run = running(order_of(dairy))
	answer = runs.complete(run=run, produced_qty=80)
	plant = dairy.scratch.plant
	assert outputs_of(run, *ROW) == [
		(dairy.cream, "Co-product", plant.fg_warehouse, 10, 10, 3, 30),
		(dairy.whey, "By-product", plant.scrap_warehouse, 5, 5, 0.4, 2),
	]
	assert stock_value(dairy, dairy.cream, plant.fg_warehouse) == (10, 30)
	assert stock_value(dairy, dairy.whey, plant.scrap_warehouse) == (5, 2)
	assert stock_value(dairy, dairy.item, plant.fg_warehouse) == (80, 68)
	assert value("Production Run", run, "material_cost", "recovered_cost", "actual_cost") == (100, 32, 68)
	assert value("Stock Entry", answer["stock_entry"], "value_difference") == 0
	assert [row["amount"] for row in answer["outputs"]] == [30, 2]


def test_a_co_product_takes_its_share_of_labour_and_overhead_too(scratch):
	"""Materials 100, work 60 of it labour 40: a share of 25 % is 40, and the finished item keeps 120."""
	finished, raw, co = scratch.item("FG"), scratch.item("RAW"), scratch.item("CO")
	scrap = [{"item_code": co, "stock_qty": 1, "rate": 0, "cost_share": 25}]
	work = {"with_operations": 1, "operations": [scratch.operation(6, 40, 20)]}
	scratch.bom(finished, {raw: 1}, scrap_items=scrap, **work)
	scratch.stock(raw, 10, rate=10)
	run = running(scratch.order(finished, 10))
	answer = runs.complete(run=run, produced_qty=10)
	warehouse = scratch.plant.fg_warehouse
	assert value("Bin", {"item_code": co, "warehouse": warehouse}, "actual_qty", "stock_value") == (10, 40)
	assert value("Bin", {"item_code": finished, "warehouse": warehouse}, "stock_value") == 120
	assert answer["cost"]["recovered"] == 40


def test_work_may_cost_more_than_the_materials_that_a_co_product_is_made_of(scratch):
	"""Materials 10, labour 100: a share of 30 % is 33, more than all materials; the finished item carries 77."""
	finished, raw, co = scratch.item("FG"), scratch.item("RAW"), scratch.item("CO")
	scrap = [{"item_code": co, "stock_qty": 1, "rate": 0, "cost_share": 30}]
	scratch.bom(
		finished, {raw: 1}, scrap_items=scrap, with_operations=1, operations=[scratch.operation(60, 10)]
	)
	scratch.stock(raw, 10, rate=1)
	run = running(scratch.order(finished, 10))
	runs.complete(run=run, produced_qty=10)
	warehouse = scratch.plant.fg_warehouse
	assert value("Bin", {"item_code": co, "warehouse": warehouse}, "stock_value") == 33
	assert value("Bin", {"item_code": finished, "warehouse": warehouse}, "stock_value", "valuation_rate") == (
		77,
		7.7,
	)


def test_outputs_worth_more_than_what_was_put_in_share_it_and_the_answer_says_so(dairy):
	plant = dairy.scratch.plant
	plant.receive(dairy.whey, 1, 900, plant.scrap_warehouse)
	plant.receive(dairy.item, 1, 7, plant.fg_warehouse)
	run = running(order_of(dairy))
	answer = runs.complete(run=run, produced_qty=80)
	assert value("Production Run", run, "recovered_cost") == 100
	assert stock_value(dairy, dairy.item, plant.fg_warehouse) == (81, 7)
	assert len(answer["warnings"]) == 1


def test_a_by_product_that_never_had_a_rate_is_worth_what_the_bom_said(scratch):
	finished, raw, by = scratch.item("FG"), scratch.item("RAW"), scratch.item("BY")
	scratch.bom(finished, {raw: 1}, scrap_items=[{"item_code": by, "stock_qty": 2, "rate": 0.25}])
	scratch.stock(raw, 10, rate=10)
	run = running(scratch.order(finished, 10))
	runs.complete(run=run, produced_qty=10)
	assert outputs_of(run, "qty", "rate", "amount") == [(20, 0.25, 5)]


def test_a_by_product_without_any_rate_is_stocked_without_value(scratch):
	finished, raw, by = scratch.item("FG"), scratch.item("RAW"), scratch.item("BY")
	scratch.bom(finished, {raw: 1}, scrap_items=[{"item_code": by, "stock_qty": 2, "rate": 0}])
	scratch.stock(raw, 10, rate=10)
	run = running(scratch.order(finished, 10))
	runs.complete(run=run, produced_qty=10)
	assert outputs_of(run, "qty", "rate", "amount") == [(20, 0, 0)]
	at = {"item_code": finished, "warehouse": scratch.plant.fg_warehouse}
	assert value("Bin", at, "stock_value") == 100


def test_outputs_stand_before_the_finished_item(dairy):
	run = running(order_of(dairy))
	answer = runs.complete(run=run, produced_qty=78, rejected_qty=2, reject_reason="sour")
	rows = entry_rows(answer["stock_entry"], "item_code", "is_scrap_item", "is_finished_item", "qty")
	assert rows == [
		(dairy.milk, 0, 0, 100),
		(dairy.cream, 1, 0, 10),
		(dairy.whey, 1, 0, 5),
		(dairy.item, 1, 0, 2),
		(dairy.item, 0, 1, 78),
	]


# What the floor reports


def test_reported_outputs_replace_the_plan_and_the_others_follow_it(dairy):
	run = running(order_of(dairy))
	elsewhere = dairy.scratch.warehouse("Cold")
	reported = [
		{"item_code": dairy.cream, "qty": 6, "warehouse": elsewhere},
		{"item_code": dairy.cream, "qty": 2},
	]
	runs.complete(run=run, produced_qty=80, outputs=reported)
	plant = dairy.scratch.plant
	assert outputs_of(run, "item_code", "warehouse", "planned_qty", "qty", "amount") == [
		(dairy.cream, elsewhere, 10, 6, 22.5),
		(dairy.cream, plant.fg_warehouse, 0, 2, 7.5),
		(dairy.whey, plant.scrap_warehouse, 5, 5, 2),
	]


def test_an_output_of_zero_says_that_none_came_out(dairy):
	run = running(order_of(dairy))
	runs.complete(run=run, produced_qty=80, outputs=[{"item_code": dairy.cream, "qty": 0}])
	plant = dairy.scratch.plant
	assert [row[0] for row in outputs_of(run, "item_code")] == [dairy.whey]
	assert stock_value(dairy, dairy.item, plant.fg_warehouse) == (80, 98)


@pytest.mark.parametrize(
	("row", "sentence"),
	[
		({"item_code": "{milk}", "qty": 1}, "neither co- nor by-product"),
		({"item_code": "{cream}", "qty": 1.00001}, "too many decimals"),
		({"item_code": "{cream}", "qty": 1, "batch_no": "B-1"}, "not kept in batches"),
		({"item_code": "{cream}", "qty": 1, "serial_nos": "S-1"}, "none can be given"),
		({"item_code": "{cream}", "qty": 1, "warehouse": "All Warehouses - BW"}, "is a group"),
	],
)
def test_outputs_that_cannot_be_are_refused(dairy, unchanged, row, sentence):
	run = running(order_of(dairy))
	row = {**row, "item_code": row["item_code"].format(**dairy)}
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=80, outputs=[row])
	assert [problem["field"] for problem in refusal.value.details] == ["outputs.0"]
	assert sentence in str(refusal.value)


def test_a_run_that_finishes_nothing_says_what_is_not_stocked(dairy):
	run = running(order_of(dairy), qty=40)
	answer = runs.complete(run=run, produced_qty=0, loss_qty=40)
	assert outputs_of(run, "item_code") == []
	assert [dairy.cream in answer["warnings"][0], dairy.whey in answer["warnings"][1]] == [True, True]
	assert dairy.scratch.actual(dairy.cream, dairy.scratch.plant.fg_warehouse) == 0


# Batches and serial numbers


def batched_order(scratch, **series):
	finished, raw = scratch.item("FG"), scratch.item("RAW")
	co = scratch.item("CO", **series)
	scratch.bom(
		finished,
		{raw: 1},
		scrap_items=[{"item_code": co, "stock_qty": 1, "rate": 1, "cost_share": 20}],
	)
	scratch.stock(raw, 10, rate=10)
	return scratch.order(finished, 3), co


def test_a_co_product_gets_a_batch_of_its_series(scratch):
	order, co = batched_order(scratch, has_batch_no=1, create_new_batch=1, batch_number_series="CO-.#####")
	run = running(order)
	answer = runs.complete(run=run, produced_qty=3)
	((batch_no, amount),) = outputs_of(run, "batch_no", "amount")
	assert value("Batch", batch_no, "item", "reference_doctype", "reference_name") == (
		co,
		"Production Run",
		run,
	)
	assert amount == 6
	assert answer["outputs"][0]["batch_no"] == batch_no


def test_a_co_product_kept_in_batches_without_a_series_asks_for_its_batch(scratch, unchanged):
	order, co = batched_order(scratch, has_batch_no=1)
	run = running(order)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=3)
	assert co in str(refusal.value)
	runs.complete(run=run, produced_qty=3, outputs=[{"item_code": co, "qty": 3, "batch_no": f"{co}-1"}])
	assert outputs_of(run, "batch_no") == [(f"{co}-1",)]


def test_a_co_product_with_serial_numbers_takes_those_that_are_given(scratch, unchanged):
	order, co = batched_order(scratch, has_serial_no=1)
	run = running(order)
	numbers = [f"{co}-{idx}" for idx in range(3)]
	with unchanged(), pytest.raises(errors.InvalidInput):
		runs.complete(run=run, produced_qty=3)
	runs.complete(
		run=run,
		produced_qty=3,
		outputs=[{"item_code": co, "qty": 3, "serial_nos": "\n".join(numbers)}],
	)
	assert outputs_of(run, "serial_nos") == [("\n".join(numbers),)]
	assert value("Serial No", numbers[0], "item_code", "warehouse") == (co, scratch.plant.fg_warehouse)


def test_a_co_product_with_a_serial_series_gets_its_numbers(scratch):
	order, _co = batched_order(scratch, has_serial_no=1, serial_no_series="COSER-.#####")
	run = running(order)
	runs.complete(run=run, produced_qty=3)
	((numbers,),) = outputs_of(run, "serial_nos")
	assert len(numbers.split("\n")) == 3
