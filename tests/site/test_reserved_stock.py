"""What an order has reserved stays, whatever kind of voucher wants it; the rest goes out as ever."""

from unittest import mock

import frappe
import pytest
from erpnext.stock.stock_ledger import NegativeStockError
from frappe.utils import add_days, today

from production_orders import errors
from production_orders.api import reservations, runs
from production_orders.erpnext_bridge import stock_entry
from production_orders.services import queries
from tests.support.orders import confirmed, started
from tests.support.takers import VOUCHERS
from tests.support.tracked import holds


@pytest.fixture(params=VOUCHERS)
def take(request, takers):
	return getattr(takers, request.param)


@pytest.fixture
def held(scratch, takers):
	"""Ten of an item, six of them reserved: (item, order)."""
	item = scratch.item("RAW")
	receipt = takers.receipt(item, 10)
	finished = scratch.item("FG")
	scratch.bom(finished, {item: 1})
	order = scratch.order(finished, 6)
	confirmed(order)
	return frappe._dict(item=item, order=order, receipt=receipt)


def refusal_of(call) -> errors.InsufficientStock:
	with pytest.raises(errors.InsufficientStock) as refusal:
		call()
	return refusal.value


def test_no_voucher_takes_what_is_reserved(held, take, unchanged):
	with unchanged():
		refusal = refusal_of(lambda: take(held.item, 5))
	(row,) = refusal.details
	assert (row["required_qty"], row["available_qty"], row["short_qty"]) == (5, 4, 1)
	assert row["reserved_for"] == {held.order.name: 6}
	for said in (held.item, held.order.name, "release a reservation"):
		assert said in str(refusal)


def test_every_voucher_takes_what_is_free(held, take, scratch):
	take(held.item, 4)
	assert (scratch.actual(held.item), scratch.reserved(held.item)) == (6, 6)


def test_a_released_reservation_lets_vouchers_pass(held, take, scratch):
	reservations.release(order=held.order.name, reason="the customer comes first")
	take(held.item, 10)
	assert scratch.actual(held.item) == 0


def test_a_receipt_whose_stock_is_reserved_is_not_cancelled(held, unchanged):
	with unchanged():
		refusal = refusal_of(lambda: frappe.get_doc(held.receipt.doctype, held.receipt.name).cancel())
	assert refusal.details[0]["reserved_for"] == {held.order.name: 6}


def test_a_transfer_whose_stock_is_reserved_is_not_cancelled(scratch, takers, unchanged):
	item = scratch.item("RAW")
	scratch.stock(item, 10, warehouse=scratch.plant.scrap_warehouse)
	row = {"item_code": item, "qty": 10, "s_warehouse": scratch.plant.scrap_warehouse}
	transfer = takers.entry("Material Transfer", {**row, "t_warehouse": takers.warehouse})
	finished = scratch.item("FG")
	scratch.bom(finished, {item: 1})
	confirmed(scratch.order(finished, 6))
	with unchanged():
		refusal_of(lambda: frappe.get_doc("Stock Entry", transfer.name).cancel())


def test_a_count_of_reserved_stock_is_refused(held, takers, unchanged):
	"""By ERPNext itself, which lets nobody count what is reserved; the guard is for the race."""
	with unchanged(), pytest.raises(frappe.ValidationError):
		takers.reconciliation(held.item, 5)


@pytest.mark.parametrize(("counted", "refused"), [(5, True), (6, False), (12, False)])
def test_a_count_that_escapes_erpnext_leaves_what_is_reserved(
	held, takers, scratch, monkeypatch, counted, refused
):
	escape(monkeypatch)
	if refused:
		assert refusal_of(lambda: takers.reconciliation(held.item, counted)).details[0]["required_qty"] == 5
	else:
		takers.reconciliation(held.item, counted)
		assert scratch.actual(held.item) == counted


def escape(monkeypatch) -> None:
	"""As when the order is confirmed after ERPNext has looked."""
	from erpnext.stock.doctype.stock_reconciliation.stock_reconciliation import StockReconciliation

	monkeypatch.setattr(StockReconciliation, "validate_reserved_stock", lambda self: None)


@pytest.mark.parametrize("days", [-3, 3])
def test_a_voucher_of_another_day_takes_nothing_reserved_today(held, takers, scratch, unchanged, days):
	scratch_day = {"set_posting_time": 1, "posting_date": add_days(today(), days)}
	row = {"item_code": held.item, "qty": 5, "s_warehouse": takers.warehouse}
	if days < 0:
		arrive = {"item_code": held.item, "qty": 1, "t_warehouse": takers.warehouse, "basic_rate": 10}
		takers.entry(
			"Material Receipt", arrive, **{**scratch_day, "posting_date": add_days(today(), days - 1)}
		)
		row["qty"] = 6
	with unchanged():
		refusal_of(lambda: takers.entry("Material Issue", row, **scratch_day))


@pytest.mark.erpnext
def test_a_landed_cost_on_reserved_stock_passes(held, takers):
	account = frappe.db.get_value(
		"Account", {"company": takers.company, "root_type": "Expense", "is_group": 0}
	)
	voucher = frappe.new_doc("Landed Cost Voucher")
	voucher.update({"company": takers.company, "distribute_charges_based_on": "Amount"})
	receipt = {"receipt_document_type": "Purchase Receipt", "receipt_document": held.receipt.name}
	voucher.append("purchase_receipts", {**receipt, "grand_total": held.receipt.grand_total})
	voucher.get_items_from_purchase_receipts()
	voucher.append("taxes", {"expense_account": account, "description": "Freight", "amount": 50})
	voucher.insert().submit()
	assert frappe.db.get_value("Bin", {"item_code": held.item}, "valuation_rate") == 15


def test_the_order_s_own_run_takes_what_it_has_reserved(held, takers, scratch):
	takers.material_issue(held.item, 4)
	runs.complete(run=started(held.order), produced_qty=6)
	assert (scratch.actual(held.item), scratch.reserved(held.item)) == (0, 0)


@pytest.fixture
def batches(tracked, takers):
	"""Ten each of two batches, six of the first reserved."""
	resin = tracked.batch_item()
	first, second = (tracked.batch(resin) for _batch in range(2))
	for batch in (first, second):
		takers.receipt(resin, 10, batch_no=batch)
	order = tracked.order(resin, 6)
	confirmed(order)
	assert holds(order) == {first: (6, 0)}
	return frappe._dict(item=resin, first=first, second=second, order=order)


def test_no_voucher_takes_a_reserved_batch(batches, take, unchanged):
	"""Fourteen of the item are free, but only four of the batch."""
	with unchanged():
		refusal = refusal_of(lambda: take(batches.item, 5, batch_no=batches.first))
	(row,) = refusal.details
	assert (row["lot"], row["required_qty"], row["available_qty"]) == (batches.first, 5, 4)
	assert row["reserved_for"] == {batches.order.name: 6}
	assert batches.first in str(refusal)


def test_every_voucher_takes_what_is_free_of_a_batch(batches, take, scratch):
	take(batches.item, 4, batch_no=batches.first)
	take(batches.item, 10, batch_no=batches.second)
	assert scratch.actual(batches.item) == 6


def test_who_names_no_batch_gets_what_is_free(batches, takers, scratch):
	takers.material_issue(batches.item, 14)
	assert scratch.actual(batches.item) == 6
	runs.complete(run=started(batches.order), produced_qty=6)
	assert holds(batches.order) == {batches.first: (6, 6)}


def test_a_batch_is_counted_down_to_what_is_reserved(batches, takers, scratch, monkeypatch):
	escape(monkeypatch)
	refusal = refusal_of(lambda: takers.reconciliation(batches.item, 5, batch_no=batches.first))
	assert refusal.details[0]["required_qty"] == 5


def test_a_batch_may_be_counted_as_long_as_its_reservation_is_covered(batches, takers, scratch, monkeypatch):
	escape(monkeypatch)
	takers.reconciliation(batches.item, 7, batch_no=batches.first)
	assert scratch.actual(batches.item) == 17


@pytest.fixture
def pieces(tracked, takers):
	"""Three pieces, of which the first is reserved."""
	motor = tracked.serial_item()
	takers.receipt(motor, 3)
	names = sorted(frappe.get_all("Serial No", {"item_code": motor}, pluck="name"))
	order = tracked.order(motor, 1)
	confirmed(order)
	assert holds(order) == {names[0]: (1, 0)}
	return frappe._dict(item=motor, names=names, order=order)


def test_no_voucher_takes_a_reserved_piece(pieces, take, unchanged):
	with unchanged():
		refusal = refusal_of(lambda: take(pieces.item, 1, serial_no=pieces.names[0]))
	assert refusal.details[0]["lot"] == pieces.names[0]
	assert refusal.details[0]["reserved_for"] == {pieces.order.name: 1}


def test_every_voucher_takes_a_free_piece(pieces, take, scratch):
	take(pieces.item, 1, serial_no=pieces.names[2])
	assert scratch.actual(pieces.item) == 2


def test_whoever_catches_erpnexts_refusal_catches_ours(held, take):
	with pytest.raises(NegativeStockError):
		take(held.item, 6)


def test_a_run_was_checked_before_it_posts_and_whoever_comes_after_it_is_checked_too(held, take, scratch):
	run = runs.start(order=held.order.name)["run"]
	with mock.patch.object(queries, "lock_bin", wraps=queries.lock_bin) as lock_bin:
		runs.complete(run=run, produced_qty=2)
		assert not lock_bin.called
		refusal_of(lambda: take(held.item, 5))
	assert (scratch.actual(held.item), scratch.reserved(held.item)) == (8, 4)


def test_a_run_that_failed_to_post_leaves_the_guard_standing(held, take, unchanged):
	run = runs.start(order=held.order.name)["run"]
	failing = mock.patch.object(stock_entry, "post", side_effect=RuntimeError)
	with unchanged(), failing, pytest.raises(RuntimeError):
		runs.complete(run=run, produced_qty=2)
	assert frappe.flags.checked_voucher is None
	with unchanged():
		refusal_of(lambda: take(held.item, 5))
