"""The time a plan looks at, cut into buckets: what falls due within one bucket is supplied together."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

DAY, WEEK, MONTH = "Day", "Week", "Month"
BUCKETS = (DAY, WEEK, MONTH)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bucket:
	"""Both days belong to it."""

	start: date
	end: date


@dataclass(frozen=True)
class Horizon:
	"""`days` from today on, today included; weeks begin on Monday, months on the first."""

	today: date
	days: int
	bucket: str

	@cached_property
	def end(self) -> date:
		return self.today + (self.days - 1) * ONE_DAY

	@cached_property
	def buckets(self) -> tuple[Bucket, ...]:
		"""In the order of time, without gaps; the first begins today, the last ends with the horizon."""
		return tuple(self._cut())

	def _cut(self) -> Iterator[Bucket]:
		start = self.today
		while start <= self.end:
			end = min(self._last_day(start), self.end)
			yield Bucket(start, end)
			start = end + ONE_DAY

	def _last_day(self, of: date) -> date:
		if self.bucket == DAY:
			return of
		if self.bucket == WEEK:
			return of + (6 - of.weekday()) * ONE_DAY
		return (of.replace(day=28) + 4 * ONE_DAY).replace(day=1) - ONE_DAY

	@cached_property
	def _starts(self) -> tuple[date, ...]:
		return tuple(bucket.start for bucket in self.buckets)

	def index(self, on: date) -> int:
		"""The bucket that a day falls into; what is overdue falls into the first."""
		return max(0, bisect_right(self._starts, on) - 1)

	def covers(self, on: date) -> bool:
		"""Whether a movement of this day is planned: it is not beyond the end."""
		return on <= self.end
