"""Contract: every voucher that moves stock goes through the same ledger, which keeps what is reserved."""

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from erpnext.stock.doctype.batch.batch import get_batch_qty
from erpnext.stock.stock_ledger import NegativeStockError

from tests.support import vouchers
from tests.support.bulk_reservations import bulk_reserve, reserve_batches, reserve_serials

TAKERS = ["Delivery Note", "Sales Invoice", "Purchase Return", "Material Issue", "Material Transfer"]
Take = Callable[..., Any]


@pytest.fixture(params=TAKERS)
def take(request: pytest.FixtureRequest, erpnext: Any) -> Take:
	"""`take(item, 3, batch_no=...)`: that much leaves the warehouse with this kind of voucher."""
	if request.param == "Purchase Return":
		return lambda item, qty, **row: vouchers.purchase_return(_receipt_of(item), qty, **row)
	if request.param == "Material Transfer":
		return lambda item, qty, **row: erpnext.entry(
			"Material Transfer", [erpnext.consumed(item, qty, t_warehouse=erpnext.new_warehouse(), **row)]
		)
	makers = {"Delivery Note": erpnext.delivery_note, "Sales Invoice": erpnext.sales_invoice}
	return makers.get(request.param, erpnext.issue)


def _receipt_of(item_code: str) -> Any:
	name = frappe.db.get_value("Purchase Receipt Item", {"item_code": item_code}, "parent")
	return frappe.get_doc("Purchase Receipt", name)


def bought(erpnext: Any, qty: float, **fields: Any) -> str:
	item_code = erpnext.item(**fields)
	erpnext.purchase_receipt(item_code, qty)
	return item_code


def movements(voucher: Any) -> list[tuple[str, float]]:
	"""(voucher type, quantity) of the live ledger entries."""
	filters = {"voucher_no": voucher.name, "is_cancelled": 0}
	rows = frappe.get_all("Stock Ledger Entry", filters, ["voucher_type", "actual_qty"], order_by="creation")
	return [(row.voucher_type, row.actual_qty) for row in rows]


# What they move


def test_a_voucher_takes_out_what_it_says_and_gives_it_back_when_cancelled(erpnext: Any, take: Take) -> None:
	item = bought(erpnext, 10)
	voucher = take(item, 3)
	assert movements(voucher)[0] == (voucher.doctype, -3)
	assert (erpnext.bin(item).actual_qty, erpnext.bin(item).stock_value) == (7, 70)
	frappe.get_doc(voucher.doctype, voucher.name).cancel()
	assert (erpnext.bin(item).actual_qty, erpnext.bin(item).stock_value) == (10, 100)


def test_more_than_there_is_cannot_be_taken(erpnext: Any, take: Take, unchanged: Any) -> None:
	item = bought(erpnext, 10)
	erpnext.issue(item, 8)
	with unchanged(), pytest.raises(NegativeStockError):
		take(item, 3)


def test_an_invoice_that_does_not_update_stock_moves_none(erpnext: Any) -> None:
	item = bought(erpnext, 10)
	voucher = erpnext.sales_invoice(item, 3, update_stock=0)
	assert movements(voucher) == []


def test_a_purchase_receipt_brings_stock_at_its_rate_in_the_stock_uom(erpnext: Any) -> None:
	item = erpnext.item(uoms=[{"uom": "Box", "conversion_factor": 10}])
	receipt = erpnext.purchase_receipt(item, 2, rate=50, uom="Box")
	assert movements(receipt) == [("Purchase Receipt", 20)]
	row = erpnext.bin(item)
	assert (row.actual_qty, row.valuation_rate, row.stock_value) == (20, 5, 100)


def test_a_purchase_receipt_brings_batches_and_serial_numbers(erpnext: Any) -> None:
	resin, pump = erpnext.batch_item(), erpnext.serial_item()
	batch_no = erpnext.batch(resin)
	receipt = erpnext.purchase_receipt(resin, 5, batch_no=batch_no)
	assert [(line.batch_no, line.qty) for line in erpnext.moved(receipt, resin)] == [(batch_no, 5)]
	receipt = erpnext.purchase_receipt(pump, 2, use_serial_batch_fields=0)
	serial_nos = [line.serial_no for line in erpnext.moved(receipt, pump)]
	places = frappe.get_all("Serial No", {"name": ("in", serial_nos)}, pluck="warehouse")
	assert places == [erpnext.warehouse] * 2


# What they leave alone


def test_reserved_stock_cannot_be_taken(reservable: Any, take: Take, unchanged: Any) -> None:
	item = bought(reservable, 10)
	bulk_reserve(reservable, item, 4)
	with unchanged(), pytest.raises(NegativeStockError, match="reserved"):
		take(item, 7)


def test_what_nobody_reserved_can_be_taken(reservable: Any, take: Take) -> None:
	item = bought(reservable, 10)
	bulk_reserve(reservable, item, 4)
	take(item, 6)
	row = reservable.bin(item)
	assert (row.actual_qty, row.reserved_stock) == (4, 4)


def test_a_reserved_batch_cannot_be_taken_although_the_quantity_is_free(
	reservable: Any, take: Take, unchanged: Any
) -> None:
	item = reservable.batch_item()
	first, second = reservable.batch(item), reservable.batch(item)
	reservable.purchase_receipt(item, 5, batch_no=first)
	reservable.receive(item, 50, 10, batch_no=second)
	reserve_batches(reservable, item, {first: 4})
	with unchanged(), pytest.raises(frappe.ValidationError, match="needed in"):
		take(item, 2, batch_no=first)


def test_a_reserved_serial_number_cannot_be_taken(reservable: Any, take: Take, unchanged: Any) -> None:
	item = reservable.serial_item()
	receipt = reservable.purchase_receipt(item, 3, use_serial_batch_fields=0)
	first, second, _third = (line.serial_no for line in reservable.moved(receipt, item))
	reserve_serials(reservable, item, [first, second])
	with unchanged(), pytest.raises(frappe.ValidationError, match=first):
		take(item, 1, serial_no=first)


def test_a_receipt_whose_stock_is_reserved_cannot_be_cancelled(reservable: Any, unchanged: Any) -> None:
	item = reservable.item()
	receipt = reservable.purchase_receipt(item, 10)
	bulk_reserve(reservable, item, 4)
	with unchanged(), pytest.raises(frappe.ValidationError, match="needed in"):
		frappe.get_doc("Purchase Receipt", receipt.name).cancel()


# Counting stock anew


def test_a_reconciliation_sets_quantity_and_rate(erpnext: Any) -> None:
	item = erpnext.stocked_item(10)
	erpnext.reconciliation(item, 7, 12)
	row = erpnext.bin(item)
	assert (row.actual_qty, row.valuation_rate, row.stock_value) == (7, 12, 84)


def test_a_cancelled_reconciliation_puts_quantity_and_value_back(erpnext: Any) -> None:
	item = erpnext.stocked_item(10)
	erpnext.reconciliation(item, 7, 12).cancel()
	row = erpnext.bin(item)
	assert (row.actual_qty, row.stock_value) == (10, 100)


def test_the_ledger_entry_of_a_reconciliation_moves_nothing_and_says_what_is_there_after_it(
	erpnext: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
	from erpnext.stock.doctype.stock_ledger_entry.stock_ledger_entry import StockLedgerEntry

	seen: list[tuple[float, float]] = []
	validate = StockLedgerEntry.validate

	def watched(entry: StockLedgerEntry) -> None:
		seen.append((entry.actual_qty, entry.qty_after_transaction))
		validate(entry)

	item = erpnext.stocked_item(10)
	monkeypatch.setattr(StockLedgerEntry, "validate", watched)
	voucher = erpnext.reconciliation(item, 7)
	assert seen == [(0, 7)]
	assert movements(voucher) == [("Stock Reconciliation", 0)]


@pytest.mark.parametrize("counted", [3, 7, 12])
def test_reserved_stock_cannot_be_counted_anew_at_all(
	reservable: Any, unchanged: Any, counted: float
) -> None:
	item = reservable.stocked_item(10)
	bulk_reserve(reservable, item, 4)
	with unchanged(), pytest.raises(frappe.ValidationError, match="reserved for Item"):
		reservable.reconciliation(item, counted)


def test_a_reconciliation_of_a_reserved_item_cannot_be_cancelled(reservable: Any, unchanged: Any) -> None:
	item = reservable.stocked_item(10)
	voucher = reservable.reconciliation(item, 12)
	bulk_reserve(reservable, item, 4)
	with unchanged(), pytest.raises(frappe.ValidationError, match="reserved for Item"):
		voucher.cancel()


def test_a_batch_counted_anew_leaves_wholly_and_comes_back_as_counted(erpnext: Any) -> None:
	item = erpnext.batch_item()
	first, second = erpnext.received_batches(item, 10, 10)
	voucher = erpnext.reconciliation(item, 7, 12, batch_no=first)
	assert movements(voucher) == [("Stock Reconciliation", -10), ("Stock Reconciliation", 7)]
	row = erpnext.bin(item)
	assert (row.actual_qty, row.stock_value) == (17, 7 * 12 + 10 * 10)
	assert [get_batch_qty(batch_no, erpnext.warehouse) for batch_no in (first, second)] == [7, 10]
	voucher.cancel()
	assert (erpnext.bin(item).actual_qty, get_batch_qty(first, erpnext.warehouse)) == (20, 10)


# What their own Sales Orders reserved


@pytest.fixture
def sold(erpnext: Any, settings: Callable[..., None]) -> Callable[..., Any]:
	"""`sold(item, 4)`: a Sales Order whose whole quantity is reserved, as ERPNext's own entries do it."""
	settings("Stock Settings", enable_stock_reservation=1, auto_reserve_serial_and_batch=1)

	def reserve(item_code: str, qty: float, **fields: Any) -> Any:
		order = erpnext.sales_order(item_code, qty)
		voucher = {"voucher_type": "Sales Order", "voucher_no": order.name}
		voucher["voucher_detail_no"] = order.items[0].name
		entry = erpnext.reserve(item_code, qty, **voucher, **fields)
		return frappe._dict(order=order, entry=entry.name)

	return reserve


def deliver(erpnext: Any, order: Any, qty: float, how: str, **row: Any) -> Any:
	link = {"customer": order.customer, "so_detail": order.items[0].name}
	if how == "Sales Invoice":
		return erpnext.sales_invoice(order.items[0].item_code, qty, sales_order=order.name, **link, **row)
	return erpnext.delivery_note(order.items[0].item_code, qty, against_sales_order=order.name, **link, **row)


def delivered(reservation: Any) -> tuple[float, str]:
	fields = ["delivered_qty", "status"]
	return frappe.db.get_value("Stock Reservation Entry", reservation.entry, fields)


@pytest.mark.parametrize("how", ["Delivery Note", "Sales Invoice"])
def test_a_delivery_uses_up_what_its_sales_order_reserved_and_gives_it_back_when_cancelled(
	erpnext: Any, sold: Callable[..., Any], how: str
) -> None:
	item = erpnext.stocked_item(10)
	mine = sold(item, 10)
	voucher = deliver(erpnext, mine.order, 4, how)
	assert delivered(mine) == (4, "Partially Delivered")
	row = erpnext.bin(item)
	assert (row.actual_qty, row.reserved_stock) == (6, 6)
	voucher.cancel()
	assert delivered(mine) == (0, "Reserved")
	row = erpnext.bin(item)
	assert (row.actual_qty, row.reserved_stock) == (10, 10)


def test_a_delivery_uses_up_the_batch_of_its_bundle_that_its_sales_order_reserved(
	erpnext: Any, sold: Callable[..., Any]
) -> None:
	item = erpnext.batch_item()
	(batch_no,) = erpnext.received_batches(item, 10)
	mine = sold(item, 10, has_batch_no=1)
	bundle = erpnext.outward_bundle("Delivery Note", item, {batch_no: 4})
	row = {"serial_and_batch_bundle": bundle, "use_serial_batch_fields": 0}
	deliver(erpnext, mine.order, 4, "Delivery Note", **row)
	assert delivered(mine) == (4, "Partially Delivered")
	assert frappe.db.get_value("Serial and Batch Entry", {"parent": mine.entry}, "delivered_qty") == 4
	assert erpnext.bin(item).reserved_stock == 6


def test_a_batch_written_on_the_row_of_a_delivery_is_not_found_in_its_reservation(
	erpnext: Any, sold: Callable[..., Any], unchanged: Any
) -> None:
	item = erpnext.batch_item()
	(batch_no,) = erpnext.received_batches(item, 10)
	mine = sold(item, 10, has_batch_no=1)
	with unchanged(), pytest.raises(frappe.ValidationError, match="needed in"):
		deliver(erpnext, mine.order, 4, "Delivery Note", batch_no=batch_no)


def test_a_delivery_leaves_what_another_sales_order_reserved(
	erpnext: Any, sold: Callable[..., Any], unchanged: Any
) -> None:
	item = erpnext.stocked_item(10)
	sold(item, 6)
	mine = sold(item, 5, reserved_qty=4)
	with unchanged(), pytest.raises(NegativeStockError):
		deliver(erpnext, mine.order, 5, "Delivery Note")


# What the orders behind them count


def test_a_receipt_for_a_purchase_order_is_no_longer_ordered(erpnext: Any) -> None:
	item = erpnext.item()
	order = erpnext.purchase_order(item, 10)
	link = {"supplier": order.supplier, "purchase_order": order.name}
	link.update({"purchase_order_item": order.items[0].name})
	receipt = erpnext.purchase_receipt(item, 4, **link)
	order.reload()
	assert (order.items[0].received_qty, order.per_received, order.status) == (4, 40, "To Receive and Bill")
	row = erpnext.bin(item)
	assert (row.actual_qty, row.ordered_qty, row.projected_qty) == (4, 6, 10)
	erpnext.purchase_receipt(item, 6, **link)
	order.reload()
	assert (order.items[0].received_qty, order.per_received, order.status) == (10, 100, "To Bill")
	assert erpnext.bin(item).ordered_qty == 0
	frappe.get_doc("Purchase Receipt", receipt.name).cancel()
	order.reload()
	assert (order.items[0].received_qty, order.status) == (6, "To Receive and Bill")
	assert erpnext.bin(item).ordered_qty == 4


def test_a_delivery_for_a_sales_order_is_no_longer_reserved(erpnext: Any) -> None:
	item = erpnext.stocked_item(20)
	order = erpnext.sales_order(item, 10)
	link = {"customer": order.customer, "against_sales_order": order.name}
	link.update({"so_detail": order.items[0].name})
	delivery = erpnext.delivery_note(item, 4, **link)
	order.reload()
	assert (order.items[0].delivered_qty, order.per_delivered) == (4, 40)
	row = erpnext.bin(item)
	assert (row.actual_qty, row.reserved_qty, row.projected_qty) == (16, 6, 10)
	erpnext.delivery_note(item, 6, **link)
	order.reload()
	assert (order.per_delivered, order.status) == (100, "To Bill")
	assert erpnext.bin(item).reserved_qty == 0
	frappe.get_doc("Delivery Note", delivery.name).cancel()
	order.reload()
	assert (order.items[0].delivered_qty, order.status) == (6, "To Deliver and Bill")


def test_an_invoice_with_stock_for_a_sales_order_is_no_longer_reserved(erpnext: Any) -> None:
	item = erpnext.stocked_item(20)
	order = erpnext.sales_order(item, 10)
	link = {"customer": order.customer, "sales_order": order.name, "so_detail": order.items[0].name}
	erpnext.sales_invoice(item, 4, **link)
	order.reload()
	assert (order.items[0].delivered_qty, erpnext.bin(item).reserved_qty) == (4, 6)


def test_a_receipt_counts_as_received_for_the_request_behind_its_order(erpnext: Any) -> None:
	item = erpnext.item()
	request = erpnext.material_request("Purchase", item, 10)
	link = {"material_request": request.name, "material_request_item": request.items[0].name}
	order = erpnext.purchase_order(item, 10, **link)
	bought = {"supplier": order.supplier, "purchase_order": order.name}
	bought.update({"purchase_order_item": order.items[0].name})
	erpnext.purchase_receipt(item, 4, **bought, **link)
	request.reload()
	assert (request.items[0].received_qty, request.per_received, request.status) == (
		4,
		40,
		"Partially Received",
	)
