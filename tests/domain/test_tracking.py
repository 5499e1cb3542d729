"""What a reservation holds of batches and serial numbers always adds up, whatever happens to it."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.tracking import Hold, Lot, deliver, settle, take, take_back

A, B, C = (Lot(batch_no=name) for name in "ABC")


def D(value: object) -> Decimal:
	return Decimal(str(value))


def free(**lots: object) -> list[tuple[Lot, Decimal]]:
	return [(Lot(batch_no=name), D(qty)) for name, qty in lots.items()]


def held(*rows: tuple[Lot, object, object]) -> tuple[Hold, ...]:
	return tuple(Hold(lot, D(qty), D(delivered)) for lot, qty, delivered in rows)


def test_lots_are_taken_in_their_order_until_there_is_enough():
	assert take(D(5), free(A=2, B=0, C=9)) == {A: 2, C: 3}
	assert take(D(5), free(A=2)) == {A: 2}


def test_a_lot_offered_twice_is_taken_once_for_each_offer():
	assert take(D(5), [*free(A=2), *free(A=2, B=9)]) == {A: 4, B: 1}


def test_a_reservation_grows_by_what_is_free():
	assert settle(held((A, 2, 1)), D(6), free(A=1, B=9)) == held((A, 3, 1), (B, 3, 0))


def test_a_reservation_shrinks_from_its_end_and_keeps_what_was_delivered():
	assert settle(held((A, 4, 1), (B, 4, 2)), D(5), ()) == held((A, 3, 1), (B, 2, 2))
	assert settle(held((A, 4, 0), (B, 4, 0)), D(3), ()) == held((A, 3, 0))
	assert settle(held((A, 4, 0)), D(0), ()) == ()


def test_held_lots_are_delivered_as_they_were_taken():
	assert deliver(held((A, 4, 0), (B, 4, 0)), {A: D(4), B: D(1)}, D(5)) == held((A, 4, 4), (B, 4, 1))


def test_another_lot_takes_the_place_of_the_last_held_one():
	assert deliver(held((A, 4, 0), (B, 4, 0)), {C: D(3)}, D(3)) == held((A, 4, 0), (B, 1, 0), (C, 3, 3))


def test_what_is_taken_beyond_the_reservation_is_nobody_s_delivery():
	assert deliver(held((A, 4, 0)), {A: D(4), B: D(2)}, D(4)) == held((A, 4, 4))


def test_what_comes_back_is_no_longer_delivered():
	assert take_back(held((A, 4, 4), (B, 2, 1)), {A: D(3), B: D(1)}, D(4)) == held((A, 1, 1), (B, 1, 0))


def test_what_was_delivered_as_another_lot_comes_back_last_first():
	assert take_back(held((A, 4, 4), (B, 2, 2)), {C: D(3)}, D(3)) == held((A, 3, 3))


def test_what_is_held_stays_held_when_something_comes_back():
	assert take_back(held((A, 6, 2)), {A: D(2)}, D(2)) == held((A, 4, 0))


quantities = st.integers(0, 20).map(Decimal)
lots = st.sampled_from([A, B, C])


@given(
	st.dictionaries(lots, quantities),
	st.lists(
		st.tuples(
			st.sampled_from(["settle", "deliver", "take back"]), quantities, st.permutations([A, B, C])
		),
		max_size=12,
	),
)
def test_holds_add_up_after_any_sequence(stock, steps):
	"""Against a plain model: one order alone over three lots."""
	there = {lot: stock.get(lot, Decimal(0)) for lot in (A, B, C)}
	holds: tuple[Hold, ...] = ()
	runs: list[dict[Lot, Decimal]] = []
	reserved = delivered = Decimal(0)
	for step, qty, order in steps:
		if step == "settle":
			open_by_lot = {hold.lot: hold.open for hold in holds}
			offered = [(lot, there[lot] - open_by_lot.get(lot, 0)) for lot in order]
			room = sum(qty for _lot, qty in offered) + sum(open_by_lot.values())
			reserved = max(delivered, min(qty, delivered + room))
			holds = settle(holds, reserved, offered)
		elif step == "take back":
			returned = runs.pop() if runs else {}
			part = min(sum(returned.values(), Decimal(0)), delivered)
			holds = take_back(holds, returned, part)
			reserved, delivered = reserved - part, delivered - part
			there = {lot: there[lot] + returned.get(lot, 0) for lot in there}
		else:
			taken = take(min(qty, sum(there.values())), [(lot, there[lot]) for lot in order])
			part = min(sum(taken.values(), Decimal(0)), reserved - delivered)
			holds = deliver(holds, taken, part)
			delivered += part
			runs.append(taken)
			there = {lot: there[lot] - taken.get(lot, 0) for lot in there}
			if any(hold.open > there[hold.lot] for hold in holds):
				return  # the run took what its order still holds: it would not have been let
		assert sum(hold.qty for hold in holds) == reserved
		assert sum(hold.delivered for hold in holds) == delivered
		assert len({hold.lot for hold in holds}) == len(holds)
		for hold in holds:
			assert 0 <= hold.delivered <= hold.qty
			assert hold.qty > 0
			assert hold.open <= there[hold.lot]
