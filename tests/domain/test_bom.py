"""The locked graph: levels, cycles, shared sub-assemblies, and the hash of its content."""

import hashlib
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.bom import (
	Cycle,
	Header,
	Line,
	LockedBom,
	canonical_json,
	component_qty,
	processed_for,
)
from tests.domain.structures import structure

D = Decimal

BICYCLE = {
	"BICYCLE": {"WHEEL": 2, "FRAME": 1, "AXLE": 1},
	"WHEEL": {"RIM": 1, "HUB": 1},
	"HUB": {"AXLE": 1, "BEARING": 2},
	"FRAME": {"TUBE": "3.5"},
}


def test_levels_are_the_longest_path_from_the_finished_item():
	locked = structure(BICYCLE)
	assert locked.levels == {
		"BICYCLE": 0,
		"WHEEL": 1,
		"FRAME": 1,
		"RIM": 2,
		"HUB": 2,
		"TUBE": 2,
		"AXLE": 3,
		"BEARING": 3,
	}
	assert {(line.parent_bom, line.item_code): line.level for line in locked.with_levels().lines} == {
		("BOM-BICYCLE-1", "WHEEL"): 1,
		("BOM-BICYCLE-1", "FRAME"): 1,
		("BOM-BICYCLE-1", "AXLE"): 3,
		("BOM-WHEEL-1", "RIM"): 2,
		("BOM-WHEEL-1", "HUB"): 2,
		("BOM-HUB-1", "AXLE"): 3,
		("BOM-HUB-1", "BEARING"): 3,
		("BOM-FRAME-1", "TUBE"): 2,
	}


def test_every_item_comes_once_and_after_all_its_parents():
	items = structure(BICYCLE).items
	assert sorted(items) == ["AXLE", "BEARING", "BICYCLE", "FRAME", "HUB", "RIM", "TUBE", "WHEEL"]
	position = {item: index for index, item in enumerate(items)}
	for parent, components in BICYCLE.items():
		assert all(position[parent] < position[component] for component in components)


def test_a_shared_sub_assembly_is_stored_once():
	locked = structure({"A": {"B": 1, "C": 1}, "B": {"SHARED": 2}, "C": {"SHARED": 3}, "SHARED": {"RAW": 1}})
	assert [line.parent_bom for line in locked.lines if line.item_code == "RAW"] == ["BOM-SHARED-1"]
	assert len(locked.children["BOM-SHARED-1"]) == 1
	assert locked.levels["RAW"] == 3


@pytest.mark.parametrize(
	("boms", "cycle"),
	[
		({"A": {"A": 1}}, ["A", "A"]),
		({"A": {"B": 1}, "B": {"A": 1}}, ["A", "B", "A"]),
		({"A": {"X": 1, "B": 1}, "B": {"C": 1}, "C": {"D": 1}, "D": {"B": 1}}, ["B", "C", "D", "B"]),
	],
)
def test_a_cycle_is_refused_with_its_path(boms, cycle):
	with pytest.raises(Cycle) as refusal:
		structure(boms).with_levels()
	path = list(refusal.value.path)
	assert path[0] == path[-1]
	start = path.index(cycle[0])
	assert [*path[start:-1], *path[:start], cycle[0]] == cycle


def test_the_canonical_form_and_its_hash_are_what_they_always_were():
	locked = LockedBom(
		"BOM-CAKE-1",
		(
			Line(
				parent_bom="BOM-CAKE-1",
				item_code="FLOUR",
				bom_no="",
				stock_qty=D("0.350"),
				bom_item="r1",
				item_name="Flour, fine",
				stock_uom="Kg",
				uom="Gram",
				conversion_factor=D("0.001"),
				waste_percentage=D("2.0"),
				valuation_rate=D("1.20"),
				level=1,
			),
		),
		{
			"BOM-CAKE-1": Header(
				"BOM-CAKE-1",
				"CAKE",
				D("1.000"),
				operations=({"operation": "Bake", "time_in_mins": D("45.0")},),
			)
		},
	)
	text = (
		'{"bom_no":"BOM-CAKE-1","headers":[{"bom_no":"BOM-CAKE-1","item_code":"CAKE",'
		'"operations":[{"operation":"Bake","time_in_mins":"45"}],"process_loss_percentage":"0",'
		'"quantity":"1","scrap":[],"whole_number":false}],"lines":[{"bom_item":"r1","bom_no":"",'
		'"conversion_factor":"0.001","item_code":"FLOUR","item_name":"Flour, fine","level":1,'
		'"operation":"","parent_bom":"BOM-CAKE-1","source_warehouse":"","stock_qty":"0.35",'
		'"stock_uom":"Kg","supply_policy":"Make to Stock","uom":"Gram","valuation_rate":"1.2",'
		'"waste_percentage":"2","whole_number":false}]}'
	)
	assert canonical_json(locked.content()) == text
	assert locked.content_hash == hashlib.sha256(text.encode()).hexdigest()
	assert locked.content_hash == "43e666889a7097db62a7dd8cec540eac6b3b409c11a8c2653ed888b294143484"


@given(st.permutations(structure(BICYCLE).with_levels().lines))
def test_the_hash_does_not_depend_on_the_order_of_rows(lines):
	locked = structure(BICYCLE).with_levels()
	headers = dict(reversed(locked.headers.items()))
	assert LockedBom(locked.bom_no, tuple(lines), headers).content_hash == locked.content_hash


def test_the_hash_does_not_depend_on_how_a_decimal_is_written():
	locked = structure(BICYCLE)
	padded = tuple(replace(line, stock_qty=line.stock_qty.quantize(D("0.000000"))) for line in locked.lines)
	assert replace(locked, lines=padded).content_hash == locked.content_hash


def test_a_lock_of_before_alternatives_were_known_keeps_its_hash():
	locked = structure(BICYCLE)
	first, *rest = locked.lines
	replaceable = replace(locked, lines=(replace(first, allow_alternative=True), *rest))
	assert "allow_alternative" not in canonical_json(locked.content())
	assert replaceable.content()["lines"] != locked.content()["lines"]
	assert replaceable.content_hash != locked.content_hash


@pytest.mark.parametrize("field", [field.name for field in fields(Line)])
def test_every_field_of_a_line_changes_the_hash(field):
	locked = structure(BICYCLE)
	first, *rest = locked.lines
	edited = replace(first, **{field: _other(getattr(first, field))})
	assert replace(locked, lines=(edited, *rest)).content_hash != locked.content_hash


@pytest.mark.parametrize("field", [field.name for field in fields(Header)])
def test_every_field_of_a_header_changes_the_hash(field):
	locked = structure(BICYCLE)
	header = locked.headers["BOM-WHEEL-1"]
	edited = replace(header, **{field: _other(getattr(header, field))})
	headers = {**locked.headers, "BOM-WHEEL-1": edited}
	assert replace(locked, headers=headers).content_hash != locked.content_hash


def test_a_line_more_or_less_changes_the_hash():
	locked = structure(BICYCLE)
	hashes = {
		locked.content_hash,
		replace(locked, lines=locked.lines[:-1]).content_hash,
		replace(locked, lines=(*locked.lines, replace(locked.lines[-1], bom_item="new"))).content_hash,
		replace(locked, bom_no="BOM-WHEEL-1").content_hash,
	}
	assert len(hashes) == 4


def _other(value):
	"""A different value of the same type."""
	if isinstance(value, bool):
		return not value
	if isinstance(value, tuple):
		return (*value, {"operation": "Paint"})
	return value + (value * 0 + 1) if isinstance(value, int | Decimal) else value + "'"


def test_component_quantity_is_per_unit_of_the_bom_with_waste_on_top():
	line = Line("BOM-A-1", "B", "", D("7"), "r", waste_percentage=D("2.5"))
	header = Header("BOM-A-1", "A", D("3"))
	assert component_qty(line, header, Fraction(6)) == Fraction("14.35")


def test_process_loss_asks_for_more_than_what_comes_out():
	header = Header("BOM-A-1", "A", D("1"), process_loss_percentage=D("4"))
	assert processed_for(header, Fraction(48)) == 50
