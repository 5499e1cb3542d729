"""Locks are taken in the order of an index however many rows one order needs."""

import frappe
import pytest

from production_orders.services import queries

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

	def listen(query, values=(), *args, **kwargs):
		statements.append((str(query), values))
		return execute(query, values, *args, **kwargs)

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
