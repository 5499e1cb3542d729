"""Dated supply and demand: stock that is expected to come in or to go out on a day, and by what document."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Movement:
	"""A receipt or an issue that a document plans; which of the two is for the list to say."""

	item_code: str
	warehouse: str
	on: date
	"""As the document says; it may be past: see `due`."""
	qty: Decimal
	"""Positive, in the stock UOM."""
	doctype: str
	name: str

	def due(self, today: date) -> date:
		"""The day it counts on: what is overdue is expected today."""
		return max(self.on, today)


def covering(receipts: Iterable[Movement], qty: Decimal, today: date) -> Movement | None:
	"""The receipt by which `qty` will have come in, all earlier ones counted; None if what is known is not enough."""
	for receipt in sorted(receipts, key=lambda receipt: (receipt.due(today), receipt.doctype, receipt.name)):
		qty -= receipt.qty
		if qty <= 0:
			return receipt
	return None
