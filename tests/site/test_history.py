"""Every order's history is whole, and whoever bends it by SQL is found."""

import json

import frappe
import pytest

from production_orders import errors
from production_orders.api import history, orders, reservations, runs
from tests.support.orders import confirmed, running, started, tamper, value


@pytest.fixture
def order(scratch, product):
	"""An order with six events: confirmed, released, reserved, running, in progress, run completed."""
	order = scratch.order(product.item, 10)
	confirmed(order)
	reservations.release(order=order.name, reason="urgent repair")
	reservations.reserve(order=order.name)
	order.run = started(order, qty=4)
	runs.complete(run=order.run, produced_qty=4)
	return order


def test_every_event_says_who_what_and_how_much(order):
	events = history.events(order=order.name)
	assert [(event["sequence"], event["event"], event["subject"]) for event in events] == [
		(1, "Confirmed", order.name),
		(2, "Released", order.name),
		(3, "Reserved", order.name),
		(4, "Running", order.run),
		(5, "In Progress", order.name),
		(6, "Completed", order.run),
	]
	assert {event["user"] for event in events} == {"Administrator"}
	assert [event["previous_hash"] for event in events] == [
		"0" * 64,
		*(event["hash"] for event in events[:-1]),
	]
	item = frappe.get_all("Production Order Material", {"parent": order.name}, pluck="item_code")[0]
	assert events[1]["details"]["reason"] == "urgent repair"
	assert [(row["item_code"], float(row["qty"])) for row in events[1]["details"]["materials"]] == [
		(item, 20)
	]
	assert (events[0]["details"]["from"], events[0]["details"]["to"]) == ("Draft", "Confirmed")
	assert (events[0]["details"]["qty"], events[0]["details"]["bom_lock"]) == ("10", f"{order.name}-L1")
	assert (events[5]["details"]["good"], events[5]["details"]["rejected"]) == ("4", "0")


def test_an_untouched_history_is_intact(order):
	assert history.verify(order=order.name) == {
		"order": order.name,
		"intact": True,
		"events": 6,
		"head": value("Production Order", order.name, "event_head"),
		"problems": [],
	}
	names = frappe.get_all(
		"Production Event", {"production_order": order.name}, pluck="name", order_by="name"
	)
	assert names == [f"{order.name}-E{number:05d}" for number in range(1, 7)]


def test_a_draft_has_no_history_and_that_is_intact(scratch):
	draft = scratch.simple_order(qty=10, stock=25)
	assert history.events(order=draft.name) == []
	assert history.verify(order=draft.name)["intact"] is True


def test_the_whole_life_of_an_order_is_intact(order):
	runs.abort(run=started(order, qty=1), reason="wrong tool")
	orders.complete(order=order.name, close_short=True, reason="enough")
	answer = history.verify(order=order.name)
	assert (answer["intact"], answer["events"]) == (True, 10)


def _edit(order):
	tamper("Production Event", {"name": f"{order.name}-E00002"}, user="Guest")


def _edit_details(order):
	details = json.dumps({"from": "Draft", "to": "Confirmed", "qty": "9"})
	tamper("Production Event", {"name": f"{order.name}-E00001"}, details=details)


def _garble_details(order):
	tamper("Production Event", {"name": f"{order.name}-E00001"}, details="x")


def _turn_details_into_a_list(order):
	tamper("Production Event", {"name": f"{order.name}-E00001"}, details='["content_hash"]')


def _overwrite_hash(order):
	tamper("Production Event", {"name": f"{order.name}-E00003"}, hash="f" * 64)


def _delete(order):
	frappe.db.delete("Production Event", {"name": f"{order.name}-E00003"})


def _cut(order):
	frappe.db.delete("Production Event", {"name": f"{order.name}-E00006"})


def _swap(order):
	for name, sequence in (("E00002", 3), ("E00003", 2)):
		tamper("Production Event", {"name": f"{order.name}-{name}"}, sequence=sequence)


def _relink(order):
	tamper("Production Event", {"name": f"{order.name}-E00004"}, previous_hash="0" * 64)


def _insert(order):
	event = frappe.db.get_value("Production Event", f"{order.name}-E00006", "*", as_dict=True)
	event.update({"name": f"{order.name}-E00007", "sequence": 7})
	columns = list(event)
	frappe.db.bulk_insert("Production Event", columns, [tuple(event[column] for column in columns)])


def _move_head(order):
	tamper("Production Order", {"name": order.name}, event_head="f" * 64)


def _count_down(order):
	tamper("Production Order", {"name": order.name}, event_count=5)


def _cut_and_set_back(order):
	"""The forger knows the head, but not that runs and locks have statuses of their own."""
	_cut(order)
	head = value("Production Event", f"{order.name}-E00005", "hash")
	tamper("Production Order", {"name": order.name}, event_count=5, event_head=head)


def _set_status_back(order):
	tamper("Production Order", {"name": order.name}, status="Confirmed")


def _remove_run(order):
	frappe.db.delete("Production Run", {"name": order.run})


def _invent_run(order):
	run = frappe.db.get_value("Production Run", order.run, "*", as_dict=True)
	run.name = f"{order.name}-R09"
	frappe.db.bulk_insert("Production Run", list(run), [tuple(run.values())])


@pytest.mark.parametrize(
	("bend", "found"),
	[
		(_edit, [(2, "edited")]),
		(_edit_details, [(1, "edited")]),
		(_garble_details, [(1, "edited")]),
		(_turn_details_into_a_list, [(1, "edited")]),
		(_overwrite_hash, [(3, "edited")]),
		(_delete, [(3, "deleted")]),
		(_cut, [(6, "cut"), (None, "run missing from history")]),
		(_swap, [(2, "swapped"), (3, "swapped")]),
		(_relink, [(4, "edited"), (4, "relinked")]),
		(_insert, [(7, "inserted")]),
		(_move_head, [(6, "not the head")]),
		(_count_down, [(6, "not the head")]),
		(_cut_and_set_back, [(None, "run missing from history")]),
		(_set_status_back, [(None, "order missing from history")]),
		(_remove_run, [(None, "run missing")]),
		(_invent_run, [(None, "run missing from history")]),
	],
)
def test_a_bent_history_is_found(order, bend, found):
	bend(order)
	answer = history.verify(order=order.name)
	assert answer["intact"] is False
	assert [(problem["sequence"], problem["kind"]) for problem in answer["problems"]] == found


def test_details_that_are_no_json_any_more_are_shown_as_they_are(order):
	_garble_details(order)
	assert history.events(order=order.name)[0]["details"] == "x"


@pytest.mark.parametrize("change", ["save", "delete", "rename"])
def test_nobody_changes_an_event(order, unchanged, change):
	event = frappe.get_doc("Production Event", f"{order.name}-E00001")
	event.user = "Guest"
	actions = {
		"save": lambda: event.save(),
		"delete": lambda: event.delete(),
		"rename": lambda: frappe.rename_doc("Production Event", event.name, "OTHER"),
	}
	with unchanged(), pytest.raises((errors.ReadOnly, frappe.ValidationError)):
		actions[change]()


def test_nobody_adds_an_event(scratch, unchanged):
	order = scratch.simple_order(qty=10, stock=25)
	running(order)
	event = frappe.get_doc(
		{"doctype": "Production Event", "production_order": order.name, "sequence": 4, "event": "Completed"}
	)
	with unchanged(), pytest.raises(errors.ReadOnly):
		event.insert()
