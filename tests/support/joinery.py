"""A chair with everything that has a cost: materials, an alternative, work, and what falls off beside it."""

from typing import Any

import frappe

from production_orders.api import runs
from tests.support.scratch import Scratch


class Joinery:
	"""2 kg steel at 3.00, 4 screws at 0.25, 6 minutes at 40 and 20 an hour, less 0.1 kg chips at 1.00: 12.90 each.

	Alloy at 5.00 may replace the steel; plenty of everything is in stock.
	"""

	def __init__(self, scratch: Scratch) -> None:
		self.scratch = scratch
		self.chair = scratch.item("CHAIR")
		alternative = {"allow_alternative_item": 1, "valuation_method": "Moving Average"}
		self.steel, self.alloy = (scratch.item(name, uom="Kg", **alternative) for name in ("STEEL", "ALLOY"))
		self.screw, self.chips = scratch.item("SCREW"), scratch.item("CHIPS", uom="Kg")
		scratch.stocks(
			{self.steel: (40, 3), self.alloy: (40, 5), self.screw: (200, 0.25), self.chips: (1, 1)}
		)
		link = {"item_code": self.steel, "alternative_item_code": self.alloy}
		frappe.get_doc({"doctype": "Item Alternative", **link}).insert()
		scratch.bom(
			self.chair,
			[
				{"item_code": self.steel, "qty": 2, "allow_alternative_item": 1},
				{"item_code": self.screw, "qty": 4},
			],
			with_operations=1,
			operations=[scratch.operation(6, 40, 20)],
			scrap_items=[{"item_code": self.chips, "stock_qty": 0.1, "rate": 1, "stock_uom": "Kg"}],
		)

	def order(self, qty: float, **values: Any) -> Any:
		"""A draft in which consumption is free."""
		return self.scratch.order(self.chair, qty, **{"consumption_policy": "Flexible", **values})

	def waste(self, run: str) -> None:
		"""Four chairs with 2 kg of steel too much: 57.60 instead of 51.60."""
		runs.complete(run=run, produced_qty=4, consumption=[{"item_code": self.steel, "qty": 10}])
