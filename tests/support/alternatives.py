"""A product of steel, which alloy may replace."""

from typing import Any

import frappe

from tests.support.scratch import Scratch
from tests.support.tracked import Tracked


class Kit:
	"""Two pieces of steel each; 100 steel at 10, 100 alloy at 12, some paint."""

	def __init__(self, scratch: Scratch) -> None:
		self.scratch = scratch
		self.steel, self.alloy = (scratch.item(name, allow_alternative_item=1) for name in ("STEEL", "ALLOY"))
		self.paint = scratch.item("PAINT")
		scratch.stocks({self.steel: (100, 10), self.paint: (10, 1)})
		self.link(self.alloy)

	def link(self, alternative: str) -> None:
		entry = {"doctype": "Item Alternative", "item_code": self.steel, "alternative_item_code": alternative}
		frappe.get_doc({**entry, "two_way": 1}).insert()

	def batched_alloy(self, *quantities: float) -> list[str]:
		"""The alloy comes in batches from now on; names of the batches, oldest first."""
		tracked = Tracked(self.scratch)
		self.alloy = tracked.batch_item(allow_alternative_item=1)
		self.link(self.alloy)
		return tracked.batches(self.alloy, *quantities)

	def order(
		self,
		qty: float,
		both: bool = False,
		alloy_stock: float = 100,
		allow_alternative_item: int = 1,
		of: str = "",
		**values: Any,
	) -> Any:
		"""A draft; `both` has one alloy in each piece as well, `of` another material than steel."""
		scratch, finished = self.scratch, self.scratch.item("FG")
		if not scratch.actual(self.alloy):
			scratch.stock(self.alloy, alloy_stock, rate=12)
		row = {"item_code": of or self.steel, "qty": 2, "allow_alternative_item": allow_alternative_item}
		rows = [row, {"item_code": self.alloy, "qty": 1}] if both else [row]
		scratch.bom(finished, rows)
		return scratch.order(finished, qty, **{"consumption_policy": "Flexible", **values})

	def instead(self, qty: float) -> dict[str, Any]:
		"""A consumption row: so much alloy instead of steel."""
		return {"item_code": self.alloy, "qty": qty, "replaces": self.steel}


def of_material(order: Any, item_code: str) -> Any:
	"""The one row of an order for an item."""
	(name,) = frappe.get_all(
		"Production Order Material", {"parent": order.name, "item_code": item_code}, pluck="name"
	)
	return frappe.get_doc("Production Order Material", name)


def said(kit: Kit, available: float) -> list[dict[str, Any]]:
	"""What materials.alternatives answers of a kit's order."""
	alternative = {
		"item_code": kit.alloy,
		"item_name": frappe.db.get_value("Item", kit.alloy, "item_name"),
		"warehouse": kit.scratch.plant.source_warehouse,
		"available_qty": available,
	}
	return [{"item_code": kit.steel, "alternatives": [alternative]}]
