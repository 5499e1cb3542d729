"""Reads ERPNext's BOMs into a locked graph: `BOM` and `BOM Item` rows, one round of queries per level."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce, Sum

from production_orders.domain.bom import MAKE_TO_STOCK, STOCK_ONLY, Header, Line, LockedBom
from production_orders.domain.quantity import ZERO, decimal
from production_orders.erpnext_bridge import item
from production_orders.erpnext_bridge.item import ItemFacts


def read(bom_no: str, company: str) -> LockedBom:
	"""The whole structure under `bom_no`, with levels and rates; raises domain.bom.Cycle."""
	headers: dict[str, Header] = {}
	lines: list[Line] = []
	level = {bom_no}
	while level:
		headers |= _headers(level)
		found = _lines(level, company)
		lines += found
		level = {line.bom_no for line in found if line.bom_no} - headers.keys()
	structure = LockedBom(bom_no, tuple(_with_rates(lines, company)), headers)
	return structure.with_levels()


def default_bom(item_code: str, company: str) -> str | None:
	"""The item's active default BOM of this company."""
	return frappe.db.get_value(
		"BOM", {"item": item_code, "company": company, "is_default": 1, "is_active": 1, "docstatus": 1}
	)


def facts(bom_no: str) -> dict[str, Any] | None:
	return frappe.db.get_value("BOM", bom_no, ["item", "company", "is_active", "docstatus"], as_dict=True)


def _headers(bom_nos: Collection[str]) -> dict[str, Header]:
	bom = frappe.qb.DocType("BOM")
	rows = (
		frappe.qb.from_(bom)
		.select(bom.name, bom.item, bom.quantity, bom.process_loss_percentage)
		.where(bom.name.isin(sorted(bom_nos)))
		.run(as_dict=True)
	)
	items = item.facts({row.item for row in rows})
	operations = _children(
		"BOM Operation", bom_nos, ["operation", "workstation", "time_in_mins", "hour_rate"]
	)
	scrap = _children("BOM Scrap Item", bom_nos, ["item_code", "stock_qty", "rate"])
	return {
		row.name: Header(
			bom_no=row.name,
			item_code=row.item,
			quantity=decimal(row.quantity),
			process_loss_percentage=decimal(row.process_loss_percentage),
			whole_number=items[row.item].whole_number,
			operations=operations[row.name],
			scrap=scrap[row.name],
		)
		for row in rows
	}


def _children(
	doctype: str, bom_nos: Collection[str], fields: list[str]
) -> dict[str, tuple[dict[str, Any], ...]]:
	"""bom_no -> its rows of a child table in order, numbers as Decimals."""
	rows = frappe.get_all(
		doctype,
		filters={"parent": ["in", sorted(bom_nos)], "parenttype": "BOM"},
		fields=["parent", *fields],
		order_by="parent, idx",
	)
	grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
	for row in rows:
		grouped[row.parent].append({field: _exact(row[field]) for field in fields})
	return defaultdict(tuple, {parent: tuple(children) for parent, children in grouped.items()})


def _exact(value: Any) -> Any:
	return decimal(value) if isinstance(value, float) else value


def _lines(bom_nos: Collection[str], company: str) -> list[Line]:
	row = frappe.qb.DocType("BOM Item")
	rows = (
		frappe.qb.from_(row)
		.select(
			row.name,
			row.parent,
			row.item_code,
			row.bom_no,
			row.do_not_explode,
			row.stock_qty,
			row.uom,
			row.conversion_factor,
			row.waste_percentage,
			row.source_warehouse,
			row.operation,
		)
		.where(row.parent.isin(sorted(bom_nos)) & (row.parenttype == "BOM"))
		.orderby(row.parent, row.idx)
		.run(as_dict=True)
	)
	items = item.facts({row.item_code for row in rows})
	boms = _boms_of(
		[row for row in rows if not row.do_not_explode and items[row.item_code].supply_policy != STOCK_ONLY],
		company,
	)
	return [
		_line(row, items[row.item_code], boms.get(row.name, ""))
		for row in rows
		if items[row.item_code].is_stock_item
	]


def _boms_of(rows: Collection[Any], company: str) -> dict[str, str]:
	"""BOM Item row -> the BOM that makes its component: the row's own while usable, else the company's default.

	`Item.default_bom` does not do: it names one BOM for all companies.
	"""
	if not rows:
		return {}
	bom = frappe.qb.DocType("BOM")
	named, wanted = {row.bom_no or "" for row in rows}, {row.item_code for row in rows}
	usable = (
		frappe.qb.from_(bom)
		.select(bom.name, bom.item, bom.is_default)
		.where((bom.company == company) & (bom.is_active == 1) & (bom.docstatus == 1))
		.where(bom.name.isin(sorted(named)) | (bom.item.isin(sorted(wanted)) & (bom.is_default == 1)))
		.run(as_dict=True)
	)
	own = {found.name for found in usable}
	defaults = {found.item: found.name for found in usable if found.is_default}
	return {row.name: row.bom_no if row.bom_no in own else defaults.get(row.item_code, "") for row in rows}


def _line(row: Any, facts: ItemFacts, bom_no: str) -> Line:
	return Line(
		parent_bom=row.parent,
		item_code=row.item_code,
		item_name=facts.item_name or "",
		bom_no=bom_no,
		stock_qty=decimal(row.stock_qty),
		bom_item=row.name,
		stock_uom=facts.stock_uom,
		uom=row.uom or facts.stock_uom,
		conversion_factor=decimal(row.conversion_factor or 1),
		waste_percentage=decimal(row.waste_percentage),
		supply_policy=facts.supply_policy or (MAKE_TO_STOCK if bom_no else ""),
		operation=row.operation or "",
		source_warehouse=row.source_warehouse or "",
		whole_number=facts.whole_number,
	)


def _with_rates(lines: list[Line], company: str) -> list[Line]:
	rates = _valuation_rates({line.item_code for line in lines}, company)
	return [replace(line, valuation_rate=rates.get(line.item_code, ZERO)) for line in lines]


def _valuation_rates(item_codes: Collection[str], company: str) -> dict[str, Any]:
	"""item_code -> stock value / quantity over the company's warehouses, else the item's own rate."""
	if not item_codes:
		return {}
	bins, warehouse, master = (frappe.qb.DocType(name) for name in ("Bin", "Warehouse", "Item"))
	held = (
		frappe.qb.from_(bins)
		.join(warehouse)
		.on(warehouse.name == bins.warehouse)
		.select(bins.item_code, Sum(bins.stock_value).as_("value"), Sum(bins.actual_qty).as_("qty"))
		.where(
			bins.item_code.isin(sorted(item_codes)) & (warehouse.company == company) & (bins.actual_qty > 0)
		)
		.groupby(bins.item_code)
	)
	rows = (
		frappe.qb.from_(master)
		.left_join(held)
		.on(held.item_code == master.name)
		.select(master.name, Coalesce(held.value / held.qty, master.valuation_rate, 0))
		.where(master.name.isin(sorted(item_codes)))
		.run()
	)
	return {item_code: round(decimal(rate), 9) for item_code, rate in rows}
