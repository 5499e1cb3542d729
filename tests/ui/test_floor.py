"""What an operator does with a run between its start and its end, and with units that can be mended."""

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from playwright.sync_api import expect

from tests.support.http import Client, Server
from tests.support.scratch import Scratch
from tests.ui.desk import PATIENCE, Desk

Open = Callable[[str], Desk]


@pytest.fixture
def order(scratch: Scratch, server: Server) -> Any:
	"""10 of a product, confirmed, with a place for what can be mended."""
	order = scratch.simple_order(qty=10, stock=20, rework_warehouse=scratch.warehouse("Rework"))
	frappe.db.commit()
	assert server.as_("planner").write("orders.confirm", order=order.name).ok
	return order


@pytest.fixture
def api(server: Server) -> Client:
	return server.as_("operator")


def read(api: Client, doctype: str, name: str) -> dict:
	return api.get(f"/api/resource/{doctype}/{name}").json()["data"]


def test_a_shift_is_logged_handed_over_and_what_is_bent_is_mended(desk: Open, order: Any, api: Client):
	run = api.write("runs.start", order=order.name).json()["message"]["run"]
	operator = desk("operator")
	operator.open("Production Run", run)
	log_a_standstill(operator)
	log_minutes(operator)
	complete_with_units_to_mend(operator)
	done = read(api, "Production Run", run)
	assert [(row["reason"], row["minutes"]) for row in done["downtime"]] == [("No compressed air", 7)]
	assert [(row["activity"], row["minutes"]) for row in done["labour"]] == [("Run", 45)]
	assert (done["produced_qty"], done["rework_qty"], done["reject_reason"]) == (8, 2, "Bent")

	operator.open("Production Order", order.name)
	operator.click("Start Rework")
	operator.answer("Start")
	operator.page.wait_for_url("**/production-run/**")
	operator.expect_status("Running")
	assert read(api, "Production Run", operator.name)["is_rework"] == 1
	operator.click("Complete")
	operator.answer("Complete Run")
	operator.expect_status("Completed")
	made = read(api, "Production Order", order.name)
	assert (made["produced_qty"], made["rejected_qty"], made["rework_qty"]) == (10, 0, 0)


def log_a_standstill(operator: Desk) -> None:
	operator.click("Log Downtime")
	operator.dialog.locator("textarea").fill("No compressed air")
	operator.fill("minutes", "7", within=operator.dialog)
	operator.answer("Log")
	expect(operator.dialog).to_have_count(0, timeout=PATIENCE)


def log_minutes(operator: Desk) -> None:
	operator.click("Log Labour")
	operator.fill("minutes", "45", within=operator.dialog)
	operator.answer("Log")
	expect(operator.dialog).to_have_count(0, timeout=PATIENCE)


def complete_with_units_to_mend(operator: Desk) -> None:
	operator.click("Complete")
	operator.fill("produced_qty", "8", within=operator.dialog)
	reject = operator.add_row("rejects")
	operator.type_in_row(reject, "qty", "2")
	operator.choose_in_row(reject, "disposition", "Rework")
	operator.type_in_row(reject, "reason", "Bent")
	operator.answer("Complete Run")
	operator.expect_status("Completed")
