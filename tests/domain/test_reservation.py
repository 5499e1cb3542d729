"""The walk down the locked graph: exact examples, then a naive reference on random structures."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production_orders.domain.bom import (
	BUILD_ON_DEMAND,
	MAKE_TO_STOCK,
	STOCK_ONLY,
	SUPPLY_POLICIES,
	Cycle,
	Header,
	Line,
	LockedBom,
)
from production_orders.domain.quantity import is_rounded, round_up
from production_orders.domain.reservation import Coverage, keys, shares, shortage, walk
from tests.domain.structures import STORES, bom_of, row, structure

D = Decimal

TABLE = {"TABLE": {"TOP": 1, "LEG": 4}, "LEG": {"WOOD": 2, "SCREW": 3}}


def cover(bom: LockedBom, qty, stock=None, precision: int = 3) -> dict[str, Coverage]:
	"""item -> coverage, all stock in Stores; an item that comes twice would be seen."""
	available = {(item, STORES): D(str(held)) for item, held in (stock or {}).items()}
	found = list(walk(bom, D(str(qty)), STORES, available, precision))
	assert len({coverage.key for coverage in found}) == len(found)
	return {coverage.item_code: coverage for coverage in found}


def split(coverage: Coverage) -> tuple[Decimal, Decimal, Decimal, Decimal]:
	return coverage.required, coverage.from_stock, coverage.exploded, coverage.short


def test_bought_components_are_reserved_and_the_rest_is_short():
	found = cover(structure({"TABLE": {"TOP": 1, "SCREW": 8}}), 10, {"TOP": 10, "SCREW": 60})
	assert {item: split(coverage) for item, coverage in found.items()} == {
		"TOP": (10, 10, 0, 0),
		"SCREW": (80, 60, 0, 20),
	}
	assert found["SCREW"].path == ("TABLE", "SCREW")
	assert (found["SCREW"].available, found["SCREW"].level) == (60, 1)
	assert {share.coverage.item_code: share.drawn for share in shares(found.values())} == {
		"TOP": 10,
		"SCREW": 80,
	}


def test_make_to_stock_takes_stock_first_and_explodes_the_rest():
	found = cover(structure(TABLE), 10, {"TOP": 99, "LEG": 15, "WOOD": 50, "SCREW": 40})
	assert {item: split(coverage) for item, coverage in found.items()} == {
		"TOP": (10, 10, 0, 0),
		"LEG": (40, 15, 25, 0),
		"WOOD": (50, 50, 0, 0),
		"SCREW": (75, 40, 0, 35),
	}
	assert found["SCREW"].path == ("TABLE", "LEG", "SCREW")
	assert {share.coverage.item_code: share.drawn for share in shares(found.values())} == {
		"TOP": 10,
		"LEG": 15,
		"WOOD": 50,
		"SCREW": 75,
	}


def test_make_to_stock_that_stock_covers_is_not_exploded():
	found = cover(structure(TABLE), 10, {"TOP": 10, "LEG": 40})
	assert {item: split(coverage) for item, coverage in found.items()} == {
		"TOP": (10, 10, 0, 0),
		"LEG": (40, 40, 0, 0),
	}


def test_build_on_demand_leaves_its_stock_alone():
	bom = structure(TABLE, policies={"LEG": BUILD_ON_DEMAND})
	found = cover(bom, 10, {"TOP": 10, "LEG": 1000, "WOOD": 80, "SCREW": 120})
	assert {item: split(coverage) for item, coverage in found.items()} == {
		"TOP": (10, 10, 0, 0),
		"LEG": (40, 0, 40, 0),
		"WOOD": (80, 80, 0, 0),
		"SCREW": (120, 120, 0, 0),
	}
	assert {share.coverage.item_code for share in shares(found.values())} == {"TOP", "WOOD", "SCREW"}


def test_stock_only_is_reserved_or_short_and_never_exploded():
	rows = [row("TOP", 1), row("LEG", 4, bom_no="")]
	bom = structure({"TABLE": rows}, policies={"LEG": STOCK_ONLY})
	found = cover(bom, 10, {"TOP": 10, "LEG": 15})
	assert split(found["LEG"]) == (40, 15, 0, 25)
	assert set(found) == {"TOP", "LEG"}


def test_build_on_demand_without_a_bom_is_an_ordinary_bought_item():
	bom = structure({"TABLE": {"TOP": 1}}, policies={"TOP": BUILD_ON_DEMAND})
	assert split(cover(bom, 10, {"TOP": 4})["TOP"]) == (10, 4, 0, 6)
	assert keys(bom, STORES) == {("TOP", STORES)}


def test_the_walk_looks_for_stock_of_everything_but_what_is_built_on_demand():
	bom = structure(TABLE, policies={"LEG": BUILD_ON_DEMAND})
	assert keys(bom, STORES) == {("TOP", STORES), ("WOOD", STORES), ("SCREW", STORES)}


@pytest.mark.parametrize("policy", SUPPLY_POLICIES)
def test_negative_stock_counts_as_none(policy):
	bom = structure({"TABLE": [row("LEG", 4, bom_no="")]}, policies={"LEG": policy})
	found = cover(bom, 1, {"LEG": -7})
	assert split(found["LEG"]) == (4, 0, 0, 4)
	assert found["LEG"].available == 0


def test_whole_numbers_round_up_once_over_all_parents():
	bom = structure(
		{"A": {"B": 1, "C": 1}, "B": {"SCREW": "0.4"}, "C": {"SCREW": "0.4"}},
		policies={"B": BUILD_ON_DEMAND, "C": BUILD_ON_DEMAND},
		whole=True,
	)
	assert split(cover(bom, 3, {"SCREW": "1.9"})["SCREW"]) == (3, 1, 0, 2)


def test_metres_round_up_to_the_precision_of_the_site():
	bom = structure({"FRAME": [row("TUBE", "10")]}, headers={"FRAME": {"quantity": 3}})
	assert split(cover(bom, 1, {"TUBE": "1.2345"})["TUBE"]) == (D("3.334"), D("1.234"), 0, D("2.1"))
	assert split(cover(bom, 1, {"TUBE": 9}, precision=6)["TUBE"]) == (D("3.333334"), D("3.333334"), 0, 0)


def test_waste_is_added_to_what_is_needed():
	bom = structure({"WHEEL": [row("SPOKE", 32, waste=2, whole=True), row("GLUE", "0.05", waste=10)]})
	found = cover(bom, 30)
	assert (found["SPOKE"].required, found["GLUE"].required) == (980, D("1.65"))


def test_process_loss_of_a_sub_assembly_puts_more_through_it():
	bom = structure({"PAINT": {"BASE": "0.42"}, "BASE": {"RESIN": "0.48"}}, headers={"BASE": {"loss": 4}})
	found = cover(bom, 100, {"BASE": 18})
	assert split(found["BASE"]) == (42, 18, 24, 0)
	assert found["RESIN"].required == 12


def test_process_loss_of_the_finished_item_does_not_change_what_is_ordered():
	bom = structure({"PAINT": {"WATER": "0.5"}}, headers={"PAINT": {"loss": 50}})
	assert cover(bom, 100)["WATER"].required == 50


def test_a_diamond_nets_its_shared_component_once():
	bom = structure({"A": {"B": 1, "C": 2}, "B": {"D": 3}, "C": {"D": 5}, "D": {"RAW": 2}})
	found = cover(bom, 10, {"D": 100, "B": 4})
	assert {item: split(coverage) for item, coverage in found.items()} == {
		"B": (10, 4, 6, 0),
		"C": (20, 0, 20, 0),
		"D": (118, 100, 18, 0),
		"RAW": (36, 0, 0, 36),
	}
	assert found["D"].path == ("A", "B", "D")


def test_an_item_needed_on_two_levels_waits_for_its_deepest_parent():
	bom = structure({"A": {"SCREW": 1, "B": 1}, "B": {"C": 1}, "C": {"SCREW": 10}})
	found = cover(bom, 5, {"SCREW": 20})
	assert split(found["SCREW"]) == (55, 20, 0, 35)
	assert (found["SCREW"].level, list(found)[-1]) == (3, "SCREW")


def test_two_versions_of_a_sub_assembly_are_exploded_by_their_own_bom():
	first, second = bom_of("LEG"), bom_of("LEG", 2)
	bom = structure(
		{
			"DESK": {"LEFT": 1, "RIGHT": 1},
			"LEFT": [row("LEG", 2, bom_no=first)],
			"RIGHT": [row("LEG", 2, bom_no=second)],
			first: {"WOOD": 3},
			second: {"STEEL": 5},
		}
	)
	found = cover(bom, 10, {"LEG": 5})
	assert split(found["LEG"]) == (40, 5, 35, 0)
	assert (found["WOOD"].required, found["STEEL"].required) == (45, 100)
	found = cover(bom, 10, {"LEG": 24})
	assert split(found["LEG"]) == (40, 24, 16, 0)
	assert "WOOD" not in found
	assert found["STEEL"].required == 80


def test_stock_goes_first_to_the_branch_that_may_not_explode():
	bom = structure(
		{
			"DESK": {"LEFT": 1, "RIGHT": 1},
			"LEFT": {"LEG": 2},
			"RIGHT": [row("LEG", 2, bom_no="")],
			"LEG": {"WOOD": 3},
		}
	)
	assert split(cover(bom, 10, {"LEG": 5})["LEG"]) == (40, 5, 20, 15)
	found = cover(bom, 10, {"LEG": 26})
	assert split(found["LEG"]) == (40, 26, 14, 0)
	assert found["WOOD"].required == 42


def test_what_is_short_is_not_also_made():
	bom = structure(
		{
			"DESK": {"LEFT": 1, "RIGHT": 1},
			"LEFT": [row("LEG", "0.5", whole=True)],
			"RIGHT": [row("LEG", "0.5", whole=True, bom_no="")],
			"LEG": {"WOOD": 3},
		}
	)
	found = cover(bom, 1)
	assert split(found["LEG"]) == (1, 0, 0, 1)
	assert "WOOD" not in found


def test_each_line_draws_from_its_own_warehouse():
	rows = [row("SCREW", 2, warehouse="Shelf"), row("SCREW", 3)]
	bom = structure({"TABLE": rows})
	available = {("SCREW", "Shelf"): D(15), ("SCREW", STORES): D(100)}
	found = {c.key: split(c) for c in walk(bom, D(10), STORES, available, 3)}
	assert found == {("SCREW", "Shelf"): (20, 15, 0, 5), ("SCREW", STORES): (30, 30, 0, 0)}
	assert keys(bom, STORES) == {("SCREW", "Shelf"), ("SCREW", STORES)}


def test_a_need_of_nothing_is_left_out():
	assert cover(structure({"A": {"B": 0, "C": 1}}), 1).keys() == {"C"}


def test_a_cycle_stops_the_walk_before_the_first_coverage():
	with pytest.raises(Cycle):
		next(walk(structure({"A": {"B": 1}, "B": {"A": 1}}), D(1), STORES, {}, 3))


def test_a_chain_of_thirty_diamonds_is_walked_once_per_item():
	boms = {"L0": {"X1": 1, "Y1": 1}}
	for level in range(1, 30):
		below = {f"X{level + 1}": 1, f"Y{level + 1}": 1}
		boms |= {f"X{level}": below, f"Y{level}": below}
	found = cover(structure(boms), 1)
	assert len(found) == 60
	assert found["X30"].required == found["Y30"].required == 2**29
	assert found["X30"].short == 2**29


@pytest.mark.parametrize(
	("needed", "reserved", "delivered", "expected"),
	[
		("10", "4", "0", "6"),
		("6", "4", "4", "6"),
		("7", "10", "3", "0"),
		("0", "10", "10", "0"),
		("10", "0", "0", "10"),
	],
)
def test_short_is_what_is_needed_and_not_held_by_an_open_reservation(needed, reserved, delivered, expected):
	assert shortage(D(needed), D(reserved), D(delivered)) == D(expected)


def test_of_what_is_built_on_demand_stock_serves_only_rows_that_must_not_be_exploded():
	lines = (
		Line("B-BIKE", "FRAME", "", D(2), "r1", supply_policy=BUILD_ON_DEMAND),
		Line("B-BIKE", "FRAME", "B-FRAME", D(3), "r2", supply_policy=BUILD_ON_DEMAND),
		Line("B-FRAME", "TUBE", "", D(1), "r3"),
	)
	headers = {"B-BIKE": Header("B-BIKE", "BIKE", D(1)), "B-FRAME": Header("B-FRAME", "FRAME", D(1))}
	frame, tube = walk(LockedBom("B-BIKE", lines, headers), D(1), "S", {("FRAME", "S"): D(4)}, 3)
	assert (frame.from_stock, frame.exploded, frame.short) == (2, 3, 0)
	assert tube.required == 3


@pytest.mark.parametrize(
	"names", [("FG", "VARIANT", "TPL", "ACID"), ("Z", "B", "A", "C"), ("A", "C", "Z", "B")]
)
def test_a_variant_made_by_its_templates_bom_is_exploded_in_its_turn(names):
	finished, variant, template, acid = names
	lines = (Line("B-FG", variant, "B-TPL", D(2), "r1"), Line("B-TPL", acid, "", D(5), "r2"))
	headers = {"B-FG": Header("B-FG", finished, D(1)), "B-TPL": Header("B-TPL", template, D(1))}
	structure = LockedBom("B-FG", lines, headers)
	assert structure.items == (finished, variant, acid)
	assert [coverage.required for coverage in walk(structure, D(1), "S", {}, 3)] == [2, 10]


@st.composite
def fractional_structures(draw) -> LockedBom:
	"""Every item has one BOM or none; quantities, waste, loss and BOM sizes are fractions."""
	size = draw(st.integers(min_value=2, max_value=6))
	items = [f"I{index}" for index in range(size)]
	amounts = st.integers(min_value=1, max_value=4000).map(lambda n: str(D(n) / 1000))
	whole = {item: draw(st.booleans()) for item in items}
	boms, headers = {}, {}
	for index, item in enumerate(items[:-1]):
		if index and draw(st.booleans()):
			continue
		picked = draw(st.lists(st.sampled_from(items[index + 1 :]), min_size=1, max_size=3, unique=True))
		boms[item] = [
			row(component, draw(amounts), waste=draw(st.integers(0, 12)), whole=whole[component])
			for component in picked
		]
		headers[item] = {"quantity": draw(amounts), "loss": draw(st.integers(0, 20))}
	policies = {item: draw(st.sampled_from([MAKE_TO_STOCK, BUILD_ON_DEMAND])) for item in items}
	return structure(boms, finished="I0", policies=policies, headers=headers)


@settings(max_examples=150, deadline=None)
@given(bom=fractional_structures(), qty=st.integers(min_value=1, max_value=9999), data=st.data())
def test_nothing_is_lost_or_made_up_at_any_node(bom, qty, data):
	ordered = D(qty) / 100
	stock = {
		(item, STORES): D(data.draw(st.integers(min_value=-100, max_value=90000))) / 1000
		for item in bom.items[1:]
	}
	found = {c.item_code: c for c in walk(bom, ordered, STORES, stock, 3)}
	assert found.keys() <= set(bom.items[1:])
	for item in bom.items[1:]:
		asked = sum(
			(_asked(bom, line, ordered, found) for line in bom.lines if line.item_code == item), Fraction(0)
		)
		if not asked:
			assert item not in found
			continue
		coverage = found[item]
		digits = 0 if coverage.line.whole_number else 3
		assert coverage.required == round_up(asked, digits)
		assert coverage.required == coverage.from_stock + coverage.exploded + coverage.short
		assert min(coverage.from_stock, coverage.exploded, coverage.short) >= 0
		assert coverage.from_stock <= max(D(0), stock[item, STORES])
		assert is_rounded(coverage.from_stock, digits)
		assert not (coverage.exploded and coverage.short)
		if coverage.line.supply_policy == BUILD_ON_DEMAND and coverage.line.bom_no:
			assert coverage.from_stock == 0


def _asked(bom: LockedBom, line, ordered: Decimal, found: dict[str, Coverage]) -> Fraction:
	"""What one BOM row asks for, from what its parent really explodes."""
	header = bom.headers[line.parent_bom]
	if line.parent_bom == bom.bom_no:
		processed = Fraction(ordered)
	elif header.item_code in found:
		good = Fraction(found[header.item_code].exploded)
		processed = good * 100 / (100 - Fraction(header.process_loss_percentage))
	else:
		return Fraction(0)
	with_waste = Fraction(line.stock_qty) * (100 + Fraction(line.waste_percentage)) / 100
	return processed / Fraction(header.quantity) * with_waste
