"""A production history of two orders: what a recall has to follow."""

from typing import Any

from production_orders.api import runs
from tests.support import vouchers
from tests.support.orders import running
from tests.support.tracked import Tracked

MATERIAL = {"has_batch_no": 1}
PIECES = {"has_serial_no": 1}


class Chain:
	"""Steel of one batch from a supplier → a batch of frames → two bicycles with serial numbers."""

	def __init__(self, tracked: Tracked) -> None:
		self.tracked, self.scratch = tracked, tracked.scratch
		self.company, plant = self.scratch.company, self.scratch.plant
		self.steel, self.frame = (self.scratch.item(name, **MATERIAL) for name in ("STEEL", "FRAME"))
		self.bicycle, self.paint = self.scratch.item("BICYCLE", **PIECES), self.scratch.item("PAINT")
		self.batch = tracked.batch(self.steel)
		self.receipt = vouchers.purchase_receipt(
			self.company,
			item_code=self.steel,
			qty=20,
			warehouse=plant.source_warehouse,
			batch_no=self.batch,
		)
		self.scratch.stock(self.paint, 10)
		self.scratch.bom(self.frame, {self.steel: 3})
		self.scratch.bom(self.bicycle, {self.frame: 1, self.paint: 1})
		self.frames = f"{self.batch}-F"
		self.first = self._made(self.frame, 4, fg_warehouse=plant.source_warehouse, batch_no=self.frames)
		self.pieces = [f"{self.batch}-{number}" for number in (1, 2)]
		self.second = self._made(self.bicycle, 2, serial_nos="\n".join(self.pieces))

	def _made(self, item_code: str, qty: float, fg_warehouse: str | None = None, **numbers: str) -> str:
		warehouse = {"fg_warehouse": fg_warehouse} if fg_warehouse else {}
		run = running(self.scratch.order(item_code, qty, **warehouse))
		runs.complete(run=run, produced_qty=qty, **numbers)
		return run

	def delivered(self, *pieces: str, sale: Any = vouchers.delivery_note) -> Any:
		return sale(
			self.company,
			item_code=self.bicycle,
			qty=len(pieces),
			warehouse=self.scratch.plant.fg_warehouse,
			serial_no="\n".join(pieces),
		)
