"""The books of a plant that keeps its stock in its accounts: every run balances, to the cent."""

from collections import defaultdict

import frappe
import pytest

from fixtures import stock
from production_orders.api import runs
from tests.support.orders import running, value

pytestmark = pytest.mark.erpnext

REWORK = {"qty": 2, "reason": "bent", "disposition": "Rework"}
METHODS = ("FIFO", "Moving Average")


@pytest.fixture
def works(scratch):
	"""The plant with raw and finished goods in accounts of their own."""
	tree = frappe.qb.DocType("Company")
	frappe.qb.update(tree).set(tree.enable_perpetual_inventory, 1).where(tree.name == scratch.company).run()
	frappe.clear_document_cache("Company", scratch.company)
	scratch.made = scratch.warehouse("Made", account=_account(scratch, "Goods Made"))
	scratch.rework = scratch.warehouse("Rework", account=_account(scratch, "Goods In Rework"))
	scratch.raw_account = value("Company", scratch.company, "default_inventory_account")
	scratch.adjustment = value("Company", scratch.company, "stock_adjustment_account")
	scratch.charged = value("Company", scratch.company, "expenses_included_in_valuation")
	return scratch


def _account(scratch, name: str) -> str:
	beside = value("Company", scratch.company, "default_inventory_account")
	parent = value("Account", beside, "parent_account")
	account = frappe.get_doc(
		doctype="Account",
		account_name=f"{name} {frappe.generate_hash(length=6)}",
		parent_account=parent,
		company=scratch.company,
		account_type="Stock",
	)
	return account.insert(ignore_permissions=True).name


def product(works, work=(), scrap=(), raw_facts=None, **facts) -> tuple[str, str]:
	"""An item of 2 of one material, of which 10 at 1.01 and 10 at 3.00 are there."""
	finished, raw = works.item("FG", **facts), works.item("RAW", **(raw_facts or {}))
	works.bom(
		finished,
		{raw: 2},
		with_operations=int(bool(work)),
		operations=list(work),
		scrap_items=list(scrap),
	)
	works.stock(raw, 10, rate=1.01)
	works.stock(raw, 10, rate=3)
	return finished, raw


def run_of(works, finished: str, qty: float) -> str:
	return running(works.order(finished, qty, fg_warehouse=works.made, rework_warehouse=works.rework))


def booked(voucher: str) -> dict[str, float]:
	"""account -> debit - credit; accounts that come out even are left out."""
	sums: dict[str, float] = defaultdict(float)
	rows = frappe.get_all(
		"GL Entry", {"voucher_no": voucher, "is_cancelled": 0}, ["account", "debit", "credit"]
	)
	for row in rows:
		sums[row.account] += row.debit - row.credit
	return {account: round(amount, 2) for account, amount in sums.items() if round(amount, 2)}


def ledger_value(works, item: str, warehouse: str) -> float:
	return value("Bin", {"item_code": item, "warehouse": warehouse}, "stock_value") or 0.0


@pytest.mark.parametrize(("method", "consumed"), [("FIFO", 10.1 + 6 * 3), ("Moving Average", 32.08)])
def test_labour_and_overhead_move_from_their_expense_into_the_stock(works, method, consumed):
	"""16 pieces for 8 units, 6 minutes each at 40 and 20 an hour: 32 labour and 16 overhead."""
	finished, _raw = product(works, [works.operation(6, 40, 20)], raw_facts={"valuation_method": method})
	answer = runs.complete(run=run_of(works, finished, 8), produced_qty=8)
	made = value("Warehouse", works.made, "account")
	assert booked(answer["stock_entry"]) == {
		made: round(consumed + 48, 2),
		works.raw_account: -round(consumed, 2),
		works.charged: -48,
	}
	assert ledger_value(works, finished, works.made) == round(consumed + 48, 2)


def test_an_account_for_operating_cost_is_credited_where_the_company_has_one(works):
	tree = frappe.qb.DocType("Company")
	frappe.qb.update(tree).set(tree.default_operating_cost_account, works.adjustment).where(
		tree.name == works.company
	).run()
	frappe.clear_document_cache("Company", works.company)
	finished, _raw = product(works, [works.operation(6, 40)])
	answer = runs.complete(run=run_of(works, finished, 5), produced_qty=5)
	found = booked(answer["stock_entry"])
	assert works.charged not in found
	assert found[works.adjustment] == -20
	frappe.db.rollback()
	frappe.clear_document_cache("Company", works.company)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("tracked", ["plain", "batches", "serials"])
def test_co_products_rejects_and_rework_leave_nothing_in_the_adjustment_account(works, method, tracked):
	facts = {
		"plain": {"valuation_method": method},
		"batches": {"has_batch_no": 1, "create_new_batch": 1, "batch_number_series": "PI-.#####"},
		"serials": {"has_serial_no": 1, "serial_no_series": "PIS-.#####"},
	}[tracked]
	co, by = works.item("CO", **facts), works.item("BY", uom="Kg", valuation_rate=0.37)
	scrap = [
		{"item_code": co, "stock_qty": 1, "rate": 0, "cost_share": 17},
		{"item_code": by, "stock_qty": 0.333, "rate": 0},
	]
	work = [works.operation(7, 33, 11)]
	finished, raw = product(works, work, scrap, raw_facts={"valuation_method": method}, **facts)
	before = ledger_value(works, raw, works.plant.source_warehouse)
	run = run_of(works, finished, 7)
	answer = runs.complete(
		run=run,
		produced_qty=4,
		rejects=[{"qty": 1, "reason": "cracked"}, REWORK],
		downtime=[{"reason": "jam", "minutes": 13}],
	)
	found = booked(answer["stock_entry"])
	consumed = round(before - ledger_value(works, raw, works.plant.source_warehouse), 2)
	labour, overhead, downtime = value("Production Run", run, "labour_cost", "overhead_cost", "downtime_cost")
	charged = round(labour + overhead + downtime, 2)
	assert works.adjustment not in found
	assert found[works.charged] == -charged
	brought_in = [
		ledger_value(works, finished, works.made),
		ledger_value(works, finished, works.rework),
		ledger_value(works, co, works.made),
		ledger_value(works, by, works.plant.scrap_warehouse),
	]
	assert all(amount > 0 for amount in brought_in)
	assert round(sum(brought_in), 2) == round(consumed + charged, 2)
	assert round(sum(found.values()), 2) == 0


def test_a_run_that_finishes_nothing_expenses_its_materials_and_nothing_else(works):
	finished, _raw = product(works, [works.operation(6, 40, 20)])
	answer = runs.complete(
		run=run_of(works, finished, 5), produced_qty=0, rejected_qty=5, reject_reason="burnt"
	)
	found = booked(answer["stock_entry"])
	assert found == {works.raw_account: -10.1, works.adjustment: 10.1}


def test_a_run_of_nothing_of_value_books_nothing(works):
	cup, water = works.item("CUP"), works.item("WATER")
	works.bom(cup, {water: 1}, with_operations=1, operations=[works.operation(6, 20)])
	row = {"item_code": water, "qty": 10, "basic_rate": 0, "allow_zero_valuation_rate": 1}
	stock.post(stock.RECEIPT, works.company, [{**row, "t_warehouse": works.plant.source_warehouse}])
	answer = runs.complete(run=run_of(works, cup, 10), produced_qty=10)
	assert booked(answer["stock_entry"]) == {}
	assert len(answer["warnings"]) == 1
