"""A horizon is cut into buckets without gaps; calendar weeks and months, the first and last as long as they are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.horizon import BUCKETS, Horizon

WEDNESDAY = date(2026, 3, 4)


def cut(days: int, bucket: str) -> list[tuple[str, str]]:
	return [(str(bucket.start), str(bucket.end)) for bucket in Horizon(WEDNESDAY, days, bucket).buckets]


def test_days():
	assert cut(2, "Day") == [("2026-03-04", "2026-03-04"), ("2026-03-05", "2026-03-05")]


def test_weeks_begin_on_monday():
	assert cut(13, "Week") == [
		("2026-03-04", "2026-03-08"),
		("2026-03-09", "2026-03-15"),
		("2026-03-16", "2026-03-16"),
	]


def test_months_begin_on_the_first():
	assert cut(60, "Month") == [
		("2026-03-04", "2026-03-31"),
		("2026-04-01", "2026-04-30"),
		("2026-05-01", "2026-05-02"),
	]


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 400), st.sampled_from(BUCKETS))
def test_every_day_of_the_horizon_is_in_one_bucket(today, days, bucket):
	horizon = Horizon(today, days, bucket)
	for number in range(days):
		on = today + timedelta(days=number)
		found = [index for index, its in enumerate(horizon.buckets) if its.start <= on <= its.end]
		assert found == [horizon.index(on)]
	assert not horizon.covers(today + timedelta(days=days))


@pytest.mark.parametrize("bucket", BUCKETS)
def test_what_is_overdue_is_in_the_first_bucket(bucket):
	assert Horizon(WEDNESDAY, 90, bucket).index(date(2020, 1, 1)) == 0
