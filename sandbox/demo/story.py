"""What every step needs: the people of the plants, a check that breaks the story, and figures to compare."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .client import Client, Refused
from .text import say

SMALLEST = 1e-6


class Broken(Exception):
	"""Something the story tells is not true."""


@dataclass(frozen=True)
class Plant:
	company: str
	abbr: str
	people: dict[str, Client]

	def warehouse(self, name: str) -> str:
		return f"{name} - {self.abbr}"

	@property
	def planner(self) -> Client:
		return self.people["planner"]

	@property
	def operator(self) -> Client:
		return self.people["operator"]

	@property
	def stores(self) -> str:
		return self.warehouse("Stores")

	def draft(self, item_code: str, qty: float, **values: Any) -> str:
		"""The planner's new draft order."""
		order = {
			"item_code": item_code,
			"qty": qty,
			"company": self.company,
			"source_warehouse": self.stores,
			"fg_warehouse": self.warehouse("Finished Goods"),
			"scrap_warehouse": self.warehouse("Scrap"),
		}
		return self.planner.create("Production Order", **order, **values)["name"]

	def receive(self, arrivals: Iterable[tuple[str, float, float]]) -> None:
		"""(item, quantity, rate) each, as a Stock Entry that the stock user drafts and submits."""
		arrivals = list(arrivals)
		rows = [
			{"item_code": code, "qty": qty, "basic_rate": rate, "t_warehouse": self.stores}
			for code, qty, rate in arrivals
		]
		stock_user = self.people["stock"]
		entry = stock_user.create(
			"Stock Entry", stock_entry_type="Material Receipt", company=self.company, items=rows
		)
		entry = stock_user.update("Stock Entry", entry["name"], docstatus=1)
		received = ", ".join(f"{qty} {code}" for code, qty, _ in arrivals)
		check(entry["docstatus"] == 1, f"the stock user received {received} with {entry['name']}")

	def atp(self, item_codes: Iterable[str]) -> dict[str, float]:
		"""What is free in the stores."""
		return {code: self.stock(code)["atp_qty"] for code in item_codes}

	def stock(self, item_code: str, warehouse: str = "Stores") -> dict[str, float]:
		return self.planner.get("availability.atp", item_code=item_code, warehouse=self.warehouse(warehouse))


@dataclass
class Story:
	"""The two plants, and what a later step needs of an earlier one."""

	bicycle: Plant
	paint: Plant
	order: str = ""
	"""The 50 bicycles the story is about."""
	lock: dict[str, Any] = field(default_factory=dict)
	"""Its BOM Lock as it was at confirmation."""
	next_order: str = ""
	"""Two bicycles, confirmed after the BOM changed."""


def check(truth: bool, sentence: str) -> None:
	"""Tell `sentence`, or break the story where it is not true."""
	if not truth:
		raise Broken(f"this is not true: {sentence}")
	say(f"✓ {sentence}")


def refusal(status: int, call: Callable[..., Any], *arguments: Any, **named: Any) -> Refused:
	"""The refusal that `call` must meet with this HTTP status."""
	try:
		answer = call(*arguments, **named)
	except Refused as refused:
		if refused.status != status:
			raise Broken(f"expected HTTP {status}, got {refused}") from refused
		return refused
	raise Broken(f"expected HTTP {status}, but it was done: {answer}")


def same(one: float, other: float) -> bool:
	return abs(one - other) < SMALLEST
