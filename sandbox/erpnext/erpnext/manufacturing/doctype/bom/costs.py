"""What a BOM costs: materials, work, less what the scrap is worth."""

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import flt


def calculate(bom: Document) -> None:
	set_operating_cost(bom)
	set_material_cost(bom)
	set_scrap_cost(bom)
	bom.total_cost = bom.operating_cost + bom.raw_material_cost - bom.scrap_material_cost
	bom.base_total_cost = bom.base_operating_cost + bom.base_raw_material_cost - bom.base_scrap_material_cost


def set_operating_cost(bom: Document) -> None:
	rate = flt(bom.conversion_rate)
	for row in bom.operations:
		if not row.hour_rate and row.workstation:
			row.hour_rate = flt(frappe.get_cached_value("Workstation", row.workstation, "hour_rate")) / rate
		row.base_hour_rate = flt(row.hour_rate) * rate
		row.operating_cost = flt(row.hour_rate) * flt(row.time_in_mins) / 60
		row.base_operating_cost = row.operating_cost * rate
		row.cost_per_unit = row.operating_cost / (row.batch_size or 1)
		row.base_cost_per_unit = row.base_operating_cost / (row.batch_size or 1)
	bom.operating_cost = sum(operation_cost(bom, row) for row in bom.operations)
	bom.base_operating_cost = bom.operating_cost * rate


def operation_cost(bom: Document, row: Document) -> float:
	return row.cost_per_unit * flt(bom.quantity) if row.set_cost_based_on_bom_qty else row.operating_cost


def set_material_cost(bom: Document) -> None:
	for row in bom.items:
		if frappe.get_cached_value("Item", row.item_code, "is_stock_item"):
			row.rate = material_rate(bom, row)
		row.base_rate = flt(row.rate) * flt(bom.conversion_rate)
		row.amount = flt(row.rate, row.precision("rate")) * flt(row.qty, row.precision("qty"))
		row.base_amount = row.amount * flt(bom.conversion_rate)
		row.qty_consumed_per_unit = flt(row.stock_qty, row.precision("stock_qty")) / flt(
			bom.quantity, bom.precision("quantity")
		)
	bom.raw_material_cost = sum(row.amount for row in bom.items)
	bom.base_raw_material_cost = sum(row.base_amount for row in bom.items)


def material_rate(bom: Document, row: Document) -> float:
	"""Rate per unit of the row's UOM, in the BOM's currency."""
	if row.sourced_by_supplier:
		return 0.0
	if row.bom_no and bom.set_rate_of_sub_assembly_item_based_on_bom:
		cost, quantity = frappe.db.get_value("BOM", row.bom_no, ["base_total_cost", "quantity"])
		rate = flt(cost) / flt(quantity)
	elif bom.rm_cost_as_per == "Last Purchase Rate":
		rate = flt(frappe.db.get_value("Item", row.item_code, "last_purchase_rate"))
	else:
		rate = valuation_rate(row.item_code, bom.company)
	return rate * (flt(row.conversion_factor) or 1) / flt(bom.conversion_rate)


def set_scrap_cost(bom: Document) -> None:
	for row in bom.scrap_items:
		row.base_rate = flt(row.rate) * flt(bom.conversion_rate)
		row.amount = flt(row.rate, row.precision("rate")) * flt(row.stock_qty, row.precision("stock_qty"))
		row.base_amount = row.amount * flt(bom.conversion_rate)
	bom.scrap_material_cost = sum(row.amount for row in bom.scrap_items)
	bom.base_scrap_material_cost = sum(row.base_amount for row in bom.scrap_items)


def valuation_rate(item_code: str, company: str) -> float:
	"""Average over the warehouses of the company, else the last rate of the ledger, else what the item says."""
	bin_table, warehouse = frappe.qb.DocType("Bin"), frappe.qb.DocType("Warehouse")
	value, qty = (
		frappe.qb.from_(bin_table)
		.join(warehouse)
		.on(bin_table.warehouse == warehouse.name)
		.select(Sum(bin_table.stock_value), Sum(bin_table.actual_qty))
		.where((bin_table.item_code == item_code) & (warehouse.company == company))
	).run()[0]
	average = flt(value) / flt(qty) if flt(qty) else 0.0
	if average > 0:
		return average
	filters = {"item_code": item_code, "valuation_rate": (">", 0), "is_cancelled": 0}
	last = frappe.db.get_value(
		"Stock Ledger Entry", filters, "valuation_rate", order_by="posting_datetime desc, creation desc"
	)
	return flt(last) or flt(frappe.db.get_value("Item", item_code, "valuation_rate"))
