"""Bins, balances and checks that every stock document shares."""

import datetime

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, get_datetime, get_time, getdate, nowdate, nowtime

from erpnext.stock.exceptions import InvalidWarehouseCompany

__all__ = ["InvalidWarehouseCompany", "get_bin", "get_or_make_bin", "get_stock_balance"]


def get_or_make_bin(item_code: str, warehouse: str) -> str:
	filters = {"item_code": item_code, "warehouse": warehouse}
	return frappe.db.get_value("Bin", filters, "name") or make_bin(item_code, warehouse).name


def get_bin(item_code: str, warehouse: str) -> Document:
	bin_doc = frappe.get_doc("Bin", get_or_make_bin(item_code, warehouse))
	bin_doc.flags.ignore_permissions = True
	return bin_doc


def make_bin(item_code: str, warehouse: str) -> Document:
	"""Insert the bin, or find the one that somebody else inserted in the same moment."""
	frappe.db.savepoint("make_bin")
	try:
		return frappe.new_doc("Bin", item_code=item_code, warehouse=warehouse).insert(ignore_permissions=True)
	except frappe.UniqueValidationError:
		frappe.db.rollback(save_point="make_bin")
		return frappe.get_last_doc("Bin", {"item_code": item_code, "warehouse": warehouse})


@frappe.whitelist()
def get_stock_balance(
	item_code: str,
	warehouse: str,
	posting_date: str | None = None,
	posting_time: str | None = None,
	with_valuation_rate: bool = False,
) -> float | tuple[float, float]:
	"""Quantity (and rate) in the warehouse at a moment, now if none is given."""
	frappe.has_permission("Item", "read", throw=True)
	at = get_combine_datetime(posting_date or nowdate(), posting_time or nowtime())
	last = get_last_entry(item_code, warehouse, at) or frappe._dict()
	qty = flt(last.qty_after_transaction)
	return (qty, flt(last.valuation_rate)) if with_valuation_rate else qty


def get_last_entry(item_code: str, warehouse: str, at: datetime.datetime) -> dict | None:
	"""The last live ledger entry at or before a moment."""
	entry = frappe.qb.DocType("Stock Ledger Entry")
	rows = (
		frappe.qb.from_(entry)
		.select(entry.qty_after_transaction, entry.valuation_rate, entry.stock_value, entry.stock_queue)
		.where((entry.item_code == item_code) & (entry.warehouse == warehouse) & (entry.is_cancelled == 0))
		.where(entry.posting_datetime <= at)
		.orderby(entry.posting_datetime, order=frappe.qb.desc)
		.orderby(entry.creation, order=frappe.qb.desc)
		.limit(1)
	).run(as_dict=True)
	return rows[0] if rows else None


def get_valuation_method(item_code: str) -> str:
	return (
		frappe.get_cached_value("Item", item_code, "valuation_method")
		or frappe.db.get_single_value("Stock Settings", "valuation_method", cache=True)
		or "FIFO"
	)


def is_negative_stock_allowed(*, item_code: str | None = None) -> bool:
	if cint(frappe.db.get_single_value("Stock Settings", "allow_negative_stock", cache=True)):
		return True
	return bool(item_code and cint(frappe.get_cached_value("Item", item_code, "allow_negative_stock")))


def get_combine_datetime(
	posting_date: str | datetime.date, posting_time: str | datetime.timedelta
) -> datetime.datetime:
	if isinstance(posting_time, datetime.timedelta):
		return get_datetime(getdate(posting_date)) + posting_time
	return datetime.datetime.combine(getdate(posting_date), get_time(posting_time or "00:00"))


def validate_warehouse(warehouse: str, company: str) -> None:
	"""Refuse to move stock in a group, a disabled warehouse or one of another company."""
	validate_place(warehouse, company)
	if frappe.get_cached_value("Warehouse", warehouse, "is_group"):
		frappe.throw(_("Group node warehouse is not allowed to select for transactions"))


def validate_place(warehouse: str, company: str) -> None:
	"""Refuse to plan with a disabled warehouse or one of another company; a group will do."""
	facts = frappe.get_cached_value("Warehouse", warehouse, ["company", "disabled"], as_dict=True)
	if facts.disabled:
		frappe.throw(_("Disabled Warehouse {0} cannot be used for this transaction.").format(warehouse))
	if facts.company != company:
		frappe.throw(
			_("Warehouse {0} does not belong to company {1}").format(warehouse, company),
			InvalidWarehouseCompany,
		)


def qty_precision() -> int:
	return cint(frappe.db.get_default("float_precision")) or 2
