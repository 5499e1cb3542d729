"""The rows of a stock entry, completed from their items and from the head."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, get_time, getdate, now_datetime

from erpnext.stock.doctype.item.item import get_conversion_factor
from erpnext.stock.exceptions import InvalidQtyError

SOURCE_ONLY = ("Material Issue",)
TARGET_ONLY = ("Material Receipt",)
TRANSFER = ("Material Transfer", "Material Transfer for Manufacture")
ITEM_FIELDS = [
	"name",
	"item_name",
	"description",
	"stock_uom",
	"is_stock_item",
	"disabled",
	"end_of_life",
	"has_batch_no",
	"has_serial_no",
	"create_new_batch",
	"serial_no_series",
]


def facts(doc: Document) -> dict[str, dict]:
	"""Everything the rows need to know of their items, read once per document."""
	item_codes = {row.item_code for row in doc.items}
	known = getattr(doc, "item_facts", {})
	if not item_codes <= known.keys():
		items = frappe.get_all("Item", {"name": ("in", list(item_codes))}, ITEM_FIELDS)
		doc.item_facts = known = {item.name: item for item in items}
	return known


def set_posting_time(doc: Document) -> None:
	if not doc.set_posting_time:
		now = now_datetime()
		doc.posting_date, doc.posting_time = now.strftime("%Y-%m-%d"), now.strftime("%H:%M:%S.%f")
	elif not doc.posting_time:
		doc.posting_time = "00:00:00"
	try:
		get_time(doc.posting_time)
	except ValueError:
		frappe.throw(_("Invalid Posting Time"))


def fill(doc: Document) -> None:
	defaults = frappe.get_cached_value(
		"Company", doc.company, ["stock_adjustment_account", "cost_center"], as_dict=True
	)
	for row in doc.items:
		item = facts(doc).get(row.item_code)
		validate_item(row, item)
		row.item_name, row.stock_uom = item.item_name, item.stock_uom
		row.uom = row.uom or item.stock_uom
		row.description = row.description or item.description
		row.expense_account = row.expense_account or defaults.stock_adjustment_account
		row.cost_center = row.cost_center or defaults.cost_center
		set_transfer_qty(row)


def validate_item(row: Document, item: dict | None) -> None:
	if not item or item.disabled or (item.end_of_life and getdate(item.end_of_life) <= getdate()):
		frappe.throw(_("Item {0} is not active or end of life has been reached").format(row.item_code))
	if not item.is_stock_item:
		frappe.throw(_("{0} is not a stock Item").format(row.item_code))
	if flt(row.qty) < 0:
		frappe.throw(
			_("Row {0}: The item {1}, quantity must be positive number").format(
				row.idx, frappe.bold(row.item_code)
			)
		)


def set_transfer_qty(row: Document) -> None:
	if row.uom == row.stock_uom:
		row.conversion_factor = 1
	elif not flt(row.conversion_factor):
		row.conversion_factor = get_conversion_factor(row.item_code, row.uom)
	if not flt(row.conversion_factor):
		frappe.throw(_("Row {0}: UOM Conversion Factor is mandatory").format(row.idx))
	row.transfer_qty = flt(flt(row.qty) * flt(row.conversion_factor), row.precision("transfer_qty"))
	if not row.transfer_qty:
		message = _("Row {0}: Qty in Stock UOM can not be zero.").format(row.idx)
		frappe.throw(message, InvalidQtyError, title=_("Zero quantity"))


def set_warehouses(doc: Document) -> None:
	"""Rows take the head's warehouses; a one-sided purpose clears the other side."""
	if doc.purpose in SOURCE_ONLY:
		doc.to_warehouse = None
	if doc.purpose in TARGET_ONLY:
		doc.from_warehouse = None
	for row in doc.items:
		if doc.purpose in SOURCE_ONLY:
			row.t_warehouse = None
		if doc.purpose in TARGET_ONLY:
			row.s_warehouse = None
		if not row.s_warehouse and not row.t_warehouse:
			row.s_warehouse, row.t_warehouse = doc.from_warehouse, doc.to_warehouse
		if doc.purpose in (*SOURCE_ONLY, *TRANSFER):
			row.s_warehouse = row.s_warehouse or doc.from_warehouse
		if doc.purpose in (*TARGET_ONLY, *TRANSFER):
			row.t_warehouse = row.t_warehouse or doc.to_warehouse


def mark_finished_and_scrap_items(doc: Document) -> None:
	"""Rows nobody marked: the BOM's item is finished, what comes in beside it is scrap."""
	if doc.purpose == "Manufacture" and any(row.is_finished_item and row.t_warehouse for row in doc.items):
		return
	finished = frappe.db.get_value("BOM", doc.bom_no, "item") if doc.bom_no else None
	if doc.purpose == "Manufacture" and not finished:
		return
	for row in doc.items:
		incoming = bool(row.t_warehouse and not row.s_warehouse)
		row.is_finished_item = int(incoming and (doc.purpose == "Repack" or row.item_code == finished))
		row.is_scrap_item = int(incoming and not row.is_finished_item)
