"""Contract: every movement of stock passes through the document of its Stock Ledger Entry."""

from typing import Any

import frappe
import pytest
from erpnext.stock.doctype.stock_ledger_entry.stock_ledger_entry import StockLedgerEntry


@pytest.fixture
def validated(erpnext: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float, float]]:
	"""(item, movement, what its Bin held at that moment) of each ledger entry that was validated."""
	seen: list[tuple[str, float, float]] = []
	validate = StockLedgerEntry.validate

	def watched(entry: StockLedgerEntry) -> None:
		held = (erpnext.bin(entry.item_code, entry.warehouse) or {}).get("actual_qty", 0)
		seen.append((entry.item_code, entry.actual_qty, held))
		validate(entry)

	monkeypatch.setattr(StockLedgerEntry, "validate", watched)
	return seen


def test_each_movement_is_validated_before_its_bin_changes_sources_first(
	erpnext: Any, validated: Any
) -> None:
	wheel, tyre, bicycle = erpnext.stocked_item(10), erpnext.stocked_item(10), erpnext.item()
	validated.clear()
	rows = [erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 3), erpnext.consumed(tyre, 2)]
	erpnext.manufacture(*rows)
	assert validated == [(wheel, -6, 10), (tyre, -2, 10), (bicycle, 3, 0)]


def test_a_cancel_validates_the_opposite_movements_in_reverse_order(erpnext: Any, validated: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	entry = erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 3))
	validated.clear()
	frappe.get_doc("Stock Entry", entry.name).cancel()
	assert validated == [(bicycle, -3, 3), (wheel, 6, 4)]


def test_ledger_entries_are_submitted_and_carry_their_voucher_and_moment(erpnext: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	entry = erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 3))
	fields = ["docstatus", "is_cancelled", "voucher_type", "posting_date", "company", "stock_uom"]
	rows = frappe.get_all("Stock Ledger Entry", {"voucher_no": entry.name}, fields, as_list=True)
	assert set(rows) == {
		(1, 0, "Stock Entry", frappe.utils.getdate(entry.posting_date), erpnext.company, "Nos")
	}


def test_a_cancelled_movement_keeps_its_entries_marked_and_adds_the_opposite(erpnext: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10), erpnext.item()
	entry = erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 3))
	frappe.get_doc("Stock Entry", entry.name).cancel()
	rows = frappe.get_all(
		"Stock Ledger Entry", {"voucher_no": entry.name}, ["is_cancelled", "actual_qty"], as_list=True
	)
	assert sorted(rows) == [(1, -6), (1, -3), (1, 3), (1, 6)]


def test_a_movement_is_validated_before_its_batches_and_serial_numbers_are_booked(
	erpnext: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
	booked: list[int] = []
	validate = StockLedgerEntry.validate

	def watched(entry: StockLedgerEntry) -> None:
		bundle = entry.serial_and_batch_bundle
		booked.append(frappe.db.get_value("Serial and Batch Bundle", bundle, "docstatus"))
		validate(entry)

	resin, pump = erpnext.batch_item(), erpnext.serial_item()
	(batch_no,) = erpnext.received_batches(resin, 5)
	(serial_no,) = erpnext.received_serials(pump, 1)
	monkeypatch.setattr(StockLedgerEntry, "validate", watched)
	erpnext.issue(resin, 2, batch_no=batch_no)
	erpnext.issue(pump, 1, serial_no=serial_no)
	assert booked == [0, 0]
