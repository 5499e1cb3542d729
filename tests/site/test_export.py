"""An order's whole record leaves the house as one document that proves itself."""

import hashlib
import json

import frappe
import pytest

from production_orders.api import history, runs
from production_orders.domain import record
from production_orders.domain.bom import canonical_json
from tests.support.orders import confirmed, started, tamper


@pytest.fixture
def order(scratch, product):
	"""An order with one completed and one aborted run."""
	order = scratch.order(product.item, 10)
	confirmed(order)
	order.run = started(order, qty=4)
	runs.complete(run=order.run, produced_qty=4, labour=[{"minutes": 30}])
	runs.abort(run=started(order, qty=1), reason="wrong tool")
	return order


def exported(order) -> dict:
	"""The record as a client reads it."""
	return json.loads(json.dumps(history.export(order=order.name)))


def test_a_record_holds_everything_of_the_order(order, product):
	found = exported(order)
	assert list(found) == [
		"format",
		"order",
		"lock",
		"earlier_locks",
		"events",
		"runs",
		"genealogy",
		"ledger",
		"sha256",
	]
	assert (found["order"]["name"], found["order"]["qty"]) == (order.name, "10")
	(material,) = found["order"]["materials"]
	assert (material["item_code"], material["consumed_qty"]) == (product.material, "8")
	assert [event["event"] for event in found["events"]] == [
		event["event"] for event in history.events(order=order.name)
	]
	completed, aborted = found["runs"]
	assert (completed["name"], completed["status"], completed["produced_qty"]) == (
		order.run,
		"Completed",
		"4",
	)
	assert [row["qty"] for row in completed["consumption"]] == ["8"]
	assert [row["minutes"] for row in completed["labour"]] == ["30"]
	assert (aborted["status"], aborted["consumption"]) == ("Aborted", [])
	assert {row["direction"]: row["qty"] for row in found["genealogy"]} == {"Consumed": "8", "Produced": "4"}
	ledger = found["ledger"]
	assert [entry["name"] for entry in ledger["stock_entries"]] == [completed["stock_entry"]]
	moved = {row["item_code"]: row["actual_qty"] for row in ledger["stock_ledger_entries"]}
	assert moved == {product.material: "-8", product.item: "4"}
	assert isinstance(ledger["gl_entries"], list)


def test_a_record_proves_itself_its_events_and_its_lock(order):
	found = exported(order)
	assert record.is_as_signed(found)
	previous = "0" * 64
	for event in found["events"]:
		stored = event.pop("hash")
		assert hashlib.sha256(canonical_json(event).encode()).hexdigest() == stored
		assert event["previous_hash"] == previous
		previous = stored
	assert found["order"]["event_head"] == previous
	content = canonical_json(found["lock"]["content"])
	assert hashlib.sha256(content.encode()).hexdigest() == found["lock"]["content_hash"]


def test_nothing_in_a_record_is_a_number_with_a_point(order):
	assert not list(floats(exported(order)))


def floats(value):
	if isinstance(value, dict | list):
		for part in value.values() if isinstance(value, dict) else value:
			yield from floats(part)
	if isinstance(value, float):
		yield value


def test_the_same_order_has_the_same_record_whatever_people_stick_on_it(order):
	before = exported(order)["sha256"]
	tamper("Production Order", {"name": order.name}, _user_tags=",urgent", _comments="[]")
	assert exported(order)["sha256"] == before
	runs.pause(run=started(order, qty=1), reason="lunch")
	assert exported(order)["sha256"] != before


def test_a_bent_order_can_be_exported_too(order):
	"""An auditor wants to see what stands there, also when it is wrong."""
	tamper("BOM Lock", {"name": f"{order.name}-L1"}, boms="no JSON")
	found = exported(order)
	assert found["lock"]["content"] is None
	assert record.is_as_signed(found)


def test_a_draft_has_a_record_without_a_lock(scratch):
	draft = scratch.simple_order()
	found = exported(draft)
	assert (found["lock"], found["events"], found["runs"]) == (None, [], [])
	assert found["ledger"]["stock_entries"] == found["ledger"]["gl_entries"] == []


def test_a_record_is_read_with_the_permission_to_read_the_order(order, bicycle):
	frappe.set_user(bicycle.users["operator"].email)
	assert exported(order)["order"]["name"] == order.name
	frappe.set_user(bicycle.users["stock"].email)
	with pytest.raises(frappe.PermissionError):
		history.export(order=order.name)
