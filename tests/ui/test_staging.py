"""Material on its way to the line and back, as its planner sees it."""

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from playwright.sync_api import expect

from tests.support.http import Server
from tests.support.scratch import Scratch
from tests.support.staging import Floor
from tests.ui.desk import PATIENCE, Desk

Open = Callable[[str], Desk]


@pytest.fixture
def floor(scratch: Scratch) -> Floor:
	return Floor(scratch)


@pytest.fixture
def order(floor: Floor, server: Server) -> Any:
	"""10 of a product, its 20 pieces of steel reserved in the store."""
	order = floor.order(10)
	frappe.db.commit()
	assert server.as_("planner").write("orders.confirm", order=order.name).ok
	return order


def stock(floor: Floor) -> dict[str, tuple[float, float]]:
	frappe.db.rollback()
	return floor.stock()


def test_material_is_brought_to_the_line_and_what_is_left_goes_back(desk: Open, floor: Floor, order: Any):
	planner = desk("planner")
	planner.open("Production Order", order.name)
	planner.choose("Stage Materials")
	expect(planner.dialog).to_contain_text(f"They go to {floor.wip}")
	row = planner.dialog.locator(".grid-row", has_text=floor.steel)
	expect(row.locator("[data-fieldname=warehouse]")).to_have_text(floor.store)
	expect(row.locator("[data-fieldname=held_qty]")).to_contain_text("20")
	planner.type_in_row(row, "qty", "8")
	planner.answer("Stage")
	expect(planner.page.locator(".desk-alert")).to_contain_text("Staged by Stock Entry", timeout=PATIENCE)
	assert stock(floor) == {"store": (92, 12), "wip": (8, 8)}

	planner.choose("Return Staged")
	expect(planner.dialog).to_contain_text(f"They leave {floor.wip}")
	row = planner.dialog.locator(".grid-row", has_text=floor.steel)
	expect(row.locator("[data-fieldname=source_warehouse]")).to_have_text(floor.store)
	planner.type_in_row(row, "qty", "3")
	planner.dialog.locator("textarea").fill("Too many on the line")
	planner.answer("Return")
	expect(planner.dialog).to_have_count(0, timeout=PATIENCE)
	planner.tab("History")
	expect(planner.page.get_by_text("Reason: Too many on the line")).to_be_visible(timeout=PATIENCE)
	assert stock(floor) == {"store": (95, 15), "wip": (5, 5)}


def test_more_than_is_held_is_refused_in_clear_words(desk: Open, floor: Floor, order: Any):
	planner = desk("planner")
	planner.open("Production Order", order.name)
	planner.choose("Stage Materials")
	planner.type_in_row(planner.dialog.locator(".grid-row", has_text=floor.steel), "qty", "21")
	planner.answer("Stage")
	expect(planner.page.locator(".msgprint")).to_contain_text("21", timeout=PATIENCE)
	expect(planner.page.locator(".msgprint")).to_contain_text(floor.steel)
	assert stock(floor) == {"store": (100, 20), "wip": (0, 0)}
	assert len(planner.complaints) == 1
	assert "422" in planner.complaints.pop() or "409" in planner.complaints.pop()
