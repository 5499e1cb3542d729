"""Stock that Sales Orders reserve through ERPNext itself: nobody holds what another one holds."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import runs
from tests.support.orders import confirmed, running, value
from tests.support.takers import Takers, delivery, sales_reservation
from tests.support.tracked import holds


@pytest.fixture
def takers(scratch):
	"""A plant whose Sales Orders reserve stock, too."""
	frappe.db.set_single_value("Stock Settings", "enable_stock_reservation", 1)
	frappe.clear_document_cache("Stock Settings", "Stock Settings")
	yield Takers(scratch.plant)
	frappe.db.rollback()
	frappe.clear_document_cache("Stock Settings", "Stock Settings")


@pytest.fixture
def blind(monkeypatch):
	"""ERPNext finds enough, as when the order is confirmed after it has looked."""
	from erpnext.stock.doctype.stock_reservation_entry import stock_reservation_entry

	monkeypatch.setattr(stock_reservation_entry, "get_available_qty_to_reserve", lambda *args, **kwargs: 1000)


def order_of(scratch, item: str, qty: float, **values):
	finished = scratch.item("FG")
	scratch.bom(finished, {item: 1})
	return scratch.order(finished, qty, **values)


def stocked(scratch, qty: float) -> str:
	item = scratch.item("RAW")
	scratch.stock(item, qty)
	return item


def test_an_order_leaves_what_sales_have_reserved(scratch, takers):
	item = stocked(scratch, 10)
	sales_reservation(takers, item, 7)
	order = order_of(scratch, item, 5, shortage_policy="Confirm with Shortages")
	assert [row["short_qty"] for row in confirmed(order)["shortages"]] == [2]
	assert scratch.reserved(item) == 10


def test_sales_leave_what_an_order_has_reserved(scratch, takers, blind, unchanged):
	item = stocked(scratch, 10)
	order = order_of(scratch, item, 6)
	confirmed(order)
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		sales_reservation(takers, item, 5)
	(row,) = refusal.value.details
	assert (row["required_qty"], row["available_qty"], row["short_qty"]) == (5, 4, 1)
	assert row["reserved_for"] == {order.name: 6}
	assert order.name in str(refusal.value)


def test_sales_reserve_what_is_free(scratch, takers):
	item = stocked(scratch, 10)
	confirmed(order_of(scratch, item, 6))
	sales_reservation(takers, item, 4)
	assert scratch.reserved(item) == 10


def test_sales_leave_the_batch_that_an_order_has_reserved(tracked, takers, blind, unchanged, monkeypatch):
	"""ERPNext picks the oldest batch for them, blind to the order's reservation."""
	resin = tracked.batch_item()
	first, _second = tracked.batches(resin, 10, 10)
	order = tracked.order(resin, 6)
	confirmed(order)
	rows = [{"batch_no": first, "qty": 5, "warehouse": takers.warehouse}]
	monkeypatch.setattr(_reservation_class(), "auto_reserve_serial_and_batch", lambda self: None)
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		sales_reservation(
			takers, resin, 5, sb_entries=rows, reservation_based_on="Serial and Batch", has_batch_no=1
		)
	assert refusal.value.details[0]["lot"] == first


def _reservation_class():
	from erpnext.stock.doctype.stock_reservation_entry.stock_reservation_entry import StockReservationEntry

	return StockReservationEntry


def test_batches_are_shared_with_sales(tracked, takers):
	resin = tracked.batch_item()
	first, second = tracked.batches(resin, 10, 10)
	sales_reservation(takers, resin, 8)
	order = tracked.order(resin, 6)
	confirmed(order)
	assert holds(order) == {first: (2, 0), second: (4, 0)}


def test_a_delivery_takes_what_its_own_sales_order_has_reserved(scratch, takers):
	item = stocked(scratch, 10)
	confirmed(order_of(scratch, item, 6))
	reservation = sales_reservation(takers, item, 4)
	delivery(takers, reservation, 4)
	assert (scratch.actual(item), scratch.reserved(item)) == (6, 6)


def test_a_delivery_takes_no_more_than_its_own_sales_order_has_reserved(scratch, takers, unchanged):
	item = stocked(scratch, 10)
	confirmed(order_of(scratch, item, 6))
	reservation = sales_reservation(takers, item, 5, reserved_qty=3)
	with unchanged(), pytest.raises(errors.InsufficientStock):
		delivery(takers, reservation, 5)


def test_a_cancelled_delivery_holds_its_stock_again(scratch, takers):
	item = stocked(scratch, 10)
	note = delivery(takers, sales_reservation(takers, item, 4), 4)
	frappe.get_doc(note.doctype, note.name).cancel()
	assert (scratch.actual(item), scratch.reserved(item)) == (10, 4)


def test_a_run_leaves_what_sales_have_reserved(scratch, takers, unchanged):
	item = stocked(scratch, 10)
	reservation = sales_reservation(takers, item, 5)
	run = running(order_of(scratch, item, 4, consumption_policy="Flexible"))
	with unchanged(), pytest.raises(errors.InsufficientStock):
		runs.complete(run=run, produced_qty=4, consumption=[{"item_code": item, "qty": 6}])
	assert value("Stock Reservation Entry", reservation.name, "reserved_qty") == 5


def test_the_bin_says_what_is_reserved_whatever_erpnext_has_seen(scratch, takers, monkeypatch):
	"""ERPNext adds reservations up as its transaction first saw them, which may be before ours."""
	from erpnext.stock.doctype.bin.bin import Bin

	item = stocked(scratch, 10)
	confirmed(order_of(scratch, item, 5))
	monkeypatch.setattr(Bin, "update_reserved_stock", lambda self: self.db_set("reserved_stock", 0))
	reservation = sales_reservation(takers, item, 4)
	assert scratch.reserved(item) == 9
	note = delivery(takers, reservation, 3)
	assert scratch.reserved(item) == 6
	frappe.get_doc(note.doctype, note.name).cancel()
	assert scratch.reserved(item) == 9
	frappe.get_doc("Stock Reservation Entry", reservation.name).cancel()
	assert scratch.reserved(item) == 5
