"""One key, one effect: fired in parallel, replayed later or after a crash, and nobody else's."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import frappe
import pytest

from tests.support.sabotage import after, killed
from tests.support.state import fingerprint
from tests.support.workers import Call, alone

PARALLEL = 8
UNIT = "production_orders.services.unit_of_work:run"


@pytest.fixture
def client(server) -> Callable[[str], Any]:
	return server.as_


@pytest.fixture
def draft(scratch) -> str:
	"""A committed draft whose material is short by ten."""
	order = scratch.simple_order(qty=10, stock=10, shortage_policy="Confirm with Shortages")
	frappe.db.commit()
	return order.name


def state_of(order: str) -> tuple[Any, ...]:
	frappe.db.rollback()
	doc = frappe.get_doc("Production Order", order)
	entries = frappe.get_all("Stock Reservation Entry", {"voucher_no": order}, pluck="reserved_qty")
	return doc.status, doc.produced_qty, doc.run_count, doc.event_count, entries


def answer_of(response: Any) -> Any:
	assert response.status_code == 200, response.text
	return response.json()["message"]


def once(client: Any, method: str, **body: Any) -> Any:
	"""The one answer to one body fired many times at once under one key."""
	key = uuid4().hex
	with ThreadPoolExecutor(PARALLEL) as pool:
		fired = [pool.submit(client.write, method, idempotency_key=key, **body) for _ in range(PARALLEL)]
	answers = [answer_of(shot.result()) for shot in fired]
	assert all(answer == answers[0] for answer in answers)
	assert answer_of(client.write(method, idempotency_key=key, **body)) == answers[0]
	frappe.db.rollback()
	assert frappe.db.count("Production Request", {"idempotency_key": key}) == 1
	return answers[0]


def test_every_write_fired_eight_times_under_one_key_happens_once(draft, scratch, client):
	planner, operator = client("planner"), client("operator")

	confirmed = once(planner, "orders.confirm", order=draft)
	item = confirmed["materials"][0]["item_code"]
	assert state_of(draft) == ("Confirmed", 0, 0, 1, [10])

	scratch.stock(item, 4)
	frappe.db.commit()
	reserved = once(planner, "reservations.reserve", order=draft)
	assert [row["qty"] for row in reserved["reserved"]] == [4]
	assert state_of(draft) == ("Confirmed", 0, 0, 2, [14])

	once(
		planner, "reservations.release", order=draft, reason="lent", materials=[{"item_code": item, "qty": 2}]
	)
	assert state_of(draft) == ("Confirmed", 0, 0, 3, [12])

	run = once(operator, "runs.start", order=draft, qty=5)["run"]
	assert state_of(draft) == ("In Progress", 0, 1, 5, [12])

	completed = once(operator, "runs.complete", run=run, produced_qty=5)
	assert completed["produced_total"] == 5
	assert state_of(draft) == ("In Progress", 5, 1, 6, [12])
	assert frappe.db.count("Stock Entry", {"production_run": run}) == 1

	ended = once(planner, "orders.complete", order=draft, close_short=True, reason="enough")
	assert ended["closed_short_qty"] == 5
	assert state_of(draft)[0] == "Completed"


def test_a_cancellation_fired_eight_times_happens_once(draft, client):
	once(client("planner"), "orders.confirm", order=draft)
	answer = once(client("manager"), "orders.cancel", order=draft, reason="not wanted")
	assert answer == {"order": draft, "status": "Cancelled"}
	events = frappe.get_all(
		"Production Event", {"production_order": draft}, pluck="event", order_by="sequence"
	)
	assert [event for event in events if event == "Cancelled"] == ["Cancelled"]


def test_the_short_cut_fired_eight_times_makes_one_run(scratch, client):
	order = scratch.simple_order(qty=5, stock=10)
	frappe.db.commit()
	once(client("planner"), "orders.confirm", order=order.name)
	once(client("manager"), "orders.complete", order=order.name, produced_qty=5)
	assert state_of(order.name)[:3] == ("Completed", 5, 1)
	assert frappe.db.count("Stock Entry", {"production_order": order.name}) == 1


def test_a_key_used_for_another_body_or_method_is_refused_and_changes_nothing(draft, client):
	planner, key = client("planner"), uuid4().hex
	answer_of(planner.write("orders.confirm", order=draft, idempotency_key=key))
	before = fingerprint()
	other = {"order": draft, "on_shortage": "Block"}
	for method, body in (("orders.confirm", other), ("reservations.reserve", {"order": draft})):
		response = planner.write(method, idempotency_key=key, **body)
		assert (response.status_code, response.json()["error"]["code"]) == (409, "idempotency_conflict")
	frappe.db.rollback()
	assert fingerprint() == before


def test_the_same_request_written_differently_is_answered_again(draft, client):
	planner, key = client("planner"), uuid4().hex
	item = answer_of(planner.write("orders.confirm", order=draft))["materials"][0]["item_code"]
	row, turned = {"item_code": item, "qty": 2}, {"qty": "2.00", "item_code": item}
	bodies = [
		{"reason": "lent", "materials": [row]},
		{"reason": "lent", "materials": [{**row, "qty": 2.0}]},
		{"materials": [turned], "reason": " lent "},
		{"reason": "lent", "materials": json.dumps([turned])},
	]
	answers = [
		answer_of(planner.write("reservations.release", order=draft, idempotency_key=key, **body))
		for body in bodies
	]
	assert answers == [answers[0]] * len(bodies)
	other = planner.write(
		"reservations.release",
		order=draft,
		idempotency_key=key,
		reason="lent",
		materials=[{**row, "qty": 2.001}],
	)
	assert other.json()["error"]["code"] == "idempotency_conflict"
	assert state_of(draft) == ("Confirmed", 0, 0, 2, [8])


def test_the_key_of_one_user_is_not_anothers(scratch, client):
	first, second = (scratch.simple_order(qty=1, stock=10).name for _ in range(2))
	frappe.db.commit()
	key = uuid4().hex
	for role, order in (("planner", first), ("manager", second)):
		answer = answer_of(client(role).write("orders.confirm", order=order, idempotency_key=key))
		assert (answer["order"], answer["status"]) == (order, "Confirmed")


def test_a_refused_request_keeps_no_key_so_that_it_may_be_tried_again(scratch, client):
	order = scratch.simple_order(qty=10, stock=5)
	item = frappe.get_all("BOM Item", {"parent": order.bom_no}, pluck="item_code")[0]
	frappe.db.commit()
	confirm = partial(
		client("planner").write, "orders.confirm", order=order.name, idempotency_key=uuid4().hex
	)
	assert confirm().status_code == 409
	scratch.stock(item, 15)
	frappe.db.commit()
	assert answer_of(confirm())["status"] == "Confirmed"


@pytest.fixture
def crashed(draft, bicycle) -> Iterator[tuple[str, str]]:
	"""(order, key) of a confirmation whose process died just before its commit."""
	key = uuid4().hex
	before = fingerprint()
	call = Call(
		bicycle.users["planner"].email,
		"production_orders.api.orders.confirm",
		{"order": draft, "idempotency_key": key},
		partial(after, UNIT, killed),
	)
	assert alone(call).died
	frappe.db.rollback()
	assert fingerprint() == before
	return draft, key


def test_a_replay_after_a_crash_has_its_one_effect(crashed, client):
	order, key = crashed
	confirm = partial(client("planner").write, "orders.confirm", order=order, idempotency_key=key)
	assert answer_of(confirm()) == answer_of(confirm())
	assert state_of(order) == ("Confirmed", 0, 0, 1, [10])
