"""Users who act at the same moment, and what they ask for."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.workers import Call

API = "production_orders.api"
PROCESSES = 16


@dataclass(frozen=True)
class Callers:
	"""Calls of the bicycle plant's people."""

	plant: Any

	def planner(self, method: str, **arguments: Any) -> Call:
		return Call(self.plant.users["planner"].email, f"{API}.{method}", arguments)

	def manager(self, method: str, **arguments: Any) -> Call:
		return Call(self.plant.users["manager"].email, f"{API}.{method}", arguments)

	def operator(self, method: str, **arguments: Any) -> Call:
		return Call(self.plant.users["operator"].email, f"{API}.{method}", arguments)

	def storekeeper(self, purpose: str, rows: list[dict[str, Any]]) -> Call:
		"""A Stock Entry of somebody who knows nothing of production orders."""
		arguments = {"purpose": purpose, "company": self.plant.company, "rows": rows}
		return Call(self.plant.users["stock"].email, "fixtures.stock.post", arguments)


@pytest.fixture
def callers(bicycle) -> Callers:
	return Callers(bicycle)
