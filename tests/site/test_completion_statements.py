"""What completing a run costs the database beside the Stock Entry it posts, and what Frappe keeps of it all the same."""

import json
from unittest import mock

import frappe

from fixtures.generate import flat_bom
from production_orders.api import runs
from production_orders.erpnext_bridge import stock_entry
from tests.support.orders import running

BUDGET = 45
"""Statements beside those of the Stock Entry, which for ten materials sends some four hundred."""


def statements_around_the_entry(scratch, materials: int) -> int:
	"""How many statements completing a run of so many materials sends that are not its Stock Entry's."""
	order = scratch.order(flat_bom(materials, stock=900).item_code, 1)
	frappe.get_cached_doc("Item", order.item_code)
	run = running(order)
	submit, of_entry = stock_entry.submit, []
	with mock.patch.object(frappe.db, "sql", wraps=frappe.db.sql) as sql:

		def count(entry, name):
			before = sql.call_count
			submitted = submit(entry, name)
			of_entry.append(sql.call_count - before)
			return submitted

		with mock.patch.object(stock_entry, "submit", count):
			runs.complete(run=run, produced_qty=1)
		(counted,) = of_entry
		return sql.call_count - counted


def test_completing_a_run_adds_few_statements_to_its_entry_however_many_materials_it_takes(scratch):
	statements_around_the_entry(scratch, 2)  # fills the caches
	few, many = (statements_around_the_entry(scratch, materials) for materials in (3, 30))
	assert few == many
	assert many <= BUDGET


def test_a_completed_run_has_a_version_that_tells_what_it_was_before(scratch):
	run = running(scratch.simple_order(qty=10))
	(interval,) = frappe.get_all("Production Run Interval", {"parent": run}, pluck="name")
	known = set(frappe.get_all("Version", {"docname": run}, pluck="name"))
	runs.complete(run=run, produced_qty=4, rejected_qty=1, reject_reason="bent")
	(version,) = set(frappe.get_all("Version", {"docname": run}, pluck="name")) - known
	told = json.loads(frappe.db.get_value("Version", version, "data"))
	changed = {field: (before, after) for field, before, after in told["changed"]}
	assert changed["status"] == ("Running", "Completed")
	assert changed["docstatus"] == (0, 1)
	assert [table for table, _row in told["added"]] == ["rejects"]
	((table, _idx, row, _fields),) = told["row_changed"]
	assert (table, row) == ("intervals", interval)


def test_the_rows_of_an_entry_fetch_from_their_items_what_everybodys_rows_do(scratch, monkeypatch):
	"""Also into a field that a site has added."""
	added = frappe.get_meta("Stock Entry Detail").get_field("description")
	monkeypatch.setattr(added, "fetch_from", "item_code.item_group")
	run = running(scratch.simple_order(qty=10))
	entry = runs.complete(run=run, produced_qty=4)["stock_entry"]
	rows = frappe.get_all("Stock Entry Detail", {"parent": entry}, ["item_code", "description"])
	groups = dict(frappe.get_all("Item", fields=["name", "item_group"], as_list=True))
	assert len(rows) == 2
	assert [row.description for row in rows] == [groups[row.item_code] for row in rows]
