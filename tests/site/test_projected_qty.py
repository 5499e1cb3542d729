"""ERPNext's Bins count open production orders: after our events, after its own, and never twice."""

import frappe
import pytest
from erpnext.manufacturing.doctype.work_order import work_order
from erpnext.stock import stock_balance
from erpnext.stock.utils import get_bin

from production_orders import uninstall
from production_orders.api import orders, reservations, runs
from production_orders.patches import count_orders_in_bins
from tests.support import bins
from tests.support.orders import confirmed, running
from tests.support.state import unchanged


@pytest.fixture
def plant_bin(scratch):
	"""(planned, reserved for production, projected) of an item in the store, or where it is made."""

	def figures(item_code: str, warehouse: str | None = None) -> tuple[float, float, float]:
		return bins.figures(item_code, warehouse or scratch.plant.source_warehouse)

	return figures


@pytest.fixture
def order(scratch):
	"""A draft for 10 of a product of 2 raw each, of which 1000 are in stock."""
	return scratch.simple_order(10, stock=1000, per_unit=2)


@pytest.fixture
def raw(order):
	return frappe.db.get_value("BOM Item", {"parent": order.bom_no}, "item_code")


def test_a_draft_changes_no_figure(order, raw, plant_bin):
	assert plant_bin(raw) == (0, 0, 1000)
	assert plant_bin(order.item_code, order.fg_warehouse) == (0, 0, 0)


def test_a_confirmed_order_takes_its_materials_and_brings_its_product(order, raw, plant_bin):
	confirmed(order)
	assert plant_bin(raw) == (0, 20, 980)
	assert plant_bin(order.item_code, order.fg_warehouse) == (10, 0, 10)


def test_a_shortage_counts_like_what_is_reserved(scratch, plant_bin):
	order = scratch.simple_order(10, stock=0, shortage_policy="Confirm with Shortages")
	confirmed(order)
	raw = frappe.db.get_value("Production Order Material", {"parent": order.name}, "item_code")
	assert plant_bin(raw) == (0, 20, -20)


def test_missing_bins_are_made_once(scratch):
	item, material = scratch.item("FG"), scratch.item("RAW", uom="Kg")
	scratch.bom(item, {material: 1})
	order = scratch.order(item, 3, shortage_policy="Confirm with Shortages")
	assert not frappe.db.exists("Bin", {"item_code": ["in", [item, material]]})
	confirmed(order)
	confirmed(scratch.order(item, 4, shortage_policy="Confirm with Shortages"))
	made = frappe.get_all("Bin", {"item_code": ["in", [item, material]]}, ["item_code", "stock_uom"])
	assert {row.item_code: row.stock_uom for row in made} == {item: "Nos", material: "Kg"}
	assert len(made) == 2


def test_orders_of_one_item_add_up(scratch, plant_bin):
	item, material = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(item, {material: 2})
	scratch.stock(material, 100)
	for qty in (3, 4):
		confirmed(scratch.order(item, qty))
	assert plant_bin(material) == (0, 14, 86)
	assert plant_bin(item, scratch.plant.fg_warehouse) == (7, 0, 7)


def test_a_run_moves_quantities_from_planned_to_actual(order, raw, plant_bin):
	run = running(order, qty=4)
	assert plant_bin(raw) == (0, 20, 980)
	runs.complete(run=run, produced_qty=4)
	assert plant_bin(raw) == (0, 12, 980)
	assert plant_bin(order.item_code, order.fg_warehouse) == (6, 0, 10)


def test_more_consumed_than_required_reserves_nothing(order, raw, plant_bin):
	runs.complete(run=running(order), produced_qty=9, loss_qty=1, consumption=[{"item_code": raw, "qty": 21}])
	assert plant_bin(raw) == (0, 0, 979)
	assert plant_bin(order.item_code, order.fg_warehouse) == (0, 0, 9)


def test_an_order_closed_short_awaits_nothing(order, raw, plant_bin):
	runs.complete(run=running(order, qty=4), produced_qty=4)
	orders.complete(order=order.name, close_short=True, reason="Sold out")
	assert plant_bin(raw) == (0, 0, 992)
	assert plant_bin(order.item_code, order.fg_warehouse) == (0, 0, 4)


def test_a_cancelled_order_awaits_nothing(order, raw, plant_bin):
	confirmed(order)
	orders.cancel(order=order.name, reason="Not needed")
	assert plant_bin(raw) == (0, 0, 1000)
	assert plant_bin(order.item_code, order.fg_warehouse) == (0, 0, 0)


def test_releasing_leaves_the_need(order, raw, plant_bin):
	confirmed(order)
	reservations.release(order=order.name, reason="Somebody else first")
	assert plant_bin(raw) == (0, 20, 980)


def test_a_refused_confirmation_makes_no_bin(scratch):
	item, material = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(item, {material: 1})
	order = scratch.order(item, 3, shortage_policy="Block")
	with unchanged(), pytest.raises(frappe.ValidationError):
		confirmed(order)
	assert not frappe.db.exists("Bin", {"item_code": ["in", [item, material]]})


def test_recalculate_bin_qty_changes_nothing(order, raw):
	runs.complete(run=running(order, qty=4), produced_qty=4)
	for item_code, warehouse in ((raw, order.source_warehouse), (order.item_code, order.fg_warehouse)):
		before = bins.row(item_code, warehouse)
		get_bin(item_code, warehouse).recalculate_qty()
		assert bins.row(item_code, warehouse) == before


def test_repost_stock_changes_nothing(order, raw):
	runs.complete(run=running(order, qty=4), produced_qty=4)
	for item_code, warehouse in ((raw, order.source_warehouse), (order.item_code, order.fg_warehouse)):
		before = bins.row(item_code, warehouse)
		stock_balance.repost_stock(item_code, warehouse, only_bin=True)
		assert bins.row(item_code, warehouse) == before


def test_a_work_order_adds_its_share_and_takes_it_back(order, raw, plant_bin, scratch):
	confirmed(order)
	made = scratch.work_order(order.bom_no, 5)
	assert plant_bin(raw) == (0, 30, 970)
	assert plant_bin(order.item_code, order.fg_warehouse) == (15, 0, 15)
	work_order.stop_unstop(made.name, "Stopped")
	assert plant_bin(raw) == (0, 20, 980)
	assert plant_bin(order.item_code, order.fg_warehouse) == (10, 0, 10)
	work_order.stop_unstop(made.name, "Resumed")
	orders.cancel(order=order.name, reason="The Work Order will do")
	assert plant_bin(raw) == (0, 10, 990)
	assert plant_bin(order.item_code, order.fg_warehouse) == (5, 0, 5)
	made.reload()
	made.cancel()
	assert plant_bin(raw) == (0, 0, 1000)
	assert plant_bin(order.item_code, order.fg_warehouse) == (0, 0, 0)


def test_erpnext_asks_for_the_work_orders_of_production_plans_alone(order, raw):
	confirmed(order)
	at = (raw, order.source_warehouse)
	assert work_order.get_reserved_qty_for_production(*at) == 20
	assert work_order.get_reserved_qty_for_production(*at, ["Some plan"], check_production_plan=True) == 0
	assert work_order.get_reserved_qty_for_production(*at, None, True) == 0


@pytest.fixture
def setting(site):
	"""Save the setting as the Desk does; its cached value goes with the test's other changes."""

	def save(count: int) -> None:
		settings = frappe.get_single("Production Orders Settings")
		settings.count_in_projected_qty = count
		settings.save()

	yield save
	frappe.db.rollback()
	frappe.clear_document_cache("Production Orders Settings", "Production Orders Settings")
	frappe.db.value_cache.pop("Production Orders Settings", None)


def test_the_setting_takes_our_share_out_and_puts_it_back(order, raw, plant_bin, setting):
	confirmed(order)
	setting(0)
	assert plant_bin(raw) == (0, 0, 1000)
	assert plant_bin(order.item_code, order.fg_warehouse) == (0, 0, 0)
	setting(1)
	assert plant_bin(raw) == (0, 20, 980)
	assert plant_bin(order.item_code, order.fg_warehouse) == (10, 0, 10)


def test_the_setting_may_change_while_no_order_is_open(setting, monkeypatch):
	monkeypatch.setattr("production_orders.services.lookups.open_order_bins", dict)
	monkeypatch.setattr("production_orders.erpnext_bridge.projected_qty.shares", dict)
	before = frappe.get_all("Bin", ["name", "projected_qty"], order_by="name")
	setting(0)
	assert frappe.get_all("Bin", ["name", "projected_qty"], order_by="name") == before


def test_without_the_setting_our_events_and_erpnexts_leave_us_out(order, raw, plant_bin, setting, scratch):
	setting(0)
	run = running(order, qty=4)
	scratch.work_order(order.bom_no, 5)
	get_bin(raw, order.source_warehouse).recalculate_qty()
	assert plant_bin(raw) == (0, 10, 990)
	runs.complete(run=run, produced_qty=4)
	assert plant_bin(raw) == (0, 10, 982)
	assert plant_bin(order.item_code, order.fg_warehouse) == (5, 0, 9)


@pytest.mark.usefixtures("setting")
def test_uninstalling_takes_our_share_out(order, raw, plant_bin, scratch):
	confirmed(order)
	scratch.work_order(order.bom_no, 5)
	uninstall.take_orders_out_of_bins()
	assert plant_bin(raw) == (0, 10, 990)
	assert plant_bin(order.item_code, order.fg_warehouse) == (5, 0, 5)


@pytest.mark.usefixtures("setting")
def test_upgrading_counts_the_orders_that_are_open_already(order, raw, plant_bin):
	frappe.db.delete("Singles", {"doctype": "Production Orders Settings", "field": "count_in_projected_qty"})
	frappe.db.value_cache.pop("Production Orders Settings", None)
	confirmed(order)
	frappe.db.delete("Bin", {"item_code": order.item_code})
	for _again in range(2):
		count_orders_in_bins.execute()
		assert plant_bin(raw) == (0, 20, 980)
		assert plant_bin(order.item_code, order.fg_warehouse) == (10, 0, 10)


def test_a_site_without_the_app_is_not_asked(order, raw, monkeypatch):
	confirmed(order)
	monkeypatch.setattr(frappe, "get_installed_apps", lambda: ["frappe", "erpnext"])
	assert work_order.get_reserved_qty_for_production(raw, order.source_warehouse) == 0
	assert stock_balance.get_planned_qty(order.item_code, order.fg_warehouse) == 0


def test_confirming_more_materials_takes_no_more_statements(scratch, monkeypatch):
	few, many = (_wide_order(scratch, width) for width in (3, 30))
	assert _statements(monkeypatch, few) == _statements(monkeypatch, many)


def _wide_order(scratch, width):
	item = scratch.item("FG")
	scratch.bom(item, {scratch.item("RAW"): 1 for _ in range(width)})
	return scratch.order(item, 1, shortage_policy="Confirm with Shortages")


def _statements(monkeypatch, order):
	statements, sql = [], frappe.db.sql
	with monkeypatch.context() as patch:
		patch.setattr(frappe.db, "sql", lambda *a, **k: (statements.append(a[0]), sql(*a, **k))[1])
		confirmed(order)
	return sum("Bin" in str(statement) for statement in statements)
