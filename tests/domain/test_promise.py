"""Capable to promise: exact examples, a naive scheduler on random structures, and what never delays a promise."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from production_orders.domain.availability import curve
from production_orders.domain.bom import BUILD_ON_DEMAND, STOCK_ONLY, Cycle, Header, LockedBom
from production_orders.domain.promise import Circumstances, Critical, Promise, Want, promise
from production_orders.domain.reservation import NO_GROUPS
from production_orders.domain.schedule import Movement
from tests.domain.naive_schedule import earliest_day
from tests.domain.structures import STORES, bom_of, row, structure

D = Decimal
TODAY = date(2026, 3, 2)
TABLE = {"TABLE": {"TOP": 1, "LEG": 4}, "LEG": {"WOOD": 2}}
LEAD_TIMES = {"TABLE": 2, "LEG": 3, "TOP": 5, "WOOD": 10}
BOUGHT = LockedBom("", (), {"": Header("", "SCREW", D(1))})


def day(number: int) -> date:
	return TODAY + timedelta(days=number)


def supply(stock=None, receipts=(), issues=()):
	"""(item, place) -> curve; movements as (item, day, quantity), all in Stores."""
	held = {(item, STORES): D(str(qty)) for item, qty in (stock or {}).items()}
	movements = [
		[Movement(item, STORES, day(on), D(str(qty)), "Purchase Order", "PO-1") for item, on, qty in rows]
		for rows in (receipts, issues)
	]
	keys = held.keys() | {(movement.item_code, STORES) for rows in movements for movement in rows}
	return {
		key: curve(
			held.get(key, D(0)),
			*([found for found in rows if found.item_code == key[0]] for rows in movements),
			TODAY,
		)
		for key in keys
	}


def ask(bom, qty, stock=None, receipts=(), lead_times=None, issues=(), **want) -> Promise:
	asked = Want(bom.item_code, D(str(qty)), STORES, **{"bom_no": bom.bom_no, **want})
	offered = supply(stock, receipts, issues)
	circumstances = Circumstances(
		TODAY, offered, LEAD_TIMES if lead_times is None else lead_times, 3, NO_GROUPS
	)
	return promise(bom, asked, circumstances)


def days_until(found: Promise) -> int:
	return (found.on - TODAY).days


def test_what_is_in_stock_can_be_had_today():
	assert ask(structure(TABLE), 3, {"TABLE": 5}) == Promise(TODAY, D(3), D(0), ())


def test_what_is_bought_comes_after_its_lead_time():
	found = ask(BOUGHT, 100, {"SCREW": 60}, lead_times={"SCREW": 7})
	assert found == Promise(
		day(7), D(60), D(40), (Critical("SCREW", STORES, day(7), D(40), is_made=False, takes_lead_time=True),)
	)


def test_a_receipt_that_comes_sooner_than_buying_decides():
	found = ask(BOUGHT, 100, {"SCREW": 60}, [("SCREW", 4, 40)], {"SCREW": 7})
	assert found == Promise(
		day(4),
		D(100),
		D(0),
		(Critical("SCREW", STORES, day(4), D(40), is_made=False, takes_lead_time=False),),
	)


def test_from_nothing_the_longest_path_decides():
	"""Wood 10 days, then legs 3, then the table 2; the top is there long before."""
	found = ask(structure(TABLE), 1)
	assert found == Promise(
		day(15), D(0), D(1), (Critical("WOOD", STORES, day(10), D(8), is_made=False, takes_lead_time=True),)
	)


def test_stock_of_a_sub_assembly_shortens_the_path():
	assert days_until(ask(structure(TABLE), 1, {"LEG": 4})) == 7
	assert days_until(ask(structure(TABLE), 1, {"LEG": 4, "TOP": 1})) == 2
	assert days_until(ask(structure(TABLE), 1, {"LEG": 3, "TOP": 1})) == 15
	assert days_until(ask(structure(TABLE), 1, {"LEG": 3, "TOP": 1, "WOOD": 2})) == 5


def test_the_finished_items_own_stock_lowers_what_is_made():
	found = ask(structure(TABLE), 3, {"TABLE": 2, "LEG": 4, "TOP": 1})
	assert (days_until(found), found.from_stock, found.rest) == (2, 2, 1)


def test_stock_that_arrives_later_is_used_if_waiting_is_shorter():
	assert days_until(ask(structure(TABLE), 1, {"TOP": 1}, [("LEG", 6, 4)])) == 8


def test_stock_promised_to_others_later_is_not_used():
	found = ask(BOUGHT, 5, {"SCREW": 10}, lead_times={"SCREW": 7}, issues=[("SCREW", 20, 8)])
	assert (days_until(found), found.from_stock) == (7, 2)


def test_what_is_built_on_demand_never_takes_stock():
	bom = structure(TABLE, policies={"LEG": BUILD_ON_DEMAND})
	assert days_until(ask(bom, 1, {"LEG": 99, "TOP": 1})) == 15
	assert ask(structure(TABLE), 1, {"TABLE": 9}, supply_policy=BUILD_ON_DEMAND).from_stock == 0
	assert days_until(ask(structure(TABLE), 1, {"TABLE": 9}, supply_policy=BUILD_ON_DEMAND)) == 15


def test_what_is_stock_only_is_bought():
	bom = structure({"TABLE": [row("LEG", 4, bom_no="")], "LEG": {"WOOD": 2}}, policies={"LEG": STOCK_ONLY})
	assert days_until(ask(bom, 1)) == 5


def test_a_shared_component_is_taken_by_the_earlier_need_first():
	"""Legs need wood 3 days sooner than the frame does: the 8 in stock go to them, the frame's are bought."""
	bom = structure({"TABLE": {"LEG": 4, "WOOD": 2}, "LEG": {"WOOD": 2}})
	assert days_until(ask(bom, 1, {"WOOD": 8})) == 12
	assert days_until(ask(bom, 1, {"WOOD": 7})) == 15
	assert days_until(ask(bom, 1, {"WOOD": 10})) == 5


def test_needs_of_a_whole_unit_are_rounded_up_once_over_parents_and_days():
	"""Half a glue pot for the top and half a one for the table, on two days: one pot will do."""
	bom = structure(
		{
			"TABLE": [row("TOP", 1), row("GLUE", "0.5", whole=True)],
			"TOP": [row("GLUE", "0.5", whole=True)],
		}
	)
	times = {"TABLE": 1, "TOP": 1, "GLUE": 9}
	assert days_until(ask(bom, 1, {"GLUE": 1}, lead_times=times)) == 2
	assert days_until(ask(bom, 1, {"GLUE": "0.9"}, lead_times=times)) == 11


def test_a_whole_unit_is_taken_and_made_in_one_piece():
	"""Half a leg is one leg; half a leg in stock is none."""
	bom = structure({"TABLE": [row("LEG", "0.5", whole=True)], "LEG": {"WOOD": 2}})
	assert days_until(ask(bom, 1, {"WOOD": 2, "LEG": "0.5"})) == 5
	assert days_until(ask(bom, 1, {"WOOD": "1.9", "LEG": "0.5"})) == 15


def test_waste_and_process_loss_ask_for_more():
	bom = structure({"TABLE": [row("WOOD", 10, waste=10)]}, headers={"TABLE": {"loss": 50}})
	assert days_until(ask(bom, 1, {"WOOD": 22})) == 2
	assert days_until(ask(bom, 1, {"WOOD": "21.999"})) == 12


def test_components_are_looked_for_where_their_lines_say():
	bom = structure({"TABLE": [row("TOP", 1, warehouse="Loft")]})
	assert days_until(ask(bom, 1, {"TOP": 1})) == 7


def test_places_inside_one_another_do_not_spend_the_same_stock_twice():
	"""5 in the shelf, which is part of the Stores: one line draws 5 from the shelf, another 5 from the Stores."""
	bom = structure({"TABLE": [row("LEG", 1), row("WOOD", 5)], "LEG": [row("WOOD", 5, warehouse="Shelf")]})
	shelf = {("WOOD", place): curve(D(5), [], [], TODAY) for place in ("Shelf", STORES)}
	want = Want("TABLE", D(1), STORES, bom.bom_no)
	world = Circumstances(TODAY, shelf, LEAD_TIMES, 3, {STORES: ("Box", "Shelf")})
	assert days_until(promise(bom, want, world)) == 12
	assert days_until(promise(bom, want, replace(world, leaves=NO_GROUPS))) == 5


def test_stock_serves_the_first_of_two_boms_of_one_item_even_where_the_second_is_needed_sooner():
	"""4 legs of oak and 4 of pine, 4 legs in stock: those stand for the oak ones, pine is asked for."""
	bom = structure(
		{
			"TABLE": {"FRAME": 1, "LEG": 4},
			"FRAME": [row("LEG", 4, bom_no=bom_of("LEG", 2))],
			"LEG": {"OAK": 1},
			bom_of("LEG", 2): {"PINE": 1},
		}
	)
	times = {"OAK": 20, "PINE": 8}
	assert days_until(ask(bom, 1, {"LEG": 8}, lead_times=times)) == 0
	assert days_until(ask(bom, 1, {"LEG": 4}, lead_times=times)) == 8
	assert days_until(ask(bom, 1, {"LEG": 4, "PINE": 4}, lead_times=times)) == 0
	assert days_until(ask(bom, 1, {"LEG": 3, "PINE": 4}, lead_times=times)) == 20
	assert days_until(ask(bom, 1, {"PINE": 4, "OAK": 4}, lead_times=times)) == 0
	assert days_until(ask(bom, 1, {"LEG": 4}, lead_times={**times, "FRAME": 3})) == 11


def test_everything_that_holds_up_a_promise_is_named():
	found = ask(structure({"TABLE": {"TOP": 1, "LEG": 4}}), 2, lead_times={"TABLE": 1, "TOP": 5, "LEG": 5})
	assert set(found.critical) == {
		Critical("TOP", STORES, day(5), D(2), is_made=False, takes_lead_time=True),
		Critical("LEG", STORES, day(5), D(8), is_made=False, takes_lead_time=True),
	}


def test_what_takes_its_own_time_is_named_and_not_what_it_would_need():
	found = ask(structure(TABLE), 1, {"TOP": 1, "WOOD": 8})
	assert found.critical == (Critical("LEG", STORES, day(3), D(4), is_made=True, takes_lead_time=True),)


def test_a_structure_that_contains_itself_is_refused():
	with pytest.raises(Cycle):
		ask(structure({"TABLE": {"LEG": 1}, "LEG": {"TABLE": 1}}), 1)


def test_deep_diamonds_are_walked_once_per_item_and_day():
	"""2^30 paths; the 2^10 that run through every slow half are the ones that decide."""
	levels = {f"L{n}": {f"A{n}": 1, f"B{n}": 1} for n in range(30)}
	halves = {f"{side}{n}": {f"L{n + 1}": 1} for n in range(30) for side in "AB"}
	bom = structure({**levels, **halves})
	found = ask(bom, 1, {"L30": 2**30 - 1}, lead_times={"L30": 9, **{f"A{n}": n % 3 for n in range(30)}})
	assert days_until(found) == 30
	assert found.critical == (Critical("A29", STORES, day(2), D(2**10), is_made=True, takes_lead_time=True),)


ITEMS = ("P", "Q", "R", "S", "T")
items = st.sampled_from(ITEMS)


@st.composite
def structures(draw, versions: int = 1) -> LockedBom:
	"""P down to T, each drawing only later ones; some of them with a second BOM."""
	boms = {}
	for number, item in enumerate(ITEMS[:-1]):
		for version in range(1, versions + 1):
			below = draw(st.lists(st.sampled_from(ITEMS[number + 1 :]), max_size=3, unique=True))
			if below and (version == 1 or bom_of(item) in boms):
				boms[bom_of(item, version)] = [
					row(component, draw(st.integers(1, 3)), whole=True) for component in below
				]
	boms.setdefault(bom_of("P"), [row("T", 1, whole=True)])
	for line in [line for rows in boms.values() for line in rows if versions > 1]:
		made_by = [name for name in boms if name.startswith(f"BOM-{line['component']}-")]
		line["bom_no"] = draw(st.sampled_from([*made_by, ""])) if made_by else ""
	policies = dict.fromkeys(draw(st.sets(items, max_size=1)), BUILD_ON_DEMAND)
	return structure(boms, finished="P", policies=policies)


stocks = st.dictionaries(items, st.integers(-2, 9), max_size=5)
movements = st.lists(st.tuples(items, st.integers(-1, 9), st.integers(1, 9)), max_size=4)
times = st.dictionaries(items, st.integers(0, 5), max_size=5)


def by_day(bom, qty, stock, receipts, issues, lead_times) -> int:
	return days_until(ask(bom, qty, stock, receipts, lead_times, issues=issues, whole_number=True))


@settings(max_examples=600, deadline=None)
@given(structures() | structures(versions=2), st.integers(1, 3), stocks, movements, movements, times)
def test_a_naive_scheduler_finds_the_same_day(bom, qty, stock, receipts, issues, lead_times):
	found = by_day(bom, qty, stock, receipts, issues, lead_times)
	assert found == earliest_day(bom, qty, stock, receipts, issues, lead_times)


@settings(max_examples=300, deadline=None)
@given(
	structures(versions=2), st.integers(1, 5), stocks, movements, movements, times, items, st.integers(1, 9)
)
def test_more_stock_never_delays(bom, qty, stock, receipts, issues, lead_times, item, more):
	richer = {**stock, item: stock.get(item, 0) + more}
	assert by_day(bom, qty, richer, receipts, issues, lead_times) <= by_day(
		bom, qty, stock, receipts, issues, lead_times
	)


@settings(max_examples=300, deadline=None)
@given(
	structures(versions=2),
	st.integers(1, 5),
	stocks,
	movements,
	movements,
	times,
	st.tuples(items, st.integers(-1, 9), st.integers(1, 9)),
	st.integers(0, 9),
)
def test_another_receipt_never_delays_nor_does_one_brought_forward(
	bom, qty, stock, receipts, issues, lead_times, another, sooner
):
	item, on, more = another
	brought_forward = (item, on - sooner, more)
	promises = [
		by_day(bom, qty, stock, known, issues, lead_times)
		for known in ([*receipts, brought_forward], [*receipts, another], receipts)
	]
	assert promises == sorted(promises)


@settings(max_examples=300, deadline=None)
@given(structures(versions=2), st.integers(1, 5), stocks, movements, movements, times, st.integers(1, 5))
def test_more_is_never_promised_earlier(bom, qty, stock, receipts, issues, lead_times, more):
	assert by_day(bom, qty, stock, receipts, issues, lead_times) <= by_day(
		bom, qty + more, stock, receipts, issues, lead_times
	)


@settings(max_examples=300, deadline=None)
@given(structures(versions=2), st.integers(1, 5), stocks, movements, movements, times, items)
def test_a_shorter_lead_time_never_delays(bom, qty, stock, receipts, issues, lead_times, item):
	slower = {**lead_times, item: lead_times.get(item, 0) + 1}
	assert by_day(bom, qty, stock, receipts, issues, lead_times) <= by_day(
		bom, qty, stock, receipts, issues, slower
	)


@settings(max_examples=300, deadline=None)
@given(structures(versions=2), st.integers(1, 5), stocks, movements, movements, times)
def test_what_is_critical_is_why_no_earlier_day_will_do(bom, qty, stock, receipts, issues, lead_times):
	"""Enough of every critical item today, and the promise is earlier; nothing is critical when it is today."""
	found = ask(bom, qty, stock, receipts, lead_times, issues=issues, whole_number=True)
	assert bool(found.critical) == (found.on > TODAY)
	assert found.from_stock + found.rest == qty
