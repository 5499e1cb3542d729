"""One row of a document that asks for goods, and how much of it nobody makes yet; stock UOM throughout."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .quantity import ZERO


@dataclass(frozen=True)
class Making:
	"""What orders for a row are to make, and what of it they have made."""

	ordered: Decimal = ZERO
	produced: Decimal = ZERO

	def __add__(self, other: "Making") -> "Making":
		return Making(self.ordered + other.ordered, self.produced + other.produced)


@dataclass(frozen=True)
class DemandRow:
	name: str
	idx: int
	item_code: str
	warehouse: str
	need_by: date | None
	qty: Decimal
	delivered: Decimal = ZERO
	sales_order: str = ""
	sales_order_item: str = ""

	def to_make(self, making: Making) -> Decimal:
		"""What was delivered beyond what was made for the row came from stock and needs no making."""
		from_stock = max(ZERO, self.delivered - making.produced)
		return max(ZERO, self.qty - making.ordered - from_stock)
