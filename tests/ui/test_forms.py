"""What single screens show, and that a refusal is readable."""

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from playwright.sync_api import expect

from tests.support.http import Server
from tests.support.scratch import Scratch
from tests.ui.desk import PATIENCE, Desk

Open = Callable[[str], Desk]


@pytest.fixture
def draft(scratch: Scratch) -> Any:
	"""10 of a product; the 20 pieces of its one material are there."""
	order = scratch.simple_order(qty=10, stock=20)
	frappe.db.commit()
	return order


@pytest.fixture
def confirmed(draft: Any, server: Server) -> Any:
	assert server.as_("planner").write("orders.confirm", order=draft.name).ok
	return draft


def material_of(order: Any) -> str:
	return frappe.get_doc("BOM", order.bom_no).items[0].item_code


def test_an_operator_sees_only_what_the_role_may_do(desk: Open, confirmed: Any):
	operator = desk("operator")
	operator.open("Production Order", confirmed.name)
	operator.expect_status("Confirmed")
	expect(operator.button("Start Run")).to_be_visible()
	expect(operator.page.locator(".inner-group-button:visible")).to_have_count(0)
	expect(operator.dialog).to_have_count(0)


def test_neither_workflow_nor_submit_and_cancel_stand_beside_our_buttons(desk: Open, draft: Any):
	planner = desk("planner")
	planner.open("Production Order", draft.name)
	expect(planner.button("Confirm")).to_be_visible(timeout=PATIENCE)
	for label in ("Submit", "Cancel", "Amend"):
		expect(planner.button(label)).to_have_count(0)
	expect(planner.page.locator(".actions-btn-group:visible")).to_have_count(0)
	planner.expect_actions("Refresh BOM")


def test_stock_that_is_gone_between_preview_and_confirmation_is_shown_as_a_shortage(
	desk: Open, draft: Any, scratch: Scratch, server: Server
):
	planner = desk("planner")
	planner.open("Production Order", draft.name)
	planner.click("Confirm")
	expect(planner.dialog).to_contain_text("All 1 materials are available")

	rival = scratch.order(draft.item_code, 4)
	frappe.db.commit()
	assert server.as_("planner").write("orders.confirm", order=rival.name).ok
	planner.answer("Confirm")

	expect(planner.dialog).to_contain_text("1 materials are short", timeout=PATIENCE)
	planner.expect_numbers(material_of(draft), "20", "12", "8", within=planner.dialog)
	assert len(planner.complaints) == 1
	assert "409" in planner.complaints.pop()
	planner.answer("Confirm with Shortages")
	planner.expect_status("Confirmed")
	planner.tab("Materials")
	expect(planner.page.get_by_text("1 of 1 materials are short")).to_be_visible()
	planner.expect_actions(
		"Reserve", "Request Supply", "Move Reservation", "Relock", "Release Reservations", "Cancel"
	)


def test_reservations_are_released_for_a_reason_and_taken_again(desk: Open, confirmed: Any):
	planner = desk("planner")
	planner.open("Production Order", confirmed.name)
	planner.choose("Release Reservations")
	planner.dialog.locator("textarea").fill("Urgent order first")
	planner.answer("Release")
	planner.tab("Materials")
	planner.expect_numbers(material_of(confirmed), "20", "20", "0", "0")

	planner.choose("Reserve")
	planner.expect_numbers(material_of(confirmed), "20", "0", "20", "0")
	planner.tab("History")
	expect(planner.page.get_by_text("Reason: Urgent order first")).to_be_visible()


def test_the_history_is_listed_and_verified(desk: Open, confirmed: Any):
	planner = desk("planner")
	planner.open("Production Order", confirmed.name)
	planner.tab("History")
	expect(planner.page.locator(".timeline-item[data-sequence='1']")).to_contain_text("Draft → Confirmed")
	planner.click("Verify")
	expect(planner.page.get_by_text("Intact: 1 events, the BOM lock unchanged")).to_be_visible()


def test_a_cancelled_order_gave_a_reason_and_keeps_nothing(desk: Open, confirmed: Any, server: Server):
	planner = desk("planner")
	planner.open("Production Order", confirmed.name)
	planner.choose("Cancel")
	planner.dialog.locator("textarea").fill("Customer left")
	planner.answer("Cancel Order")
	planner.expect_status("Cancelled")
	materials = (
		server.as_("planner").read("reservations.get", order=confirmed.name).json()["message"]["materials"]
	)
	assert [row["reserved_qty"] for row in materials] == [0]


def test_the_bom_lock_shows_its_tree_and_its_hash_holds(desk: Open, confirmed: Any):
	planner = desk("planner")
	planner.open("BOM Lock", f"{confirmed.name}-L1")
	planner.expect_numbers(material_of(confirmed), "2")
	planner.click("Verify")
	expect(planner.dialog).to_contain_text("The content matches its hash")


def test_the_workspace_counts_orders_and_runs(desk: Open, confirmed: Any):
	planner = desk("planner")
	planner.visit("production-orders")
	frappe.db.commit()
	open_orders = frappe.db.count("Production Order", {"status": ["in", ["Confirmed", "In Progress"]]})
	running = frappe.db.count("Production Run", {"status": "Running"})
	expect_card(planner, "Open Production Orders", open_orders)
	expect_card(planner, "Running Production Runs", running)
	expect_card(planner, "Orders with Shortages", orders_with_shortages())


def expect_card(planner: Desk, label: str, number: int) -> None:
	card = planner.page.locator(".number-widget-box", has_text=label)
	expect(card.locator(".number")).to_have_text(str(number), timeout=PATIENCE)


def orders_with_shortages() -> int:
	rows = frappe.get_all(
		"Production Order Material",
		filters={"short_qty": [">", 0], "docstatus": 1},
		fields=["count(distinct parent) as orders"],
	)
	return rows[0].orders
