"""From a Sales Order or a Material Request to the order that makes it, by one button."""

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from playwright.sync_api import Browser, expect

from tests.support import vouchers
from tests.support.http import Server
from tests.support.scratch import Scratch
from tests.ui.conftest import SIZE
from tests.ui.desk import PATIENCE, Desk

PASSWORD = "sells-and-plans-2"
MAKERS: dict[str, Callable[..., Any]] = {
	"Sales Order": vouchers.sales_order,
	"Material Request": lambda company, **row: vouchers.material_request(company, "Manufacture", **row),
}


@pytest.fixture
def window(browser: Browser, server: Server, scratch: Scratch) -> Any:
	"""The Desk of somebody who sells, asks for goods and plans production."""
	email = scratch.user("Production Planner", "Sales Manager", "Stock Manager", "Manufacturing Manager")
	user = frappe.get_doc("User", email)
	user.update({"new_password": PASSWORD}).save()
	frappe.db.commit()
	context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
	desk = Desk.login(context, server.base_url, email, PASSWORD)
	yield desk
	complaints = list(desk.complaints)
	context.close()
	assert not complaints


@pytest.mark.parametrize("doctype", MAKERS)
def test_one_button_makes_the_draft_and_opens_it(window: Desk, scratch: Scratch, doctype: str):
	item = scratch.item("FG")
	scratch.bom(item, {scratch.item("RAW"): 1})
	row = {"item_code": item, "qty": 10, "warehouse": scratch.plant.fg_warehouse}
	doc = MAKERS[doctype](scratch.company, **row)
	frappe.db.commit()

	window.open(doctype, doc.name)
	entry = window.page.locator(".dropdown-item", has_text="Production Order")
	window.page.get_by_role("button", name="Create").first.click()
	entry.first.click()
	window.page.wait_for_url("**/production-order/**", timeout=PATIENCE)
	window.expect_status("Draft")

	frappe.db.rollback()
	made = frappe.get_doc("Production Order", window.name)
	assert (made.item_code, made.qty, made.fg_warehouse) == (item, 10, scratch.plant.fg_warehouse)

	window.open(doctype, doc.name)
	expect(window.page.locator(".page-head:visible .title-text")).to_be_visible()
	assert not window.page.evaluate("cur_frm.doc.__onload.may_make_production_orders")
	expect(entry).to_have_count(0)
