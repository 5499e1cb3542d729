"""Gross to net: worked examples, a brute-force plan to agree with, and what holds for every plan."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production_orders.domain.bom import BUILD_ON_DEMAND, Cycle
from production_orders.domain.horizon import Horizon
from production_orders.domain.net_requirements import Draft, Situation, Terms, plan
from production_orders.domain.pegging import PlannedSupply, top_causes
from production_orders.domain.recipe import Recipes
from production_orders.domain.schedule import Movement
from tests.domain import reference_plan
from tests.domain.reference_plan import Rule
from tests.domain.structures import STORES, D, bom_of, row, structure

TODAY = date(2026, 3, 4)
"""A Wednesday."""


def day(number: int) -> date:
	return TODAY + timedelta(days=number)


def move(item: str, number: int, qty, name: str = "SO-1", warehouse: str = STORES) -> Movement:
	return Movement(item, warehouse, day(number), D(qty), "Sales Order", name)


def recipes(boms, **options) -> Recipes:
	lines, headers = [], {}
	for item in boms:
		bom = structure(boms, finished=item, **options)
		headers |= bom.headers
		lines += bom.lines
	return Recipes(headers, tuple(dict.fromkeys(lines)))


def situation(boms=None, terms=None, days=28, bucket="Week", options=None, **given) -> Situation:
	"""Terms by item; what a BOM makes is made by it unless its terms say otherwise."""
	boms = boms or {}
	known = recipes(boms, **(options or {}))
	items = {*boms, *(terms or {}), *(line.item_code for line in known.lines)}
	items |= {movement.item_code for movement in given.get("issues", ())}
	made = {item: {"bom_no": bom_of(item)} if item in boms else {} for item in items}
	return Situation(
		horizon=Horizon(TODAY, days, bucket),
		terms={item: Terms(**{"digits": 0, **made[item], **(terms or {}).get(item, {})}) for item in items},
		recipes=known,
		**given,
	)


def planned(given: Situation) -> list[tuple]:
	"""(item, due day, quantity) of every planned supply."""
	return [
		(supply.item_code, (supply.due - TODAY).days, supply.qty)
		for requirement in plan(given)
		for supply in requirement.planned
	]


def of(given: Situation, item: str):
	return next(requirement for requirement in plan(given) if requirement.item_code == item)


def test_what_stock_and_receipts_do_not_cover_is_planned_when_it_is_first_missing():
	given = situation(
		issues=[move("A", 1, 4), move("A", 8, 5), move("A", 9, 5)],
		receipts=[move("A", 8, 3, "PO-1")],
		free={("A", STORES): D(6)},
	)
	assert planned(given) == [("A", 9, 5)]
	assert [
		(bucket.gross, bucket.receipts, bucket.net, bucket.planned, bucket.projected)
		for bucket in of(given, "A").buckets
	] == [(4, 0, 0, 0, 2), (10, 3, 5, 5, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0)]


def test_demand_of_one_bucket_is_ordered_together_and_of_another_apart():
	issues = [move("A", 0, 1), move("A", 3, 1), move("A", 6, 1)]
	assert planned(situation(issues=issues)) == [("A", 0, 2), ("A", 6, 1)]
	assert planned(situation(issues=issues, bucket="Day")) == [("A", 0, 1), ("A", 3, 1), ("A", 6, 1)]
	assert planned(situation(issues=issues, bucket="Month")) == [("A", 0, 3)]


def test_a_made_item_asks_for_its_components_when_it_starts():
	given = situation(
		{"A": {"B": 2, "C": 1}, "B": {"C": 3}},
		{"A": {"lead_time_days": 2}, "B": {"lead_time_days": 3}, "C": {"lead_time_days": 4}},
		issues=[move("A", 14, 5)],
		free={("B", STORES): D(4)},
	)
	assert planned(given) == [("A", 14, 5), ("B", 12, 6), ("C", 9, 18), ("C", 12, 5)]
	assert [requirement.low_level_code for requirement in plan(given)] == [0, 1, 2]
	assert [bucket.release for bucket in of(given, "C").buckets if bucket.planned] == [day(5), day(8)]


def test_what_should_have_been_released_before_today_is_released_today_and_late():
	given = situation({"A": {"B": 1}}, {"A": {"lead_time_days": 5}}, issues=[move("A", 3, 1)])
	made, bought = (requirement.planned[0] for requirement in plan(given))
	assert (made.due, made.release, made.is_late) == (day(3), TODAY, True)
	assert (bought.due, bought.release, bought.is_late) == (TODAY, TODAY, False)


def test_overdue_demand_counts_today_and_demand_beyond_the_horizon_not_at_all():
	assert planned(situation(days=7, issues=[move("A", -30, 2), move("A", 6, 1), move("A", 7, 9)])) == [
		("A", 0, 2),
		("A", 6, 1),
	]


def test_the_least_order_is_made_up_once_per_bucket_and_the_rest_serves_later():
	given = situation(
		terms={"A": {"min_order_qty": D(10)}}, issues=[move("A", n, 3) for n in (0, 1, 6, 13, 20)]
	)
	assert planned(given) == [("A", 0, 10), ("A", 13, 10)]


def test_safety_stock_is_kept_once_where_the_item_is_at_home():
	given = situation(
		terms={"A": {"safety_stock": D(5), "safety_warehouse": STORES}, "B": {"safety_stock": D(5)}},
		issues=[move("A", 6, 4), move("A", 6, 4, warehouse="Shop"), move("B", 0, 1)],
		free={("A", STORES): D(7)},
	)
	assert planned(given) == [("A", 6, 4), ("A", 6, 2), ("B", 0, 1)]


def test_a_safety_stock_is_filled_up_when_nobody_asks_for_the_item():
	given = situation(terms={"A": {"safety_stock": D(5), "safety_warehouse": STORES}})
	assert planned(given) == [("A", 0, 5)]


def test_stock_that_is_below_zero_is_made_good():
	given = situation(issues=[move("A", 6, 1)], free={("A", STORES): D(-3)})
	assert planned(given) == [("A", 0, 3), ("A", 6, 1)]


def test_process_loss_and_waste_are_ordered_on_top():
	given = situation(
		{"A": [row("B", 1, waste=10)]},
		options={"headers": {"A": {"loss": 20}}, "whole": True},
		issues=[move("A", 6, 4)],
	)
	made, bought = (requirement.planned[0] for requirement in plan(given))
	assert (made.ordered_qty, made.qty) == (5, 4)
	assert bought.qty == 6  # 5 × 1.1, rounded up


def test_what_is_built_on_demand_is_made_by_its_parents_order():
	given = situation(
		{"A": {"B": 2, "D": 1}, "B": {"C": 3, "D": 1}},
		options={"policies": {"B": BUILD_ON_DEMAND}},
		issues=[move("A", 6, 2)],
		free={("B", STORES): D(100)},
	)
	assert planned(given) == [("A", 6, 2), ("C", 6, 12), ("D", 6, 6)]


def test_what_is_built_on_demand_and_asked_for_by_itself_is_planned_by_itself():
	given = situation(
		{"A": {"B": 1}, "B": {"C": 1}},
		options={"policies": {"B": BUILD_ON_DEMAND}},
		issues=[move("B", 6, 2)],
		free={("B", STORES): D(1)},
	)
	assert planned(given) == [("B", 6, 1), ("C", 6, 1)]


def test_a_bom_row_with_a_warehouse_asks_there_and_the_rest_where_the_order_draws():
	given = situation(
		{"A": [row("B", 1, warehouse="Paint shop"), row("C", 1)]},
		{"A": {"source_warehouse": "Raw"}},
		issues=[move("A", 6, 1)],
	)
	assert {(r.item_code, r.warehouse) for r in plan(given)} == {
		("A", STORES),
		("B", "Paint shop"),
		("C", "Raw"),
	}


def test_a_group_asks_its_warehouses_in_their_order_for_what_they_can_spare():
	given = situation(
		{"A": {"B": 1}},
		{"A": {"source_warehouse": "All"}},
		issues=[move("A", 6, 10), move("B", 13, 3, "SO-2", warehouse="One")],
		free={("B", "One"): D(4), ("B", "Two"): D(5)},
		leaves={"All": ("One", "Two")},
	)
	asked = {
		r.warehouse: sum(bucket.gross for bucket in r.buckets) for r in plan(given) if r.item_code == "B"
	}
	assert asked == {"One": 8, "Two": 5}
	assert planned(given) == [("A", 6, 10), ("B", 6, 1), ("B", 13, 3)]


def test_a_draft_is_supply_and_asks_for_its_components():
	draft = Draft("PRO-1", "A", STORES, D(5), bom_of("A"), STORES, start=day(2), due=day(6))
	given = situation({"A": {"B": 2}}, issues=[move("A", 6, 7)], drafts=[draft])
	assert planned(given) == [("A", 6, 2), ("B", 2, 10), ("B", 6, 4)]
	assert of(given, "B").planned[0].pegs[0].cause.name == "PRO-1"


def test_a_draft_of_an_earlier_plan_counts_as_long_as_it_is_needed():
	def draft(name: str, due: int, qty: int) -> Draft:
		return Draft(name, "A", STORES, D(qty), bom_of("A"), STORES, day(due), day(due), if_needed=True)

	drafts = [draft("PRO-1", 6, 5), draft("PRO-2", 6, 5), draft("PRO-3", 13, 5), draft("PRO-4", 99, 5)]
	given = situation({"A": {"B": 2}}, issues=[move("A", 6, 5), move("A", 20, 2)], drafts=drafts)
	assert of(given, "A").needed == ("PRO-1", "PRO-2")
	assert planned(given) == [("B", 6, 20)]
	assert planned(situation({"A": {"B": 2}}, drafts=drafts)) == []


def test_a_draft_that_comes_too_late_does_not_spare_another():
	draft = Draft("PRO-1", "A", STORES, D(5), bom_of("A"), STORES, day(13), day(13), if_needed=True)
	given = situation({"A": {}}, issues=[move("A", 6, 5)], drafts=[draft])
	assert planned(given) == [("A", 6, 5)]
	assert of(given, "A").needed == ()


def test_the_first_that_is_needed_is_met_by_the_first_that_is_there():
	given = situation(
		issues=[move("A", 8, 2, "SO-2"), move("A", 7, 3, "SO-1"), move("A", 14, 4, "SO-3")],
		free={("A", STORES): D(4)},
		terms={"A": {"min_order_qty": D(4)}},
	)
	pegs = [
		[(peg.qty, peg.cause and peg.cause.name) for peg in supply.pegs] for supply in of(given, "A").planned
	]
	assert pegs == [[(1, "SO-2"), (3, "SO-3")], [(1, "SO-3"), (3, None)]]


def test_a_component_knows_the_orders_at_the_top_and_the_way_from_there():
	given = situation(
		{"A": {"B": 2}, "B": {"C": 3}},
		issues=[move("A", 6, 1, "SO-1"), move("A", 7, 3, "SO-2"), move("C", 7, 1, "SO-3")],
	)
	(supply,) = of(given, "C").planned
	assert isinstance(supply.pegs[0].cause, PlannedSupply)
	assert {(cause.name, qty, path) for cause, (qty, path) in top_causes(supply).items()} == {
		("SO-1", 6, ("A", "B", "C")),
		("SO-2", 18, ("A", "B", "C")),
		("SO-3", 1, ("C",)),
	}


def test_thirty_levels_of_diamonds_are_traced_at_once():
	boms = {}
	for level in range(30):
		for side in "XY":
			boms[f"{side}{level}"] = {f"X{level + 1}": 1, f"Y{level + 1}": 1}
	given = situation(boms, days=7, bucket="Month", issues=[move("X0", 0, 1)])
	supply = of(given, "X30").planned[0]
	assert supply.qty == 2**29
	assert [(cause.name, qty) for cause, (qty, _path) in top_causes(supply).items()] == [("SO-1", 2**29)]


def test_an_item_made_of_itself_is_refused_with_its_path():
	with pytest.raises(Cycle) as cycle:
		planned(situation({"A": {"B": 1}, "B": {"A": 1}}, issues=[move("A", 1, 1)]))
	assert set(cycle.value.path) == {"A", "B"}


# What holds for every plan, on random structures.

ITEMS = [f"I{number}" for number in range(7)]


@st.composite
def worlds(draw):
	"""(rules, free, demands, receipts, days, bucket); an item is made of later ones only."""
	amount = st.integers(0, 9)
	rules = {}
	for position, item in enumerate(ITEMS):
		below = ITEMS[position + 1 :]
		parts = draw(st.dictionaries(st.sampled_from(below), st.integers(1, 3), max_size=3)) if below else {}
		rules[item] = Rule(
			draw(st.integers(0, 4)), draw(st.sampled_from([0, 0, 3])), draw(st.sampled_from([0, 0, 5])), parts
		)
	days = draw(st.integers(1, 24))
	dated = st.lists(
		st.tuples(st.sampled_from(ITEMS), st.integers(0, days - 1), st.integers(1, 9)), max_size=12
	)
	free = {item: draw(amount) for item in ITEMS}
	return rules, free, draw(dated), draw(dated), days, draw(st.sampled_from(["Day", "Week", "Month"]))


def as_situation(rules, free, demands, receipts, days, bucket) -> Situation:
	boms = {item: dict(rule.parts) for item, rule in rules.items() if rule.parts}
	return situation(
		boms,
		{
			item: {
				"lead_time_days": rule.lead,
				"safety_stock": D(rule.safety),
				"safety_warehouse": STORES,
				"min_order_qty": D(rule.least),
			}
			for item, rule in rules.items()
		},
		days=days,
		bucket=bucket,
		free={(item, STORES): D(qty) for item, qty in free.items()},
		issues=[move(item, on, qty, f"SO-{n}") for n, (item, on, qty) in enumerate(demands)],
		receipts=[move(item, on, qty, f"PO-{n}") for n, (item, on, qty) in enumerate(receipts)],
	)


@given(worlds())
@settings(max_examples=400, deadline=None)
def test_the_plan_is_the_brute_force_plan(world):
	given = as_situation(*world)
	bucket_of = [given.horizon.index(day(number)) for number in range(given.horizon.days)]
	expected = reference_plan.planned(*world[:4], bucket_of)
	assert sorted(planned(given)) == sorted((item, due, qty) for (item, _b), (due, qty) in expected.items())


@given(worlds())
@settings(max_examples=200, deadline=None)
def test_nothing_is_lost_and_nothing_is_short(world):
	for requirement in plan(as_situation(*world)):
		balance = requirement.on_hand
		for bucket in requirement.buckets:
			balance += bucket.receipts + bucket.planned - bucket.gross
			assert bucket.projected == balance >= requirement.safety_stock
			assert bucket.planned >= bucket.net
			least = world[0][requirement.item_code].least
			assert bucket.planned == 0 or bucket.planned >= least
		assert all(supply.release <= supply.due and supply.release >= TODAY for supply in requirement.planned)
		assert all(sum(peg.qty for peg in supply.pegs) == supply.qty for supply in requirement.planned)


@given(worlds(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_the_input_does_not_matter(world, chance: random.Random):

	def facts(given):
		return [
			(s.item_code, s.due, s.qty, [(peg.qty, getattr(peg.cause, "name", None)) for peg in s.pegs])
			for requirement in plan(given)
			for s in requirement.planned
		]

	given = as_situation(*world)
	shuffled = {**vars(given)}
	for name in ("issues", "receipts"):
		shuffled[name] = chance.sample(list(shuffled[name]), len(shuffled[name]))
	shuffled["terms"] = dict(chance.sample(list(given.terms.items()), len(given.terms)))
	assert facts(Situation(**shuffled)) == facts(given)


@given(worlds())
@settings(max_examples=200, deadline=None)
def test_a_second_run_on_the_result_plans_nothing(world):
	given = as_situation(*world)
	made, bought = [], []
	for number, supply in enumerate(s for requirement in plan(given) for s in requirement.planned):
		if supply.bom_no:
			made.append(
				Draft(
					f"PRO-{number}",
					supply.item_code,
					supply.warehouse,
					supply.ordered_qty,
					supply.bom_no,
					supply.source_warehouse,
					supply.release,
					supply.due,
					if_needed=number % 2 == 0,
				)
			)
		else:
			bought.append(
				Movement(supply.item_code, supply.warehouse, supply.due, supply.qty, "Material Request", "M")
			)
	again = Situation(**{**vars(given), "drafts": made, "receipts": [*given.receipts, *bought]})
	assert planned(again) == []


def test_decimals_are_kept_exact():
	given = situation(
		{"A": {"B": "0.1"}},
		{"B": {"digits": 3}},
		issues=[move("A", 6, 1, f"SO-{n}") for n in range(3)],
		free={("B", STORES): Decimal("0.3")},
	)
	assert planned(given) == [("A", 6, 3)]
