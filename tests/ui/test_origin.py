"""From a Sales Order or a Material Request to the order that makes it, by one button."""

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from playwright.sync_api import expect

from tests.support import vouchers
from tests.support.scratch import Scratch
from tests.ui.desk import PATIENCE, Desk

MAKERS: dict[str, Callable[..., Any]] = {
	"Sales Order": vouchers.sales_order,
	"Material Request": lambda company, **row: vouchers.material_request(company, "Manufacture", **row),
}


@pytest.fixture
def seller(desk_with: Callable[..., Desk]) -> Desk:
	"""The window of somebody who sells, asks for goods and plans production."""
	return desk_with("Production Planner", "Sales Manager", "Stock Manager", "Manufacturing Manager")


@pytest.mark.parametrize("doctype", MAKERS)
def test_one_button_makes_the_draft_and_opens_it(seller: Desk, scratch: Scratch, doctype: str):
	item = scratch.item("FG")
	scratch.bom(item, {scratch.item("RAW"): 1})
	row = {"item_code": item, "qty": 10, "warehouse": scratch.plant.fg_warehouse}
	doc = MAKERS[doctype](scratch.company, **row)
	frappe.db.commit()

	seller.open(doctype, doc.name)
	entry = seller.page.locator(".dropdown-item", has_text="Production Order")
	seller.page.get_by_role("button", name="Create").first.click()
	entry.first.click()
	seller.page.wait_for_url("**/production-order/**", timeout=PATIENCE)
	seller.expect_status("Draft")

	frappe.db.rollback()
	made = frappe.get_doc("Production Order", seller.name)
	assert (made.item_code, made.qty, made.fg_warehouse) == (item, 10, scratch.plant.fg_warehouse)

	seller.open(doctype, doc.name)
	expect(seller.page.locator(".page-head:visible .title-text")).to_be_visible()
	assert not seller.page.evaluate("cur_frm.doc.__onload.may_make_production_orders")
	expect(entry).to_have_count(0)
