"""The order is completed, and stays as it is."""

from collections.abc import Callable
from typing import Any

from .bicycle import ITEM, MATERIALS
from .story import Broken, Plant, Story, check, refusal
from .text import say, shortened, table


def tell(story: Story) -> None:
	planner = story.bicycle.planner
	refused = refusal(
		409, planner.post, "orders.cancel", order=story.order, reason="Customer changed their mind"
	)
	say(f"The planner cancels {story.order}: HTTP 409 {refused.code}:\n{refused.message}")
	answer = planner.post("orders.complete", order=story.order)
	check(
		answer["status"] == "Completed",
		f"{story.order} is completed with {answer['produced_qty']:g} bicycles",
	)
	_try_illegal_moves(story)
	_confirm_twice(story)
	_verify(story)


def _try_illegal_moves(story: Story) -> None:
	plant = story.bicycle
	moves = _illegal_moves(story)
	free = plant.atp(MATERIALS)
	rows = []
	for move, order, make in moves:
		before = _state(plant, order)
		refused = refusal(409, make)
		if _state(plant, order) != before:
			raise Broken(f"{move!r} was refused and yet changed {order}")
		message = shortened(refused.message)
		rows.append({"move": move, "status": refused.status, "code": refused.code, "message": message})
	table(rows, move="Illegal move", status="HTTP", code="Code", message="Message")
	check(
		plant.atp(MATERIALS) == free, "each of them changed nothing: document, events and ATP are as before"
	)


def _illegal_moves(story: Story) -> tuple[tuple[str, str, Callable[[], Any]], ...]:
	"""(what it is, order, call)."""
	planner = story.bicycle.planner
	draft = story.bicycle.draft(ITEM, 10)
	return (
		("Complete a draft", draft, lambda: planner.post("orders.complete", order=draft)),
		(
			"Edit a confirmed quantity by PUT",
			story.next_order,
			lambda: planner.update("Production Order", story.next_order, qty=3),
		),
		(
			"Set the status by frappe.client.set_value",
			story.next_order,
			lambda: planner.frappe(
				"frappe.client.set_value",
				doctype="Production Order",
				name=story.next_order,
				fieldname="status",
				value="Completed",
			),
		),
		(
			"Cancel with completed runs",
			story.order,
			lambda: planner.post("orders.cancel", order=story.order, reason="Too late"),
		),
		(
			"Edit a completed order by PUT",
			story.order,
			lambda: planner.update("Production Order", story.order, notes="Never mind"),
		),
	)


def _state(plant: Plant, order: str) -> tuple[Any, ...]:
	return plant.planner.read("Production Order", order), plant.planner.get("history.events", order=order)


def _confirm_twice(story: Story) -> None:
	plant = story.bicycle
	before = _state(plant, story.next_order)
	again = plant.planner.post("orders.confirm", order=story.next_order)
	quiet = again["status"] == "Confirmed" and _state(plant, story.next_order) == before
	check(quiet, f"confirming {story.next_order} a second time is a quiet no-op, without a second event")


def _verify(story: Story) -> None:
	planner = story.bicycle.planner
	chain = planner.get("history.verify", order=story.order)
	events = planner.get("history.events", order=story.order)
	table(
		[{**event, "after": _head(event["previous_hash"]), "hash": _head(event["hash"])} for event in events],
		sequence="#",
		event="Event",
		user="User",
		subject="Subject",
		after="Previous hash",
		hash="Hash",
	)
	whole = chain["intact"] and chain["events"] == len(events) and chain["head"] == events[-1]["hash"]
	check(whole, f"the chain of {chain['events']} events is whole up to {_head(chain['head'])}")


def _head(digest: str | None) -> str:
	return (digest or "")[:12]
