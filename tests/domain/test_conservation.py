"""What an order draws is what its lock asks for, however stock, explosion and shortage share a need."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.conservation import is_determined, required
from production_orders.domain.reservation import Share, shares, walk
from tests.domain.random_structures import DIGITS, Case
from tests.domain.structures import STORES, row, structure

TABLE = structure(
	{
		"TABLE": [row("LEG", 4, bom_no="BOM-LEG-1"), row("SCREW", 8)],
		"LEG": [row("WOOD", "0.5"), row("SCREW", 2)],
	}
)


def drawn(found: Iterable[Share]) -> dict[str, Decimal]:
	"""item -> what materials say is required."""
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for share in found:
		sums[share.coverage.item_code] += share.drawn
	return sums


def asked(**drawn: int) -> Mapping[str, Decimal]:
	"""For ten tables."""
	return required(TABLE, Decimal(10), STORES, {item: Decimal(qty) for item, qty in drawn.items()}, DIGITS)


def test_what_is_not_drawn_is_drawn_as_its_components():
	assert asked(LEG=40, SCREW=80) == {"LEG": 40, "SCREW": 80}
	assert asked(LEG=30, SCREW=100, WOOD=5) == {"LEG": 30, "SCREW": 100, "WOOD": 5}
	assert asked() == {"LEG": 0, "SCREW": 160, "WOOD": 20}


def test_what_is_drawn_too_much_or_too_little_is_told_from_what_is_asked():
	assert asked(LEG=50, SCREW=79) == {"LEG": 40, "SCREW": 80}


@pytest.mark.parametrize(("warehouse", "pieces"), [("Shelf", 4), (STORES, 3)])
def test_each_place_is_asked_for_whole_pieces_once(warehouse, pieces):
	rows = [row("STEEL", "0.3", warehouse=warehouse, whole=True), row("STEEL", "0.3", whole=True)]
	bom, stock = structure({"TABLE": rows}), {("STEEL", warehouse): Decimal(1)}
	found = drawn(shares(walk(bom, Decimal(5), STORES, stock, DIGITS)))
	assert required(bom, Decimal(5), STORES, found, DIGITS) == found == {"STEEL": pieces}


def test_drawings_do_not_say_by_which_of_two_boms_the_rest_was_made_in_which_place():
	here, there = row("LEG", 1, bom_no="BOM-LEG-1"), row("LEG", 1, bom_no="", warehouse="Shelf")
	assert is_determined(structure({"TABLE": [here, here], "LEG": {"WOOD": 1}}), STORES)
	assert not is_determined(structure({"TABLE": [here, there], "LEG": {"WOOD": 1}}), STORES)
	assert is_determined(structure({"TABLE": [here, there], "LEG": {"WOOD": 1}}), "Shelf")


@given(
	st.integers(min_value=0, max_value=2**63)
	.map(Case)
	.filter(lambda case: is_determined(case.bom, case.warehouse))
)
def test_whatever_a_walk_draws_is_what_is_required(case):
	found = drawn(shares(case.walked()))
	needs = required(case.bom, Decimal(case.qty), case.warehouse, found, DIGITS)
	assert {item: qty for item, qty in needs.items() if qty} == found
