"""The reports that people act on: whom a recall reaches, and why orders cost what they do."""

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from playwright.sync_api import Locator, expect

from production_orders.api import runs
from tests.support.chain import Chain
from tests.support.joinery import Joinery
from tests.support.orders import running
from tests.support.scratch import Scratch
from tests.support.tracked import Tracked
from tests.ui.desk import PATIENCE, Desk

Open = Callable[[str], Desk]


@pytest.fixture
def chain(scratch: Scratch) -> Chain:
	"""Steel of one batch in two bicycles, one of them delivered."""
	chain = Chain(Tracked(scratch))
	chain.note = chain.delivered(chain.pieces[0])
	frappe.db.commit()
	return chain


@pytest.fixture
def order(scratch: Scratch) -> Any:
	"""5 chairs of standard 12.90, for which 2 kg of steel too many and 45 minutes instead of 30 were taken."""
	joinery = Joinery(scratch)
	order = joinery.order(5)
	taken, worked = {"item_code": joinery.steel, "qty": 12}, {"activity": "Run", "minutes": 45}
	runs.complete(run=running(order), produced_qty=5, consumption=[taken], labour=[worked])
	frappe.db.commit()
	return order


def row(window: Desk, text: str) -> Locator:
	return window.page.locator(".dt-row", has_text=text).first


def expect_card(window: Desk, label: str, value: str) -> None:
	card = window.page.locator(".summary-item", has_text=label)
	expect(card.locator(".summary-value")).to_contain_text(value, timeout=PATIENCE)


def test_a_recall_leads_from_a_batch_to_the_customer(desk_with: Callable[..., Desk], chain: Chain):
	quality = desk_with("Production Manager", "Stock User")
	recall(quality, chain.batch)
	expect_card(quality, "Batches and Pieces", "4")
	expect_card(quality, "Deliveries", "1")
	expect(row(quality, chain.note.name)).to_contain_text(chain.note.customer)
	expect(row(quality, chain.pieces[1])).to_contain_text(chain.scratch.plant.fg_warehouse)


def test_a_recall_by_somebody_who_reads_no_deliveries_says_that_it_is_not_complete(desk: Open, chain: Chain):
	operator = desk("operator")
	operator.visit("query-report/Recall")
	expect(operator.page.get_by_text("Choose a batch, a serial number or a run")).to_be_visible()
	recall(operator, chain.batch)
	expect_card(operator, "Not Shown", "1")
	expect(operator.page.get_by_text("not shown to you: Vouchers: 1")).to_be_visible()


def recall(window: Desk, batch_no: str) -> None:
	window.open("Batch", batch_no)
	window.page.locator(".inner-group-button > button", has_text="Recall").click()
	window.page.locator(".dropdown-item:visible", has_text="On to Customers").click()
	expect(row(window, batch_no)).to_be_visible(timeout=PATIENCE)


def test_production_variance_shows_why_an_order_cost_more(desk: Open, order: Any):
	manager = desk("manager")
	manager.visit(f"query-report/Production%20Variance?order={order.name}")
	expect_card(manager, "Standard", "64.50")
	expect_card(manager, "Actual", "85.50")
	expect_card(manager, "Variance", "21.00")
	expect(row(manager, order.name)).to_contain_text("32.6 %")
	chart = manager.page.locator(".chart-wrapper:visible")
	expect(chart.locator("svg .bar")).not_to_have_count(0)
	expect(chart).to_contain_text("Usage")


RESIZED = "setInterval(() => window.dispatchEvent(new Event('resize')), 20)"


@pytest.mark.parametrize("report", ["Production Variance", "Order Cost"])
def test_a_chart_is_drawn_whole_while_its_window_changes(desk: Open, order: Any, report: str):
	"""A chart that is drawn anew while it moves would take out of the page what is not in it."""
	manager = desk("manager")
	manager.page.add_init_script(RESIZED)
	manager.visit(f"query-report/{report}?order={order.name}")
	expect(manager.page.locator(".chart-wrapper:visible svg .bar")).not_to_have_count(0, timeout=PATIENCE)
	manager.page.wait_for_timeout(1500)


def test_order_cost_shows_standard_posted_and_present_cost(desk: Open, order: Any):
	manager = desk("manager")
	manager.visit(f"query-report/Order%20Cost?order={order.name}")
	expect_card(manager, "Actual as Posted", "85.50")
	expect_card(manager, "Changed Since Posting", "0.00")
	expect(row(manager, order.name)).to_contain_text("64.50")
	chart = manager.page.locator(".chart-wrapper:visible")
	expect(chart.locator("svg .bar")).to_have_count(3)
	expect(chart).to_contain_text("As Posted")


@pytest.mark.parametrize(
	("report", "sentence"),
	[
		("Production Variance", "No run was completed that fits these filters."),
		("Order Cost", "No order was confirmed that fits these filters."),
	],
)
def test_a_cost_report_of_nothing_says_so(desk: Open, scratch: Scratch, report: str, sentence: str):
	item = scratch.item("NEVER-MADE")
	frappe.db.commit()
	manager = desk("manager")
	manager.visit(f"query-report/{report}?item_code={item}")
	expect(manager.page.get_by_text(sentence)).to_be_visible(timeout=PATIENCE)
	expect(manager.page.locator(".chart-wrapper:visible")).to_have_count(0)
