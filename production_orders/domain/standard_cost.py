"""What an order should cost by its lock: the whole of it, and any good quantity of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .bom import Header
from .outputs import of_header
from .quantity import ZERO, nearest


@dataclass(frozen=True)
class StandardCost:
	"""Of the `qty` units that an order puts through, in company currency."""

	qty: Decimal
	material: Decimal = ZERO
	labour: Decimal = ZERO
	overhead: Decimal = ZERO
	recovered: Decimal = ZERO
	"""What its co- and by-products should give back."""
	normal_loss: Decimal = ZERO
	"""Percent of what is put through that is lost even when all goes well."""

	@property
	def total(self) -> Decimal:
		return self.material + self.labour + self.overhead - self.recovered

	@property
	def expected_good(self) -> Fraction:
		return Fraction(self.qty) * (1 - Fraction(self.normal_loss) / 100)

	@property
	def per_good(self) -> Fraction:
		"""Of one good unit, which bears what is normally lost (normal spoilage: Horngren, Cost Accounting, ch. 18)."""
		return Fraction(self.total) / self.expected_good

	def of_good(self, before: Decimal, good: Decimal, digits: int) -> Decimal:
		"""The share of `good` units after `before`: rounding never drifts, the last unit takes the exact rest."""
		return self._upto(before + good, digits) - self._upto(before, digits)

	def _upto(self, good: Decimal, digits: int) -> Decimal:
		part = Fraction(good) / self.expected_good
		material, labour, overhead, recovered = (
			nearest(Fraction(cost) * part, digits)
			for cost in (self.material, self.labour, self.overhead, self.recovered)
		)
		return material + labour + overhead - recovered

	def operating_of(self, processed: Decimal) -> Fraction:
		"""Labour and overhead of units put through, good or not."""
		return Fraction(self.labour + self.overhead) * Fraction(processed) / Fraction(self.qty)

	def recovered_of(self, processed: Decimal) -> Fraction:
		return Fraction(self.recovered) * Fraction(processed) / Fraction(self.qty)


def material_cost(rows: Iterable[tuple[Decimal, Decimal]], digits: int) -> Decimal:
	"""Of (required quantity, rate at the lock), rounded once."""
	return nearest(sum((Fraction(qty) * Fraction(rate) for qty, rate in rows), Fraction(0)), digits)


def recovered(header: Header, qty: Decimal, cost: Decimal, digits: int) -> Decimal:
	"""What the co- and by-products of `qty` units that cost `cost` should be worth; never more than that."""
	worth = Fraction(0)
	for planned in of_header(header):
		made = Fraction(planned.per_bom) / Fraction(header.quantity) * Fraction(qty)
		share = Fraction(planned.cost_share) / 100 * Fraction(cost)
		worth += share if planned.cost_share else made * Fraction(planned.rate)
	return nearest(min(worth, Fraction(cost)), digits)
