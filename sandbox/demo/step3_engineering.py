"""Engineering activates a new BOM: what is confirmed stays, what comes next takes it."""

from typing import Any

from .bicycle import ITEM
from .story import Plant, Story, check
from .text import say, table

BOLT = "BOLT-M5"
BOLTS_BEFORE = 4
BOLTS_AFTER = 6
HEADER = ("item", "company", "quantity", "currency", "rm_cost_as_per")
ROW = ("item_code", "qty", "uom", "bom_no", "waste_percentage")


def tell(story: Story) -> None:
	plant, planner = story.bicycle, story.bicycle.planner
	draft = plant.draft(ITEM, 2)
	old_bom = planner.read("Production Order", draft)["bom_no"]
	new_bom = _activate_bom(plant, old_bom)
	_check_untouched(story, old_bom)
	refreshed = planner.post("orders.refresh_bom", order=draft)
	check(refreshed["changed"] and refreshed["bom_no"] == new_bom, f"draft {draft} took it on refresh")

	story.next_order = draft
	answer = planner.post("orders.confirm", order=draft)
	bolts = next(row["required_qty"] for row in answer["materials"] if row["item_code"] == BOLT)
	_show(story, planner.read("BOM Lock", answer["bom_lock"]))
	check(bolts == 2 * BOLTS_AFTER, f"{draft} locked the new version: {bolts:g} bolts for two bicycles")


def _activate_bom(plant: Plant, old_bom: str) -> str:
	"""The same BOM with more bolts, posted and submitted by the engineer."""
	engineer = plant.people["engineer"]
	old = engineer.read("BOM", old_bom)
	rows = [{field: row.get(field) for field in ROW} for row in old["items"]]
	next(row for row in rows if row["item_code"] == BOLT)["qty"] = BOLTS_AFTER
	header = {field: old.get(field) for field in HEADER}
	bom = engineer.create("BOM", **header, is_active=1, is_default=1, items=rows)
	bom = engineer.update("BOM", bom["name"], docstatus=1)
	check(
		bom["is_default"] == 1,
		f"the engineer made {bom['name']} the default: {BOLTS_AFTER} bolts per bicycle",
	)
	return bom["name"]


def _check_untouched(story: Story, old_bom: str) -> None:
	planner = story.bicycle.planner
	order = planner.read("Production Order", story.order)
	same_bom = (order["bom_no"], order["content_hash"]) == (old_bom, story.lock["content_hash"])
	same_lines = planner.read("BOM Lock", order["bom_lock"])["lines"] == story.lock["lines"]
	check(same_bom and same_lines, f"confirmed {story.order} still is {old_bom}, line by line")


def _show(story: Story, next_lock: dict[str, Any]) -> None:
	say("What the two confirmed orders are bound to:")
	rows = [
		{"order": order, "bom": lock["bom_no"], "bolts": _bolts(lock), "hash": lock["content_hash"][:16]}
		for order, lock in ((story.order, story.lock), (story.next_order, next_lock))
	]
	table(rows, order="Order", bom="Locked BOM", bolts="Bolts per bicycle", hash="Content hash")
	check(
		[row["bolts"] for row in rows] == [BOLTS_BEFORE, BOLTS_AFTER],
		"each order has the bolts of its own lock",
	)


def _bolts(lock: dict[str, Any]) -> float:
	return next(line["qty_per_unit"] for line in lock["lines"] if line["item_code"] == BOLT)
