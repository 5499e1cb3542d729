"""The planner previews 50 bicycles and may not promise them yet."""

from typing import Any

from .bicycle import ITEM, MATERIALS, QTY, SHORTAGES
from .story import Story, check, refusal
from .text import say, table


def tell(story: Story) -> None:
	plant = story.bicycle
	preview = plant.planner.get(
		"orders.preview",
		item_code=ITEM,
		qty=QTY,
		company=plant.company,
		source_warehouse=plant.stores,
	)
	_show(preview)
	check(_short(preview["shortages"]) == SHORTAGES, "three materials are short, each with its path")
	_try_to_confirm(story)


def _try_to_confirm(story: Story) -> None:
	plant = story.bicycle
	free = plant.atp(MATERIALS)
	story.order = plant.draft(ITEM, QTY, consumption_policy="Warn", consumption_tolerance=5)
	refused = refusal(409, plant.planner.post, "orders.confirm", order=story.order, on_shortage="Block")
	say(f"Confirming {story.order}: HTTP {refused.status} {refused.code}:\n{refused.message}")
	check(_short(refused.details) == SHORTAGES, "the refusal lists the same shortages for programs to read")
	order = plant.planner.read("Production Order", story.order)
	untouched = order["status"] == "Draft" and not order["materials"] and not order.get("bom_lock")
	check(untouched, "the order is still a draft without lock and reservations")
	check(plant.atp(MATERIALS) == free, "ATP of every material is what it was")


def _show(preview: dict[str, Any]) -> None:
	say(f"{QTY} x {ITEM} by {preview['bom_no']}, {preview['levels']} levels deep, would draw:")
	table(
		preview["materials"],
		item_code="Item",
		item_name="Name",
		level="Level",
		supply_policy="Supply policy",
		required_qty="Required",
		reserved_qty="Covered",
		short_qty="Short",
		stock_uom="UOM",
	)
	say("Short, and what in the BOM needs it:")
	table(
		preview["shortages"],
		item_code="Item",
		warehouse="Warehouse",
		required_qty="Required",
		available_qty="Available",
		short_qty="Short",
		path="Path",
	)


def _short(rows: list[dict[str, Any]]) -> dict[str, float]:
	return {row["item_code"]: row["short_qty"] for row in rows}
