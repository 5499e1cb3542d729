"""Rows of orders and requests: completed from their items, and counted in the bins."""

from collections.abc import Callable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import flt, getdate

from erpnext.stock.doctype.item.item import get_conversion_factor
from erpnext.stock.stock_balance import update_bin_qty
from erpnext.stock.utils import validate_place
from erpnext.utilities.transaction_base import validate_uom_is_integer


def fill(doc: Document, date_field: str) -> None:
	"""Rows of a document that says when it wants something."""
	fill_rows(doc)
	fill_dates(doc, date_field)
	validate_rows(doc)
	if doc.meta.has_field("grand_total"):
		set_totals(doc)


def fill_rows(doc: Document) -> None:
	for row in doc.items:
		item = frappe.get_cached_doc("Item", row.item_code)
		if item.disabled:
			frappe.throw(_("Item {0} is disabled").format(row.item_code))
		row.item_name = row.item_name or item.item_name
		row.stock_uom, row.uom = item.stock_uom, row.uom or item.stock_uom
		if row.uom == row.stock_uom or not row.conversion_factor:
			row.conversion_factor = get_conversion_factor(row.item_code, row.uom) or 1
		row.stock_qty = flt(row.qty) * flt(row.conversion_factor)
		row.amount = flt(row.rate) * flt(row.qty)
		row.warehouse = row.warehouse or doc.set_warehouse or default_warehouse(row.item_code, doc.company)


def default_warehouse(item_code: str, company: str) -> str | None:
	filters = {"parent": item_code, "parenttype": "Item", "company": company}
	return frappe.db.get_value("Item Default", filters, "default_warehouse")


def fill_dates(doc: Document, date_field: str) -> None:
	"""A sale is due when its last row is, anything else when its first is."""
	for row in doc.items:
		row.set(date_field, row.get(date_field) or doc.get(date_field))
		if not row.get(date_field):
			frappe.throw(_("Row #{0}: {1} is required").format(row.idx, _(row.meta.get_label(date_field))))
		if getdate(row.get(date_field)) < getdate(doc.transaction_date):
			label = _(row.meta.get_label(date_field))
			frappe.throw(_("Row #{0}: {1} cannot be before Transaction Date").format(row.idx, label))
	of_head = max if doc.doctype == "Sales Order" else min
	doc.set(date_field, doc.get(date_field) or of_head(getdate(row.get(date_field)) for row in doc.items))


def validate_rows(doc: Document, allow_negative: bool = False) -> None:
	validate_uom_is_integer(doc, "uom", "qty", doc.items)
	for row in doc.items:
		if flt(row.qty) == 0 or (flt(row.qty) < 0 and not allow_negative):
			frappe.throw(
				_("Row #{0}: Quantity for Item {1} must be more than zero.").format(row.idx, row.item_code)
			)
		if row.warehouse:
			validate_place(row.warehouse, doc.company)
		elif frappe.get_cached_value("Item", row.item_code, "is_stock_item"):
			frappe.throw(
				_("Row #{0}: Warehouse is mandatory for stock Item {1}").format(row.idx, row.item_code)
			)


def set_totals(doc: Document) -> None:
	doc.grand_total = sum(row.amount for row in doc.items)
	doc.total_qty = sum(flt(row.qty) for row in doc.items)


def count_in_bins(rows: list[Document], field: str, get_qty: Callable[[str, str], float]) -> None:
	for item_code, warehouse in sorted({(row.item_code, row.warehouse) for row in rows if row.warehouse}):
		if frappe.get_cached_value("Item", item_code, "is_stock_item"):
			update_bin_qty(item_code, warehouse, {field: get_qty(item_code, warehouse)})


def percent(rows: list[Document], done: str, whole: str) -> float:
	"""How much of the rows together is done; more than a row's whole does not make up for another row."""
	total = sum(flt(row.get(whole)) for row in rows)
	return 100 * sum(min(flt(row.get(done)), flt(row.get(whole))) for row in rows) / total if total else 0


def add_up(doctype: str, link_field: str, rows: list[str], qty_field: str = "qty") -> dict[str, float]:
	"""How much of each row the submitted rows of another DocType fulfil."""
	source = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(source).select(source[link_field], Sum(source[qty_field]))
	query = query.where((source.docstatus == 1) & source[link_field].isin(rows))
	return dict(query.groupby(source[link_field]).run())
