"""Contract: what our figures in ERPNext's Bins hang on: names, signatures, and how Work Orders are counted."""

import ast
import inspect
from pathlib import Path
from typing import Any

import erpnext
import frappe
import pytest
from erpnext.manufacturing.doctype.work_order import work_order
from erpnext.stock import stock_balance

from production_orders.erpnext_bridge import projected_qty

UNCOUNTED = ("/patches/", "/test_")
"""Upgrades of sites older than this app, and ERPNext's own tests."""


@pytest.fixture(autouse=True)
def seams(site: Any) -> None:
	projected_qty.count_orders()


def test_the_signatures_are_those_we_pass_on() -> None:
	asked = inspect.getfullargspec(inspect.unwrap(work_order.get_reserved_qty_for_production))
	assert asked.args == ["item_code", "warehouse", "non_completed_production_plans", "check_production_plan"]
	assert asked.defaults == (None, False)
	assert inspect.getfullargspec(inspect.unwrap(stock_balance.get_planned_qty)).args == [
		"item_code",
		"warehouse",
	]


def test_every_binding_of_both_names_is_ours() -> None:
	for name, places in projected_qty.SEAMS.items():
		for module in places:
			assert getattr(module, name) is not inspect.unwrap(getattr(module, name)), (module.__name__, name)


def test_no_other_module_of_erpnext_binds_either_name_at_import() -> None:
	"""One that did would keep ERPNext's function: then it belongs into SEAMS."""
	known = {module.__name__ for module in (stock_balance, work_order)}
	package = Path(erpnext.__file__).parent
	found = {
		_module(path, package)
		for path in package.rglob("*.py")
		if not any(part in path.as_posix() for part in UNCOUNTED) and _binds(path)
	}
	assert found <= known


def _module(path: Path, package: Path) -> str:
	return ".".join(("erpnext", *path.relative_to(package).with_suffix("").parts))


def _binds(path: Path) -> bool:
	text = path.read_text()
	if not any(name in text for name in projected_qty.SEAMS):
		return False
	return any(
		isinstance(node, ast.ImportFrom) and any(alias.name in projected_qty.SEAMS for alias in node.names)
		for node in ast.parse(text).body
	)


def test_wrapping_again_counts_nothing_twice(erpnext: Any) -> None:
	before = stock_balance.get_planned_qty
	projected_qty.count_orders()
	assert stock_balance.get_planned_qty is before


@pytest.fixture
def work_orders(erpnext: Any) -> tuple[str, str]:
	"""Work Orders of one product in every state that ERPNext counts differently -> (product, material)."""
	finished, material = erpnext.item("FG"), erpnext.item("RAW")
	bom_no = erpnext.bom(finished, {material: 2})
	states: tuple[dict[str, Any], ...] = (
		{"status": "Not Started"},
		{"status": "Stopped"},
		{"status": "Completed"},
		{"status": "Closed"},
		{"status": "In Process", "produced_qty": 4},
		{"produced_qty": 12},
		{"docstatus": 2},
		{"docstatus": 0},
	)
	rows: tuple[dict[str, Any], ...] = (
		{},
		{"consumed_qty": 5},
		{"transferred_qty": 30, "consumed_qty": 3},
		{"transferred_qty": 7},
		{"transferred_qty": 25, "consumed_qty": 25},
	)
	for header in states:
		for skip_transfer in (0, 1):
			for row in rows:
				_work_order(erpnext, bom_no, {"skip_transfer": skip_transfer, **header}, row)
	return finished, material


def _work_order(erpnext: Any, bom_no: str, header: dict[str, Any], row: dict[str, Any]) -> None:
	order = erpnext.work_order(bom_no, 10)
	frappe.db.set_value("Work Order", order.name, header)
	if row:
		frappe.db.set_value("Work Order Item", order.required_items[0].name, row)


def test_work_orders_are_counted_set_based_as_erpnext_counts_them(erpnext: Any, work_orders: Any) -> None:
	finished, material = work_orders
	bins = [(material, erpnext.warehouse), (finished, erpnext.warehouse)]
	projected_qty.update(bins)
	for item_code, warehouse in bins:
		stored = erpnext.bin(item_code)
		assert stored.planned_qty == inspect.unwrap(stock_balance.get_planned_qty)(item_code, warehouse)
		assert stored.reserved_qty_for_production == inspect.unwrap(
			work_order.get_reserved_qty_for_production
		)(item_code, warehouse)
	assert erpnext.bin(finished).planned_qty > 0
	assert erpnext.bin(material).reserved_qty_for_production > 0


def test_the_projection_written_set_based_is_erpnexts(erpnext: Any) -> None:
	item = erpnext.stocked_item(100)
	at = erpnext.bin(item).name
	promises = {
		"ordered_qty": 50,
		"indented_qty": 20,
		"reserved_qty": 1,
		"reserved_qty_for_sub_contract": 4,
		"reserved_qty_for_production_plan": 8,
		"reserved_stock": 30,
	}
	frappe.db.set_value("Bin", at, promises)
	projected_qty.update([(item, erpnext.warehouse)])
	bin_doc = frappe.get_doc("Bin", at)
	written = bin_doc.projected_qty
	bin_doc.set_projected_qty()
	assert written == bin_doc.projected_qty == 157
