"""What an auditor does on the Desk: verifies a history, takes the record away, and looks at what does not add up."""

import json
import os
from collections.abc import Callable

import frappe
import pytest
from playwright.sync_api import expect

from production_orders.api import runs
from production_orders.domain import record
from tests.support.orders import confirmed, started, tamper
from tests.support.scratch import Scratch
from tests.ui.desk import PATIENCE, Desk

Open = Callable[[str], Desk]
PICTURES = os.environ.get("PICTURES")
"""A folder that the guide's pictures are put into."""


@pytest.fixture
def order(scratch: Scratch):
	"""One run completed, committed; brought back to what it was at the end."""
	order = scratch.simple_order()
	confirmed(order)
	runs.complete(run=started(order, qty=4), produced_qty=4)
	frappe.db.commit()
	yield order
	tamper("Production Order", {"name": order.name}, produced_qty=4)
	tamper("Production Event", {"name": f"{order.name}-E00002"}, user="Administrator")
	frappe.db.commit()


def picture(desk: Desk, name: str) -> None:
	if PICTURES:
		desk.page.screenshot(path=os.path.join(PICTURES, f"{name}.png"))


def test_a_history_is_verified_and_its_record_taken_away(desk: Open, order):
	manager = desk("manager")
	manager.open("Production Order", order.name)
	manager.tab("History")
	manager.click("Verify")
	verdict = manager.page.locator(".verification:visible")
	expect(verdict).to_contain_text("Intact: 4 events", timeout=PATIENCE)
	with manager.page.expect_download(timeout=PATIENCE) as download:
		manager.click("Export Record")
	assert download.value.suggested_filename == f"{order.name}.json"
	with open(download.value.path()) as file:
		taken = json.load(file)
	assert record.is_as_signed(taken)
	assert (taken["order"]["name"], len(taken["events"])) == (order.name, 4)
	picture(manager, "history")

	tamper("Production Event", {"name": f"{order.name}-E00002"}, user="eve@example.com")
	frappe.db.commit()
	manager.click("Verify")
	expect(verdict).to_contain_text("event 2 edited", timeout=PATIENCE)


def test_what_does_not_add_up_is_listed(desk: Open, order):
	tamper("Production Order", {"name": order.name}, produced_qty=5)
	frappe.db.commit()
	manager = desk("manager")
	manager.visit("query-report/Invariants")
	row = manager.page.locator(".dt-row", has_text="produced_qty").filter(has_text=order.name).first
	expect(row).to_contain_text("Orders say what their runs add up to", timeout=PATIENCE)
	expect(manager.page.locator(".report-summary")).to_contain_text("Orders say what their runs add up to")
	picture(manager, "invariants")
