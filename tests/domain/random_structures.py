"""A random structure with everything a walk has to cope with, the same one for the same seed."""

from decimal import Decimal
from random import Random
from typing import Any

from production_orders.domain.bom import SUPPLY_POLICIES, LockedBom
from production_orders.domain.reservation import Coverage, Key, walk
from tests.domain.structures import STORES, bom_of, row, structure

LEAVES = ("Rack A", "Rack B", "Shelf", STORES)
GROUPS = {"Racks": ("Rack A", "Rack B"), "Plant": LEAVES}
PLACES = ("", "", "Shelf", "Rack A", "Racks", "Plant")
DIGITS = 3


class Case:
	"""An acyclic structure of BOM versions, policies, places, waste and loss, with stock, walked."""

	def __init__(self, seed: int) -> None:
		self.seed = seed
		self.random = Random(seed)
		self.bom = self._structure([f"I{index}" for index in range(self.random.randint(2, 6))])
		self.qty = self.random.randint(1, 40)
		self.warehouse = self.random.choice((STORES, STORES, "Racks", "Plant"))
		self.stock: dict[Key, Decimal] = {
			(item, leaf): self._amount(-5, 40) for item in self.bom.items[1:] for leaf in LEAVES
		}

	def __repr__(self) -> str:
		return f"Case({self.seed})"

	def walked(self) -> list[Coverage]:
		return list(walk(self.bom, Decimal(self.qty), self.warehouse, self.stock, DIGITS, GROUPS))

	def _structure(self, items: list[str]) -> LockedBom:
		"""Every item has up to two BOMs of items after it, the finished one has one or two, the last one none."""
		versions = {item: self.random.randint(item == items[0], 2) for item in items[:-1]}
		whole = {item: self.random.random() < 0.5 for item in items}
		boms = {
			bom_of(item, version): [
				self._row(items[index + 1 :], versions, whole) for _ in range(self.random.randint(1, 3))
			]
			for index, item in enumerate(items[:-1])
			for version in range(1, versions[item] + 1)
		}
		return structure(
			boms,
			finished=items[0],
			policies={item: self.random.choice(SUPPLY_POLICIES) for item in items},
			headers={item: self._header() for item in items},
		)

	def _row(self, components: list[str], versions: dict[str, int], whole: dict[str, bool]) -> dict[str, Any]:
		component = self.random.choice(components)
		makers = [bom_of(component, version + 1) for version in range(versions.get(component, 0))]
		return row(
			component,
			str(max(self._amount(0, 4), Decimal("0.001"))),
			bom_no=self.random.choice(["", *makers]),
			warehouse=self.random.choice(PLACES),
			waste=self.random.choice((0, 0, 5, "12.5")),
			whole=whole[component],
		)

	def _header(self) -> dict[str, Any]:
		return {"quantity": self.random.choice((1, 1, 4, "2.5")), "loss": self.random.choice((0, 0, 4, 25))}

	def _amount(self, lowest: int, highest: int) -> Decimal:
		"""Whole numbers half of the time: that is where a need meets its stock exactly."""
		if self.random.random() < 0.5:
			return Decimal(self.random.randint(lowest, highest))
		return Decimal(self.random.randint(lowest * 1000, highest * 1000)) / 1000
