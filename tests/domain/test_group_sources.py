"""Groups of warehouses in the walk: who gives, in which order, and where a shortage stands."""

from decimal import Decimal

import pytest

from production_orders.domain.reservation import Share, keys, shares, walk
from tests.domain.structures import row, structure

D = Decimal
GROUPS = {"Racks": ("A", "B", "C"), "Plant": ("A", "B", "C", "Yard")}


def cover(rows, warehouse: str, **stock: str | int):
	"""Ten tables, all stock of STEEL: {leaf: quantity}."""
	bom = structure({"TABLE": rows})
	held = {("STEEL", leaf): D(qty) for leaf, qty in stock.items()}
	return list(walk(bom, D(10), warehouse, held, 3, GROUPS))


def drawn(found: list[Share]) -> dict[str, tuple]:
	"""warehouse -> (from stock, short, the place that was named)."""
	return {share.warehouse: (share.from_stock, share.short, share.coverage.warehouse) for share in found}


def test_the_warehouses_of_a_group_give_in_their_order():
	(coverage,) = cover({"STEEL": 3}, "Racks", A=5, B=0, C=40)
	assert coverage.taken == {"A": 5, "C": 25}
	assert (coverage.required, coverage.from_stock, coverage.short, coverage.available) == (30, 30, 0, 45)
	assert drawn(shares([coverage])) == {"A": (5, 0, "Racks"), "C": (25, 0, "Racks")}


def test_what_a_group_is_short_of_stands_at_its_first_warehouse():
	assert drawn(shares(cover({"STEEL": 3}, "Racks", B=4))) == {"A": (0, 26, "Racks"), "B": (4, 0, "Racks")}
	assert drawn(shares(cover({"STEEL": 3}, "Racks", A=4))) == {"A": (4, 26, "Racks")}


def test_debts_of_one_warehouse_do_not_reduce_what_the_others_give():
	(coverage,) = cover({"STEEL": 3}, "Racks", A=-7, B=20)
	assert (coverage.taken, coverage.available, coverage.short) == ({"A": 0, "B": 20}, 20, 10)


def test_whole_pieces_are_not_put_together_from_two_warehouses():
	(coverage,) = cover([row("STEEL", 3, whole=True)], "Racks", A="1.5", B="1.5")
	assert (coverage.taken, coverage.short) == ({"A": 1, "B": 1}, 28)


def test_the_narrow_place_is_served_before_the_groups_around_it():
	rows = [row("STEEL", 1, warehouse="Plant"), row("STEEL", 1), row("STEEL", 1, warehouse="B")]
	found = cover(rows, "Racks", A=2, B=12, Yard=9)
	assert [(coverage.warehouse, dict(coverage.taken), coverage.short) for coverage in found] == [
		("B", {"B": 10}, 0),
		("Racks", {"A": 2, "B": 2}, 6),
		("Plant", {"A": 0, "Yard": 9}, 1),
	]
	assert drawn(shares(found)) == {
		"B": (12, 0, "B"),
		"A": (2, 7, "Racks"),
		"Yard": (9, 0, "Plant"),
	}


def test_a_shortage_is_looked_for_where_its_own_need_may_look():
	"""A's own row is covered; what the group around it is short of may come from any of the group."""
	rows = [row("STEEL", 1, warehouse="A"), row("STEEL", 2)]
	assert drawn(shares(cover(rows, "Racks", A=12))) == {"A": (12, 18, "Racks")}
	assert drawn(shares(cover(rows, "Racks", A=3))) == {"A": (3, 27, "A")}


def test_stock_is_looked_for_in_every_warehouse_of_a_group():
	bom = structure({"TABLE": [row("STEEL", 3), row("TOP", 1, warehouse="Yard")]})
	assert keys(bom, "Racks", GROUPS) == {("STEEL", "A"), ("STEEL", "B"), ("STEEL", "C"), ("TOP", "Yard")}


@pytest.mark.parametrize("named", ["the order", "the row"])
def test_only_what_is_left_of_a_group_is_exploded(named):
	rows = [row("LEG", 4, warehouse="Racks" if named == "the row" else "")]
	bom = structure({"TABLE": rows, "LEG": {"WOOD": 2}})
	warehouse = "Racks" if named == "the order" else "Yard"
	stock = {("LEG", "A"): D(5), ("LEG", "C"): D(10)}
	leg, wood = walk(bom, D(10), warehouse, stock, 3, GROUPS)
	assert (leg.taken, leg.exploded) == ({"A": 5, "C": 10}, 25)
	assert (wood.required, wood.warehouse) == (50, warehouse)


@pytest.mark.parametrize(("first", "second", "allowed"), [(1, 1, True), (1, 0, False), (0, 1, False)])
def test_an_alternative_will_do_only_where_every_line_of_the_item_lets_it(first, second, allowed):
	rows = [row("STEEL", 1, warehouse="A", alternative=bool(first))]
	rows += [row("STEEL", 1, warehouse=place, alternative=bool(second)) for place in ("A", "Racks")]
	(share,) = shares(cover(rows, "Racks", A=100))
	assert share.coverage.line.allow_alternative is allowed


def test_what_is_held_already_is_taken_before_what_the_order_of_names_would_give():
	needs = {"A": D(9), "B": D(9), "C": D(9)}
	held = {("WOOD", "B"): D(4), ("WOOD", "C"): D(1)}
	assert taken({"Group": ("A", "B", "C")}, needs, D(6), held) == {"A": D(1), "B": D(4), "C": D(1)}
	assert taken({"Group": ("A", "B", "C")}, needs, D(3), held) == {"A": D(0), "B": D(3)}


def test_of_what_is_held_no_more_is_taken_than_is_available():
	needs = {"A": D(9), "B": D(2)}
	assert taken({"Group": ("A", "B")}, needs, D(5), {("WOOD", "B"): D(4)}) == {"A": D(3), "B": D(2)}


def taken(leaves, free, qty, held):
	"""What each warehouse of one group gives of the wood for `qty`."""
	available = {("WOOD", leaf): amount for leaf, amount in free.items()}
	((coverage),) = walk(structure({"TABLE": {"WOOD": 1}}), qty, "Group", available, 3, leaves, held)
	return coverage.taken
