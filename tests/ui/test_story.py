"""The main job on the Desk, from a draft that is short to a completed, read-only order."""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
import pytest
from playwright.sync_api import expect

from tests.support.http import Client, Server
from tests.support.scratch import Scratch
from tests.ui.desk import PATIENCE, Desk

Open = Callable[[str], Desk]


@dataclass(frozen=True)
class Product:
	"""10 lamps need 20 bulbs and 15 m of wire; 18 bulbs and all of the wire are there."""

	lamp: str
	bulb: str
	wire: str


@pytest.fixture
def product(scratch: Scratch) -> Product:
	lamp, bulb, wire = scratch.item("LAMP"), scratch.item("BULB"), scratch.item("WIRE", "Meter")
	scratch.bom(lamp, {bulb: 2, wire: 1.5})
	scratch.stock(bulb, 18)
	scratch.stock(wire, 40)
	frappe.db.commit()
	return Product(lamp, bulb, wire)


@pytest.fixture
def planner_api(server: Server) -> Client:
	return server.as_("planner")


def read(api: Client, doctype: str, name: str) -> dict:
	return api.get(f"/api/resource/{doctype}/{name}").json()["data"]


def receive(scratch: Scratch, item_code: str, qty: float) -> None:
	scratch.stock(item_code, qty)
	frappe.db.commit()


def test_the_story_from_a_short_draft_to_a_completed_order(
	desk: Open, product: Product, scratch: Scratch, planner_api: Client
):
	planner = desk("planner")
	order = create_order(planner, scratch, product)
	see_the_shortage(planner, product)
	assert read(planner_api, "Production Order", order)["status"] == "Draft"

	receive(scratch, product.bulb, 10)
	confirm(planner, product)

	operator = desk("operator")
	run = start_run(operator, order, "6")
	pause_and_resume(operator)
	complete_with_deviations(operator, product)
	check_first_run(read(planner_api, "Production Run", run), product)

	start_run(operator, order, "5")
	complete_as_planned(operator)

	complete_order(planner, order)
	done = read(planner_api, "Production Order", order)
	assert (done["status"], done["produced_qty"], done["rejected_qty"]) == ("Completed", 10, 1)


def create_order(planner: Desk, scratch: Scratch, product: Product) -> str:
	planner.visit("production-order/new")
	planner.pick("item_code", product.lamp)
	planner.fill("qty", "10")
	planner.pick("source_warehouse", scratch.plant.source_warehouse)
	planner.pick("fg_warehouse", scratch.plant.fg_warehouse)
	planner.click("Save")
	expect(planner.button("Confirm")).to_be_visible(timeout=PATIENCE)
	planner.expect_status("Draft")
	return planner.name


def see_the_shortage(planner: Desk, product: Product) -> None:
	planner.click("Confirm")
	expect(planner.dialog).to_contain_text("1 materials are short")
	table = planner.dialog.locator(".shortage-table")
	row = planner.expect_numbers(product.bulb, "20", "18", "2", within=table)
	expect(row).to_contain_text(f"{product.lamp} › {product.bulb}")
	planner.answer("Close")
	planner.expect_status("Draft")


def confirm(planner: Desk, product: Product) -> None:
	planner.click("Confirm")
	expect(planner.dialog).to_contain_text("All 2 materials are available")
	planner.answer("Confirm")
	planner.expect_status("Confirmed")
	expect(planner.button("Start Run")).to_be_visible()
	planner.tab("Materials")
	planner.expect_numbers(product.bulb, "20", "0", "20", "0")
	planner.expect_numbers(product.wire, "15", "0", "15", "0")
	planner.expect_actions("Move Reservation", "Relock", "Release Reservations", "Cancel")


def start_run(operator: Desk, order: str, qty: str) -> str:
	operator.open("Production Order", order)
	operator.click("Start Run")
	operator.fill("qty", qty, within=operator.dialog)
	operator.answer("Start")
	operator.page.wait_for_url("**/production-run/**")
	operator.expect_status("Running")
	return operator.name


def pause_and_resume(operator: Desk) -> None:
	operator.click("Pause")
	operator.dialog.locator("textarea").fill("Tool change")
	operator.answer("Pause")
	operator.expect_status("Paused")
	operator.click("Resume")
	operator.expect_status("Running")


def complete_with_deviations(operator: Desk, product: Product) -> None:
	operator.click("Complete")
	operator.fill("produced_qty", "5", within=operator.dialog)
	reject = operator.add_row("rejects")
	operator.type_in_row(reject, "qty", "1")
	operator.type_in_row(reject, "reason", "Cracked")
	operator.type_in_row(product.bulb, "qty", "14")
	operator.type_in_row(product.wire, "qty", "8.5")
	operator.answer("Complete Run")
	expect(operator.dialog).to_contain_text("Is Completed with Warnings", timeout=PATIENCE)
	expect(operator.dialog).to_contain_text(f"{product.bulb} in")
	operator.page.keyboard.press("Escape")
	operator.expect_status("Completed")
	operator.expect_numbers(product.bulb, "12", "14", "+2", "+16.7 %")
	operator.expect_numbers(product.wire, "9", "8.5", "-0.5", "-5.6 %")


def check_first_run(run: dict, product: Product) -> None:
	taken = {row["item_code"]: (row["planned_qty"], row["qty"]) for row in run["consumption"]}
	assert taken == {product.bulb: (12, 14), product.wire: (9, 8.5)}
	assert (run["produced_qty"], run["rejected_qty"], run["reject_reason"]) == (5, 1, "Cracked")
	assert [row["activity"] for row in run["intervals"]] == ["Running", "Paused", "Running"]


def complete_as_planned(operator: Desk) -> None:
	operator.click("Complete")
	operator.answer("Complete Run")
	operator.expect_status("Completed")
	expect(operator.button("Complete")).to_have_count(0)


def complete_order(planner: Desk, order: str) -> None:
	planner.open("Production Order", order)
	planner.expect_status("In Progress")
	planner.click("Complete")
	planner.answer("Yes")
	planner.expect_status("Completed")
	expect(planner.page.locator(".inner-group-button:visible")).to_have_count(0)
	expect(planner.page.locator(".page-head:visible .primary-action:visible")).to_have_count(0)
	expect(planner.page.locator("input[data-fieldname=need_by_date]:visible")).to_have_count(0)
