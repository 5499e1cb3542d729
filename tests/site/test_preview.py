"""A preview says what a confirmation would find, and leaves no trace."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders
from tests.support.orders import amounts, confirmed
from tests.support.state import quiet


@pytest.fixture
def table(scratch):
	"""A table of 4 legs (6 in stock, 2 wood each) and 1 top (none in stock); 50 wood."""
	table, leg, wood, top = (scratch.item(name) for name in ("TABLE", "LEG", "WOOD", "TOP"))
	scratch.bom(leg, {wood: 2})
	scratch.bom(table, {leg: 4, top: 1})
	scratch.stocks({leg: (6, 10), wood: (50, 10)})
	return frappe._dict(item=table, leg=leg, wood=wood, top=top)


def _preview(scratch, item_code: str, qty: float, **values):
	arguments = {
		"source_warehouse": scratch.plant.source_warehouse,
		"company": scratch.company,
		**values,
	}
	return orders.preview(item_code=item_code, qty=qty, **arguments)


def test_a_preview_explodes_covers_and_writes_nothing(scratch, table):
	with quiet():
		answer = _preview(scratch, table.item, 10)
	assert (answer["item_code"], answer["qty"], answer["lines"], answer["levels"]) == (table.item, 10, 3, 2)
	assert amounts(answer["materials"]) == {
		table.leg: (6, 6, 0, 0),
		table.top: (10, 0, 0, 10),
		table.wood: (68, 50, 0, 18),
	}
	coverage = {
		row["item_code"]: (
			row["required_qty"],
			row["from_stock_qty"],
			row["exploded_qty"],
			row["short_qty"],
			row["level"],
		)
		for row in answer["coverage"]
	}
	assert coverage == {
		table.leg: (40, 6, 34, 0, 1),
		table.top: (10, 0, 0, 10, 1),
		table.wood: (68, 50, 0, 18, 2),
	}
	assert {row["item_code"]: (row["short_qty"], row["path"]) for row in answer["shortages"]} == {
		table.top: (10, [table.item, table.top]),
		table.wood: (18, [table.item, table.leg, table.wood]),
	}


def test_a_confirmation_finds_what_the_preview_said(scratch, table):
	answer = _preview(scratch, table.item, 10)
	order = scratch.order(table.item, 10, shortage_policy="Confirm with Shortages")
	found = confirmed(order)
	assert amounts(found["materials"]) == amounts(answer["materials"])
	assert {row["item_code"]: row["short_qty"] for row in found["shortages"]} == {
		row["item_code"]: row["short_qty"] for row in answer["shortages"]
	}


def test_a_preview_counts_what_others_hold(scratch, table):
	scratch.stock(table.top, 100)
	confirmed(scratch.order(table.item, 1))
	assert amounts(_preview(scratch, table.item, 1)["materials"]) == {
		table.leg: (2, 2, 0, 0),
		table.top: (1, 1, 0, 0),
		table.wood: (4, 4, 0, 0),
	}


def test_a_preview_of_a_chosen_bom(scratch, table):
	other = scratch.bom(table.item, {table.wood: 5}, is_default=0)
	answer = _preview(scratch, table.item, 10, bom_no=other)
	assert (answer["bom_no"], amounts(answer["materials"])) == (other, {table.wood: (50, 50, 0, 0)})


def test_what_cannot_be_made_is_refused(scratch, table, unchanged):
	with unchanged():
		with pytest.raises(errors.InvalidInput) as refusal:
			_preview(scratch, table.wood, 10)
		assert [problem["field"] for problem in refusal.value.details] == ["bom_no"]
		with pytest.raises(errors.InvalidInput) as refusal:
			_preview(scratch, table.item, 0.5)
		assert [problem["field"] for problem in refusal.value.details] == ["qty"]
		with pytest.raises(errors.InvalidInput) as refusal:
			_preview(scratch, table.item, 1, source_warehouse="Stores - PW")
		assert [problem["field"] for problem in refusal.value.details] == ["source_warehouse"]
