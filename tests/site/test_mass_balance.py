"""What went into a run and what became of it."""

import frappe
import pytest

from production_orders.api import runs, trace
from tests.support.orders import running


def test_value_and_quantity_of_a_process_run_add_up_and_its_loss_explains_the_rest(scratch):
	base, salt, broth = (scratch.item(name, uom="Kg") for name in ("BASE", "SALT", "BROTH"))
	scratch.bom(broth, {base: 0.9, salt: 0.2})
	scratch.stocks({base: (100, 2), salt: (100, 5)})
	order = scratch.order(broth, 20)
	run = running(order)
	runs.complete(run=run, produced_qty=16, loss_qty=3, labour=[])
	found = trace.mass_balance(run=run)
	stock_entry = frappe.db.get_value("Production Run", run, "stock_entry")
	assert {field: found[field] for field in ("run", "order", "status", "stock_entry")} == {
		"run": run,
		"order": order.name,
		"status": "Completed",
		"stock_entry": stock_entry,
	}
	assert [(row["item_code"], row["qty"], row["stock_uom"], row["value"]) for row in found["consumed"]] == [
		(base, 17.1, "Kg", 34.2),
		(salt, 3.8, "Kg", 19),
	]
	assert [(row["item_code"], row["qty"], row["value"]) for row in found["produced"]] == [(broth, 16, 53.2)]
	assert found["quantities"] == [
		{
			"stock_uom": "Kg",
			"consumed_qty": 20.9,
			"produced_qty": 16,
			"process_loss_qty": 3,
			"unstocked_reject_qty": 0,
			"unexplained_qty": 1.9,
		}
	]
	assert found["value"] == {"consumed": 53.2, "operating": 0, "produced": 53.2, "expensed": 0}


def test_units_that_are_on_one_side_only_are_not_compared(scratch):
	flour, cake = scratch.item("FLOUR", uom="Kg"), scratch.item("CAKE")
	scratch.bom(cake, {flour: 0.5})
	scratch.stock(flour, 10)
	run = running(scratch.order(cake, 4))
	runs.complete(run=run, produced_qty=4)
	assert trace.mass_balance(run=run)["quantities"] == []


@pytest.mark.parametrize(("scrap_warehouse", "unstocked"), [(None, 2), ("of the plant", 0)])
def test_rejects_that_nobody_stocked_are_told_apart(scratch, scrap_warehouse, unstocked):
	raw, part = scratch.item("RAW"), scratch.item("PART")
	scratch.bom(part, {raw: 1})
	scratch.stock(raw, 10)
	where = scratch.plant.scrap_warehouse if scrap_warehouse else None
	run = running(scratch.order(part, 5, scrap_warehouse=where))
	runs.complete(run=run, produced_qty=3, rejected_qty=2, reject_reason="bent")
	(row,) = trace.mass_balance(run=run)["quantities"]
	assert (row["consumed_qty"], row["produced_qty"]) == (5, 5 - unstocked)
	assert (row["unstocked_reject_qty"], row["unexplained_qty"]) == (unstocked, 0)


def test_a_run_that_made_nothing_good_is_an_expense(scratch):
	run = running(scratch.simple_order(qty=1, per_unit=2, consumption_policy="Flexible"))
	runs.complete(run=run, produced_qty=0, loss_qty=1, labour=[])
	found = trace.mass_balance(run=run)
	assert found["value"] == {"consumed": 20, "operating": 0, "produced": 0, "expensed": 20}
	assert found["produced"] == []


def test_an_open_run_has_moved_nothing(scratch):
	run = running(scratch.simple_order(qty=1))
	found = trace.mass_balance(run=run)
	assert (found["consumed"], found["produced"], found["quantities"]) == ([], [], [])


def test_a_run_is_balanced_for_those_who_may_read_it(scratch):
	run = running(scratch.simple_order(qty=1))
	frappe.set_user(scratch.user("Stock User"))
	with pytest.raises(frappe.PermissionError):
		trace.mass_balance(run=run)
