"""What distinguishes two locks: by what a BOM makes and not by what it is called."""

from dataclasses import replace
from decimal import Decimal

from production_orders.domain.bom import LockedBom
from production_orders.domain.lock_diff import Change, Diff, diff
from tests.domain.structures import row, structure

D = Decimal
TABLE, LEG = "BOM-TABLE-1", "BOM-LEG-1"


def table(**changes) -> LockedBom:
	"""A table of 4 legs of 2 wood each and of 1 top."""
	return structure({"TABLE": {"LEG": 4, "TOP": 1, **changes.get("table", {})}, "LEG": {"WOOD": 2}})


def renamed(bom: LockedBom, names: dict[str, str]) -> LockedBom:
	"""The same content under other BOM names, with rows of other names."""
	lines = (
		replace(
			line,
			parent_bom=names.get(line.parent_bom, line.parent_bom),
			bom_no=names.get(line.bom_no, line.bom_no),
			bom_item=f"{line.bom_item}-new",
		)
		for line in bom.lines
	)
	headers = {
		names.get(name, name): replace(header, bom_no=names.get(name, name))
		for name, header in bom.headers.items()
	}
	return replace(bom, bom_no=names.get(bom.bom_no, bom.bom_no), lines=tuple(lines), headers=headers)


def with_header(bom: LockedBom, bom_no: str, **values) -> LockedBom:
	return replace(bom, headers={**bom.headers, bom_no: replace(bom.headers[bom_no], **values)})


def test_a_lock_does_not_differ_from_itself():
	assert diff(table(), table()) == Diff()
	assert diff(table(), table()).is_structural is False


def test_a_new_version_with_the_same_rows_differs_by_its_name_only():
	found = diff(table(), renamed(table(), {TABLE: "BOM-TABLE-2"}))
	assert found == Diff(changed=(Change("BOM-TABLE-2", "TABLE", "bom_no", TABLE, "BOM-TABLE-2"),))
	assert found.is_structural is True


def test_a_new_version_of_a_sub_assembly_is_told_by_the_row_that_asks_for_it():
	found = diff(table(), renamed(table(), {LEG: "BOM-LEG-2"}))
	assert found.changed == (Change(TABLE, "LEG", "bom_no", LEG, "BOM-LEG-2"),)
	assert (found.added, found.removed) == ((), ())


def test_a_changed_quantity_names_its_row_and_both_values():
	found = diff(table(), renamed(table(table={"LEG": 3}), {TABLE: "BOM-TABLE-2"}))
	assert found.changed[1:] == (Change("BOM-TABLE-2", "LEG", "stock_qty", D(4), D(3)),)


def test_parts_that_came_and_went_are_told_whole():
	before = table(table={"GLUE": 2})
	after = table(table={"SCREW": 8})
	found = diff(before, after)
	assert [(line.item_code, line.stock_qty) for line in found.added] == [("SCREW", 8)]
	assert [(line.item_code, line.stock_qty) for line in found.removed] == [("GLUE", 2)]
	assert found.changed == ()


def test_a_sub_assembly_that_went_takes_its_rows_along():
	bought = structure({"TABLE": {"LEG": 4, "TOP": 1}})
	found = diff(table(), bought)
	assert [(line.parent_bom, line.item_code) for line in found.removed] == [(LEG, "WOOD")]
	assert found.changed == (Change(TABLE, "LEG", "bom_no", LEG, ""),)
	assert [line.item_code for line in diff(bought, table()).added] == ["WOOD"]


def test_one_of_two_rows_of_one_component_is_known_by_what_it_says():
	before = structure({"TABLE": [row("WOOD", 2), row("WOOD", 5)]})
	after = structure({"TABLE": [row("WOOD", 5), row("WOOD", 3)]})
	assert diff(before, after).changed == (Change(TABLE, "WOOD", "stock_qty", D(2), D(3)),)


def test_two_versions_of_one_component_are_not_taken_for_each_other():
	boms = {"DESK": [row("LEG", 1, bom_no=LEG), row("LEG", 1, bom_no="BOM-LEG-2")]}
	wood, steel = {"WOOD": 3}, {"STEEL": 5}
	before = structure({**boms, "LEG": wood, "BOM-LEG-2": steel})
	after = structure({**boms, "LEG": {"WOOD": 4}, "BOM-LEG-2": steel})
	assert diff(before, after).changed == (Change(LEG, "WOOD", "stock_qty", D(3), D(4)),)


def test_rates_are_told_and_change_no_structure():
	before = table()
	dearer = replace(before, lines=tuple(replace(line, valuation_rate=D(9)) for line in before.lines))
	found = diff(before, dearer)
	assert {change.field for change in found.changed} == {"valuation_rate"}
	assert found.is_structural is False


def test_levels_follow_from_the_rest_and_are_not_told():
	before = table()
	assert diff(before, before.with_levels()) == Diff()


def test_facts_of_a_header_are_told():
	found = diff(table(), with_header(table(), LEG, quantity=D(10), process_loss_percentage=D("2.5")))
	assert found.changed == (
		Change(LEG, "LEG", "quantity", D(1), D(10)),
		Change(LEG, "LEG", "process_loss_percentage", D(0), D("2.5")),
	)


def test_operations_are_compared_by_name_however_their_numbers_are_written():
	cut = {"operation": "Cut", "time_in_mins": D("5.0"), "hour_rate": D(60)}
	glue = {"operation": "Glue", "time_in_mins": D(2)}
	kept = {"operation": "Cut", "time_in_mins": "5", "hour_rate": "60", "labour_rate": "0"}
	before = with_header(table(), TABLE, operations=(cut, glue))
	assert diff(before, with_header(table(), TABLE, operations=(glue, kept))) == Diff()
	after = with_header(table(), TABLE, operations=({**kept, "time_in_mins": "4"},))
	found = diff(before, after)
	assert found.changed == (
		Change(TABLE, "TABLE", "time_in_mins", "5", "4", "Cut"),
		Change(TABLE, "TABLE", "operations", {"operation": "Glue", "time_in_mins": "2"}, None, "Glue"),
	)
	assert found.is_structural is True


def test_a_new_hour_rate_alone_is_no_change_of_structure():
	before = with_header(table(), TABLE, operations=({"operation": "Cut", "hour_rate": "60"},))
	after = with_header(table(), TABLE, operations=({"operation": "Cut", "hour_rate": "66"},))
	assert diff(before, after).is_structural is False


def test_scrap_that_comes_with_a_new_version_is_told():
	scrap = {"item_code": "SAWDUST", "stock_qty": D("0.5"), "rate": D(1)}
	found = diff(table(), with_header(table(), TABLE, scrap=(scrap,)))
	told = {"item_code": "SAWDUST", "stock_qty": "0.5", "rate": "1"}
	assert found.changed == (Change(TABLE, "TABLE", "scrap", None, told, "SAWDUST"),)
