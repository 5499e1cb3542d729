"""Entries of stock for a work order: made for it, and added up."""

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import flt


def entry_for(order: Document, purpose: str, qty: float) -> Document:
	entry = frappe.new_doc("Stock Entry", purpose=purpose, stock_entry_type=purpose, company=order.company)
	entry.update({"work_order": order.name, "bom_no": order.bom_no, "from_bom": 1, "fg_completed_qty": qty})
	for row in order.required_items:
		entry.append("items", material_row(order, row, purpose, qty))
	if purpose == "Manufacture":
		finished = {"item_code": order.production_item, "qty": qty, "is_finished_item": 1}
		entry.append("items", {**finished, "t_warehouse": order.fg_warehouse})
	return entry


def material_row(order: Document, row: Document, purpose: str, qty: float) -> dict:
	values = {"item_code": row.item_code, "qty": row.required_qty * qty / order.qty}
	if purpose != "Manufacture":
		return {**values, "s_warehouse": row.source_warehouse, "t_warehouse": order.wip_warehouse}
	return {**values, "s_warehouse": row.source_warehouse if order.skip_transfer else order.wip_warehouse}


def moved_for(work_order: str, purpose: str) -> tuple[float, float]:
	"""How much of the finished item the submitted entries stand for, and how much of it was lost."""
	entry = frappe.qb.DocType("Stock Entry")
	query = frappe.qb.from_(entry).select(Sum(entry.fg_completed_qty), Sum(entry.process_loss_qty))
	query = query.where((entry.work_order == work_order) & (entry.docstatus == 1))
	completed, lost = map(flt, query.where(entry.purpose == purpose).run()[0])
	return completed - lost, lost


def moved_of_items(work_order: str, purpose: str) -> dict[str, float]:
	"""How much of each item the submitted entries took from a warehouse."""
	entry, row = frappe.qb.DocType("Stock Entry"), frappe.qb.DocType("Stock Entry Detail")
	query = (
		frappe.qb.from_(row)
		.join(entry)
		.on(row.parent == entry.name)
		.select(row.item_code, Sum(row.qty))
		.where((entry.work_order == work_order) & (entry.docstatus == 1) & (entry.purpose == purpose))
		.where(row.s_warehouse.isnotnull())
		.groupby(row.item_code)
	)
	return dict(query.run())
