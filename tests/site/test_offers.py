"""Stock that comes in or comes free is offered to open shortages once its transaction is committed."""

import frappe
import pytest

from fixtures import stock
from production_orders.api import orders, reservations
from production_orders.services import events, offers, queries, reallocation
from tests.support import vouchers
from tests.support.orders import events_of, running

SHORT = "Confirm with Shortages"


@pytest.fixture
def committed(offered, monkeypatch):
	"""Runs what would run after a commit, and says what was offered; the test itself is still rolled back."""

	def after_commit() -> list:
		offered.clear()
		frappe.db.after_commit.run()
		return [(sorted(offer.item_codes), list(offer.causes), sorted(offer.but_not)) for offer in offered]

	monkeypatch.setattr(frappe.db, "begin", lambda: None)  # the test's own transaction goes on
	frappe.db.after_commit.reset()
	frappe.flags.pop(offers.PENDING, None)
	yield after_commit
	frappe.db.after_commit.reset()
	frappe.flags.pop(offers.PENDING, None)


def issue(scratch, item_code, qty):
	row = {"item_code": item_code, "qty": qty, "s_warehouse": scratch.plant.source_warehouse}
	return stock.post(stock.ISSUE, scratch.company, [row])


def test_a_receipt_is_offered_to_who_is_short_of_it(scratch, wanted, committed):
	wanted.order(5)
	committed()
	receipt = scratch.stock(wanted.item, 3)
	assert committed() == [([wanted.item], [f"Stock Entry {receipt.name}"], [])]


def test_one_transaction_makes_one_offer(scratch, wanted, committed):
	wanted.order(5)
	committed()
	first, second = scratch.stock(wanted.item, 1), scratch.stock(wanted.item, 1)
	causes = [f"Stock Entry {receipt.name}" for receipt in (first, second)]
	assert committed() == [([wanted.item], causes, [])]
	assert committed() == []


def test_what_nobody_is_short_of_is_not_offered(scratch, wanted, committed):
	scratch.stock(wanted.item, 3)
	assert committed() == []


def test_what_is_short_and_nowhere_free_is_not_offered(scratch, wanted, committed):
	wanted.order(5)
	assert committed() == []


def test_an_issue_is_not_offered_but_its_cancellation_is(scratch, wanted, committed):
	scratch.stock(wanted.item, 5)
	entry = issue(scratch, wanted.item, 5)
	wanted.order(5)
	assert committed() == []
	entry.cancel()
	assert committed() == [([wanted.item], [f"Stock Entry {entry.name}"], [])]


def test_a_count_that_finds_more_is_offered(scratch, wanted, committed):
	scratch.stock(wanted.item, 1)
	wanted.order(5)
	committed()
	count = frappe.get_doc(
		{
			"doctype": "Stock Reconciliation",
			"purpose": "Stock Reconciliation",
			"company": scratch.company,
			"items": [
				{
					"item_code": wanted.item,
					"warehouse": scratch.plant.fg_warehouse,
					"qty": 9,
					"valuation_rate": 10,
				}
			],
		}
	)
	count.insert()
	count.submit()
	assert committed() == [([wanted.item], [f"Stock Reconciliation {count.name}"], [])]


@pytest.mark.parametrize("how", ["release", "cancel", "complete"])
def test_what_an_order_lets_go_of_is_offered_to_the_others(scratch, wanted, committed, how):
	scratch.stock(wanted.item, 5)
	holder = wanted.order(5)
	wanted.order(5, priority="Low")
	if how == "complete":
		running(scratch.order(wanted.product, 1, shortage_policy=SHORT), qty=1)
	committed()
	if how == "release":
		reservations.release(order=holder.name, reason="lent")
	elif how == "cancel":
		orders.cancel(order=holder.name, reason="not wanted")
	else:
		orders.complete(order=holder.name, produced_qty=2, close_short=True, reason="enough")
	found = committed()
	assert len(found) == 1
	assert wanted.item in found[0][0]
	assert f"Production Order {holder.name}" in found[0][1]
	assert found[0][2] == [holder.name]


def test_what_is_released_does_not_come_back_by_itself(scratch, wanted):
	scratch.stock(wanted.item, 5)
	holder = wanted.order(5, priority="Urgent")
	other = wanted.order(3, priority="Low")
	reservations.release(order=holder.name, reason="lent")
	scope = reallocation.Scope(item_codes=[wanted.item], but_not=[holder.name])
	answer = reallocation.reallocate(scope, "cause")
	assert [(row["order"], row["qty"]) for row in answer["reserved"]] == [(other.name, 3)]
	assert answer["still_short"] == 0


def test_a_rolled_back_receipt_is_not_offered(scratch, wanted, committed):
	wanted.order(5)
	scratch.stock(wanted.item, 3)
	frappe.db.after_commit.reset()
	frappe.db.after_rollback.run()
	assert committed() == []
	scratch.stock(wanted.item, 2)
	assert len(committed()) == 1


def test_the_job_is_queued_with_everything_it_needs(scratch, wanted, monkeypatch):
	queued = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **arguments: queued.append((method, arguments)))
	offer = offers.Offer({wanted.item}, {"Stock Entry A": None, "Stock Entry B": None}, {"PRO-1"})
	REAL_START(offer)
	((method, arguments),) = queued
	assert arguments == {
		"item_codes": [wanted.item],
		"cause": "Stock Entry A, Stock Entry B",
		"but_not": ["PRO-1"],
	}
	assert frappe.get_attr(method) is reallocation.offer


REAL_START = offers.start


def test_a_queue_that_is_down_fails_nobody(monkeypatch):
	from redis.exceptions import ConnectionError

	def down(*_args, **_kwargs):
		raise ConnectionError

	monkeypatch.setattr(frappe, "enqueue", down)
	assert REAL_START(offers.Offer({"X"})) is None


def test_the_job_shares_out_as_the_system_and_says_why(scratch, wanted, monkeypatch):
	order = wanted.order(5)
	scratch.stock(wanted.item, 5)
	monkeypatch.setattr(queries, "begin_read_committed", lambda: None)  # the test's own data is not committed
	frappe.set_user(scratch.plant.users["stock"].email)
	answer = reallocation.offer(item_codes=[wanted.item], cause="Purchase Receipt PR-1", but_not=[])
	assert answer["reserved"][0]["order"] == order.name
	event, _hash = events.of(order.name)[-1]
	assert (event.event, event.user, events.details(event)["cause"]) == (
		"Reserved",
		"Administrator",
		"Purchase Receipt PR-1",
	)


def test_the_job_tries_again_after_a_deadlock(scratch, wanted, monkeypatch):
	order = wanted.order(5)
	scratch.stock(wanted.item, 5)
	monkeypatch.setattr(queries, "begin_read_committed", lambda: None)
	lock, tries = queries.lock_free_stock, []

	def deadlocked_once(*args):
		tries.append(args)
		if len(tries) == 1:
			raise frappe.QueryDeadlockError
		return lock(*args)

	monkeypatch.setattr(queries, "lock_free_stock", deadlocked_once)
	reallocation.offer(item_codes=[wanted.item], cause="cause", but_not=[])
	assert len(tries) == 2
	assert [event for _sequence, event, _subject in events_of(order)] == ["Confirmed", "Reserved"]


def test_every_hour_what_was_left_is_offered(scratch, wanted, monkeypatch):
	order = wanted.order(5)
	scratch.stock(wanted.item, 2)
	monkeypatch.setattr(queries, "begin_read_committed", lambda: None)
	reallocation.sweep()
	assert events_of(order)[-1][1] == "Reserved"


def test_what_others_no_longer_hold_is_offered(scratch, wanted, committed):
	"""A Sales Order's reservation is cancelled."""
	scratch.stock(wanted.item, 5)
	at = {"warehouse": scratch.plant.source_warehouse}
	sale = vouchers.sales_order(scratch.company, item_code=wanted.item, qty=5, **at)
	entry = frappe.new_doc("Stock Reservation Entry")
	entry.update(
		{
			"item_code": wanted.item,
			**at,
			"voucher_type": "Sales Order",
			"voucher_no": sale.name,
			"voucher_detail_no": sale.items[0].name,
			"available_qty": 5,
			"voucher_qty": 5,
			"reserved_qty": 5,
			"stock_uom": "Nos",
			"company": scratch.company,
		}
	)
	entry.insert().submit()
	wanted.order(5)
	assert committed() == []
	frappe.get_doc("Stock Reservation Entry", entry.name).cancel()
	assert committed() == [([wanted.item], [f"Sales Order {sale.name}"], [])]
