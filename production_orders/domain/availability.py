"""Available to promise by date: the balance of stock over time, seen from its lowest point onwards."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import accumulate

from .quantity import ZERO
from .schedule import Movement


@dataclass(frozen=True)
class Point:
	"""What one day brings and takes, and what it leaves."""

	on: date
	supply: Decimal
	demand: Decimal
	balance: Decimal
	"""At the end of the day; negative where more goes out than there is."""
	atp: Decimal
	"""What may be promised for this day: the lowest balance from here on, never less than nothing."""


@dataclass(frozen=True)
class Curve:
	"""Points in the order of their days, the first one today; between two of them nothing moves."""

	points: tuple[Point, ...]

	@cached_property
	def days(self) -> tuple[date, ...]:
		return tuple(point.on for point in self.points)

	def atp(self, on: date) -> Decimal:
		"""What may be promised for a day; never falls from one day to the next, and the past has nothing."""
		point = self.point(on)
		return point.atp if point else ZERO

	def point(self, on: date) -> Point | None:
		"""The last one up to a day; the past has none."""
		index = bisect_right(self.days, on) - 1
		return self.points[index] if index >= 0 else None


def curve(free: Decimal, receipts: Iterable[Movement], issues: Iterable[Movement], today: date) -> Curve:
	"""The future of what is `free` today. Looking ahead keeps what is promised later from being promised twice."""
	supply, demand = _by_day(receipts, today), _by_day(issues, today)
	days = sorted({today, *supply, *demand})
	balances = list(accumulate((supply[day] - demand[day] for day in days), initial=free))[1:]
	lowest_from = list(accumulate(reversed(balances), min))[::-1]
	return Curve(
		tuple(
			Point(day, supply[day], demand[day], balance, max(ZERO, lowest))
			for day, balance, lowest in zip(days, balances, lowest_from, strict=True)
		)
	)


def _by_day(movements: Iterable[Movement], today: date) -> dict[date, Decimal]:
	by_day: dict[date, Decimal] = defaultdict(Decimal)
	for movement in movements:
		by_day[movement.due(today)] += movement.qty
	return by_day
