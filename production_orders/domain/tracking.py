"""Which batches and serial numbers a reservation holds: picked in order, given back, delivered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from .quantity import ZERO, total


@dataclass(frozen=True, order=True)
class Lot:
	"""A batch, a serial number, or a serial number of a batch."""

	batch_no: str = ""
	serial_no: str = ""


@dataclass(frozen=True)
class Hold:
	"""What a reservation holds of one lot, and how much of that has been delivered."""

	lot: Lot
	qty: Decimal
	delivered: Decimal = ZERO

	@property
	def open(self) -> Decimal:
		return self.qty - self.delivered


def take(qty: Decimal, lots: Iterable[tuple[Lot, Decimal]]) -> dict[Lot, Decimal]:
	"""`qty`, or what there is of it, from `lots` in their order."""
	taken: dict[Lot, Decimal] = {}
	for lot, available in lots:
		part = min(qty, available)
		if part > 0:
			taken[lot] = taken.get(lot, ZERO) + part
			qty -= part
	return taken


def settle(holds: Sequence[Hold], reserved: Decimal, free: Iterable[tuple[Lot, Decimal]]) -> tuple[Hold, ...]:
	"""Holds of `reserved` in all: more is picked from `free`, less gives the last picked back first."""
	missing = reserved - total(hold.qty for hold in holds)
	if missing > 0:
		return _add(holds, take(missing, free))
	return _give_back(holds, -missing)


def deliver(holds: Sequence[Hold], taken: Mapping[Lot, Decimal], qty: Decimal) -> tuple[Hold, ...]:
	"""Deliver `qty` of a reservation as the lots that were `taken`.

	What is held of those lots is delivered first. For the rest other lots have been taken in the place of
	held ones: the reservation is moved to them, the last picked first.
	"""
	from_held = {hold.lot: min(hold.open, taken.get(hold.lot, ZERO)) for hold in holds}
	rest = qty - total(from_held.values())
	others = ((lot, amount - from_held.get(lot, ZERO)) for lot, amount in taken.items())
	holds = [replace(hold, delivered=hold.delivered + from_held[hold.lot]) for hold in holds]
	moved = take(rest, others)
	return tuple(
		replace(hold, delivered=hold.delivered + moved.get(hold.lot, ZERO))
		for hold in _add(_give_back(holds, rest), moved)
	)


def take_back(holds: Sequence[Hold], returned: Mapping[Lot, Decimal], qty: Decimal) -> tuple[Hold, ...]:
	"""The inverse of `deliver`: `qty` of a reservation is neither delivered nor held any more.

	What came back as the lots that were delivered counts first; the rest was delivered as other lots, the last first.
	"""
	back = take(qty, ((hold.lot, min(hold.delivered, returned.get(hold.lot, ZERO))) for hold in holds))
	left = ((hold.lot, hold.delivered - back.get(hold.lot, ZERO)) for hold in reversed(holds))
	for lot, part in take(qty - total(back.values()), left).items():
		back[lot] = back.get(lot, ZERO) + part
	less = (
		replace(
			hold, qty=hold.qty - back.get(hold.lot, ZERO), delivered=hold.delivered - back.get(hold.lot, ZERO)
		)
		for hold in holds
	)
	return tuple(hold for hold in less if hold.qty)


def without(holds: Sequence[Hold], given: Mapping[Lot, Decimal]) -> tuple[Hold, ...]:
	"""Holds that have let go of these lots, as far as they are not delivered."""
	less = (replace(hold, qty=hold.qty - min(hold.open, given.get(hold.lot, ZERO))) for hold in holds)
	return tuple(hold for hold in less if hold.qty)


def _add(holds: Sequence[Hold], more: Mapping[Lot, Decimal]) -> tuple[Hold, ...]:
	known = {hold.lot for hold in holds}
	grown = [replace(hold, qty=hold.qty + more.get(hold.lot, ZERO)) for hold in holds]
	return (*grown, *(Hold(lot, qty) for lot, qty in more.items() if lot not in known))


def _give_back(holds: Sequence[Hold], qty: Decimal) -> tuple[Hold, ...]:
	kept = []
	for hold in reversed(holds):
		part = min(qty, hold.open)
		qty -= part
		kept.append(replace(hold, qty=hold.qty - part))
	return tuple(hold for hold in reversed(kept) if hold.qty)
