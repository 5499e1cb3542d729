"""An engineering change in the Desk: who uses the BOM, what a relock would change, and what it has changed."""

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
def outdated(scratch: Scratch, server: Server) -> Any:
	"""A confirmed order of 10 whose BOM has been replaced since; and a draft that holds the old one."""
	order = scratch.simple_order(qty=10, stock=50)
	draft = scratch.order(order.item_code, 3)
	frappe.db.commit()
	assert server.as_("planner").write("orders.confirm", order=order.name).ok
	frappe.db.rollback()
	glue = scratch.item("GLUE")
	scratch.stock(glue, 100)
	material = frappe.get_doc("BOM", order.bom_no).items[0].item_code
	newer = scratch.bom(order.item_code, {material: 3, glue: 1})
	frappe.db.commit()
	return frappe._dict(order=order, draft=draft, glue=glue, old=order.bom_no, newer=newer)


def test_a_bom_and_an_item_say_which_open_orders_use_them(desk: Open, outdated: Any):
	engineer = desk("manager")
	for doctype, name in (("BOM", outdated.old), ("Item", outdated.order.item_code)):
		engineer.open(doctype, name)
		engineer.click("Open Production Orders (1)")
		expect(engineer.dialog).to_contain_text(outdated.order.name)
		expect(engineer.dialog).to_contain_text(f"{outdated.order.name}-L1")


def test_a_relock_shows_what_changes_before_and_after(desk: Open, outdated: Any):
	planner = desk("planner")
	planner.open("Production Order", outdated.order.name)
	planner.choose("Relock")
	expect(planner.dialog).to_contain_text(outdated.newer, timeout=PATIENCE)
	expect(planner.dialog.locator("tr", has_text=outdated.glue).first).to_contain_text("Added")
	expect(planner.dialog).to_contain_text("All 2 materials are available")
	planner.dialog.locator("textarea[data-fieldname=reason]").fill("ECO-17")
	planner.answer("Relock")
	expect(planner.page.get_by_text(f"{outdated.order.name}-L2").first).to_be_visible(timeout=PATIENCE)

	planner.open("BOM Lock", f"{outdated.order.name}-L2")
	planner.click("What Has Changed")
	expect(planner.dialog.locator("tr", has_text=outdated.glue)).to_contain_text("Added", timeout=PATIENCE)


def test_a_draft_that_holds_the_old_bom_is_told_apart(desk: Open, outdated: Any):
	planner = desk("planner")
	planner.visit(f"production-order?name={outdated.draft.name}")
	expect(planner.page.locator(".list-row", has_text=outdated.draft.name)).to_contain_text("Newer BOM")
	planner.open("Production Order", outdated.draft.name)
	expect(planner.page.get_by_text("is no longer the default BOM")).to_be_visible()


def test_a_draft_is_confirmed_by_the_bom_that_was_shown(desk: Open, outdated: Any, server: Server):
	planner = desk("planner")
	planner.open("Production Order", outdated.draft.name)
	planner.click("Confirm")
	expect(planner.dialog).to_contain_text(f"3 Nos of {outdated.order.item_code} by {outdated.newer}")
	expect(planner.dialog).to_contain_text("All 2 materials are available")
	planner.answer("Confirm")
	planner.expect_status("Confirmed")
	made = server.as_("planner").get(f"/api/resource/Production Order/{outdated.draft.name}").json()["data"]
	assert (made["bom_no"], len(made["materials"])) == (outdated.newer, 2)


def test_markup_that_somebody_wrote_is_shown_and_not_run(desk: Open, scratch: Scratch, server: Server):
	order = scratch.simple_order(qty=10, stock=50)
	frappe.db.commit()
	planner = server.as_("planner")
	assert planner.write("orders.confirm", order=order.name).ok
	markup = "<img src=x onerror='window.bent = 1'><b>bold</b>"
	material = frappe.get_doc("BOM", order.bom_no).items[0].item_code
	released = [{"item_code": material, "qty": 1}]
	assert planner.write("reservations.release", order=order.name, materials=released, reason=markup).ok
	window = desk("planner")
	window.open("Production Order", order.name)
	window.tab("History")
	expect(window.page.locator(".timeline-item", has_text="Released").first).to_contain_text(markup)
	assert window.page.evaluate("window.bent") is None
