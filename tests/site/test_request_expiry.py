"""Answers are kept as long as the settings say, and forgotten in chunks; then their keys are new again."""

from uuid import uuid4

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from production_orders import errors, hooks
from production_orders.api import runs
from production_orders.patches import keep_requests_for_ninety_days
from production_orders.services import request_expiry
from tests.support.orders import confirmed, tamper

DOCTYPE = "Production Request"
SETTINGS = "Production Orders Settings"


@pytest.fixture
def order(scratch):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	frappe.db.delete(DOCTYPE)
	return order


@pytest.fixture
def retention(site):
	"""`retention(days)` sets the setting for one test."""

	def keep(days: int) -> None:
		frappe.db.set_single_value(SETTINGS, "request_retention_days", days)

	keep(90)
	yield keep
	frappe.db.rollback()
	frappe.clear_document_cache(SETTINGS, SETTINGS)


def start(order, key: str, qty: float = 1) -> str:
	return runs.start(order=order.name, qty=qty, idempotency_key=key)["run"]


def age(key: str, days: float) -> None:
	tamper(DOCTYPE, {"idempotency_key": key}, creation=add_days(now_datetime(), -days))


def kept() -> int:
	return frappe.db.count(DOCTYPE)


def test_an_answer_is_given_again_for_as_long_as_it_is_kept(order, retention):
	key = uuid4().hex
	run = start(order, key)
	age(key, 89)
	request_expiry.forget()
	assert start(order, key) == run
	assert frappe.db.count("Production Run", {"production_order": order.name}) == 1


def test_a_key_whose_answer_has_expired_is_a_new_one(order, retention):
	key = uuid4().hex
	run = start(order, key)
	age(key, 91)
	with pytest.raises(errors.IdempotencyConflict):
		start(order, key, qty=2)
	request_expiry.forget()
	assert kept() == 0
	again = start(order, key, qty=2)
	assert again != run
	assert start(order, key, qty=2) == again
	assert frappe.db.count("Production Run", {"production_order": order.name}) == 2


def test_the_setting_says_how_long(order, retention):
	keys = [uuid4().hex for _ in range(3)]
	for key, days in zip(keys, (1, 6, 8), strict=True):
		start(order, key)
		age(key, days)
	retention(7)
	request_expiry.forget()
	assert kept() == 2
	retention(0)
	request_expiry.forget()
	assert kept() == 2


def test_many_answers_are_forgotten_in_chunks_the_oldest_first(order, retention, monkeypatch):
	queued = []
	monkeypatch.setattr(request_expiry, "CHUNK", 2)
	monkeypatch.setattr(frappe, "enqueue", lambda job, **options: queued.append((job, options)))
	keys = [uuid4().hex for _ in range(5)]
	for days, key in enumerate(keys, start=100):
		start(order, key)
		age(key, days)
	left = []
	for _ in range(3):
		request_expiry.forget()
		left.append(frappe.get_all(DOCTYPE, pluck="idempotency_key", order_by="creation desc"))
	assert left == [keys[:3], keys[:1], []]
	assert queued == [(request_expiry.JOB, {"queue": "long", "enqueue_after_commit": True})] * 2


def test_it_happens_every_day(site):
	assert request_expiry.JOB in hooks.scheduler_events["daily_long"]
	assert frappe.get_attr(request_expiry.JOB) is request_expiry.forget


def test_a_site_of_before_gets_the_default(retention):
	retention(0)
	keep_requests_for_ninety_days.execute()
	assert frappe.db.get_single_value(SETTINGS, "request_retention_days") == 90
	retention(7)
	keep_requests_for_ninety_days.execute()
	assert frappe.db.get_single_value(SETTINGS, "request_retention_days") == 7
