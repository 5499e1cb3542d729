"""The recall as people read it: a tree of batches, runs and pieces, and who has what of them."""

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.permissions import add_user_permission

from tests.support import vouchers
from tests.support.orders import tamper, value

REPORT, UPSTREAM = "Recall", "Back to Suppliers"


def shown(**filters) -> dict:
	return run(REPORT, filters=filters)


def outline(answer: dict) -> list[tuple]:
	return [(row["indent"], row["doctype"], row["name"], row["qty"]) for row in answer["result"]]


def cards(answer: dict) -> dict[str, int]:
	return {card["label"]: card["value"] for card in answer["report_summary"]}


def test_a_bad_batch_is_followed_to_the_customers_of_every_piece(chain):
	note = chain.delivered(chain.pieces[0])
	answer = shown(batch_no=chain.batch)
	assert outline(answer) == [
		(0, "Batch", chain.batch, 12),
		(1, "Production Run", chain.first, 4),
		(2, "Batch", chain.frames, 4),
		(3, "Production Run", chain.second, 2),
		(4, "Serial No", chain.pieces[0], 1),
		(5, "Delivery Note", note.name, 1),
		(4, "Serial No", chain.pieces[1], 1),
	]
	assert cards(answer) == {
		"Runs": 2,
		"Batches and Pieces": 4,
		"Still in Stock": 3,
		"Deliveries": 1,
		"Customers": 1,
	}
	assert answer["message"] is None


def test_what_is_still_there_says_where(chain):
	chain.delivered(chain.pieces[0])
	rows = {
		row["name"]: (row["in_stock_qty"], row["warehouse"])
		for row in shown(batch_no=chain.batch)["result"][:5]
	}
	stores, shelf = chain.scratch.plant.source_warehouse, chain.scratch.plant.fg_warehouse
	assert rows[chain.batch] == (8, stores)
	assert rows[chain.frames] == (2, stores)
	assert rows[chain.pieces[0]] == (0, "")
	left = next(row for row in shown(serial_no=chain.pieces[1])["result"])
	assert (left["in_stock_qty"], left["warehouse"]) == (1, shelf)


def test_a_delivery_names_its_customer_and_day(chain):
	note = chain.delivered(*chain.pieces, sale=vouchers.sales_invoice)
	rows = [row for row in shown(batch_no=chain.batch)["result"] if row["doctype"] == "Sales Invoice"]
	assert [(row["party_type"], row["party"], row["posting_date"], row["item_code"]) for row in rows] == [
		("Customer", note.customer, note.posting_date, chain.bicycle)
	] * 2


def test_a_piece_is_followed_back_to_the_supplier(chain):
	answer = shown(serial_no=chain.pieces[0], direction=UPSTREAM)
	assert outline(answer) == [
		(0, "Serial No", chain.pieces[0], 1),
		(1, "Production Run", chain.second, 2),
		(2, "Batch", chain.frames, 2),
		(3, "Production Run", chain.first, 4),
		(4, "Batch", chain.batch, 12),
		(5, "Purchase Receipt", chain.receipt.name, 20),
		(2, "Item", chain.paint, 2),
	]
	assert cards(answer)["Suppliers"] == 1


def test_a_run_is_followed_too(chain):
	assert outline(shown(run=chain.second)) == [
		(0, "Production Run", chain.second, 2),
		(1, "Serial No", chain.pieces[0], 1),
		(1, "Serial No", chain.pieces[1], 1),
	]
	assert outline(shown(run=chain.second, direction=UPSTREAM))[:2] == [
		(0, "Production Run", chain.second, 2),
		(1, "Batch", chain.frames, 2),
	]


def test_nothing_chosen_says_what_to_choose(site):
	answer = shown()
	assert (answer["result"], answer["message"]) == (
		[],
		"Choose a batch, a serial number or a run to start from.",
	)


def test_a_recall_that_is_not_complete_says_so(chain):
	chain.delivered(*chain.pieces)
	email = chain.scratch.user("Production Planner")
	order = value("Production Run", chain.first, "production_order")
	add_user_permission("Production Order", order, email, ignore_permissions=True)
	frappe.set_user(email)
	answer = shown(batch_no=chain.batch)
	assert [row["name"] for row in answer["result"]] == [chain.batch, chain.first, chain.frames]
	assert cards(answer)["Not Shown"] == 2
	assert "not shown to you: Runs: 1, Vouchers: 1" in answer["message"]


def test_what_only_hidden_runs_lead_to_is_listed_all_the_same(chain):
	"""The middle of three runs belongs to an order that the user may not see."""
	chain.delivered(*chain.pieces)
	email = chain.scratch.user("Production Planner", "Stock User")
	order = value("Production Run", chain.second, "production_order")
	add_user_permission("Production Order", order, email, ignore_permissions=True)
	frappe.set_user(email)
	answer = shown(batch_no=chain.batch)
	assert [(row["indent"], row["name"]) for row in answer["result"]][:4] == [
		(0, chain.batch),
		(0, chain.frames),
		(1, chain.second),
		(2, chain.pieces[0]),
	]


def test_a_run_that_was_taken_back_is_left_out(chain):
	tamper("Production Run", {"name": chain.second}, status="Reversed", docstatus=2)
	assert [row["name"] for row in shown(batch_no=chain.batch)["result"]] == [
		chain.batch,
		chain.first,
		chain.frames,
	]


def test_a_batch_one_may_not_read_is_not_followed(chain):
	frappe.set_user(chain.scratch.user("Stock User"))
	with pytest.raises(frappe.PermissionError):
		shown(batch_no=chain.batch)
