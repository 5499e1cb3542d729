"""What an operator and a planner are asked about a run, and what their answers do."""

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from playwright.sync_api import expect

from tests.support.alternatives import Kit
from tests.support.http import Client, Server
from tests.support.reversals import issue
from tests.support.scratch import Scratch
from tests.ui.desk import PATIENCE, Desk

Open = Callable[[str], Desk]


@pytest.fixture
def api(server: Server) -> Client:
	return server.as_("manager")


def read(api: Client, doctype: str, name: str) -> dict:
	return api.get(f"/api/resource/{doctype}/{name}").json()["data"]


def started(api: Client, order: Any, qty: float) -> str:
	frappe.db.commit()
	assert api.write("orders.confirm", order=order.name).ok
	return api.write("runs.start", order=order.name, qty=qty).json()["message"]["run"]


def test_a_run_is_handed_over_with_a_note(desk: Open, scratch: Scratch, server: Server, api: Client):
	run = started(api, scratch.simple_order(), 4)
	first, second = (server.plants["bicycle"].users[role].email for role in ("manager", "operator"))
	manager = desk("manager")
	manager.open("Production Run", run)
	manager.click("Hand Over")
	expect(manager.dialog).to_contain_text("Now with Mara Manager, whose time ends here")
	manager.pick_in_dialog("operator", second)
	manager.dialog.locator("textarea").fill("Glue gun runs hot")
	manager.answer("Hand Over")
	expect(manager.dialog).to_have_count(0, timeout=PATIENCE)
	expect(manager.page.locator("[data-fieldname=operator]:visible").first).to_contain_text(second)
	handed = read(api, "Production Run", run)
	assert [row["operator"] for row in handed["intervals"]] == [first, second]
	events = api.read("history.events", order=handed["production_order"]).json()["message"]
	assert events[-1]["event"] == "Handed Over"
	assert events[-1]["details"]["reason"] == "Glue gun runs hot"


def test_an_alternative_is_offered_and_counts_for_what_it_stands_in_for(
	desk: Open, scratch: Scratch, api: Client
):
	kit = Kit(scratch)
	run = started(api, kit.order(10), 10)
	operator = desk("operator")
	operator.open("Production Run", run)
	operator.click("Complete")
	expect(operator.dialog).to_contain_text(f"{kit.alloy} for {kit.steel} (100 free in")
	operator.type_in_row(kit.steel, "qty", "15")
	rows = operator.dialog.locator("[data-fieldname=consumption] .grid-body .grid-row")
	expect(rows).to_have_count(2)  # the Desk adds one where Tab leaves the last
	row = rows.nth(1)
	operator.pick_in_row(row, "item_code", kit.alloy)
	operator.pick_in_row(row, "replaces", kit.steel)
	operator.type_in_row(row, "qty", "5")
	operator.answer("Complete Run")
	operator.expect_status("Completed")
	expect(operator.page.locator("tr:visible", has_text=kit.alloy)).to_contain_text(f"Instead of {kit.steel}")
	taken = {row["item_code"]: row["qty"] for row in read(api, "Production Run", run)["consumption"]}
	assert taken == {kit.steel: 15, kit.alloy: 5}


def test_a_reversal_says_what_goes_back_and_what_is_short_afterwards(
	desk: Open, scratch: Scratch, api: Client
):
	order = scratch.simple_order(qty=10, stock=20)
	run = started(api, order, 4)
	assert api.write("runs.complete", run=run, produced_qty=4).ok
	manager = desk("manager")
	manager.open("Production Run", run)
	manager.click("Reverse")
	expect(manager.dialog).to_contain_text("The 4 Nos it made leave the stock and are open again")
	manager.dialog.locator("textarea").fill("Counted wrong")
	manager.answer("Reverse")
	manager.expect_status("Reversed")
	expect(manager.page.get_by_text("Counted wrong").first).to_be_visible()
	made = read(api, "Production Order", order.name)
	assert (made["produced_qty"], made["open_qty"]) == (0, 10)
	assert [(row["reserved_qty"], row["delivered_qty"]) for row in made["materials"]] == [(20, 0)]


def test_a_run_whose_output_is_gone_is_not_reversed_and_says_why(desk: Open, scratch: Scratch, api: Client):
	order = scratch.simple_order(qty=10, stock=20)
	run = started(api, order, 4)
	assert api.write("runs.complete", run=run, produced_qty=4).ok
	frappe.db.rollback()
	issue(order.item_code, 3, scratch.plant.fg_warehouse)
	frappe.db.commit()
	manager = desk("manager")
	manager.open("Production Run", run)
	manager.click("Reverse")
	manager.dialog.locator("textarea").fill("Counted wrong")
	manager.answer("Reverse")
	message = manager.page.locator(".msgprint")
	expect(message).to_contain_text("only 1 are there and not reserved, 3 missing", timeout=PATIENCE)
	manager.expect_status("Completed")
	assert "409" in manager.complaints.pop()
	assert read(api, "Production Run", run)["docstatus"] == 1
