"""What a run's materials cost against the lock, split so that the parts add up to actual - standard."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .quantity import total


@dataclass(frozen=True)
class MaterialVariance:
	"""One material of one run. Quantities in the stock UOM, rates and results in company currency.

	usage = (actual qty - planned qty) x standard rate; price = actual cost - actual qty x standard rate
	(the standard-costing split, Horngren, Cost Accounting, ch. 7).
	"""

	item_code: str
	warehouse: str
	planned_qty: Decimal
	actual_qty: Decimal
	standard_rate: Decimal
	actual_cost: Decimal

	@property
	def standard_cost(self) -> Decimal:
		return self.planned_qty * self.standard_rate

	@property
	def usage(self) -> Decimal:
		return (self.actual_qty - self.planned_qty) * self.standard_rate

	@property
	def price(self) -> Decimal:
		return self.actual_cost - self.actual_qty * self.standard_rate


@dataclass(frozen=True)
class RunVariance:
	"""The materials of one run together; `total == usage + price == actual_cost - standard_cost`."""

	materials: tuple[MaterialVariance, ...]

	@property
	def standard_cost(self) -> Decimal:
		return total(material.standard_cost for material in self.materials)

	@property
	def actual_cost(self) -> Decimal:
		return total(material.actual_cost for material in self.materials)

	@property
	def usage(self) -> Decimal:
		return total(material.usage for material in self.materials)

	@property
	def price(self) -> Decimal:
		return total(material.price for material in self.materials)

	@property
	def total(self) -> Decimal:
		return self.actual_cost - self.standard_cost


def of(materials: Iterable[MaterialVariance]) -> RunVariance:
	return RunVariance(tuple(materials))
