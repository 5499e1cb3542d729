"""Material arrives and the order is confirmed."""

from .bicycle import ARRIVALS, MATERIALS
from .story import Story, check, same
from .text import say, table


def tell(story: Story) -> None:
	plant = story.bicycle
	plant.receive(ARRIVALS)
	before = plant.atp(MATERIALS)
	answer = plant.planner.post("orders.confirm", order=story.order, on_shortage="Block")
	after = plant.atp(MATERIALS)
	story.lock = plant.planner.read("BOM Lock", answer["bom_lock"])
	say(f"{story.order} is {answer['status']}. {answer['bom_lock']} holds {len(story.lock['lines'])} lines")
	say(f"under SHA-256 {answer['content_hash']}.")
	check(story.lock["content_hash"] == answer["content_hash"], "order and lock carry the same hash")
	check(not answer["shortages"], "nothing is short")
	_compare(before, {row["item_code"]: row["reserved_qty"] for row in answer["materials"]}, after)


def _compare(before: dict[str, float], reserved: dict[str, float], after: dict[str, float]) -> None:
	rows = [
		{"item": code, "before": before[code], "reserved": reserved.get(code, 0.0), "after": after[code]}
		for code in MATERIALS
	]
	table(rows, item="Item", before="ATP before", reserved="Reserved", after="ATP after")
	exact = all(same(row["before"] - row["after"], row["reserved"]) for row in rows)
	check(exact, "ATP of every material fell by exactly what is reserved")
	made_to_stock = (reserved["WHEEL"], reserved["RIM"]) == (30, 70)
	check(
		made_to_stock, "30 wheels come from stock, the other 70 are exploded into rims, spokes, hubs, tyres"
	)
	check("FRAME" not in reserved, "frames are built on demand: the 5 in stock are left alone")
