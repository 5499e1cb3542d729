"""Locks are taken in the order of an index however many rows one order needs."""

import frappe
import pytest

from fixtures import stock
from production_orders.api import runs
from production_orders.services import queries
from tests.support.orders import confirmed, running, started

MANY = 1_200
"""More than MariaDB searches in an index by itself: it joins a list of 1000 or more as a table."""


@pytest.fixture
def keys(scratch):
	"""Bins of as many items, each with its number as the stock, with their rows made by SQL alone."""
	warehouse = scratch.plant.source_warehouse
	prefix = frappe.generate_hash(length=8)
	keys = [(f"{prefix}-{number:04d}", warehouse) for number in range(MANY)]
	rows = [(f"{item}-bin", item, at, number) for number, (item, at) in enumerate(keys)]
	frappe.db.bulk_insert("Bin", ["name", "item_code", "warehouse", "actual_qty"], rows)
	return keys


@pytest.fixture
def sent(monkeypatch):
	"""The statements sent, with their values."""
	statements, execute = [], frappe.db.sql

	def listen(query, *args, **kwargs):
		statements.append((str(query), args[0] if args else kwargs.get("values", ())))
		return execute(query, *args, **kwargs)

	monkeypatch.setattr(frappe.db, "sql", listen)
	return statements


def explained(statement, values):
	"""(access type, index) of every table that a statement reads; rows are locked as they are read, in index order."""
	before, select, after = statement.partition("SELECT")
	plan = frappe.db.sql(f"{before}explain {select}{after}", values, as_dict=True)
	assert all("Rowid-ordered" not in row.Extra for row in plan)
	return [(row.type, row.key) for row in plan]


@pytest.mark.parametrize("count", [3, MANY])
def test_bins_are_locked_in_the_order_of_their_index(keys, sent, count):
	assert queries.lock_bins(keys[:count]) == {key: number for number, key in enumerate(keys[:count])}
	((statement, values),) = sent
	assert explained(statement, values) == [("range", "unique_item_warehouse")]


@pytest.mark.parametrize("count", [3, MANY])
def test_open_reservations_are_locked_by_their_index(keys, sent, count):
	assert queries.lock_open_reservations(keys[:count]) == {}
	((statement, values),) = sent
	assert explained(statement, values) == [("range", "production_orders_open_reservations")]


def test_the_session_of_others_is_left_as_it_was(keys):
	setting = "select @@in_predicate_conversion_threshold"
	before = frappe.db.sql(setting)
	queries.lock_free_stock(keys)
	assert frappe.db.sql(setting) == before


def first(sent, *words: str) -> int:
	"""The number of the first statement that has all these words."""
	return next(
		number for number, (statement, _values) in enumerate(sent) if all(word in statement for word in words)
	)


@pytest.fixture
def receipt(scratch):
	"""A draft of two items in two warehouses each, its rows in the order opposite to that of the locks."""
	items = sorted(scratch.item(name) for name in ("A", "B"))
	keys = [
		(item, place)
		for item in items
		for place in (scratch.plant.source_warehouse, scratch.plant.fg_warehouse)
	]
	for item, place in keys:
		scratch.stock(item, 5, warehouse=place)
	keys = sorted(keys)
	rows = [{"item_code": item, "qty": 1, "basic_rate": 1, "t_warehouse": at} for item, at in reversed(keys)]
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": stock.RECEIPT,
			"purpose": stock.RECEIPT,
			"company": scratch.company,
			"items": rows,
		}
	)
	return entry.insert(), keys


@pytest.mark.parametrize("act", ["submit", "cancel"])
def test_a_voucher_locks_all_its_bins_in_the_order_of_their_index_before_it_moves_any(receipt, sent, act):
	entry, keys = receipt
	if act == "cancel":
		entry.submit()
		sent.clear()
	getattr(entry, act)()
	locking = first(sent, "`tabBin`", "FOR UPDATE")
	statement, values = sent[locking]
	assert explained(statement, values) == [("range", "unique_item_warehouse")]
	text = statement + str(values)
	assert all(item in text and place in text for item, place in keys)
	assert locking < first(sent, "INSERT INTO `tabStock Ledger Entry`") < first(sent, "UPDATE `tabBin`")


def test_a_run_takes_the_name_of_its_entry_before_it_locks_a_bin(scratch, sent):
	"""As every voucher of ERPNext does: its series is locked by whoever waits for a Bin."""
	run = running(scratch.simple_order(qty=10))
	sent.clear()
	runs.complete(run=run, produced_qty=4)
	assert first(sent, "`tabSeries`") < first(sent, "`tabBin`", "FOR UPDATE")


def test_a_run_locks_the_bins_of_all_that_goes_in_and_out_at_once(scratch, sent):
	finished, raw, co = scratch.item("FG"), scratch.item("RAW"), scratch.item("CO")
	scratch.bom(finished, {raw: 1}, scrap_items=[{"item_code": co, "stock_qty": 1, "rate": 1}])
	scratch.stock(raw, 10)
	order = scratch.order(finished, 10, rework_warehouse=scratch.warehouse("Rework"))
	confirmed(order)
	places = (order.source_warehouse, order.fg_warehouse, order.scrap_warehouse, order.rework_warehouse)
	rejects = [{"qty": 1, "reason": "cut"}, {"qty": 1, "reason": "bent", "disposition": "Rework"}]
	for _run in range(2):  # the first one makes the Bins
		run = started(order, qty=3)
		sent.clear()
		runs.complete(run=run, produced_qty=1, rejects=rejects)
	statement, values = sent[first(sent, "`tabBin`", "FOR UPDATE")]
	text = statement + str(values)
	assert explained(statement, values) == [("range", "unique_item_warehouse")]
	assert all(name in text for name in (finished, raw, co, *places))


def test_a_reversal_locks_all_its_bins_before_its_entry_moves_any(scratch, sent):
	order = scratch.simple_order(qty=10)
	run = running(order)
	runs.complete(run=run, produced_qty=3, rejected_qty=1, reject_reason="bent")
	sent.clear()
	runs.reverse(run=run, reason="counted wrong")
	locking = first(sent, "`tabBin`", "FOR UPDATE")
	statement, values = sent[locking]
	text = statement + str(values)
	assert explained(statement, values) == [("range", "unique_item_warehouse")]
	assert all(place in text for place in (order.source_warehouse, order.fg_warehouse, order.scrap_warehouse))
	assert first(sent, "`tabProduction Run`", "FOR UPDATE") < locking < first(sent, "`tabStock Ledger Entry`")
