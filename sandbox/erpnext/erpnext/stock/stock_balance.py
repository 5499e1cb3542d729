"""What the documents of buying, selling, requesting and making say is coming and going."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import flt
from pypika.queries import QueryBuilder
from pypika.terms import Term

from erpnext.stock.utils import get_bin


def get_reserved_qty(item_code: str, warehouse: str) -> float:
	"""Sold and not delivered."""
	order, row, query = open_rows("Sales Order", item_code, warehouse)
	open_qty = row.stock_qty * (row.qty - row.delivered_qty) / row.qty
	query = query.where(order.status.notin(("On Hold", "Closed")) & (row.qty >= row.delivered_qty))
	return total(query, open_qty)


def get_ordered_qty(item_code: str, warehouse: str) -> float:
	"""Bought and not received."""
	order, row, query = open_rows("Purchase Order", item_code, warehouse)
	query = query.where(order.status.notin(("Closed", "Delivered")) & (row.qty > row.received_qty))
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
