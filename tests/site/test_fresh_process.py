"""A process that began as neither a request nor a job, and only ever speaks to ERPNext, counts our orders."""

import json
import os
import subprocess
import sys

import frappe
import pytest

from tests.support.orders import confirmed

SCRIPT = """
import json, sys
import frappe
frappe.init(site=sys.argv[1], sites_path=".")
frappe.connect()
order = frappe._dict(json.loads(sys.argv[2]))
from erpnext.stock.utils import get_bin
{act}
keys = ((order.raw, order.source_warehouse), (order.item_code, order.fg_warehouse))
figures = [frappe.db.get_value("Bin", {{"item_code": item, "warehouse": place}},
	["planned_qty", "reserved_qty_for_production", "projected_qty"]) for item, place in keys]
frappe.db.rollback()
frappe.destroy()
print(json.dumps(figures))
"""
NEW_WORK_ORDER = """
work_order = frappe.get_doc(dict(doctype="Work Order", production_item=order.item_code, bom_no=order.bom_no,
	qty=5, company=order.company, source_warehouse=order.source_warehouse, fg_warehouse=order.fg_warehouse,
	skip_transfer=1)).insert()
work_order.submit()
"""
STOP = """
from erpnext.manufacturing.doctype.work_order.work_order import stop_unstop
stop_unstop(order.work_order, "Stopped")
"""
CANCEL = """
frappe.get_doc("Work Order", order.work_order).cancel()
"""
RECALCULATE = """
for key in ((order.raw, order.source_warehouse), (order.item_code, order.fg_warehouse)):
	get_bin(*key).recalculate_qty()
"""
REPOST = """
from erpnext.stock.stock_balance import repost_stock
repost_stock(order.item_code, order.fg_warehouse)
get_bin(order.raw, order.source_warehouse).recalculate_qty()
"""
NEW_BIN = """
frappe.db.delete("Bin", {"item_code": order.item_code})
get_bin(order.item_code, order.fg_warehouse)
"""


@pytest.fixture(scope="module")
def order(plants):
	"""Committed: 10 of a product of 2 raw each, 1000 in stock, confirmed, beside a Work Order for 3."""
	from tests.support.scratch import Scratch

	frappe.db.rollback()
	scratch = Scratch(plants["bicycle"])
	order = scratch.simple_order(10, stock=1000, per_unit=2)
	confirmed(order)
	made = scratch.work_order(order.bom_no, 3)
	frappe.db.commit()
	fields = ("item_code", "bom_no", "company", "source_warehouse", "fg_warehouse")
	raw = frappe.db.get_value("BOM Item", {"parent": order.bom_no}, "item_code")
	return {**{field: order.get(field) for field in fields}, "raw": raw, "work_order": made.name}


@pytest.mark.parametrize(
	("act", "product", "raw"),
	[
		pytest.param(NEW_WORK_ORDER, 18, 36, id="submit a Work Order"),
		pytest.param(STOP, 10, 20, id="stop a Work Order"),
		pytest.param(CANCEL, 10, 20, id="cancel a Work Order"),
		pytest.param(RECALCULATE, 13, 26, id="Recalculate Bin Qty"),
		pytest.param(REPOST, 13, 26, id="repost", marks=pytest.mark.erpnext),
		pytest.param(NEW_BIN, 13, 26, id="make a Bin"),
	],
)
def test_a_process_that_knows_erpnext_alone_counts_our_orders(order, act, product, raw):
	sites = os.path.join(os.environ["BENCH"], "sites")
	command = [sys.executable, "-W", "ignore", "-c", SCRIPT.format(act=act)]
	done = subprocess.run(
		[*command, os.environ["SITE"], json.dumps(order)],
		cwd=sites,
		capture_output=True,
		text=True,
		timeout=120,
	)
	assert done.returncode == 0, done.stderr
	assert json.loads(done.stdout.splitlines()[-1]) == [[0, raw, 1000 - raw], [product, 0, product]]
