"""Contract: serial numbers that come in, move, are made into something and come back."""

from typing import Any

import frappe
import pytest
from erpnext.stock.doctype.serial_and_batch_bundle.serial_and_batch_bundle import SerialNoWarehouseError


def place(serial_no: str) -> tuple[str | None, str]:
	"""Where ERPNext says the unit is, and its status."""
	return frappe.db.get_value("Serial No", serial_no, ["warehouse", "status"])


def test_received_units_get_serial_numbers_of_the_series_of_their_item(erpnext: Any) -> None:
	item = erpnext.serial_item()
	series = frappe.db.get_value("Item", item, "serial_no_series")
	serial_nos = erpnext.received_serials(item, 2)
	assert serial_nos == [series.replace(".###", "001"), series.replace(".###", "002")]
	assert [place(serial_no) for serial_no in serial_nos] == [(erpnext.warehouse, "Active")] * 2
	assert frappe.db.get_value("Serial No", serial_nos[0], ["item_code", "company"]) == (
		item,
		erpnext.company,
	)


def test_serial_numbers_written_on_the_row_are_made_when_they_come_in(erpnext: Any) -> None:
	item = erpnext.item(has_serial_no=1)
	names = [f"SN-{frappe.generate_hash(length=8).upper()}" for _ in range(2)]
	erpnext.receive(item, 2, 10, serial_no="\n".join(names))
	assert [place(name) for name in names] == [(erpnext.warehouse, "Active")] * 2


@pytest.mark.parametrize("purpose", ["Material Issue", "Manufacture"])
def test_a_consumed_unit_is_in_no_warehouse_and_says_so(erpnext: Any, purpose: str) -> None:
	item, product = erpnext.serial_item(), erpnext.item()
	first, second = erpnext.received_serials(item, 2)
	made = [erpnext.finished(product, 1)] if purpose == "Manufacture" else []
	erpnext.entry(purpose, [erpnext.consumed(item, 1, serial_no=first), *made])
	assert place(first) == (None, "Consumed")
	assert place(second) == (erpnext.warehouse, "Active")


def test_a_transferred_unit_is_in_the_other_warehouse(erpnext: Any) -> None:
	item, other = erpnext.serial_item(), erpnext.new_warehouse()
	first, _second = erpnext.received_serials(item, 2)
	row = erpnext.consumed(item, 1, serial_no=first, t_warehouse=other)
	erpnext.entry("Material Transfer", [row])
	assert place(first) == (other, "Active")


def test_a_cancelled_consumption_puts_the_unit_back(erpnext: Any) -> None:
	item, product = erpnext.serial_item(), erpnext.item()
	(first,) = erpnext.received_serials(item, 1)
	rows = [erpnext.consumed(item, 1, serial_no=first), erpnext.finished(product, 1)]
	entry = erpnext.manufacture(*rows)
	frappe.get_doc("Stock Entry", entry.name).cancel()
	assert place(first) == (erpnext.warehouse, "Active")
	assert erpnext.bin(item).actual_qty == 1


def test_a_unit_that_is_elsewhere_cannot_leave(erpnext: Any, unchanged: Any) -> None:
	item, other = erpnext.serial_item(), erpnext.new_warehouse()
	erpnext.received_serials(item, 1)
	(there,) = erpnext.received_serials(item, 1, t_warehouse=other)
	with unchanged(), pytest.raises(SerialNoWarehouseError, match=there):
		erpnext.issue(item, 1, serial_no=there)


def test_made_units_get_serial_numbers_of_the_series_of_their_item(erpnext: Any) -> None:
	material, product = erpnext.stocked_item(5), erpnext.serial_item()
	entry = erpnext.entry(
		"Manufacture",
		[erpnext.consumed(material, 4), erpnext.finished(product, 2, use_serial_batch_fields=0)],
	)
	made = [line.serial_no for line in erpnext.moved(entry, product)]
	assert [place(serial_no) for serial_no in made] == [(erpnext.warehouse, "Active")] * 2


def test_each_unit_is_consumed_at_the_rate_it_came_in_with(erpnext: Any) -> None:
	item, product = erpnext.serial_item(), erpnext.item()
	erpnext.received_serials(item, 1, rate=10)
	(dear,) = erpnext.received_serials(item, 1, rate=30)
	erpnext.manufacture(erpnext.consumed(item, 1, serial_no=dear), erpnext.finished(product, 1))
	assert erpnext.bin(product).stock_value == 30
	assert erpnext.bin(item).stock_value == 10


def test_an_item_may_have_both_batches_and_serial_numbers(erpnext: Any) -> None:
	item = erpnext.serial_item(has_batch_no=1)
	batch_no = erpnext.batch(item)
	serial_no = f"SN-{frappe.generate_hash(length=8).upper()}"
	erpnext.receive(item, 1, 10, batch_no=batch_no, serial_no=serial_no)
	assert frappe.db.get_value("Serial No", serial_no, "batch_no") == batch_no
	entry = erpnext.issue(item, 1, serial_no=serial_no, batch_no=batch_no)
	assert [(line.batch_no, line.serial_no, line.qty) for line in erpnext.moved(entry, item)] == [
		(batch_no, serial_no, -1)
	]


def test_a_prepared_bundle_decides_which_batches_leave(erpnext: Any) -> None:
	item = erpnext.batch_item()
	first, second = erpnext.received_batches(item, 5, 5)
	bundle = erpnext.outward_bundle("Stock Entry", item, {first: 1, second: 2})
	row = {"serial_and_batch_bundle": bundle, "use_serial_batch_fields": 0}
	entry = erpnext.issue(item, 3, **row)
	assert [(line.batch_no, line.qty) for line in erpnext.moved(entry, item)] == [(first, -1), (second, -2)]
