"""Contract: Stock Entry of purpose Manufacture without a Work Order, written with explicit rows and no BOM."""

from typing import Any
from unittest import mock

import frappe
import pytest
from erpnext.stock.doctype.stock_entry.stock_entry import FinishedGoodError
from erpnext.stock.stock_ledger import NegativeStockError
from erpnext.utilities.transaction_base import UOMMustBeIntegerError


def ledger(entry: Any) -> list[tuple[Any, ...]]:
	fields = ["item_code", "actual_qty", "valuation_rate", "stock_value_difference", "qty_after_transaction"]
	filters = {"voucher_type": "Stock Entry", "voucher_no": entry.name, "is_cancelled": 0}
	return frappe.get_all("Stock Ledger Entry", filters, fields, order_by="creation", as_list=True)


# One pass


def test_an_entry_inserted_with_docstatus_1_is_submitted_and_moves_the_stock(erpnext: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10, 4), erpnext.item()
	entry = erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 3))
	assert frappe.db.get_value(
		"Stock Entry", entry.name, ["docstatus", "purpose", "work_order", "bom_no"]
	) == (
		1,
		"Manufacture",
		None,
		None,
	)
	assert ledger(entry) == ((wheel, -6, 4, -24, 4), (bicycle, 3, 8, 24, 3))
	assert erpnext.bin(wheel).actual_qty == 4
	assert erpnext.bin(bicycle).actual_qty == 3


def test_without_a_bom_the_entry_has_no_completed_quantity_and_no_process_loss(erpnext: Any) -> None:
	resin, paint = erpnext.stocked_item(10, uom="Kg"), erpnext.item(uom="Kg")
	erpnext.submitted_bom(paint, [{"item_code": resin, "qty": 2}], process_loss_percentage=5)
	entry = erpnext.manufacture(erpnext.consumed(resin, 6), erpnext.finished(paint, 3), fg_completed_qty=3)
	assert not any((entry.fg_completed_qty, entry.process_loss_qty, entry.process_loss_percentage))


def test_the_server_fills_in_names_units_and_accounts_of_the_rows(erpnext: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10, item_name="Wheel"), erpnext.item()
	entry = erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 3))
	row = entry.items[0]
	assert (row.item_name, row.uom, row.stock_uom, row.conversion_factor, row.transfer_qty) == (
		"Wheel",
		"Nos",
		"Nos",
		1,
		6,
	)
	assert row.expense_account == frappe.db.get_value("Company", erpnext.company, "stock_adjustment_account")


def test_the_same_material_may_be_consumed_from_two_rows(erpnext: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.consumed(wheel, 3), erpnext.finished(bicycle, 1))
	assert erpnext.bin(wheel).actual_qty == 1


def test_a_ledger_entry_names_the_row_it_comes_from(erpnext: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	entry = erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 3))
	details = frappe.get_all(
		"Stock Ledger Entry", {"voucher_no": entry.name}, pluck="voucher_detail_no", order_by="creation"
	)
	assert details == [row.name for row in entry.items]


def test_a_validate_hook_of_another_app_comes_after_the_rates_and_before_the_ledger(erpnext: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10, 9), erpnext.item()
	seen = []

	def look(entry: Any, method: str | None = None) -> None:
		seen.append((entry.items[0].basic_amount, entry.items[1].basic_amount, len(ledger(entry))))

	with mock.patch("production_orders.overrides.stock_entry.validate", look):
		erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 3))
	assert seen == [(54, 54, 0)]


# Finished item


def test_an_entry_without_a_finished_item_is_refused(erpnext: Any, unchanged: Any) -> None:
	wheel = erpnext.stocked_item(10)
	with unchanged(), pytest.raises(FinishedGoodError):
		erpnext.manufacture(erpnext.consumed(wheel, 1))


def test_two_different_finished_items_are_refused(erpnext: Any, unchanged: Any) -> None:
	wheel = erpnext.stocked_item(10)
	with unchanged(), pytest.raises(FinishedGoodError):
		erpnext.manufacture(
			erpnext.consumed(wheel, 1),
			erpnext.finished(erpnext.item(), 1),
			erpnext.finished(erpnext.item(), 1),
		)


# Quantities and units


def test_a_row_in_another_uom_moves_qty_times_conversion_factor(erpnext: Any) -> None:
	bolt = erpnext.item(uoms=[{"uom": "Box", "conversion_factor": 12}])
	erpnext.receive(bolt, 2, 24, uom="Box", conversion_factor=12)
	bicycle = erpnext.item()
	entry = erpnext.manufacture(
		erpnext.consumed(bolt, 1, uom="Box", conversion_factor=12),
		erpnext.finished(bicycle, 1),
	)
	assert entry.items[0].transfer_qty == 12
	assert erpnext.bin(bolt).actual_qty == 12


def test_a_row_without_uom_is_in_the_stock_uom(erpnext: Any) -> None:
	cable, bicycle = erpnext.stocked_item(10, uom="Meter"), erpnext.item()
	entry = erpnext.manufacture(erpnext.consumed(cable, 1.8), erpnext.finished(bicycle, 1))
	assert (entry.items[0].uom, entry.items[0].conversion_factor) == ("Meter", 1)
	assert erpnext.bin(cable).actual_qty == 8.2


def test_quantities_are_kept_to_the_precision_of_the_float_fields(erpnext: Any) -> None:
	cable, bicycle = erpnext.stocked_item(10, uom="Meter"), erpnext.item()
	entry = erpnext.manufacture(erpnext.consumed(cable, 1 / 3), erpnext.finished(bicycle, 1))
	precision = entry.items[0].precision("transfer_qty")
	assert entry.items[0].transfer_qty == round(1 / 3, precision)
	assert erpnext.bin(cable).actual_qty == pytest.approx(10 - round(1 / 3, precision), abs=1e-9)


@pytest.mark.parametrize("row", ["consumed", "finished"])
def test_a_fraction_of_a_whole_number_uom_is_refused(erpnext: Any, unchanged: Any, row: str) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	qty = {"consumed": 1, "finished": 1, row: 1.5}
	with unchanged(), pytest.raises(UOMMustBeIntegerError):
		erpnext.manufacture(
			erpnext.consumed(wheel, qty["consumed"]), erpnext.finished(bicycle, qty["finished"])
		)


@pytest.mark.parametrize("qty", [0, -1])
def test_a_row_without_a_positive_quantity_is_refused(erpnext: Any, unchanged: Any, qty: float) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.manufacture(erpnext.consumed(wheel, qty), erpnext.finished(bicycle, 1))


# Refusals of the ledger


def test_more_than_the_warehouse_holds_is_refused_and_leaves_nothing(erpnext: Any, unchanged: Any) -> None:
	wheel, tyre, bicycle = erpnext.stocked_item(10), erpnext.stocked_item(10), erpnext.item()
	with unchanged(), pytest.raises(NegativeStockError):
		erpnext.manufacture(
			erpnext.consumed(tyre, 1),
			erpnext.consumed(wheel, 10.0 + 1),
			erpnext.finished(bicycle, 1),
		)


def test_the_refusal_adds_up_the_rows_of_one_item(erpnext: Any, unchanged: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	with unchanged(), pytest.raises(NegativeStockError):
		erpnext.manufacture(
			erpnext.consumed(wheel, 6), erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 1)
		)


def test_stock_of_another_warehouse_does_not_help(erpnext: Any, unchanged: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	elsewhere = erpnext.new_warehouse()
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.manufacture(erpnext.consumed(wheel, 1, s_warehouse=elsewhere), erpnext.finished(bicycle, 1))


# Masters


@pytest.mark.parametrize("fields", [{"disabled": 1}, {"end_of_life": "2020-01-01"}, {"has_variants": 1}])
def test_an_item_that_is_not_in_use_is_refused(erpnext: Any, unchanged: Any, fields: dict[str, Any]) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	frappe.get_doc("Item", wheel).db_set(fields)
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.manufacture(erpnext.consumed(wheel, 1), erpnext.finished(bicycle, 1))


def test_an_item_that_is_not_kept_in_stock_is_refused(erpnext: Any, unchanged: Any) -> None:
	wheel, service = erpnext.stocked_item(10), erpnext.item(is_stock_item=0)
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.manufacture(erpnext.consumed(wheel, 1), erpnext.finished(service, 1))


def test_a_group_warehouse_is_refused(erpnext: Any, unchanged: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	group = erpnext.new_warehouse(is_group=1)
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.manufacture(erpnext.consumed(wheel, 1), erpnext.finished(bicycle, 1, t_warehouse=group))


def test_a_disabled_warehouse_is_refused(erpnext: Any, unchanged: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	closed = erpnext.new_warehouse(disabled=1)
	with unchanged(), pytest.raises(frappe.ValidationError):
		erpnext.manufacture(erpnext.consumed(wheel, 1), erpnext.finished(bicycle, 1, t_warehouse=closed))


# Posting time


def test_an_entry_is_posted_now_unless_the_posting_time_is_set_by_hand(erpnext: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	entry = erpnext.manufacture(
		erpnext.consumed(wheel, 1),
		erpnext.finished(bicycle, 1),
		posting_date="2026-01-05",
		posting_time="08:00:00",
	)
	assert str(entry.posting_date) == frappe.utils.nowdate()


def test_a_posting_time_set_by_hand_is_kept(erpnext: Any) -> None:
	wheel, bicycle = erpnext.item(), erpnext.item()
	by_hand = {
		"posting_date": frappe.utils.add_days(frappe.utils.nowdate(), -2),
		"posting_time": "08:30:15",
		"set_posting_time": 1,
	}
	target = {"item_code": wheel, "qty": 10, "t_warehouse": erpnext.warehouse, "basic_rate": 1}
	erpnext.entry("Material Receipt", [target], **by_hand)
	entry = erpnext.manufacture(erpnext.consumed(wheel, 1), erpnext.finished(bicycle, 1), **by_hand)
	moment = f"{by_hand['posting_date']} {by_hand['posting_time']}"
	rows = frappe.get_all("Stock Ledger Entry", {"voucher_no": entry.name}, pluck="posting_datetime")
	assert [str(row) for row in rows] == [moment, moment]


def test_a_posting_time_in_the_future_is_accepted_so_it_is_ours_to_refuse(erpnext: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	tomorrow = frappe.utils.add_days(frappe.utils.nowdate(), 1)
	entry = erpnext.manufacture(
		erpnext.consumed(wheel, 1),
		erpnext.finished(bicycle, 1),
		posting_date=tomorrow,
		posting_time="08:00:00",
		set_posting_time=1,
	)
	assert str(entry.posting_date) == tomorrow


def test_stock_that_arrived_later_cannot_be_consumed_earlier(erpnext: Any, unchanged: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	with unchanged(), pytest.raises(NegativeStockError):
		erpnext.manufacture(
			erpnext.consumed(wheel, 1),
			erpnext.finished(bicycle, 1),
			posting_date=frappe.utils.add_days(frappe.utils.nowdate(), -2),
			posting_time="08:00:00",
			set_posting_time=1,
		)


# Cancel


def test_cancelling_restores_quantities_and_values(erpnext: Any) -> None:
	wheel, bicycle = erpnext.item(valuation_method="FIFO"), erpnext.item()
	erpnext.receive(wheel, 5, 10)
	erpnext.receive(wheel, 5, 20)
	entry = erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 2))
	frappe.get_doc("Stock Entry", entry.name).cancel()
	assert (erpnext.bin(wheel).actual_qty, erpnext.bin(wheel).stock_value) == (10, 150)
	assert (erpnext.bin(bicycle).actual_qty, erpnext.bin(bicycle).stock_value) == (0, 0)
	assert ledger(entry) == ()


def test_an_entry_whose_product_was_used_up_cannot_be_cancelled(erpnext: Any, unchanged: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	entry = erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 2))
	erpnext.issue(bicycle, 1)
	with unchanged(), pytest.raises(NegativeStockError):
		frappe.get_doc("Stock Entry", entry.name).cancel()
