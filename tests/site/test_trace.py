"""From a raw batch through two orders to the customers who got what was made of it, and back to its supplier."""

from typing import Any

import frappe
import pytest
from frappe.permissions import add_user_permission

from production_orders import errors
from production_orders.api import runs, trace
from tests.support import vouchers
from tests.support.chain import PIECES
from tests.support.orders import running, value


def levels(answer: dict[str, Any]) -> dict[str, int]:
	return {node["id"]: node["level"] for node in answer["nodes"]}


def edges(answer: dict[str, Any]) -> dict[tuple[str, str], float]:
	return {(edge["from"], edge["to"]): edge["qty"] for edge in answer["edges"]}


def test_a_raw_batch_leads_through_all_levels_to_every_piece(chain):
	answer = trace.downstream(batch_no=chain.batch)
	one, two = (f"Serial:{piece}" for piece in chain.pieces)
	assert answer["start"] == f"Batch:{chain.batch}"
	assert levels(answer) == {
		f"Batch:{chain.batch}": 0,
		f"Run:{chain.first}": 1,
		f"Batch:{chain.frames}": 1,
		f"Run:{chain.second}": 2,
		one: 2,
		two: 2,
	}
	assert edges(answer) == {
		(f"Batch:{chain.batch}", f"Run:{chain.first}"): 12,
		(f"Run:{chain.first}", f"Batch:{chain.frames}"): 4,
		(f"Batch:{chain.frames}", f"Run:{chain.second}"): 2,
		(f"Run:{chain.second}", one): 1,
		(f"Run:{chain.second}", two): 1,
	}
	assert answer["hidden"] == {"runs": 0, "vouchers": 0}


def test_each_node_says_what_it_is(chain):
	facts = {node.pop("id"): node for node in trace.downstream(batch_no=chain.batch)["nodes"]}
	order = value("Production Run", chain.second, "production_order")
	assert facts[f"Run:{chain.second}"] == {
		"kind": "Run",
		"item_code": chain.bicycle,
		"item_name": "BICYCLE for a test",
		"batch_no": None,
		"serial_no": None,
		"run": chain.second,
		"order": order,
		"level": 2,
		"qty": 2,
		"stock_uom": "Nos",
	}
	frames, piece = facts[f"Batch:{chain.frames}"], facts[f"Serial:{chain.pieces[0]}"]
	assert (frames["item_code"], frames["batch_no"], frames["qty"]) == (chain.frame, chain.frames, 4)
	assert (piece["item_code"], piece["serial_no"], piece["qty"]) == (chain.bicycle, chain.pieces[0], 1)
	assert facts[f"Batch:{chain.batch}"]["qty"] == 12


def test_a_piece_leads_back_to_the_receipt_of_its_raw_batch(chain):
	answer = trace.upstream(serial_no=chain.pieces[0])
	assert levels(answer) == {
		f"Serial:{chain.pieces[0]}": 0,
		f"Run:{chain.second}": 1,
		f"Batch:{chain.frames}": 1,
		f"Item:{chain.second}:{chain.paint}": 1,
		f"Run:{chain.first}": 2,
		f"Batch:{chain.batch}": 2,
	}
	assert answer["receipts"] == [
		{
			"doctype": "Purchase Receipt",
			"name": chain.receipt.name,
			"supplier": chain.receipt.supplier,
			"posting_date": chain.receipt.posting_date,
			"item_code": chain.steel,
			"batch_no": chain.batch,
			"serial_no": None,
			"qty": 20,
		}
	]
	assert answer["deliveries"] == []


def test_a_run_is_a_start_both_ways(chain):
	assert set(levels(trace.downstream(run=chain.second))) == {
		f"Run:{chain.second}",
		*(f"Serial:{piece}" for piece in chain.pieces),
	}
	assert f"Batch:{chain.batch}" in levels(trace.upstream(run=chain.second))


def test_a_batch_that_went_nowhere_is_its_own_trace(chain):
	lonely = chain.tracked.batch(chain.steel)
	answer = trace.downstream(batch_no=lonely)
	assert [(node["id"], node["item_code"]) for node in answer["nodes"]] == [(f"Batch:{lonely}", chain.steel)]
	assert (answer["edges"], answer["deliveries"]) == ([], [])


@pytest.mark.parametrize("sale", [vouchers.delivery_note, vouchers.sales_invoice])
def test_deliveries_say_which_customer_has_which_piece(chain, sale):
	sold = chain.delivered(chain.pieces[1], sale=sale)
	assert trace.downstream(batch_no=chain.batch)["deliveries"] == [
		{
			"doctype": sold.doctype,
			"name": sold.name,
			"customer": sold.customer,
			"posting_date": sold.posting_date,
			"item_code": chain.bicycle,
			"batch_no": None,
			"serial_no": chain.pieces[1],
			"qty": 1,
		}
	]


@pytest.mark.parametrize("sale", [vouchers.delivery_note, vouchers.sales_invoice])
def test_what_a_customer_returned_is_taken_off(chain, sale):
	sold = chain.delivered(*chain.pieces, sale=sale)
	vouchers.sales_return(sold, 1, serial_no=chain.pieces[0])
	found = trace.downstream(batch_no=chain.batch)["deliveries"]
	assert [(row["name"], row["serial_no"], row["qty"]) for row in found] == [(sold.name, chain.pieces[1], 1)]


def test_what_went_back_to_the_supplier_is_taken_off(chain):
	vouchers.purchase_return(chain.receipt, 5, batch_no=chain.batch)
	(receipt,) = trace.upstream(batch_no=chain.frames)["receipts"]
	assert (receipt["name"], receipt["qty"]) == (chain.receipt.name, 15)


def test_a_cancelled_delivery_is_none(chain):
	chain.delivered(chain.pieces[0]).cancel()
	assert trace.downstream(batch_no=chain.batch)["deliveries"] == []


def test_a_batch_sold_as_it_came_is_delivered_too(chain):
	sold = vouchers.delivery_note(
		chain.company,
		item_code=chain.steel,
		qty=2,
		warehouse=chain.scratch.plant.source_warehouse,
		batch_no=chain.batch,
	)
	found = trace.downstream(batch_no=chain.batch)["deliveries"]
	assert [(row["name"], row["batch_no"], row["qty"]) for row in found] == [(sold.name, chain.batch, 2)]


def test_a_run_that_was_taken_back_leads_nowhere(chain):
	runs.reverse(run=chain.second, reason="the wrong frames")
	assert set(levels(trace.downstream(batch_no=chain.batch))) == {
		f"Batch:{chain.batch}",
		f"Run:{chain.first}",
		f"Batch:{chain.frames}",
	}
	assert trace.upstream(serial_no=chain.pieces[0])["edges"] == []
	assert set(levels(trace.upstream(run=chain.second))) == {f"Run:{chain.second}"}
	assert frappe.db.count("Production Genealogy", {"run": chain.second}) == 4


def test_a_paired_unit_leads_to_its_own_piece(tracked):
	scratch = tracked.scratch
	motor, bicycle = tracked.serial_item(), scratch.item("BICYCLE", **PIECES)
	units = tracked.serials(motor, 2)
	scratch.bom(bicycle, {motor: 1})
	order = scratch.order(bicycle, 2, consumption_policy="Flexible")
	run = running(order)
	pieces = [f"{order.name}-{number}" for number in (1, 2)]
	consumption = [
		{"item_code": motor, "qty": 1, "serial_nos": unit, "for_serial_no": piece}
		for unit, piece in zip(units, pieces, strict=True)
	]
	runs.complete(run=run, produced_qty=2, serial_nos="\n".join(pieces), consumption=consumption)
	assert edges(trace.downstream(serial_no=units[0])) == {(f"Serial:{units[0]}", f"Serial:{pieces[0]}"): 1}
	assert f"Serial:{units[0]}" not in levels(trace.upstream(serial_no=pieces[1]))


def test_a_batch_of_pieces_leads_to_what_each_piece_went_into(tracked):
	motor = tracked.batch_item(**PIECES)
	batch = tracked.batch(motor)
	used, _left, sold = tracked.pieces_of(batch, motor, 3)
	order = tracked.order(motor, 1, consumption_policy="Flexible")
	run = running(order)
	runs.complete(run=run, produced_qty=1, consumption=[{"item_code": motor, "qty": 1, "serial_nos": used}])
	note = vouchers.delivery_note(
		tracked.scratch.company, item_code=motor, qty=1, warehouse=tracked.warehouse, serial_no=sold
	)
	answer = trace.downstream(batch_no=batch)
	assert edges(answer)[f"Batch:{batch}", f"Serial:{used}"] == 1
	assert [(row["name"], row["serial_no"]) for row in answer["deliveries"]] == [(note.name, sold)]


@pytest.mark.parametrize("given", [{}, {"batch_no": "B", "serial_no": "S"}, {"serial_no": "S", "run": "R"}])
def test_exactly_one_start_is_given(site, given):
	for method in (trace.downstream, trace.upstream):
		with pytest.raises(errors.InvalidInput):
			method(**given)


@pytest.mark.parametrize("given", ["batch_no", "serial_no", "run"])
def test_an_unknown_start_is_said_to_be_unknown(site, given):
	with pytest.raises(frappe.DoesNotExistError):
		trace.downstream(**{given: "NO-SUCH-THING"})


# Who may see what


@pytest.fixture
def planner(chain) -> str:
	"""A planner who sees the first of both orders only, and every delivery."""
	email = chain.scratch.user("Production Planner", "Stock User")
	order = value("Production Run", chain.first, "production_order")
	add_user_permission("Production Order", order, email, ignore_permissions=True)
	return email


def test_what_is_hidden_is_followed_and_counted_and_not_shown(chain, planner):
	chain.delivered(*chain.pieces)
	frappe.set_user(planner)
	answer = trace.downstream(batch_no=chain.batch)
	assert set(levels(answer)) == {f"Batch:{chain.batch}", f"Run:{chain.first}", f"Batch:{chain.frames}"}
	assert answer["hidden"] == {"runs": 1, "vouchers": 1}
	assert answer["deliveries"] == []


def test_deliveries_are_counted_for_those_who_may_not_read_them(chain):
	chain.delivered(*chain.pieces)
	frappe.set_user(chain.scratch.user("Production Planner"))
	answer = trace.downstream(batch_no=chain.batch)
	assert len(answer["nodes"]) == 6
	assert (answer["hidden"], answer["deliveries"]) == ({"runs": 0, "vouchers": 1}, [])


def test_a_stranger_traces_nothing(chain):
	frappe.set_user(chain.scratch.user("Stock User"))
	with pytest.raises(frappe.PermissionError):
		trace.downstream(batch_no=chain.batch)
