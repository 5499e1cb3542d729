"""What the documents of buying, selling, requesting and making say is coming and going."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import flt, get_datetime
from pypika.queries import QueryBuilder
from pypika.terms import Criterion, Term

from erpnext.stock.utils import get_bin, get_last_entry


def get_reserved_qty(item_code: str, warehouse: str) -> float:
	"""Sold and not delivered: as itself, and as a component of what is sold as a bundle."""
	order, row, query = open_rows("Sales Order", item_code, warehouse)
	return total(query.where(still_sold(order, row)), undelivered(row, row.stock_qty)) + get_packed_qty(
		item_code, warehouse
	)


def get_packed_qty(item_code: str, warehouse: str) -> float:
	order, row = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Sales Order Item")
	packed = frappe.qb.DocType("Packed Item")
	query = (
		frappe.qb.from_(packed)
		.join(row)
		.on(row.name == packed.parent_detail_docname)
		.join(order)
		.on(order.name == packed.parent)
		.where((packed.item_code == item_code) & (packed.warehouse == warehouse))
		.where((packed.item_code != packed.parent_item) & (packed.parenttype == "Sales Order"))
		.where((order.docstatus == 1) & still_sold(order, row))
	)
	return total(query, undelivered(row, packed.qty))


def still_sold(order: Term, row: Term) -> Criterion:
	from_here = (row.delivered_by_supplier == 0) & (row.qty >= row.delivered_qty)
	return order.status.notin(("On Hold", "Closed")) & from_here


def undelivered(row: Term, qty: Term) -> Term:
	return qty * (row.qty - row.delivered_qty) / row.qty


def get_ordered_qty(item_code: str, warehouse: str) -> float:
	"""Bought and not received."""
	order, row, query = open_rows("Purchase Order", item_code, warehouse)
	from_supplier = (row.delivered_by_supplier == 0) & (row.qty > row.received_qty)
	query = query.where(order.status.notin(("Closed", "Delivered")) & from_supplier)
	return total(query, (row.qty - row.received_qty) * row.conversion_factor)


def get_indented_qty(item_code: str, warehouse: str) -> float:
	"""Requested and not ordered, less what is requested to be issued."""
	order, row, query = open_rows("Material Request", item_code, warehouse)
	query = query.where((order.status != "Stopped") & (row.stock_qty > row.ordered_qty))
	open_qty = row.stock_qty - row.ordered_qty
	outward = order.material_request_type == "Material Issue"
	return total(query.where(~outward), open_qty) - total(query.where(outward), open_qty)


def get_planned_qty(item_code: str, warehouse: str) -> float:
	"""To be made by open work orders."""
	order = frappe.qb.DocType("Work Order")
	query = (
		frappe.qb.from_(order)
		.where((order.production_item == item_code) & (order.fg_warehouse == warehouse))
		.where((order.docstatus == 1) & order.status.notin(("Stopped", "Completed", "Closed")))
		.where(order.qty > order.produced_qty)
	)
	return total(query, order.qty - order.produced_qty)


def repost_stock(
	item_code: str,
	warehouse: str,
	allow_zero_rate: bool = False,
	only_actual: bool = False,
	only_bin: bool = False,
	allow_negative_stock: bool = False,
) -> None:
	"""Add the bin up again. What the ledger says is never wrong here, so only the bin can be."""
	counters = {"actual_qty": get_balance_qty_from_sle(item_code, warehouse)}
	if not only_actual:
		counters["reserved_qty"] = get_reserved_qty(item_code, warehouse)
		counters["indented_qty"] = get_indented_qty(item_code, warehouse)
		counters["ordered_qty"] = get_ordered_qty(item_code, warehouse)
		counters["planned_qty"] = get_planned_qty(item_code, warehouse)
	update_bin_qty(item_code, warehouse, counters)


def get_balance_qty_from_sle(item_code: str, warehouse: str) -> float:
	last = get_last_entry(item_code, warehouse, get_datetime("9999-12-31"))
	return flt(last.qty_after_transaction) if last else 0.0


def update_bin_qty(item_code: str, warehouse: str, qty_dict: dict[str, float] | None = None) -> None:
	"""Write counters that differ from the bin's into it."""
	bin_doc = get_bin(item_code, warehouse)
	changed = {
		field: flt(qty) for field, qty in (qty_dict or {}).items() if flt(bin_doc.get(field)) != flt(qty)
	}
	if changed:
		bin_doc.update(changed)
		bin_doc.set_projected_qty()
		bin_doc.db_set({**changed, "projected_qty": bin_doc.projected_qty})


def open_rows(doctype: str, item_code: str, warehouse: str) -> tuple[Term, Term, QueryBuilder]:
	order, row = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
	query = (
		frappe.qb.from_(row)
		.join(order)
		.on(row.parent == order.name)
		.where((row.item_code == item_code) & (row.warehouse == warehouse) & (order.docstatus == 1))
	)
	return order, row, query


def total(query: QueryBuilder, qty: Term) -> float:
	return flt(query.select(Sum(qty)).run()[0][0])
