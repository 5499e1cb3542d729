"""What comes out beside the finished item: how much of it the lock plans, and what each part is worth."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .bom import Header
from .quantity import ZERO, nearest, round_down, total

CO_PRODUCT = "Co-product"
BY_PRODUCT = "By-product"
BESIDE = (CO_PRODUCT, BY_PRODUCT)
GOOD = "Good"
"""Kinds of what comes out, beside the dispositions of what is rejected."""


@dataclass(frozen=True)
class Planned:
	"""What the lock's finished BOM gives of one item, per full quantity of that BOM."""

	item_code: str
	per_bom: Decimal
	cost_share: Decimal = ZERO
	"""Percent of the cost of materials and operations."""
	rate: Decimal = ZERO
	"""Per unit, as the BOM had it: for a by-product that has no rate of its own yet."""

	@property
	def kind(self) -> str:
		return CO_PRODUCT if self.cost_share else BY_PRODUCT


def of_header(header: Header) -> list[Planned]:
	"""Its scrap rows, those of one item together."""
	found: dict[str, Planned] = {}
	for row in header.scrap:
		known = found.get(row["item_code"], Planned(row["item_code"], ZERO))
		found[row["item_code"]] = Planned(
			row["item_code"],
			known.per_bom + _number(row["stock_qty"]),
			known.cost_share + cost_share(row),
			known.rate or _number(row["rate"]),
		)
	return list(found.values())


def cost_share(row: Mapping[str, Any]) -> Decimal:
	"""Of a scrap row; locks of before have none."""
	return _number(row.get("cost_share"))


def _number(value: Any) -> Decimal:
	return Decimal(value or 0)


def planned_qty(
	planned: Planned, header: Header, before: Decimal, processed: Decimal, precision: int
) -> Decimal:
	"""For `processed` units after `before`: what comes out is rounded down, cumulatively, so that no unit is lost."""
	per_unit = Fraction(planned.per_bom) / Fraction(header.quantity)
	upto = round_down(per_unit * Fraction(before + processed), precision)
	return upto - round_down(per_unit * Fraction(before), precision)


@dataclass(frozen=True)
class Part:
	"""One row that comes out beside the finished item."""

	item_code: str
	qty: Decimal
	of_item: Decimal
	"""What comes out of its item in all rows together."""
	cost_share: Decimal = ZERO
	rate: Decimal = ZERO
	"""Of a by-product: what a unit is worth by itself."""


def worth(parts: Sequence[Part], consumed: Decimal, charges: Decimal, money_digits: int) -> list[Decimal]:
	"""What each part is worth; the finished item takes the rest of what was consumed and charged.

	Where nothing of value is consumed ERPNext adds no charges, so nothing has a value. Charges need a finished item
	of some value, and a consumed value that the parts do not just use up: ERPNext would lose them.
	"""
	if not consumed:
		return [ZERO for _part in parts]
	cost, unit = consumed + charges, Decimal(1).scaleb(-money_digits)
	most = cost - unit if charges else cost
	exact = [_exact(part, cost) for part in parts]
	if sum(exact) > most:
		exact = [amount * Fraction(most) / sum(exact) for amount in exact]
	amounts = split(exact, money_digits)
	if charges and amounts and total(amounts) == consumed:
		largest = amounts.index(max(amounts))
		amounts[largest] -= unit
	return amounts


def _exact(part: Part, cost: Decimal) -> Fraction:
	if not part.cost_share:
		return Fraction(part.qty) * Fraction(part.rate)
	share = Fraction(part.cost_share) * Fraction(cost) / 100
	return share * Fraction(part.qty) / Fraction(part.of_item) if part.of_item else Fraction(0)


def exceed(parts: Sequence[Part], consumed: Decimal, charges: Decimal) -> bool:
	"""Whether the parts by themselves are worth more than was put in."""
	return bool(consumed) and sum(_exact(part, consumed + charges) for part in parts) > consumed + charges


def split(exact: Iterable[Fraction], money_digits: int) -> list[Decimal]:
	"""Amounts rounded cumulatively: together they are the rounded sum."""
	amounts, upto, given = [], Fraction(0), ZERO
	for amount in exact:
		upto += amount
		rounded = nearest(upto, money_digits)
		amounts.append(rounded - given)
		given = rounded
	return amounts
