"""Free stock and open shortages: exact examples, then properties against a maximum flow on small plants."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from production_orders.domain.allocation import Claim, Share, allocate, rank, requirement_moves
from tests.domain.flow import most_for

D = Decimal
A, B, C = ("A",), ("B",), ("C",)
AB, ABC = ("A", "B"), ("A", "B", "C")
PLACES = (A, B, C, AB, ABC)
URGENT, NORMAL, LOW = (rank(priority, None, "PRO-1") for priority in ("Urgent", "Normal", "Low"))


def claim(order_rank, leaves=A, short=0, **held) -> Claim:
	return Claim(order_rank, leaves, {leaf: D(qty) for leaf, qty in held.items()}, D(str(short)))


def gains(claims, digits=0, **free) -> list[Decimal]:
	"""What each claim gains, in the order in which they are written here."""
	shares = allocate(claims, {leaf: D(str(qty)) for leaf, qty in free.items()}, digits)
	return [next(share.gained for share in shares if share.claim is one) for one in claims]


def places(claims, **free) -> list[dict[str, Decimal]]:
	shares = allocate(claims, {leaf: D(qty) for leaf, qty in free.items()}, 0)
	return [next(dict(share.placed) for share in shares if share.claim is one) for one in claims]


def test_the_more_urgent_comes_first_then_the_sooner_needed_then_the_name():
	soon, late = date(2026, 11, 1), date(2026, 12, 1)
	expected = [
		rank("Urgent", None, "PRO-9"),
		rank("High", soon, "PRO-8"),
		rank("High", late, "PRO-1"),
		rank("High", None, "PRO-0"),
		rank("Normal", soon, "PRO-2"),
		rank("Normal", soon, "PRO-3"),
		rank("Low", soon, "PRO-0"),
	]
	shuffled = expected[::2] + expected[1::2]
	assert sorted(shuffled) == expected
	assert rank("", None, "PRO-1") == rank("Normal", None, "PRO-1")


def test_the_first_in_rank_gets_everything_it_needs_before_the_next():
	assert gains([claim(LOW, short=5), claim(URGENT, short=4), claim(NORMAL, short=4)], A=7) == [0, 4, 3]


def test_who_cannot_use_the_stock_leaves_it_to_the_next():
	assert gains([claim(URGENT, B, short=4), claim(LOW, A, short=4)], A=3) == [0, 3]


def test_whole_units_are_not_split_and_never_rounded_up():
	assert gains([claim(URGENT, AB, short=5)], A=2.7, B=1.9) == [3]
	assert gains([claim(URGENT, AB, short=5)], digits=3, A=2.7, B=1.9) == [D("4.6")]


def test_stock_that_is_promised_twice_is_nobody_elses():
	assert gains([claim(URGENT, A, short=5, A=3)], A=-2) == [0]


def test_a_group_takes_its_leaves_by_name():
	assert places([claim(URGENT, ABC, short=5)], A=2, B=2, C=2) == [{"A": 2, "B": 2, "C": 1}]


def test_a_group_leaves_to_a_leaf_what_only_the_leaf_can_use():
	claims = [claim(URGENT, AB, short=5), claim(LOW, A, short=5)]
	assert gains(claims, A=5, B=5) == [5, 5]
	assert places(claims, A=5, B=5) == [{"B": 5}, {"A": 5}]


def test_a_holding_gives_way_within_its_group_and_keeps_its_quantity():
	claims = [claim(LOW, AB, A=5), claim(URGENT, A, short=4)]
	assert gains(claims, B=5) == [0, 4]
	assert places(claims, B=5) == [{"A": 1, "B": 4}, {"A": 4}]


def test_a_holding_stays_where_it_is_when_nobody_gains_by_its_moving():
	claims = [claim(LOW, AB, B=5), claim(URGENT, AB, short=3)]
	assert places(claims, A=5) == [{"B": 5}, {"A": 3}]


def test_nobody_loses_to_a_more_urgent_order():
	assert gains([claim(LOW, A, A=5), claim(URGENT, A, short=4)], A=1) == [0, 1]


def test_what_is_gained_in_a_short_leaf_moves_no_requirement():
	assert requirement_moves({"A": D(6)}, {"A": D(4)}) == {}


def test_a_requirement_follows_the_stock_from_the_short_leaf():
	assert requirement_moves({"A": D(6)}, {"A": D(1), "B": D(3)}) == {"A": -3, "B": 3}
	assert requirement_moves({"B": D(2), "C": D(2)}, {"A": D(3)}) == {"A": 3, "B": -2, "C": -1}


def test_a_requirement_follows_a_holding_that_gives_way():
	assert requirement_moves({}, {"A": D(-4), "B": D(4)}) == {"A": -4, "B": 4}
	assert requirement_moves({"B": D(3)}, {"A": D(-5), "B": D(5)}) == {"A": -5, "B": 5}


quantities = st.integers(0, 6).map(D)
free_stock = st.fixed_dictionaries(dict.fromkeys("ABC", quantities))


@st.composite
def some_claims(draw, max_size=5):
	"""Claims with distinct ranks, some of which hold something already."""
	number = draw(st.integers(1, max_size))
	found = []
	for idx in range(number):
		leaves = draw(st.sampled_from(PLACES))
		held = draw(st.dictionaries(st.sampled_from(leaves), st.integers(1, 4).map(D), max_size=2))
		priority = draw(st.sampled_from(["Urgent", "Normal", "Low"]))
		found.append(Claim(rank(priority, None, f"PRO-{idx}"), leaves, held, draw(quantities)))
	return found


def supply(claims, free) -> dict[str, Decimal]:
	return {leaf: qty + sum(one.held.get(leaf, 0) for one in claims) for leaf, qty in free.items()}


def held(share: Share) -> Decimal:
	return sum(share.claim.held.values(), D(0))


@given(some_claims(), free_stock)
def test_nobody_loses_and_nothing_is_made_up(claims, free):
	shares = allocate(claims, free, 0)
	given_out = {leaf: sum(share.placed.get(leaf, 0) for share in shares) for leaf in free}
	available = supply(claims, free)
	assert all(given_out[leaf] <= available[leaf] for leaf in free)
	for share in shares:
		assert 0 <= share.gained <= share.claim.short
		assert sum(share.placed.values()) == held(share) + share.gained
		assert set(share.placed) <= set(share.claim.leaves)


@settings(max_examples=300)
@given(some_claims(), free_stock)
def test_each_in_rank_gets_the_most_that_those_before_it_leave(claims, free):
	"""The reference asks a maximum flow, for one claim after the other."""
	shares = allocate(claims, free, 0)
	kept = [(share.claim.leaves, int(held(share))) for share in shares]
	whole = {leaf: int(qty) for leaf, qty in supply(claims, free).items()}
	for idx, share in enumerate(shares):
		most = most_for(share.claim.leaves, int(share.claim.short), kept, whole)
		assert share.gained == most
		leaves, before = kept[idx]
		kept[idx] = (leaves, before + most)


@given(st.data(), some_claims(), free_stock)
def test_the_order_of_the_orders_does_not_matter(data, claims, free):
	shuffled = data.draw(st.permutations(claims))
	assert allocate(shuffled, free, 0) == allocate(claims, free, 0)


def after(claims, lots) -> list[tuple]:
	"""(rank, quantity held) when every lot is offered as it arrives."""
	free = dict.fromkeys("ABC", D(0))
	for leaf, qty in lots:
		free[leaf] += qty
		shares = allocate(claims, free, 0)
		there = supply(claims, free)
		claims = [
			replace(share.claim, held=share.placed, short=share.claim.short - share.gained)
			for share in shares
		]
		free = {leaf: there[leaf] - sum(one.held.get(leaf, 0) for one in claims) for leaf in there}
	return [(one.rank, sum(one.held.values())) for one in sorted(claims, key=lambda one: one.rank)]


lots = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 5).map(D)), min_size=1, max_size=5)


@settings(max_examples=300)
@given(st.data(), some_claims(), lots)
def test_the_order_in_which_lots_arrive_does_not_matter(data, claims, arriving):
	assert after(claims, data.draw(st.permutations(arriving))) == after(claims, arriving)


leaf_quantities = st.dictionaries(st.sampled_from("ABC"), st.integers(0, 5).map(D))


@given(leaf_quantities, st.dictionaries(st.sampled_from("ABC"), st.integers(-5, 5).map(D)))
def test_requirements_move_and_never_change_in_sum(short, change):
	gained = sum(change.values())
	assume(0 <= gained <= sum(short.values()))
	moves = requirement_moves(short, change)
	assert sum(moves.values()) == 0
	left = {leaf: short.get(leaf, D(0)) + moves.get(leaf, D(0)) - change.get(leaf, D(0)) for leaf in "ABC"}
	assert sum(left.values()) == sum(short.values()) - gained
	assert all(qty >= 0 for qty in left.values())
