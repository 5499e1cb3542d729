"""Paint: three runs with batches, and an order that is cancelled."""

from typing import Any

from .story import Plant, Story, check, same
from .text import money, say, table

ITEM = "EMULSION-WHITE"
QTY = 1200
CANCELLED_QTY = 800
MATERIALS = ("BASE", "RESIN", "TITANIUM", "SOLVENT", "WATER", "THICKENER")
RUN_QTY = 400
RUNS = (
	("Monday early", {"produced_qty": 400}),
	("Monday early", {"produced_qty": 396, "loss_qty": 4}),
	("Monday late", {"produced_qty": 400}),
)
FIRST_RESIN, FIRST_RESIN_QTY = "RS-OPENING-1", 120
SECOND_RESIN = "RS-OPENING-2"


def tell(story: Story) -> None:
	plant = story.paint
	order = _confirm(plant)
	_run_thrice(plant, order)
	answer = plant.planner.post("orders.complete", order=order)
	check(answer["status"] == "Completed", f"{order} is completed with {answer['produced_qty']:g} kg")
	check(plant.planner.get("history.verify", order=order)["intact"], "its chain of events is whole")
	_cancel_another(plant)


def _confirm(plant: Plant) -> str:
	order = plant.draft(ITEM, QTY)
	answer = plant.planner.post("orders.confirm", order=order)
	say(f"{order} over {QTY} kg of {ITEM} is {answer['status']} and reserves:")
	table(
		answer["materials"],
		item_code="Item",
		item_name="Name",
		required_qty="Required",
		reserved_qty="Reserved",
		stock_uom="UOM",
	)
	check(not answer["shortages"], "all of it is there: 150 kg of base, the rest as its components")
	return order


def _run_thrice(plant: Plant, order: str) -> None:
	resin_left = float(FIRST_RESIN_QTY)
	rows = []
	for shift, actual in RUNS:
		run = plant.operator.post("runs.start", order=order, qty=RUN_QTY)["run"]
		resin = _resin(plant, run, actual, resin_left)
		resin_left -= sum(row["qty"] for row in resin if row["batch_no"] == FIRST_RESIN)
		answer = plant.operator.post("runs.complete", run=run, consumption=resin, **actual)
		rows.append({"shift": shift, **_told(plant, answer, resin)})
	table(
		rows,
		shift="Shift",
		run="Run",
		produced_qty="Good kg",
		process_loss_qty="Loss kg",
		resin="Resin batches",
		batch_no="Paint batch",
		cost="Material cost",
		variance="Variance",
	)
	batches = {row["batch_no"] for row in rows}
	check(len(batches) == len(RUNS) and all(batches), "every run made a batch of its own")


def _resin(plant: Plant, run: str, actual: dict[str, float], first_left: float) -> list[dict[str, Any]]:
	"""The planned resin: the first batch until it is empty, the second for the rest."""
	plan = plant.operator.get("runs.plan", run=run, **actual)["materials"]
	needed = next(row["proposed_qty"] for row in plan if row["item_code"] == "RESIN")
	first = round(min(needed, first_left), 3)
	shares = ((FIRST_RESIN, first), (SECOND_RESIN, round(needed - first, 3)))
	return [{"item_code": "RESIN", "qty": qty, "batch_no": batch} for batch, qty in shares if qty]


def _told(plant: Plant, answer: dict[str, Any], resin: list[dict[str, Any]]) -> dict[str, Any]:
	return {
		**plant.operator.read("Production Run", answer["run"]),
		"run": answer["run"],
		"resin": ", ".join(f"{row['qty']:g} of {row['batch_no']}" for row in resin),
		"cost": money(answer["variance"]["actual_cost"]),
		"variance": money(answer["variance"]["total_variance"]),
	}


def _cancel_another(plant: Plant) -> None:
	before = plant.atp(MATERIALS)
	order = plant.draft(ITEM, CANCELLED_QTY)
	materials = plant.planner.post("orders.confirm", order=order)["materials"]
	confirmed = plant.atp(MATERIALS)
	answer = plant.planner.post("orders.cancel", order=order, reason="Customer called it off")
	after = plant.atp(MATERIALS)
	say(f"{order} over {CANCELLED_QTY} kg was confirmed and is {answer['status']}; ATP meanwhile:")
	reserved = {row["item_code"]: row["reserved_qty"] for row in materials}
	rows = [
		{"item": code, "before": before[code], "confirmed": confirmed[code], "after": after[code]}
		for code in MATERIALS
	]
	table(rows, item="Item", before="Before", confirmed="Confirmed", after="Cancelled")
	fell = all(same(before[code] - confirmed[code], reserved.get(code, 0.0)) for code in MATERIALS)
	check(fell and any(reserved.values()), "confirming took its reservations out of ATP")
	check(after == before, "cancelling brought every one of them back")
