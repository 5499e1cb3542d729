"""Dated supply and demand: stock that is expected to come in or to go out on a day, and by what document."""

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
