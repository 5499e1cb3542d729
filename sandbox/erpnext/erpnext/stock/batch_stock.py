"""How much of each batch and which serial numbers are in a warehouse, and at what value."""

import datetime

import frappe
from frappe.query_builder import Order
from frappe.query_builder.functions import CombineDatetime, Sum
from frappe.utils import flt, today
from pypika.queries import QueryBuilder


def live_lines(item_code: str, warehouse: str, before: datetime.datetime | None = None) -> QueryBuilder:
	"""Lines of the bundles that count; `before` leaves out what is dated at that moment or after it."""
	bundle, line = frappe.qb.DocType("Serial and Batch Bundle"), frappe.qb.DocType("Serial and Batch Entry")
	query = (
		frappe.qb.from_(line)
		.join(bundle)
		.on((line.parent == bundle.name) & (line.parenttype == "Serial and Batch Bundle"))
		.where((bundle.item_code == item_code) & (bundle.warehouse == warehouse))
		.where((bundle.docstatus == 1) & (bundle.is_cancelled == 0))
	)
	posted_at = CombineDatetime(bundle.posting_date, bundle.posting_time)
	return query.where(posted_at < before) if before else query


def get_batch_stock(item_code: str, warehouse: str, batches: list[str] | None = None) -> dict[str, float]:
	line = frappe.qb.DocType("Serial and Batch Entry")
	query = live_lines(item_code, warehouse).select(line.batch_no, Sum(line.qty)).groupby(line.batch_no)
	if batches:
		query = query.where(line.batch_no.isin(batches))
	return {batch: flt(qty, 9) for batch, qty in query.run()}


def get_batch_rates(
	item_code: str, warehouse: str, batches: list[str], before: datetime.datetime
) -> dict[str, float]:
	"""The average value of a unit of each batch just before a moment."""
	line = frappe.qb.DocType("Serial and Batch Entry")
	rows = (
		live_lines(item_code, warehouse, before)
		.select(line.batch_no, Sum(line.qty), Sum(line.stock_value_difference))
		.where(line.batch_no.isin(batches))
		.groupby(line.batch_no)
	).run()
	return {batch: flt(value) / qty for batch, qty, value in rows if flt(qty, 9)}


def get_serial_rates(item_code: str, warehouse: str, serial_nos: list[str]) -> dict[str, float]:
	"""What each serial number was worth when it last came in."""
	line = frappe.qb.DocType("Serial and Batch Entry")
	rows = (
		live_lines(item_code, warehouse)
		.select(line.serial_no, line.incoming_rate)
		.where(line.serial_no.isin(serial_nos) & (line.qty > 0))
		.orderby(line.creation)
	).run()
	return {serial_no: flt(rate) for serial_no, rate in rows}


def get_pickable_batches(item_code: str, warehouse: str) -> dict[str, float]:
	"""Unreserved stock of usable batches in the order in which they are to be used."""
	from erpnext.stock.doctype.stock_reservation_entry.stock_reservation_entry import (
		get_sre_reserved_batch_nos_details,
	)

	stock = get_batch_stock(item_code, warehouse)
	reserved = get_sre_reserved_batch_nos_details(item_code, warehouse)
	free = {
		batch: flt(stock.get(batch, 0) - reserved.get(batch, 0), 9) for batch in usable_batches(item_code)
	}
	return {batch: qty for batch, qty in free.items() if qty > 0}


def usable_batches(item_code: str) -> list[str]:
	"""Batches that are neither disabled nor expired, oldest first or as Stock Settings say."""
	batch = frappe.qb.DocType("Batch")
	order = frappe.db.get_single_value("Stock Settings", "pick_serial_and_batch_based_on")
	query = (
		frappe.qb.from_(batch)
		.select(batch.name)
		.where((batch.item == item_code) & (batch.disabled == 0))
		.where(batch.expiry_date.isnull() | (batch.expiry_date >= today()))
	)
	if order == "Expiry":
		query = query.orderby(batch.expiry_date.isnull()).orderby(batch.expiry_date)
	return query.orderby(batch.creation, order=Order.desc if order == "LIFO" else Order.asc).run(pluck=True)


def get_free_serial_nos(item_code: str, warehouse: str, batch_no: str | None = None) -> list[str]:
	"""Serial numbers in a warehouse that no reservation holds, in the order in which they are to be used."""
	from erpnext.stock.doctype.stock_reservation_entry.stock_reservation_entry import (
		get_sre_reserved_serial_nos_details,
	)

	filters = {"item_code": item_code, "warehouse": warehouse}
	if batch_no:
		filters["batch_no"] = batch_no
	order = frappe.db.get_single_value("Stock Settings", "pick_serial_and_batch_based_on")
	direction = "desc" if order == "LIFO" else "asc"
	serial_nos = frappe.get_all(
		"Serial No", filters, pluck="name", order_by=f"creation {direction}, name {direction}"
	)
	reserved = get_sre_reserved_serial_nos_details(item_code, warehouse)
	return [serial_no for serial_no in serial_nos if serial_no not in reserved]
