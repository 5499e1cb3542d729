"""What each row of a stock entry is worth."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock.serial_batch_bundle import issue_rate, posting_moment
from erpnext.stock.utils import get_last_entry, get_valuation_method
from erpnext.stock.valuation import open_balance


def set_outgoing_rates(doc: Document, reset: bool) -> None:
	"""What leaves a warehouse leaves at the rate it has there, or at the row's own where that is not asked again."""
	for row in doc.items:
		if row.s_warehouse:
			if reset:
				row.basic_rate = outgoing_rate(doc, row)
			set_basic_amount(row)


def outgoing_rate(doc: Document, row: Document) -> float:
	moment = posting_moment(doc)
	if lines := doc.lines_of(row):
		return issue_rate(doc.item(row.item_code), row.s_warehouse, lines, moment)
	last = get_last_entry(row.item_code, row.s_warehouse, moment)
	if not last:
		return fallback_rate(doc, row, row.s_warehouse)
	return flt(open_balance(get_valuation_method(row.item_code), last).issue_rate(row.transfer_qty))


def set_incoming_rates(doc: Document) -> None:
	"""In the order of the rows: a finished row sees the value of the scrap rows before it only."""
	consumed = sum(flt(row.basic_amount) for row in doc.items if row.s_warehouse and not row.t_warehouse)
	for row in doc.items:
		if row.s_warehouse or row.set_basic_rate_manually:
			continue
		if row.allow_zero_valuation_rate:
			row.basic_rate = 0.0
		elif row.is_finished_item:
			row.basic_rate = finished_rate(doc, consumed)
		if not row.basic_rate and not row.allow_zero_valuation_rate:
			row.basic_rate = fallback_rate(doc, row, row.t_warehouse, required=not doc.is_new())
		set_basic_amount(row)


def finished_rate(doc: Document, consumed: float) -> float:
	qty = sum(row.transfer_qty for row in doc.items if row.is_finished_item)
	scrap = sum(flt(row.basic_amount) for row in doc.items if row.is_scrap_item)
	return flt((consumed - scrap) / qty)


def fallback_rate(doc: Document, row: Document, warehouse: str, required: bool = True) -> float:
	"""The last known rate in the warehouse, else what the item says."""
	last = last_rate(row.item_code, warehouse)
	if last is not None:
		return last
	rates = frappe.get_cached_value("Item", row.item_code, ["valuation_rate", "standard_rate"])
	rate = flt(rates[0]) or flt(rates[1])
	if required and not rate and not row.allow_zero_valuation_rate:
		refuse_missing_rate(doc, row)
	return rate


def refuse_missing_rate(doc: Document, row: Document) -> None:
	if frappe.get_cached_value("Company", doc.company, "enable_perpetual_inventory"):
		frappe.throw(
			_(
				"Valuation Rate for the Item {0}, is required to do accounting entries for {1} {2}."
				" Receive it first, set a Valuation Rate in the Item or allow a zero rate in row {3}."
			).format(row.item_code, _(doc.doctype), doc.name, row.idx),
			title=_("Valuation Rate Missing"),
		)


def last_rate(item_code: str, warehouse: str) -> float | None:
	entry = frappe.qb.DocType("Stock Ledger Entry")
	last = (
		frappe.qb.from_(entry)
		.select(entry.valuation_rate)
		.where((entry.item_code == item_code) & (entry.warehouse == warehouse) & (entry.is_cancelled == 0))
		.orderby(entry.posting_datetime, order=frappe.qb.desc)
		.orderby(entry.creation, order=frappe.qb.desc)
		.limit(1)
	).run(pluck=True)
	return flt(last[0]) if last else None


def set_basic_amount(row: Document) -> None:
	row.basic_rate = flt(row.basic_rate)
	row.basic_amount = flt(flt(row.transfer_qty) * row.basic_rate, row.precision("basic_amount"))


def distribute_additional_costs(doc: Document) -> None:
	"""Spread the costs over what came in, by value; made goods only, where something is made."""
	if not any(row.t_warehouse for row in doc.items):
		doc.set("additional_costs", [])
	for cost in doc.additional_costs:
		cost.base_amount = flt(cost.amount) * (flt(cost.exchange_rate) or 1)
	doc.total_additional_costs = sum(cost.base_amount for cost in doc.additional_costs)
	value = sum(flt(row.basic_amount) for row in doc.items if receives_costs(doc, row))
	for row in doc.items:
		share = flt(row.basic_amount) / value if value and receives_costs(doc, row) else 0
		row.additional_cost = share * doc.total_additional_costs
		row.amount = flt(flt(row.basic_amount) + row.additional_cost, row.precision("amount"))
		row.valuation_rate = row.basic_rate + row.additional_cost / row.transfer_qty


def receives_costs(doc: Document, row: Document) -> bool:
	made = doc.purpose in ("Manufacture", "Repack")
	return bool(row.is_finished_item if made else row.t_warehouse)


def set_totals(doc: Document) -> None:
	doc.total_incoming_value = sum(row.amount for row in doc.items if row.t_warehouse)
	doc.total_outgoing_value = sum(row.amount for row in doc.items if row.s_warehouse)
	doc.value_difference = doc.total_incoming_value - doc.total_outgoing_value
	made = doc.purpose in ("Manufacture", "Repack")
	doc.total_amount = None if made else sum(row.amount for row in doc.items)


def follow_ledger(doc: Document) -> bool:
	"""Rates of the issued rows as the ledger has them now, and all that follows from them."""
	issued = ledger_rates(doc.name)
	before = [row.valuation_rate for row in doc.items]
	for row in doc.items:
		if row.name in issued:
			row.basic_rate = issued[row.name]
			set_basic_amount(row)
	set_incoming_rates(doc)
	distribute_additional_costs(doc)
	set_totals(doc)
	if before == [row.valuation_rate for row in doc.items]:
		return False
	for row in doc.items:
		row.db_update()
	doc.db_update()
	return True


def ledger_rates(stock_entry: str) -> dict[str, float]:
	filters = {
		"voucher_type": "Stock Entry",
		"voucher_no": stock_entry,
		"is_cancelled": 0,
		"actual_qty": ("<", 0),
	}
	fields = ["voucher_detail_no", "actual_qty", "stock_value_difference"]
	entries = frappe.get_all("Stock Ledger Entry", filters, fields)
	return {entry.voucher_detail_no: entry.stock_value_difference / entry.actual_qty for entry in entries}
