"""Available to promise by date: exact examples, then every day counted on its own on random schedules."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.availability import curve
from production_orders.domain.schedule import Movement

D = Decimal
TODAY = date(2026, 3, 2)


def day(number: int) -> date:
	return TODAY + timedelta(days=number)


def moves(*days_and_quantities: tuple[int, object]) -> list[Movement]:
	return [
		Movement("BOLT", "Stores", day(number), D(str(qty)), "Purchase Order", f"PO-{index}")
		for index, (number, qty) in enumerate(days_and_quantities)
	]


def test_without_movements_what_is_free_today_is_available_for_ever():
	found = curve(D(7), [], [], TODAY)
	assert [(point.on, point.balance, point.atp) for point in found.points] == [(TODAY, 7, 7)]
	assert (found.atp(TODAY), found.atp(day(400))) == (7, 7)


def test_a_receipt_counts_from_its_day_on():
	found = curve(D(7), moves((3, 5), (3, 1)), [], TODAY)
	assert [found.atp(day(number)) for number in (0, 2, 3, 4)] == [7, 7, 13, 13]
	assert [(point.supply, point.demand) for point in found.points] == [(0, 0), (6, 0)]


def test_what_goes_out_later_is_not_promised_before():
	"""10 today, 8 leave on day 5, 20 come on day 9: until then only 2 are anybody's."""
	found = curve(D(10), moves((9, 20)), moves((5, 8)), TODAY)
	assert [point.balance for point in found.points] == [10, 2, 22]
	assert [found.atp(day(number)) for number in (0, 4, 5, 8, 9)] == [2, 2, 2, 2, 22]


def test_what_is_overdue_counts_today():
	found = curve(D(0), moves((-30, 5)), moves((-1, 2)), TODAY)
	assert [(point.on, point.supply, point.demand, point.atp) for point in found.points] == [(TODAY, 5, 2, 3)]


def test_a_negative_balance_is_shown_but_never_promised():
	found = curve(D(1), moves((4, 9)), moves((2, 3)), TODAY)
	assert [point.balance for point in found.points] == [1, -2, 7]
	assert [point.atp for point in found.points] == [0, 0, 7]


def test_a_receipt_and_an_issue_of_one_day_meet():
	assert curve(D(0), moves((2, 4)), moves((2, 4)), TODAY).atp(day(2)) == 0


def test_nothing_can_be_promised_for_yesterday():
	assert curve(D(7), [], [], TODAY).atp(day(-1)) == 0


quantities = st.integers(1, 400).map(lambda tenths: D(tenths) / 10)
schedules = st.lists(st.tuples(st.integers(-3, 12), quantities), max_size=6)
free = st.integers(-100, 300).map(D)


def counted(free: Decimal, receipts: list, issues: list, number: int) -> Decimal:
	"""The balance of every later day added up from nothing, and the lowest of them."""
	balances = []
	for later in range(number, 14):
		balance = free
		for on, qty in receipts:
			balance += qty if on <= later else 0
		for on, qty in issues:
			balance -= qty if on <= later else 0
		balances.append(balance)
	return max(D(0), min(balances))


@given(free, schedules, schedules)
def test_every_day_is_as_counted_one_by_one(free, receipts, issues):
	found = curve(free, moves(*receipts), moves(*issues), TODAY)
	for number in range(14):
		assert found.atp(day(number)) == counted(free, receipts, issues, number)


@given(free, schedules, schedules)
def test_a_later_day_never_has_less(free, receipts, issues):
	found = curve(free, moves(*receipts), moves(*issues), TODAY)
	promised = [point.atp for point in found.points]
	assert promised == sorted(promised)
	assert [point.on for point in found.points] == sorted({point.on for point in found.points})


@given(free, schedules, schedules, st.integers(0, 12), quantities)
def test_what_is_promised_for_a_day_cannot_be_promised_again(free, receipts, issues, number, wanted):
	"""Promised for a day, it leaves that day on; later days keep what else they have, and no balance turns negative."""
	before = curve(free, moves(*receipts), moves(*issues), TODAY)
	taken = min(wanted, before.atp(day(number)))
	after = curve(free, moves(*receipts), moves(*issues, (number, taken)), TODAY)
	for later in range(number, 14):
		assert after.atp(day(later)) == before.atp(day(later)) - taken
	for earlier in range(number):
		assert after.atp(day(earlier)) <= before.atp(day(earlier))
	assert not taken or all(point.balance >= 0 for point in after.points if point.on >= day(number))
