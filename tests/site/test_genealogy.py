"""What a completed run writes down of the batches and serial numbers it took and made."""

from types import SimpleNamespace
from unittest import mock

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, runs, trace
from production_orders.services import genealogy
from tests.support.orders import confirmed, running, started, tamper, value
from tests.support.tracked import Tracked

FLEXIBLE = {"consumption_policy": "Flexible"}


def rows_of(run: str) -> list[tuple]:
	"""(direction, item, batch or serial number, quantity, piece) of a run."""
	rows = frappe.get_all(
		"Production Genealogy",
		{"run": run},
		["direction", "item_code", "batch_no", "serial_no", "qty", "for_serial_no"],
		order_by="name",
	)
	return [
		(row.direction, row.item_code, row.serial_no or row.batch_no, row.qty, row.for_serial_no)
		for row in rows
	]


def made_of(tracked: Tracked, material: str, per_unit: float = 1, **values) -> str:
	"""A fresh product that is made of one material."""
	product = tracked.scratch.item("FG", **values)
	tracked.scratch.bom(product, {material: per_unit})
	return product


def test_batches_are_written_as_the_ledger_took_them(tracked):
	resin = tracked.batch_item()
	first, second = tracked.batches(resin, 5, 5)
	product = made_of(tracked, resin, 2, has_batch_no=1)
	order = tracked.scratch.order(product, 4)
	run = running(order)
	runs.complete(run=run, produced_qty=4, batch_no=f"{order.name}-B")
	assert set(rows_of(run)) == {
		("Consumed", resin, first, 5, None),
		("Consumed", resin, second, 3, None),
		("Produced", product, f"{order.name}-B", 4, None),
	}
	facts = ("production_order", "company", "stock_uom")
	assert value("Production Genealogy", f"{run}-G00003", *facts) == (order.name, order.company, "Nos")


def test_serial_numbers_of_a_series_are_written_as_erpnext_made_them(tracked):
	motor = tracked.serial_item()
	pieces = tracked.serials(motor, 2)
	product = made_of(tracked, motor, has_serial_no=1, serial_no_series=f"{motor}-F.##")
	run = running(tracked.scratch.order(product, 2))
	runs.complete(run=run, produced_qty=2)
	made = value("Production Run", run, "serial_nos").split("\n")
	assert rows_of(run) == [
		*(("Consumed", motor, piece, 1, None) for piece in pieces),
		*(("Produced", product, piece, 1, None) for piece in made),
	]


def test_a_piece_of_a_batch_names_both(tracked):
	motor = tracked.batch_item(has_serial_no=1)
	batch = tracked.batch(motor)
	(piece,) = tracked.pieces_of(batch, motor, 1)
	run = running(tracked.order(motor, 1))
	runs.complete(run=run, produced_qty=1)
	filters = {"run": run, "direction": "Consumed"}
	assert value("Production Genealogy", filters, "batch_no", "serial_no", "qty") == (batch, piece, 1)


def test_items_without_batch_and_serial_number_are_written_as_a_whole(scratch):
	order = scratch.simple_order(qty=3)
	run = running(order)
	runs.complete(run=run, produced_qty=3)
	(material,) = frappe.get_doc("Production Order", order.name).materials
	assert rows_of(run) == [
		("Consumed", material.item_code, None, 6, None),
		("Produced", order.item_code, None, 3, None),
	]


def test_rejects_in_stock_are_output_too(tracked):
	motor = tracked.serial_item()
	tracked.serials(motor, 2)
	product = made_of(tracked, motor, has_serial_no=1, serial_no_series="")
	order = tracked.scratch.order(product, 2)
	run = running(order)
	good, bad = (f"{order.name}-{number}" for number in (1, 2))
	runs.complete(run=run, produced_qty=1, rejected_qty=1, reject_reason="bent", serial_nos=f"{good}\n{bad}")
	made = {number for direction, _item, number, _qty, _piece in rows_of(run) if direction == "Produced"}
	assert made == {good, bad}


def test_a_unit_is_paired_with_the_piece_it_went_into(tracked):
	motor, resin = tracked.serial_item(), tracked.batch_item()
	first, second = tracked.serials(motor, 2)
	(batch,) = tracked.batches(resin, 9)
	product = tracked.scratch.item("FG", has_serial_no=1)
	tracked.scratch.bom(product, {motor: 1, resin: 3})
	order = tracked.scratch.order(product, 2, **FLEXIBLE)
	run = running(order)
	one, two = (f"{order.name}-{number}" for number in (1, 2))
	runs.complete(
		run=run,
		produced_qty=2,
		serial_nos=f"{one}\n{two}",
		consumption=[
			{"item_code": motor, "qty": 1, "serial_nos": second, "for_serial_no": one},
			{"item_code": motor, "qty": 1, "serial_nos": first, "for_serial_no": two},
			{"item_code": resin, "qty": 4, "batch_no": batch, "for_serial_no": one},
			{"item_code": resin, "qty": 2, "batch_no": batch},
		],
	)
	assert sorted(rows_of(run), key=str) == sorted(
		[
			("Consumed", motor, second, 1, one),
			("Consumed", motor, first, 1, two),
			("Consumed", resin, batch, 4, one),
			("Consumed", resin, batch, 2, None),
			("Produced", product, one, 1, None),
			("Produced", product, two, 1, None),
		],
		key=str,
	)


@pytest.mark.parametrize("piece", ["NO-SUCH-PIECE", "{order}-1"])
def test_a_pair_that_nobody_could_follow_is_refused(tracked, unchanged, piece):
	"""A piece that is not made, or a unit that is not named."""
	motor = tracked.serial_item()
	(unit,) = tracked.serials(motor, 1)
	product = made_of(tracked, motor, has_serial_no=1)
	order = tracked.scratch.order(product, 1, **FLEXIBLE)
	run = running(order)
	row = {"item_code": motor, "qty": 1, "for_serial_no": piece.format(order=order.name)}
	if piece == "NO-SUCH-PIECE":
		row["serial_nos"] = unit
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=1, serial_nos=f"{order.name}-1", consumption=[row])
	assert [problem["field"] for problem in refusal.value.details] == ["consumption.0"]
	assert row["for_serial_no"] in str(refusal.value)


def test_a_run_that_moved_nothing_writes_nothing(scratch):
	order = scratch.simple_order(qty=1, **FLEXIBLE)
	run = running(order)
	material = frappe.get_doc("Production Order", order.name).materials[0].item_code
	runs.complete(run=run, produced_qty=0, loss_qty=1, consumption=[{"item_code": material, "qty": 0}])
	assert value("Production Run", run, "status", "stock_entry") == ("Completed", None)
	assert rows_of(run) == []


def test_the_short_cut_writes_it_as_well(tracked):
	resin = tracked.batch_item()
	(batch,) = tracked.batches(resin, 2)
	order = tracked.order(resin, 2)
	confirmed(order)
	run = orders.complete(order=order.name, produced_qty=2)["run"]
	assert rows_of(run)[0] == ("Consumed", resin, batch, 2, None)


def test_runs_completed_before_there_was_a_genealogy_get_theirs_once(tracked):
	resin = tracked.batch_item()
	tracked.batches(resin, 4, 6)
	order = tracked.order(resin, 8)
	confirmed(order)
	done = [started(order, qty=qty) for qty in (3, 5)]
	for run, qty in zip(done, (3, 5), strict=True):
		runs.complete(run=run, produced_qty=qty)
	known = [rows_of(run) for run in done]
	assert [len(rows) for rows in known] == [2, 3]
	frappe.db.delete("Production Genealogy", {"run": ["in", done]})
	for _time in range(2):
		genealogy.write_missing()
		assert [rows_of(run) for run in done] == known


def test_as_many_statements_for_many_materials_as_for_few(scratch):
	def statements(count: int) -> int:
		product = scratch.item("FG")
		materials = {scratch.item("RAW"): 1 for _ in range(count)}
		scratch.bom(product, materials)
		scratch.stocks(dict.fromkeys(materials, (10, 1)))
		run = running(scratch.order(product, 1))
		runs.complete(run=run, produced_qty=1)
		frappe.db.delete("Production Genealogy", {"run": run})
		completed = frappe.get_doc("Production Run", run)
		with mock.patch.object(frappe.db, "sql", wraps=frappe.db.sql) as sql:
			genealogy.write(completed)
		assert len(rows_of(run)) == count + 1
		return sql.call_count

	assert statements(3) == statements(12)


@pytest.fixture
def given_back(tracked):
	"""Two runs of one piece each: the second gives back 2 of the resin and a motor that the first had taken."""
	resin, motor = tracked.batch_item(), tracked.serial_item()
	(batch,), motors = tracked.batches(resin, 20), tracked.serials(motor, 3)
	product = tracked.scratch.item("FG", has_batch_no=1)
	tracked.scratch.bom(product, {resin: 3, motor: 1})
	order = tracked.scratch.order(product, 2, **FLEXIBLE)
	confirmed(order)
	one, two = started(order, qty=1), started(order, qty=1)

	def lots(resin_qty: float, *serial_nos: str) -> list[dict]:
		return [
			{"item_code": resin, "qty": resin_qty, "batch_no": batch},
			{"item_code": motor, "qty": len(serial_nos), "serial_nos": "\n".join(serial_nos)},
		]

	first, second, third = motors
	made = {"produced_qty": 1, "batch_no": f"{order.name}-1"}
	runs.complete(run=one, **made, consumption=lots(5, first, second))
	made = {"produced_qty": 1, "batch_no": f"{order.name}-2"}
	runs.complete(run=two, **made, consumption=lots(3, third), returns=lots(2, second))
	return SimpleNamespace(
		resin=resin,
		motor=motor,
		batch=batch,
		motors=motors,
		product=product,
		order=order.name,
		second_run=two,
	)


def test_what_a_run_gives_back_is_written_beside_what_it_consumed(given_back):
	_first, second, third = given_back.motors
	assert set(rows_of(given_back.second_run)) == {
		("Consumed", given_back.resin, given_back.batch, 3, None),
		("Consumed", given_back.motor, third, 1, None),
		("Produced", given_back.product, f"{given_back.order}-2", 1, None),
		("Returned", given_back.resin, given_back.batch, 2, None),
		("Returned", given_back.motor, second, 1, None),
	}


def test_what_a_later_run_gives_back_was_not_consumed(given_back):
	first, second, _third = given_back.motors
	assert trace.downstream(serial_no=second)["edges"] == []
	assert len(trace.downstream(serial_no=first)["edges"]) == 2
	assert len(trace.downstream(batch_no=given_back.batch)["edges"]) == 4
	made_of_it = {node["id"] for node in trace.upstream(batch_no=f"{given_back.order}-1")["nodes"]}
	assert (f"Serial:{first}" in made_of_it, f"Serial:{second}" in made_of_it) == (True, False)
	tamper("Production Run", {"name": given_back.second_run}, status="Reversed", docstatus=2)
	assert len(trace.downstream(serial_no=second)["edges"]) == 2


def test_a_reworked_piece_went_into_itself(tracked):
	motor = tracked.serial_item()
	tracked.serials(motor, 2)
	product = made_of(tracked, motor, has_serial_no=1, serial_no_series="")
	corner = tracked.scratch.warehouse("Rework")
	order = tracked.scratch.order(product, 2, rework_warehouse=corner, **FLEXIBLE)
	run = running(order)
	good, bad = (f"{order.name}-{number}" for number in (1, 2))
	runs.complete(
		run=run,
		produced_qty=1,
		rejects=[{"qty": 1, "reason": "bent", "disposition": "Rework"}],
		serial_nos=f"{good}\n{bad}",
	)
	rework = runs.start(order=order.name, qty=1, rework=True)["run"]
	runs.complete(run=rework, produced_qty=1, serial_nos=bad)
	assert rows_of(rework) == [("Consumed", product, bad, 1, bad), ("Produced", product, bad, 1, None)]


def test_by_products_are_output_too(scratch):
	log, board, dust = scratch.item("LOG"), scratch.item("BOARD"), scratch.item("DUST", uom="Kg")
	scratch.bom(board, {log: 1}, scrap_items=[{"item_code": dust, "stock_qty": 0.5, "rate": 1}])
	scratch.stock(log, 10)
	run = running(scratch.order(board, 4))
	runs.complete(run=run, produced_qty=4)
	assert set(rows_of(run)) == {
		("Consumed", log, None, 4, None),
		("Produced", dust, None, 2, None),
		("Produced", board, None, 4, None),
	}
