"""Contract: what our figures in ERPNext's Bins hang on: names, signatures, and how Work Orders are counted."""

import ast
import inspect
from pathlib import Path
from typing import Any

import erpnext
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
