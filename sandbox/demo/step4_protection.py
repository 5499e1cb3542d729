"""Someone else reaches for reserved stock."""

from typing import Any

from .story import Plant, Story, check, refusal, same
from .text import say

ITEM = "BEARING"
TOO_MANY = 20
FEW = 10


def tell(story: Story) -> None:
	plant = story.bicycle
	stock = plant.stock(ITEM)
	actual, reserved, free = stock["actual_qty"], stock["reserved_qty"], stock["atp_qty"]
	say(f"Of {actual:g} bearings {reserved:g} are reserved and {free:g} are free.")
	refused = refusal(409, _issue, plant, free + TOO_MANY)
	say(f"The stock user issues {free + TOO_MANY:g}: HTTP {refused.status} {refused.code}: {refused.message}")
	check(plant.stock(ITEM) == stock, "the stock ledger refused it: stock and reservations are as before")
	_issue(plant, FEW)
	check(same(plant.stock(ITEM)["atp_qty"], free - FEW), f"{FEW} of the free ones may go")


def _issue(plant: Plant, qty: float) -> dict[str, Any]:
	row = {"item_code": ITEM, "qty": qty, "s_warehouse": plant.stores}
	return plant.people["stock"].create(
		"Stock Entry", stock_entry_type="Material Issue", company=plant.company, items=[row], docstatus=1
	)
