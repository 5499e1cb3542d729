"""What each method promises to answer: keys, types, numbers in both spellings, quiet repeats, replays."""

import json
from typing import Any

import frappe
import pytest

from production_orders.domain.lifecycle import CONFIRMED, DRAFT, IN_PROGRESS, PLANNED
from tests.http.cast import ORDER, RUN

NUMBER = (int, float)
MATERIAL = {
	"item_code": str,
	"item_name": str,
	"warehouse": str,
	"stock_uom": str,
	"supply_policy": str,
	"level": int,
	"required_qty": NUMBER,
	"reserved_qty": NUMBER,
	"consumed_qty": NUMBER,
	"short_qty": NUMBER,
	"path": list,
}
SHORTAGE = {
	"item_code": str,
	"item_name": str,
	"warehouse": str,
	"stock_uom": str,
	"required_qty": NUMBER,
	"available_qty": NUMBER,
	"short_qty": NUMBER,
	"path": list,
}
VARIANCE_MATERIAL = {
	"item_code": str,
	"warehouse": str,
	"stock_uom": str,
	"planned_qty": NUMBER,
	"actual_qty": NUMBER,
	"difference_qty": NUMBER,
	"standard_rate": NUMBER,
	"actual_rate": NUMBER,
	"usage_variance": NUMBER,
	"substitution_variance": NUMBER,
	"price_variance": NUMBER,
}
VARIANCE = {
	"standard_cost": NUMBER,
	"actual_cost": NUMBER,
	"usage_variance": NUMBER,
	"substitution_variance": NUMBER,
	"price_variance": NUMBER,
	"yield_variance": NUMBER,
	"scrap_variance": NUMBER,
	"labour_variance": NUMBER,
	"downtime_variance": NUMBER,
	"total_variance": NUMBER,
	"materials": list,
}
COST = {
	"material": NUMBER,
	"labour": NUMBER,
	"overhead": NUMBER,
	"downtime": NUMBER,
	"recovered": NUMBER,
	"rework": NUMBER,
	"actual": NUMBER,
}
ACTION = {"action": str, "label": str, "allowed": bool, "why_not": (str, type(None))}
STARTS = {action: {**ACTION, "proposed_qty": (int, float)} for action in ("start_run", "start_rework")}
RUN_ANSWER = {"run": str, "status": str, "order": str, "order_status": str}


def assert_shape(answer: dict[str, Any], shape: dict[str, Any]) -> None:
	"""Every promised key with its type; more keys may come."""
	wrong = {
		key: answer.get(key, "missing")
		for key, kind in shape.items()
		if not isinstance(answer.get(key), kind)
	}
	assert not wrong
	assert shape.keys() <= answer.keys()


@pytest.fixture
def planner(server):
	return server.as_("planner")


@pytest.fixture
def operator(server):
	return server.as_("operator")


def message(response: Any) -> Any:
	assert response.status_code == 200, response.text
	return response.json()["message"]


def test_the_story_of_an_order_answers_what_is_promised(cast, planner, operator):
	order = cast.fresh(ORDER, DRAFT)
	confirmed = message(planner.write("orders.confirm", order=order))
	assert_shape(confirmed, {"order": str, "status": str, "bom_lock": str, "content_hash": str})
	assert (confirmed["order"], confirmed["status"]) == (order, CONFIRMED)
	assert (len(confirmed["content_hash"]), confirmed["shortages"]) == (64, [])
	assert_shape(confirmed["materials"][0], MATERIAL)
	assert confirmed["materials"][0]["path"] == [cast.product, cast.material]

	started = message(operator.write("runs.start", order=order, qty=10))
	assert_shape(started, {**RUN_ANSWER, "qty": NUMBER})
	assert (started["status"], started["order_status"], started["qty"]) == ("Running", IN_PROGRESS, 10)
	run = started["run"]
	assert message(operator.write("runs.pause", run=run, reason="lunch"))["status"] == "Paused"
	assert message(operator.write("runs.resume", run=run))["status"] == "Running"

	plan = message(operator.read("runs.plan", run=run, produced_qty=10))
	assert plan["run"] == run
	asked = [(row["item_code"], row["planned_qty"], row["proposed_qty"]) for row in plan["materials"]]
	assert asked == [(cast.material, 20, 20)]

	completed = message(
		operator.write("runs.complete", run=run, produced_qty=10, labour=[{"minutes": 30, "hour_rate": 24}])
	)
	assert_shape(
		completed,
		{**RUN_ANSWER, "stock_entry": str, "produced_total": NUMBER, "open_qty": NUMBER, "warnings": list},
	)
	assert (completed["produced_total"], completed["open_qty"]) == (10, 0)
	assert_shape(completed["cost"], COST)
	assert_shape(completed["variance"], VARIANCE)
	assert_shape(completed["variance"]["materials"][0], VARIANCE_MATERIAL)

	done = message(planner.write("orders.complete", order=order))
	assert done == {"order": order, "status": "Completed", "produced_qty": 10, "closed_short_qty": 0}


def test_making_and_completing_in_one_step_names_the_run_and_its_stock_entry(cast, server):
	order = cast.fresh(ORDER, CONFIRMED)
	done = message(server.as_("manager").write("orders.complete", order=order, produced_qty="10"))
	assert_shape(done, {"order": str, "status": str, "run": str, "stock_entry": str})
	assert (done["status"], done["produced_qty"], done["closed_short_qty"]) == ("Completed", 10, 0)


def test_a_preview_answers_what_is_promised(cast, planner):
	item, part = cast.scratch.item("FG"), cast.scratch.item("RAW")
	cast.scratch.bom(item, {part: 3})
	cast.scratch.stock(part, 12)
	frappe.db.commit()
	where = {"company": "Bicycle Works", "source_warehouse": "Stores - BW"}
	answer = message(planner.read("orders.preview", item_code=item, qty="5", **where))
	assert {key: answer[key] for key in ("item_code", "qty", "lines", "levels", "promise_date", *where)} == {
		"item_code": item,
		"qty": 5,
		"lines": 1,
		"levels": 1,
		"promise_date": frappe.utils.today(),
		**where,
	}
	assert_shape(answer["materials"][0], MATERIAL)
	assert_shape(answer["shortages"][0], SHORTAGE)
	short = answer["shortages"][0]
	assert (short["required_qty"], short["available_qty"], short["short_qty"]) == (15, 12, 3)
	assert short["path"] == [item, part]


def test_a_shortage_tells_what_how_much_and_where(cast, planner, untouched):
	item, part = cast.scratch.item("FG"), cast.scratch.item("RAW")
	cast.scratch.bom(item, {part: 3})
	cast.scratch.stock(part, 12)
	order = cast.scratch.order(item, 5, shortage_policy="Block").name
	frappe.db.commit()
	with untouched(order):
		response = planner.write("orders.confirm", order=order)
	error = response.json()["error"]
	assert (response.status_code, error["code"]) == (409, "shortage")
	assert_shape(error["details"][0], SHORTAGE)
	for fact in (part, "15", "12", "3", "Stores - BW", item):
		assert fact in error["message"]
	answer = message(planner.write("orders.confirm", order=order, on_shortage="Confirm with Shortages"))
	assert [(row["reserved_qty"], row["short_qty"]) for row in answer["materials"]] == [(12, 3)]
	assert_shape(answer["shortages"][0], SHORTAGE)


def test_reservations_answer_what_is_promised(cast, planner):
	order = cast.fresh(ORDER, CONFIRMED)
	held = message(planner.read("reservations.get", order=order))
	assert set(held) == {"order", "materials", "shortages"}
	assert_shape(held["materials"][0], MATERIAL)
	wanted = [{"item_code": cast.material, "qty": "5"}]
	released = message(planner.write("reservations.release", order=order, reason="rush", materials=wanted))
	assert [(row["reserved_qty"], row["short_qty"]) for row in released["materials"]] == [(15, 5)]
	assert_shape(released["shortages"][0], SHORTAGE)
	again = message(planner.write("reservations.reserve", order=order))
	assert again["reserved"] == [{"item_code": cast.material, "warehouse": "Stores - BW", "qty": 5}]
	assert again["shortages"] == []


def test_availability_answers_what_is_promised(cast, planner):
	answer = message(planner.read("availability.atp", item_code=cast.material, warehouse="Stores - BW"))
	shape = {"actual_qty": NUMBER, "reserved_qty": NUMBER, "atp_qty": NUMBER}
	assert_shape(answer, {"item_code": str, "stock_uom": str, **shape})
	assert_shape(answer["warehouses"][0], {"warehouse": str, **shape})
	assert answer["atp_qty"] == answer["actual_qty"] - answer["reserved_qty"]


def test_availability_by_date_answers_the_curve_that_is_promised(cast, planner):
	on = frappe.utils.today()
	answer = message(
		planner.read("availability.atp", item_code=cast.product, company="Bicycle Works", date=on)
	)
	quantities = dict.fromkeys(("supply_qty", "demand_qty", "balance_qty", "atp_qty"), NUMBER)
	assert_shape(answer["curve"][0], {"date": str, **quantities})
	assert (answer["date"], answer["curve"][0]["date"]) == (on, on)
	assert answer["atp_qty"] == answer["curve"][0]["atp_qty"]


def test_a_promise_answers_what_is_promised(cast, planner):
	made = message(
		planner.read("availability.promise", item_code=cast.product, qty="10", company="Bicycle Works")
	)
	amounts = dict.fromkeys(("qty", "from_stock_qty", "make_qty", "buy_qty"), NUMBER)
	texts = dict.fromkeys(("item_code", "stock_uom", "promise_date"), str)
	assert_shape(made, {**texts, **amounts, "critical": list})
	assert made["from_stock_qty"] + made["make_qty"] + made["buy_qty"] == 10
	scratch = cast.scratch
	slow = scratch.item("SLOW", lead_time_days=7)
	frappe.db.commit()
	bought = message(planner.read("availability.promise", item_code=slow, qty=3, warehouse="Stores - BW"))
	assert bought["promise_date"] == frappe.utils.add_days(frappe.utils.today(), 7)
	shape = {"item_code": str, "warehouse": str, "qty": NUMBER, "date": str, "reason": str}
	assert_shape(bought["critical"][0], shape)


def test_traces_answer_what_is_promised(cast, planner):
	run = cast.settled(RUN, "Completed")
	for method in ("trace.downstream", "trace.upstream"):
		found = message(planner.read(method, run=run))
		assert_shape(
			found,
			{
				"start": str,
				"nodes": list,
				"edges": list,
				"deliveries": list,
				"receipts": list,
				"hidden": dict,
			},
		)
		assert found["hidden"] == {"runs": 0, "vouchers": 0}
		for node in found["nodes"]:
			texts = ("id", "kind", "item_code", "item_name", "stock_uom")
			assert_shape(node, {"level": int, "qty": NUMBER, **dict.fromkeys(texts, str)})
		assert_shape(found["edges"][0], {"from": str, "to": str, "run": str, "qty": NUMBER})
	balance = message(planner.read("trace.mass_balance", run=run))
	assert_shape(balance, {"run": str, "order": str, "status": str, "stock_entry": str, "value": dict})
	for side in ("consumed", "produced"):
		shape = {"item_code": str, "item_name": str, "qty": NUMBER, "stock_uom": str, "value": NUMBER}
		assert_shape(balance[side][0], shape)


def test_history_answers_what_is_promised(cast, planner):
	order = cast.fresh(ORDER, IN_PROGRESS)
	events = message(planner.read("history.events", order=order))
	assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
	for event in events:
		texts = ("event", "occurred_at", "user", "subject_type", "subject", "previous_hash", "hash")
		assert_shape(event, {"details": dict, **dict.fromkeys(texts, str)})
	verified = message(planner.read("history.verify", order=order))
	assert verified == {
		"order": order,
		"intact": True,
		"events": len(events),
		"head": events[-1]["hash"],
		"problems": [],
	}


ON_FLOOR = ("hand_over", "log_labour", "log_downtime")


@pytest.mark.parametrize(
	("doctype", "status", "method", "actions"),
	[
		(ORDER, DRAFT, "orders", {"confirm", "refresh_bom"}),
		(
			ORDER,
			CONFIRMED,
			"orders",
			{"start_run", "make_and_complete", "release", "move", "relock", "cancel"},
		),
		(RUN, PLANNED, "runs", {"start", "abort"}),
		(RUN, "Running", "runs", {"pause", "complete", "abort", *ON_FLOOR}),
		(RUN, "Paused", "runs", {"resume", "complete", "abort", *ON_FLOOR}),
		(RUN, "Completed", "runs", {"reverse"}),
	],
)
def test_allowed_actions_say_why_not(cast, server, doctype, status, method, actions):
	name = cast.settled(doctype, status)
	answer = message(server.as_("manager").read(f"{method}.allowed_actions", **{method[:-1]: name}))
	assert (answer[method[:-1]], answer["status"]) == (name, status)
	for action in answer["actions"]:
		assert_shape(action, STARTS.get(action["action"], ACTION))
		assert action["allowed"] is (action["why_not"] is None)
	assert {action["action"] for action in answer["actions"] if action["allowed"]} == actions


@pytest.mark.parametrize("qty", [2, 2.0, "2", "2.000"], ids=repr)
def test_a_quantity_is_a_json_number_or_a_decimal_text(cast, operator, qty):
	order = cast.fresh(ORDER, CONFIRMED)
	assert message(operator.write("runs.start", order=order, qty=qty))["qty"] == 2


def test_a_form_says_the_same_as_json(cast, operator):
	run = cast.fresh(RUN, "Running")
	consumption = json.dumps([{"item_code": cast.material, "qty": "7"}])
	response = operator.request(
		"POST",
		"/api/method/production_orders.api.runs.complete",
		data={"run": run, "produced_qty": "4", "rejected_qty": "0", "consumption": consumption},
	)
	answer = message(response)
	assert answer["produced_total"] == 4
	assert answer["variance"]["materials"][0]["actual_qty"] == 7


def quiet(client: Any, method: str, **arguments: Any) -> None:
	"""Call twice: the same status, and nothing appended by the second call."""
	first = message(client.write(method, **arguments))
	before = events_of(first["order"])
	second = message(client.write(method, **arguments))
	assert second["status"] == first["status"]
	assert events_of(first["order"]) == before


def events_of(order: str) -> list[str]:
	frappe.db.rollback()
	return frappe.get_all("Production Event", {"production_order": order}, pluck="name", order_by="name")


def test_the_same_move_twice_is_a_quiet_no_op(cast, server):
	manager = server.as_("manager")
	quiet(manager, "orders.confirm", order=cast.fresh(ORDER, DRAFT))
	quiet(manager, "orders.cancel", order=cast.fresh(ORDER, CONFIRMED), reason="not wanted")
	quiet(manager, "runs.pause", run=cast.fresh(RUN, "Running"), reason="lunch")
	quiet(manager, "runs.resume", run=cast.fresh(RUN, "Paused"))
	quiet(manager, "runs.abort", run=cast.fresh(RUN, "Running"), reason="wrong tool")
	made = cast.fresh(ORDER, IN_PROGRESS)
	manager.write("runs.complete", run=f"{made}-R01", produced_qty=10)
	quiet(manager, "orders.complete", order=made)


def test_the_same_key_and_body_gives_the_first_answer_and_one_effect(cast, operator):
	order = cast.fresh(ORDER, CONFIRMED)
	body = {"order": order, "qty": 2, "idempotency_key": f"start {order}"}
	first = message(operator.write("runs.start", **body))
	assert message(operator.write("runs.start", **body)) == first
	assert message(operator.write("runs.start", **{**body, "qty": "2"})) == first
	frappe.db.rollback()
	assert frappe.get_all(RUN, {"production_order": order}, pluck="name") == [first["run"]]


def test_the_same_key_with_another_body_is_a_conflict(cast, operator, untouched):
	order = cast.fresh(ORDER, CONFIRMED)
	key = f"start {order}"
	message(operator.write("runs.start", order=order, qty=2, idempotency_key=key))
	with untouched(order):
		response = operator.write("runs.start", order=order, qty=3, idempotency_key=key)
	error = response.json()["error"]
	assert (response.status_code, error["code"]) == (409, "idempotency_conflict")
	assert error["details"] == {"idempotency_key": key, "method": "runs.start"}


def test_a_key_belongs_to_its_user(cast, server):
	first, second = cast.fresh(ORDER, CONFIRMED), cast.fresh(ORDER, CONFIRMED)
	key = f"start {first}"
	message(server.as_("operator").write("runs.start", order=first, qty=2, idempotency_key=key))
	answer = message(server.as_("manager").write("runs.start", order=second, qty=2, idempotency_key=key))
	assert answer["order"] == second
