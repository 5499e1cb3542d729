"""A reservation of an item with batches holds concrete ones, in the order of use, and never unusable ones."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, reservations
from tests.support.orders import confirmed, reservations_of
from tests.support.tracked import holds

PICKED_BY = "pick_serial_and_batch_based_on"
WITH_SHORTAGES = {"shortage_policy": "Confirm with Shortages"}


@pytest.fixture
def stock_settings(site):
	"""Set for one test."""
	yield lambda **values: [frappe.db.set_single_value("Stock Settings", *each) for each in values.items()]
	frappe.db.rollback()
	frappe.clear_document_cache("Stock Settings", "Stock Settings")


def test_the_oldest_batches_are_reserved_first(tracked):
	resin = tracked.batch_item()
	first, second, _third = tracked.batches(resin, 4, 4, 4)
	order = tracked.order(resin, 6)
	confirmed(order)
	assert holds(order) == {first: (4, 0), second: (2, 0)}
	assert reservations_of(order, "reservation_based_on", "has_batch_no", "has_serial_no", "status") == {
		resin: ("Serial and Batch", 1, 0, "Reserved")
	}


def test_the_newest_come_first_where_the_site_says_so(tracked, stock_settings):
	stock_settings(**{PICKED_BY: "LIFO"})
	resin = tracked.batch_item()
	_first, second, third = tracked.batches(resin, 4, 4, 4)
	order = tracked.order(resin, 6)
	confirmed(order)
	assert holds(order) == {third: (4, 0), second: (2, 0)}


@pytest.mark.parametrize("rule", ["FIFO", "LIFO", "Expiry"])
def test_what_expires_is_reserved_by_expiry_whatever_the_site_says(tracked, stock_settings, rule):
	stock_settings(**{PICKED_BY: rule})
	milk = tracked.batch_item(has_expiry_date=1)
	late = tracked.batch(milk, 4, days=30)
	soon = tracked.batch(milk, 4, days=5)
	today = tracked.batch(milk, 4, days=0)
	order = tracked.order(milk, 9)
	confirmed(order)
	assert holds(order) == {today: (4, 0), soon: (4, 0), late: (1, 0)}


def test_expired_and_disabled_batches_are_not_free(tracked):
	milk = tracked.batch_item(has_expiry_date=1)
	expired, disabled, good = (tracked.batch(milk, 10, days=9) for _batch in range(3))
	tracked.expire(expired)
	frappe.db.set_value("Batch", disabled, "disabled", 1)
	order = tracked.order(milk, 15, **WITH_SHORTAGES)
	answer = confirmed(order)
	assert holds(order) == {good: (10, 0)}
	assert [row["short_qty"] for row in answer["shortages"]] == [5]
	(warning,) = answer["warnings"]
	assert all(said in warning for said in ("20 more are there", expired, disabled))


def test_a_preview_promises_only_usable_batches(tracked):
	milk = tracked.batch_item(has_expiry_date=1)
	tracked.batch(milk, 10, days=9)
	tracked.expire(tracked.batch(milk, 10, days=9))
	order = tracked.order(milk, 15)
	preview = orders.preview(
		item_code=order.item_code, qty=15, company=order.company, source_warehouse=order.source_warehouse
	)
	assert [row["short_qty"] for row in preview["shortages"]] == [5]


def test_two_orders_never_hold_the_same_quantity_of_a_batch(tracked):
	resin = tracked.batch_item()
	first, second = tracked.batches(resin, 5, 5)
	orders_ = [tracked.order(resin, qty) for qty in (3, 4)]
	for order in orders_:
		confirmed(order)
	assert [holds(order) for order in orders_] == [{first: (3, 0)}, {first: (2, 0), second: (2, 0)}]


def test_a_shortage_is_covered_from_the_batch_that_arrives(tracked):
	resin = tracked.batch_item()
	(first,) = tracked.batches(resin, 4)
	order = tracked.order(resin, 10, **WITH_SHORTAGES)
	confirmed(order)
	late = tracked.batch(resin, 20)
	reservations.reserve(order=order.name)
	assert holds(order) == {first: (4, 0), late: (6, 0)}
	assert len(reservations_of(order, "name")) == 1


def test_a_partial_release_gives_the_last_picked_back_first(tracked):
	resin = tracked.batch_item()
	first, second = tracked.batches(resin, 4, 4)
	order = tracked.order(resin, 8)
	confirmed(order)
	reservations.release(order=order.name, materials=[{"item_code": resin, "qty": 3}], reason="rush order")
	assert holds(order) == {first: (4, 0), second: (1, 0)}
	other = tracked.order(resin, 3)
	confirmed(other)
	assert holds(other) == {second: (3, 0)}


def test_what_was_released_is_reserved_again(tracked):
	resin = tracked.batch_item()
	first, second = tracked.batches(resin, 4, 4)
	order = tracked.order(resin, 8)
	confirmed(order)
	reservations.release(order=order.name, reason="rush order")
	assert holds(order) == {}
	reservations.reserve(order=order.name)
	assert holds(order) == {first: (4, 0), second: (4, 0)}


def test_a_cancelled_order_holds_no_batch(tracked):
	resin = tracked.batch_item()
	tracked.batches(resin, 4, 4)
	order = tracked.order(resin, 8)
	confirmed(order)
	orders.cancel(order=order.name, reason="not wanted")
	assert holds(order) == {}
	assert tracked.scratch.reserved(resin) == 0
	again = tracked.order(resin, 8)
	confirmed(again)
	assert len(holds(again)) == 2


def test_a_confirmation_that_meets_too_few_usable_batches_is_refused(tracked, unchanged):
	milk = tracked.batch_item(has_expiry_date=1)
	expired = tracked.batch(milk, 10, days=9)
	tracked.expire(expired)
	order = tracked.order(milk, 5)
	with unchanged(), pytest.raises(errors.Shortage) as refusal:
		confirmed(order)
	assert "10 more are there, but expired or disabled" in str(refusal.value)
	assert expired in str(refusal.value)


def test_fractions_of_batches_add_up(tracked):
	glue = tracked.batch_item(uom="Kg")
	first, second = tracked.batches(glue, 0.3, 0.5)
	order = tracked.order(glue, 1, per_unit=0.7)
	confirmed(order)
	assert holds(order) == {first: (0.3, 0), second: (0.4, 0)}


def test_the_number_of_statements_does_not_grow_with_the_batches(tracked, monkeypatch):
	counts = []
	for materials, batches in ((2, 2), (6, 5)):
		items = [tracked.batch_item() for _item in range(materials)]
		for item in items:
			tracked.batches(item, *[2] * batches)
		finished = tracked.scratch.item("FG")
		tracked.scratch.bom(finished, dict.fromkeys(items, 1))
		order = tracked.scratch.order(finished, 2 * batches)
		with monkeypatch.context() as patch:
			sent = listen(patch)
			confirmed(order)
		counts.append(len(sent))
		assert len(holds(order)) == materials * batches
	assert counts[0] == counts[1]


def listen(patch) -> list[str]:
	statements, execute = [], frappe.db.sql

	def noting(query, *args, **kwargs):
		statements.append(str(query))
		return execute(query, *args, **kwargs)

	patch.setattr(frappe.db, "sql", noting)
	return statements
