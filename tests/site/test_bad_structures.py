"""A structure that cannot be made is refused by the name of what is wrong, all of it at once, and nothing is written."""

import frappe
import pytest

from fixtures.plants import load
from production_orders import errors
from production_orders.api import orders
from production_orders.services import events
from tests.support.orders import amounts, confirmed, tamper
from tests.support.scratch import Scratch


@pytest.fixture
def desk(scratch):
	"""A desk of a frame (by its own BOM, of a tube) and a top; a draft of ten of them, everything in stock."""
	item, frame, tube, top = (scratch.item(name) for name in ("DESK", "FRAME", "TUBE", "TOP"))
	frame_bom = scratch.bom(frame, {tube: 2})
	bom = scratch.bom(
		item, [{"item_code": frame, "qty": 1, "bom_no": frame_bom}, {"item_code": top, "qty": 1}]
	)
	scratch.stocks({tube: (100, 1), top: (100, 1)})
	return frappe._dict(
		item=item,
		frame=frame,
		tube=tube,
		top=top,
		bom=bom,
		frame_bom=frame_bom,
		order=scratch.order(item, 10),
	)


def _refusals(scratch, desk, unchanged) -> list[str]:
	"""What the confirmation is refused for; the preview is refused for the same."""
	answers = []
	for call in (lambda: confirmed(desk.order), lambda: _preview(scratch, desk.item)):
		with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
			call()
		assert {problem["field"] for problem in refusal.value.details} == {"bom_no"}
		answers.append([problem["problem"] for problem in refusal.value.details])
	assert answers[0] == answers[1]
	return answers[0]


def _preview(scratch, item_code: str):
	return orders.preview(
		item_code=item_code, qty=10, source_warehouse=scratch.plant.source_warehouse, company=scratch.company
	)


def _rename_the_bom(desk):
	tamper("BOM Item", {"parent": desk.bom, "item_code": desk.frame}, bom_no="BOM-GONE-001")
	return desk.bom, desk.frame, "BOM-GONE-001", "does not exist"


def _leave_only_the_bom_of_another_company(desk):
	load("paint")
	tamper("BOM", {"name": desk.frame_bom}, company="Paint Works")
	return desk.bom, desk.frame, desk.frame_bom, "Paint Works", "Bicycle Works"


def _deactivate_the_only_bom(desk):
	tamper("BOM", {"name": desk.frame_bom}, is_active=0, is_default=0)
	return desk.bom, desk.frame, desk.frame_bom, "no active default BOM"


def _disable_a_bought_item(desk):
	tamper("Item", {"name": desk.tube}, disabled=1)
	return desk.tube, "disabled"


def _disable_a_made_item(desk):
	tamper("Item", {"name": desk.frame}, disabled=1)
	return desk.frame, "disabled"


def _turn_a_component_into_a_template(desk):
	tamper("Item", {"name": desk.tube}, has_variants=1)
	return desk.tube, "template"


def _delete_an_item(desk):
	frappe.db.delete("Item", {"name": desk.tube})
	return desk.frame_bom, desk.tube, "does not exist"


def _count_in_a_unit_without_factor(desk):
	tamper("BOM Item", {"parent": desk.frame_bom}, uom="Meter", conversion_factor=0)
	return desk.frame_bom, desk.tube, "Meter", "Nos"


def _ask_for_nothing(desk):
	tamper("BOM Item", {"parent": desk.frame_bom}, stock_qty=0)
	return desk.frame_bom, desk.tube, " 0 "


def _ask_for_less_than_nothing(desk):
	tamper("BOM Item", {"parent": desk.frame_bom}, stock_qty=-2)
	return desk.frame_bom, desk.tube, " -2 "


def _waste_less_than_nothing(desk):
	tamper("BOM Item", {"parent": desk.frame_bom}, waste_percentage=-5)
	return desk.frame_bom, desk.tube, "-5 %"


def _make_nothing(desk):
	tamper("BOM", {"name": desk.frame_bom}, quantity=0)
	return desk.frame_bom, desk.frame, " 0 "


def _name_a_deleted_warehouse(desk):
	tamper("BOM Item", {"parent": desk.frame_bom}, source_warehouse="Gone - BW")
	return "Gone - BW", "does not exist"


def _name_a_warehouse_of_another_company(desk):
	load("paint")
	tamper("BOM Item", {"parent": desk.frame_bom}, source_warehouse="Stores - PW")
	return "Stores - PW", "Paint Works"


def _lose_everything(desk):
	tamper("BOM", {"name": desk.frame_bom}, process_loss_percentage=100)
	return desk.frame_bom, "loses all"


FAULTS = (
	_rename_the_bom,
	_leave_only_the_bom_of_another_company,
	_deactivate_the_only_bom,
	_disable_a_bought_item,
	_disable_a_made_item,
	_turn_a_component_into_a_template,
	_delete_an_item,
	_count_in_a_unit_without_factor,
	_ask_for_nothing,
	_ask_for_less_than_nothing,
	_waste_less_than_nothing,
	_make_nothing,
	_name_a_deleted_warehouse,
	_name_a_warehouse_of_another_company,
	_lose_everything,
)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_by_the_name_of_what_is_wrong(scratch, desk, unchanged, fault):
	named = fault(desk)
	(sentence,) = _refusals(scratch, desk, unchanged)
	assert [name for name in named if name not in sentence] == []


def test_all_faults_of_a_structure_are_told_at_once(scratch, desk, unchanged):
	for fault in (_count_in_a_unit_without_factor, _disable_a_made_item, _lose_everything):
		fault(desk)
	tamper("BOM Item", {"parent": desk.bom, "item_code": desk.top}, source_warehouse="Gone - BW")
	found = _refusals(scratch, desk, unchanged)
	expected = [desk.frame, desk.tube, "Gone - BW", desk.frame_bom]
	assert [name in sentence for name, sentence in zip(expected, found, strict=True)] == [True] * 4


def test_a_cycle_is_told_together_with_the_other_faults(scratch, desk, unchanged):
	tamper("BOM Item", {"parent": desk.frame_bom}, item_code=desk.item, bom_no=desk.bom)
	tamper("Item", {"name": desk.top}, disabled=1)
	found = _refusals(scratch, desk, unchanged)
	assert len(found) == 2
	assert desk.top in found[0]
	assert f"{desk.item} › " in found[1]


def test_a_preview_tells_faults_of_the_request_and_of_the_structure_together(scratch, desk, unchanged):
	tamper("Item", {"name": desk.tube}, disabled=1)
	tamper("Warehouse", {"name": scratch.plant.scrap_warehouse}, disabled=1)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		orders.preview(
			item_code=desk.item,
			qty=1.5,
			source_warehouse=scratch.plant.scrap_warehouse,
			company=scratch.company,
		)
	assert [problem["field"] for problem in refusal.value.details] == ["qty", "bom_no", "source_warehouse"]


def test_a_confirmation_tells_faults_of_the_order_and_of_the_structure_together(scratch, desk, unchanged):
	tamper("Item", {"name": desk.tube}, disabled=1)
	tamper("Warehouse", {"name": desk.order.source_warehouse}, disabled=1)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		confirmed(desk.order)
	assert [problem["field"] for problem in refusal.value.details] == ["source_warehouse", "bom_no"]
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		desk.order.save()
	assert [problem["field"] for problem in refusal.value.details] == ["source_warehouse"]


def test_the_companys_default_stands_in_for_a_bom_of_another_company(scratch, desk):
	load("paint")
	rod = scratch.item("ROD")
	scratch.stock(rod, 50)
	scratch.bom(desk.frame, {rod: 1})
	tamper("BOM", {"name": desk.frame_bom}, company="Paint Works")
	assert amounts(confirmed(desk.order)["materials"]) == {desk.top: (10, 10, 0, 0), rod: (10, 10, 0, 0)}


def test_components_that_are_no_stock_items_are_skipped_and_told(scratch):
	"""Told by the preview, the confirmation, its repetition and its event; on every level, once per BOM."""
	item, frame, tube = (scratch.item(name) for name in ("DESK", "FRAME", "TUBE"))
	work, glue = scratch.item("WORK", is_stock_item=0), scratch.item("GLUE", is_stock_item=0)
	frame_bom = scratch.bom(frame, {work: 3, tube: 2})
	bom = scratch.bom(item, {frame: 1, work: 1, glue: 1})
	scratch.stock(tube, 20)
	skipped = [
		{"item_code": work, "bom_no": bom},
		{"item_code": glue, "bom_no": bom},
		{"item_code": work, "bom_no": frame_bom},
	]
	order = scratch.order(item, 10)
	assert _preview(scratch, item)["skipped"] == skipped
	answer = confirmed(order)
	assert answer["skipped"] == skipped
	assert amounts(answer["materials"]) == {tube: (20, 20, 0, 0)}
	assert confirmed(order)["skipped"] == skipped
	assert events.latest(order.name, "Confirmed")["skipped"] == skipped


def test_nothing_is_skipped_of_a_structure_of_stock_items(scratch, desk):
	assert confirmed(desk.order)["skipped"] == []


def test_a_structure_without_any_stock_item_is_refused(scratch, unchanged):
	item, work = scratch.item("JOB"), scratch.item("WORK", is_stock_item=0)
	bom = scratch.bom(item, {work: 1})
	desk = frappe._dict(item=item, order=scratch.order(item, 10))
	(sentence,) = _refusals(scratch, desk, unchanged)
	assert bom in sentence


def test_each_company_is_refused_only_its_own_faults(scratch, desk):
	paint = Scratch(load("paint"))
	cabinet, door = scratch.item("CABINET"), scratch.item("DOOR")
	paint.bom(cabinet, {door: 1})
	paint.stock(door, 10)
	_leave_only_the_bom_of_another_company(desk)
	assert amounts(confirmed(paint.order(cabinet, 10))["materials"]) == {door: (10, 10, 0, 0)}
