"""Contract: a Material Transfer takes stock along at its value, with its batches and serial numbers."""

import frappe


def ledger(entry: str, field: str) -> dict[str, float]:
	rows = frappe.get_all("Stock Ledger Entry", {"voucher_no": entry}, ["warehouse", field])
	return {row.warehouse: row[field] for row in rows}


def test_what_leaves_one_warehouse_arrives_in_the_other_at_the_same_value(erpnext):
	item, there = erpnext.item(), erpnext.new_warehouse()
	erpnext.receive(item, 10, 7)
	entry = erpnext.entry("Material Transfer", [erpnext.consumed(item, 4, t_warehouse=there)])
	assert ledger(entry.name, "actual_qty") == {erpnext.warehouse: -4, there: 4}
	assert ledger(entry.name, "stock_value_difference") == {erpnext.warehouse: -28, there: 28}


def test_a_named_batch_goes_along(erpnext):
	item, there = erpnext.batch_item(), erpnext.new_warehouse()
	_first, second = erpnext.received_batches(item, 5, 5)
	row = erpnext.consumed(item, 3, t_warehouse=there, use_serial_batch_fields=1, batch_no=second)
	entry = erpnext.entry("Material Transfer", [row])
	assert {(line.batch_no, line.warehouse, line.qty) for line in erpnext.moved(entry, item)} == {
		(second, erpnext.warehouse, -3),
		(second, there, 3),
	}


def test_named_pieces_go_along(erpnext):
	item, there = erpnext.serial_item(), erpnext.new_warehouse()
	serials = erpnext.received_serials(item, 3)
	named = "\n".join(serials[1:])
	row = erpnext.consumed(item, 2, t_warehouse=there, use_serial_batch_fields=1, serial_no=named)
	erpnext.entry("Material Transfer", [row])
	places = [frappe.db.get_value("Serial No", serial, "warehouse") for serial in serials]
	assert places == [erpnext.warehouse, there, there]
