"""What the operations of a lock cost, and how much of that, or of what the floor reports, a run carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .bom import Header
from .quantity import ZERO, nearest, total

MINUTE_DIGITS = 6


@dataclass(frozen=True)
class Standard:
	"""Minutes of work as the lock plans them, and their cost in company currency."""

	minutes: Decimal = ZERO
	labour: Decimal = ZERO
	overhead: Decimal = ZERO

	@property
	def cost(self) -> Decimal:
		return self.labour + self.overhead

	@property
	def labour_per_minute(self) -> Fraction:
		return _rate(self.labour, self.minutes)

	@property
	def overhead_per_minute(self) -> Fraction:
		return _rate(self.overhead, self.minutes)

	def __sub__(self, other: "Standard") -> "Standard":
		return Standard(
			self.minutes - other.minutes, self.labour - other.labour, self.overhead - other.overhead
		)


@dataclass(frozen=True)
class Work:
	"""Labour that the floor reports; without a rate it costs what the lock says."""

	minutes: Decimal
	hour_rate: Decimal | None = None


@dataclass(frozen=True)
class OperatingCost:
	"""What a run adds to the cost of its materials, beside what the lock gives its processed quantity."""

	minutes: Decimal
	labour: Decimal
	overhead: Decimal
	downtime: Decimal
	standard_minutes: Decimal
	standard_labour: Decimal
	standard_overhead: Decimal

	@property
	def total(self) -> Decimal:
		return self.labour + self.overhead + self.downtime


def standard(
	headers: Mapping[str, Header], put_through: Mapping[str, Fraction], money_digits: int
) -> Standard:
	"""Of the units put through each BOM, as ERPNext's Work Order times them: by the unit, or once when fixed."""
	minutes = labour = overhead = Fraction(0)
	for bom_no, units in put_through.items():
		for operation in headers[bom_no].operations:
			spent = _minutes(operation, headers[bom_no], units)
			hour_rate = Fraction(operation["hour_rate"] or 0)
			labour_rate = min(Fraction(operation.get("labour_rate", hour_rate) or 0), hour_rate)
			minutes += spent
			labour += spent * labour_rate / 60
			overhead += spent * (hour_rate - labour_rate) / 60
	return Standard(
		nearest(minutes, MINUTE_DIGITS), nearest(labour, money_digits), nearest(overhead, money_digits)
	)


def _minutes(operation: Mapping[str, Any], header: Header, units: Fraction) -> Fraction:
	time = Fraction(operation["time_in_mins"] or 0)
	if operation.get("fixed_time"):
		return time if units else Fraction(0)
	return time * units / Fraction(header.quantity) / (Fraction(operation.get("batch_size") or 1) or 1)


def of_units(
	of_order: Standard, before: Decimal, processed: Decimal, order_qty: Decimal, money_digits: int
) -> Standard:
	"""The share of `processed` units after `before`: rounding never drifts, the last unit takes the exact rest."""
	upto = _cumulative(of_order, Fraction(before + processed) / Fraction(order_qty), money_digits)
	return upto - _cumulative(of_order, Fraction(before) / Fraction(order_qty), money_digits)


def _cumulative(of_order: Standard, part: Fraction, money_digits: int) -> Standard:
	return Standard(
		nearest(Fraction(of_order.minutes) * part, MINUTE_DIGITS),
		nearest(Fraction(of_order.labour) * part, money_digits),
		nearest(Fraction(of_order.overhead) * part, money_digits),
	)


def amount(of_order: Standard, work: Work, money_digits: int) -> Decimal:
	"""What one row of labour costs."""
	per_minute = of_order.labour_per_minute if work.hour_rate is None else Fraction(work.hour_rate) / 60
	return nearest(Fraction(work.minutes) * per_minute, money_digits)


def of_run(
	of_order: Standard,
	of_processed: Standard,
	works: Sequence[Work] | None,
	downtime_minutes: Decimal,
	money_digits: int,
) -> OperatingCost:
	"""Labour as reported, overhead absorbed on its minutes; the standard where none was reported (`works` None)."""
	spent, labour, overhead = of_processed.minutes, of_processed.labour, of_processed.overhead
	if works is not None:
		spent = total(work.minutes for work in works)
		labour = total(amount(of_order, work, money_digits) for work in works)
		overhead = nearest(Fraction(spent) * of_order.overhead_per_minute, money_digits)
	per_minute = of_order.labour_per_minute + of_order.overhead_per_minute
	return OperatingCost(
		minutes=spent,
		labour=labour,
		overhead=overhead,
		downtime=nearest(Fraction(downtime_minutes) * per_minute, money_digits),
		standard_minutes=of_processed.minutes,
		standard_labour=of_processed.labour,
		standard_overhead=of_processed.overhead,
	)


def _rate(cost: Decimal, minutes: Decimal) -> Fraction:
	return Fraction(cost) / Fraction(minutes) if minutes else Fraction(0)
