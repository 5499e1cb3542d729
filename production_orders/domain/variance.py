"""Why a run cost more or less than its good output should: parts that add up to actual - standard.

The splits are those of standard costing (Horngren, Datar, Rajan, Cost Accounting: price and usage ch. 7, overhead ch. 8,
spoilage ch. 18). Everything is measured at the lock's rates, so that each part says one thing:

- usage: more or less material than planned for what was put through, at its standard rate
- substitution: what an alternative cost beyond the standard of the material it stood in for
- price: what materials cost beyond their standard rate; also the rest of rounding
- yield: the standard cost of what went in, beyond what came out of it, good or rejected
- scrap: the standard cost of rejects, less what was kept of their value, and co- and by-products beside their standard
- labour: labour and overhead beside the standard of what was put through
- downtime: all of its cost, since no standard plans any
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .operating_cost import OperatingCost
from .quantity import ZERO, nearest, total
from .standard_cost import StandardCost

PARTS = ("usage", "substitution", "price", "yield", "scrap", "labour", "downtime")


@dataclass(frozen=True)
class MaterialVariance:
	"""One material of one run. Quantities in the stock UOM, rates and results in company currency."""

	item_code: str
	warehouse: str
	planned_qty: Decimal
	actual_qty: Decimal
	standard_rate: Decimal
	"""Of the lock; of an alternative that of the material it replaces."""
	actual_cost: Decimal
	material: str = ""
	"""Name of the order's row that it counts for; empty for what the lock does not know."""
	replaces: str = ""
	"""The item of that row, whose place an alternative takes."""

	@property
	def planned_cost(self) -> Decimal:
		return self.planned_qty * self.standard_rate

	@property
	def usage(self) -> Decimal:
		return (self.actual_qty - self.planned_qty) * self.standard_rate

	@property
	def substitution(self) -> Decimal:
		return self._beside_standard if self.replaces else ZERO

	@property
	def price(self) -> Decimal:
		return ZERO if self.replaces else self._beside_standard

	@property
	def _beside_standard(self) -> Decimal:
		return self.actual_cost - self.actual_qty * self.standard_rate


@dataclass(frozen=True)
class Output:
	"""What a run made of its order's item, in the stock UOM."""

	good: Decimal
	rejected: Decimal = ZERO
	loss: Decimal = ZERO
	good_before: Decimal = ZERO
	"""What the order had of it already."""
	is_rework: bool = False
	"""Made from earlier rejects, which the standard plans no second operation and no by-product for."""

	@property
	def processed(self) -> Decimal:
		return self.good + self.rejected + self.loss


@dataclass(frozen=True)
class Cost:
	"""What a run cost as it was posted, in company currency."""

	material: Decimal = ZERO
	labour: Decimal = ZERO
	overhead: Decimal = ZERO
	downtime: Decimal = ZERO
	recovered: Decimal = ZERO
	"""The value of its co- and by-products."""
	rework: Decimal = ZERO
	"""The value that its rejects keep until they are worked over: the rework run begins with it."""

	@property
	def actual(self) -> Decimal:
		"""What the good units bear."""
		return self.material + self.labour + self.overhead + self.downtime - self.recovered - self.rework


@dataclass(frozen=True)
class RunVariance:
	"""`total == sum(parts.values()) == cost.actual - standard_cost`, to the last unit of the currency."""

	materials: tuple[MaterialVariance, ...]
	cost: Cost
	standard_cost: Decimal
	parts: Mapping[str, Decimal]
	"""Those of PARTS."""

	@property
	def total(self) -> Decimal:
		return self.cost.actual - self.standard_cost


def of_run(
	standard: StandardCost,
	output: Output,
	materials: tuple[MaterialVariance, ...],
	operating: OperatingCost,
	recovered: Decimal,
	rework: Decimal,
	digits: int,
) -> RunVariance:
	"""Measure one run against the standard of its good output; `digits` of the company's currency."""
	cost = Cost(
		material=nearest(total(material.actual_cost for material in materials), digits),
		labour=operating.labour,
		overhead=operating.overhead,
		downtime=operating.downtime,
		recovered=recovered,
		rework=rework,
	)
	standard_cost = standard.of_good(output.good_before, output.good, digits)
	exact = _but_price(standard, output, materials, operating, cost)
	parts = {part: nearest(amount, digits) for part, amount in exact.items()}
	parts["price"] = cost.actual - standard_cost - total(parts.values())
	return RunVariance(materials, cost, standard_cost, {part: parts[part] for part in PARTS})


def _but_price(
	standard: StandardCost,
	output: Output,
	materials: tuple[MaterialVariance, ...],
	operating: OperatingCost,
	cost: Cost,
) -> dict[str, Fraction]:
	"""Every part but the price, which takes what is left."""
	planned = Fraction(0) if output.is_rework else standard.operating_of(output.processed)
	given_back = Fraction(0) if output.is_rework else standard.recovered_of(output.processed)
	put_in = Fraction(total(material.planned_cost for material in materials)) + planned - given_back
	rejected = standard.per_good * Fraction(output.rejected)
	return {
		"usage": Fraction(total(material.usage for material in materials)),
		"substitution": Fraction(total(material.substitution for material in materials)),
		"yield": put_in - standard.per_good * Fraction(output.good) - rejected,
		"scrap": rejected - Fraction(cost.rework) + given_back - Fraction(cost.recovered),
		"labour": Fraction(
			cost.labour + cost.overhead - operating.standard_labour - operating.standard_overhead
		),
		"downtime": Fraction(cost.downtime),
	}
