"""Reservations written as an app writes many, by bulk insert and one UPDATE of the Bins; and what counts as used."""

from typing import Any

import frappe

SRE = "Stock Reservation Entry"
LINE = "Serial and Batch Entry"


def bulk_reserve(erpnext: Any, item_code: str, qty: float, **fields: Any) -> str:
	"""Write a submitted SRE the way an app writes many: bulk_insert and one UPDATE of the Bins."""
	doc = erpnext.reservation(item_code, qty, **fields)
	doc.update({"name": frappe.generate_hash(length=10), "docstatus": 1, "status": "Reserved"})
	doc.update({"owner": "Administrator", "modified_by": "Administrator"})
	doc.update({"creation": frappe.utils.now(), "modified": frappe.utils.now()})
	row = doc.get_valid_dict()
	frappe.db.bulk_insert(SRE, list(row), [list(row.values())])
	raise_reserved_stock(erpnext, item_code, qty)
	return doc.name


def raise_reserved_stock(erpnext: Any, item_code: str, qty: float) -> None:
	table = frappe.qb.DocType("Bin")
	where = (table.item_code == item_code) & (table.warehouse == erpnext.warehouse)
	frappe.qb.update(table).set(table.reserved_stock, table.reserved_stock + qty).where(where).run()


def reserve_batches(erpnext: Any, item_code: str, batches: dict[str, float]) -> str:
	"""A bulk-inserted reservation of these batches."""
	lines = [{"batch_no": batch_no, "qty": qty} for batch_no, qty in batches.items()]
	return _reserve_lines(erpnext, item_code, lines, has_batch_no=1)


def reserve_serials(erpnext: Any, item_code: str, serial_nos: list[str]) -> str:
	lines = [{"serial_no": serial_no, "qty": 1} for serial_no in serial_nos]
	return _reserve_lines(erpnext, item_code, lines, has_serial_no=1)


def _reserve_lines(erpnext: Any, item_code: str, lines: list[dict[str, Any]], **flags: int) -> str:
	qty = sum(line["qty"] for line in lines)
	name = bulk_reserve(erpnext, item_code, qty, reservation_based_on="Serial and Batch", **flags)
	for idx, line in enumerate(lines, 1):
		row = frappe.new_doc(LINE).update(line)
		row.update({"parent": name, "parenttype": SRE, "parentfield": "sb_entries", "idx": idx})
		row.update({"docstatus": 1, "warehouse": erpnext.warehouse})
		row.db_insert()
	return name


def deliver(erpnext: Any, name: str, qty: float) -> None:
	"""Count `qty` of the reservation as used before the ledger sees the movement that uses it."""
	sre = frappe.get_doc(SRE, name)
	sre.db_set("delivered_qty", sre.delivered_qty + qty)
	sre.update_status()
	raise_reserved_stock(erpnext, sre.item_code, -qty)


def deliver_lines(erpnext: Any, name: str, used: dict[str, float]) -> None:
	"""The same of concrete batches or serial numbers."""
	lines = frappe.get_all(LINE, {"parent": name}, ["name", "batch_no", "serial_no"])
	for line in lines:
		frappe.db.set_value(LINE, line.name, "delivered_qty", used.get(line.serial_no or line.batch_no, 0))
	deliver(erpnext, name, sum(used.values()))
