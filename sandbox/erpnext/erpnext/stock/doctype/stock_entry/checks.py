"""What a stock entry refuses."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from erpnext.stock.doctype.stock_entry.rows import SOURCE_ONLY, TARGET_ONLY, TRANSFER
from erpnext.stock.utils import validate_warehouse
from erpnext.utilities.transaction_base import validate_uom_is_integer


class FinishedGoodError(frappe.ValidationError):
	pass


def validate_purpose(doc: Document) -> None:
	doc.purpose = doc.purpose or frappe.get_cached_value("Stock Entry Type", doc.stock_entry_type, "purpose")
	purposes = doc.meta.get_options("purpose").split("\n")
	if doc.purpose not in purposes:
		frappe.throw(_("Purpose must be one of {0}").format(", ".join(purposes)))


def validate_whole_numbers(doc: Document) -> None:
	validate_uom_is_integer(doc, "uom", "qty", doc.items)
	validate_uom_is_integer(doc, "stock_uom", "transfer_qty", doc.items)


def validate_warehouses(doc: Document) -> None:
	for row in doc.items:
		if doc.purpose in (*SOURCE_ONLY, *TRANSFER) and not row.s_warehouse:
			frappe.throw(_("Source warehouse is mandatory for row {0}").format(row.idx))
		if doc.purpose in (*TARGET_ONLY, *TRANSFER) and not row.t_warehouse:
			frappe.throw(_("Target warehouse is mandatory for row {0}").format(row.idx))
		if row.s_warehouse == row.t_warehouse and doc.purpose not in TRANSFER:
			frappe.throw(_("Source and target warehouse cannot be same for row {0}").format(row.idx))
		if not (row.s_warehouse or row.t_warehouse):
			frappe.throw(_("At least one warehouse is mandatory"))
	for warehouse in {w for row in doc.items for w in (row.s_warehouse, row.t_warehouse) if w}:
		validate_warehouse(warehouse, doc.company)


def validate_bom(doc: Document) -> None:
	if doc.bom_no and not frappe.db.exists("BOM", {"name": doc.bom_no, "docstatus": 1, "is_active": 1}):
		frappe.throw(_("BOM {0} must be active and submitted").format(doc.bom_no))


def validate_finished_goods(doc: Document) -> None:
	finished = {row.item_code for row in doc.items if row.is_finished_item}
	if not finished:
		frappe.throw(
			_("There must be at least 1 Finished Good in this Stock Entry"),
			FinishedGoodError,
			title=_("Missing Finished Good"),
		)
	if doc.purpose == "Manufacture" and len(finished) > 1:
		frappe.throw(_("Multiple items cannot be marked as finished item"), FinishedGoodError)


def validate_batches(doc: Document) -> None:
	"""An expired batch may only be taken out of stock or elsewhere."""
	for row in doc.items:
		if row.batch_no and flt(row.qty) and doc.purpose not in (*SOURCE_ONLY, *TRANSFER):
			expiry_date = frappe.get_cached_value("Batch", row.batch_no, "expiry_date")
			if expiry_date and getdate(expiry_date) < getdate(doc.posting_date):
				frappe.throw(_("Row #{0}: The batch {1} has already expired.").format(row.idx, row.batch_no))
