"""Which BOM makes a component: the row's own while it is usable, else the default of the same company."""

import frappe
import pytest

from production_orders.erpnext_bridge import bom, item
from production_orders.errors import Problems
from tests.support.orders import tamper


@pytest.fixture
def frame(scratch):
	"""A frame welded from a tube, with an older BOM that welds it from a pipe; a bicycle of one frame."""
	bicycle, frame, pipe, tube = (scratch.item(name) for name in ("BIKE", "FRAME", "PIPE", "TUBE"))
	older, default = scratch.bom(frame, {pipe: 1}), scratch.bom(frame, {tube: 1})
	row = {"item_code": frame, "qty": 1, "bom_no": older}
	return frappe._dict(
		item=frame, pipe=pipe, tube=tube, older=older, default=default, top=scratch.bom(bicycle, [row])
	)


def _read(scratch, frame) -> dict[str, str]:
	"""item -> the BOM that makes it, of the whole structure."""
	problems = Problems()
	structure = bom.read(frame.top, scratch.company, problems)
	assert problems.found == []
	return {line.item_code: line.bom_no for line in structure.lines}


def _problems(scratch, frame) -> list[str]:
	problems = Problems()
	bom.read(frame.top, scratch.company, problems)
	return [found["problem"] for found in problems.found]


def test_the_rows_own_bom_goes_before_the_default(scratch, frame):
	assert _read(scratch, frame) == {frame.item: frame.older, frame.pipe: ""}


@pytest.mark.parametrize("gone", [{"is_active": 0}, {"docstatus": 2}, {"company": "Paint Works"}])
def test_a_row_whose_bom_cannot_be_used_falls_back_to_the_default(scratch, frame, gone):
	tamper("BOM", {"name": frame.older}, **gone)
	assert _read(scratch, frame) == {frame.item: frame.default, frame.tube: ""}


@pytest.mark.parametrize("gone", [{"is_active": 0}, {"docstatus": 2}, {"company": "Paint Works"}])
def test_a_component_without_any_usable_bom_is_bought_unless_its_row_names_one(scratch, frame, gone):
	tamper("BOM", {"item": frame.item}, **gone)
	(problem,) = _problems(scratch, frame)
	assert all(name in problem for name in (frame.top, frame.item, frame.older, scratch.company))
	tamper("BOM Item", {"parent": frame.top}, bom_no="")
	assert _read(scratch, frame) == {frame.item: ""}


def test_a_row_that_is_not_to_be_exploded_may_name_any_bom(scratch, frame):
	tamper("BOM", {"item": frame.item}, is_active=0)
	tamper("BOM Item", {"parent": frame.top}, do_not_explode=1)
	assert _read(scratch, frame) == {frame.item: ""}


def test_the_default_is_the_one_of_the_orders_company(scratch, frame):
	"""Item.default_bom names one BOM for all companies."""
	tamper("BOM Item", {"parent": frame.top}, bom_no="")
	tamper("BOM", {"name": frame.older}, is_default=1, company="Paint Works")
	tamper("Item", {"name": frame.item}, default_bom=frame.older)
	assert _read(scratch, frame) == {frame.item: frame.default, frame.tube: ""}


def test_an_item_ends_on_the_day_of_its_end_of_life(scratch):
	today, tomorrow = frappe.utils.today(), frappe.utils.add_days(frappe.utils.today(), 1)
	ended, living = scratch.item(end_of_life=today), scratch.item(end_of_life=tomorrow)
	facts = item.facts([ended, living])
	assert (facts[ended].is_over, facts[living].is_over) == (True, False)
