"""Every night the histories that moved and all invariants are checked, and managers are told once of what is new."""

from datetime import timedelta
from unittest import mock

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from production_orders import errors
from production_orders.api import history, reservations
from production_orders.services import audit, notices
from tests.support.orders import confirmed, tamper, value
from tests.support.state import unchanged

AUDIT, ORDER = "Production Audit", "Production Order"


@pytest.fixture
def order(scratch, product):
	"""An order with three events whose chain the last audit found intact."""
	order = scratch.order(product.item, 10)
	confirmed(order)
	reservations.release(order=order.name, reason="urgent repair")
	reservations.reserve(order=order.name)
	night()
	return order


def night() -> int:
	"""A whole night passes; -> how many chains were verified."""
	return audit.verify_histories()


def findings(name: str) -> str:
	return value(AUDIT, name, "findings")


def told(name: str) -> list[tuple[str, str]]:
	"""(user, subject) of every notice about it."""
	rows = frappe.get_all(
		"Notification Log",
		{"document_type": AUDIT, "document_name": name, "type": "Alert"},
		["for_user", "subject"],
		order_by="for_user",
	)
	return [(row.for_user, row.subject) for row in rows]


def test_an_intact_chain_is_verified_once_until_it_moves(order, product):
	assert value(AUDIT, order.name, "event_count", "event_head", "findings") == (
		3,
		value(ORDER, order.name, "event_head"),
		"",
	)
	assert night() == 0
	reservations.release(order=order.name, reason="again")
	assert night() == 1
	assert value(AUDIT, order.name, "event_count") == 4


def test_a_broken_chain_is_told_once_to_the_managers_of_its_company(order, bicycle, paint, scratch):
	elsewhere = scratch.user("Production Manager")
	only = {"user": elsewhere, "allow": "Company", "for_value": paint.company}
	frappe.get_doc({"doctype": "User Permission", **only}).insert()
	tamper("Production Event", {"name": f"{order.name}-E00002"}, user="Guest", modified=add_days(None, 1))
	assert night() == 1
	assert findings(order.name) == "event 2: edited"
	subject = f"The history of {order.name} is broken"
	users = [user for user, said in told(order.name) if said == subject]
	assert bicycle.users["manager"].email in users
	assert not {bicycle.users["operator"].email, elsewhere} & set(users)
	assert night() == 1
	assert len(told(order.name)) == len(users)


def test_a_repaired_chain_that_breaks_again_is_told_again(order):
	event = {"name": f"{order.name}-E00002"}
	user = value("Production Event", event["name"], "user")
	tamper("Production Event", event, user="Guest", modified=add_days(None, 1))
	night()
	once = len(told(order.name))
	tamper("Production Event", event, user=user)
	night()
	assert findings(order.name) == ""
	tamper("Production Event", event, user="Guest")
	night()
	assert len(told(order.name)) == 2 * once > 0


def test_a_chain_that_was_cut_and_set_back_is_told_by_what_an_audit_has_seen(order):
	frappe.db.delete("Production Event", {"name": f"{order.name}-E00003"})
	head = value("Production Event", f"{order.name}-E00002", "hash")
	tamper(ORDER, {"name": order.name}, event_count=2, event_head=head)
	expected = {"sequence": 3, "kind": "not as it was audited", "subject": ""}
	assert history.verify(order=order.name)["problems"] == [expected]
	for _again in range(2):
		assert night() == 1
		assert findings(order.name) == "event 3: not as it was audited"


def test_every_chain_has_its_turn_within_a_month(order):
	"""An edit that leaves no trace of its time is found at the latest then."""
	tamper("Production Event", {"name": f"{order.name}-E00002"}, user="Guest")
	assert night() == 0
	tamper(AUDIT, {"name": order.name}, audited_at=now_datetime() - timedelta(days=31))
	assert night() == 1
	assert findings(order.name) == "event 2: edited"


def test_many_broken_chains_are_not_as_many_notices(scratch, product, monkeypatch):
	night()
	monkeypatch.setattr(audit, "SHOWN", 1)
	names = [scratch.order(product.item, 1) for _number in range(3)]
	for order in names:
		confirmed(order)
		tamper("Production Event", {"name": f"{order.name}-E00001"}, user="Guest")
	before = frappe.db.count("Notification Log")
	assert night() == 3
	users = len({user for user, _subject in told(names[0].name)})
	assert frappe.db.count("Notification Log") - before == 2 * users
	assert [said for _user, said in told(names[1].name)] == [
		"The histories of 2 more orders are broken"
	] * users


def test_violations_are_kept_and_told_once_by_company(scratch, product, bicycle):
	audit.check_invariants()
	order = scratch.order(product.item, 10)
	confirmed(order)
	before = len(told(bicycle.company))
	tamper(ORDER, {"name": order.name}, produced_qty=1)
	count = audit.check_invariants()
	lines = findings(bicycle.company).split("\n")
	assert count >= len(lines)
	label = "Orders say what their runs add up to"
	assert f"{label}: Production Order {order.name}, produced_qty: expected 0, found 1" in lines
	once = len(told(bicycle.company))
	assert once > before
	audit.check_invariants()
	assert len(told(bicycle.company)) == once


def test_whoever_wants_emails_gets_one(order, bicycle):
	tamper("Production Event", {"name": f"{order.name}-E00002"}, user="Guest", modified=add_days(None, 1))
	sends = mock.patch.object(notices, "_sends_emails", return_value=True)
	with sends, mock.patch.object(frappe, "sendmail") as sendmail:
		night()
	(call,) = sendmail.call_args_list
	assert bicycle.users["manager"].email in call.kwargs["recipients"]
	assert call.kwargs["subject"] == f"The history of {order.name} is broken"
	assert "event 2: edited" in call.kwargs["args"]["description"]


def test_nobody_writes_an_audit_by_hand(order):
	with unchanged(), pytest.raises(errors.ReadOnly):
		frappe.get_doc(AUDIT, order.name).save()
