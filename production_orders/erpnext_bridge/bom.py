"""Reads ERPNext's BOMs into a locked graph: `BOM` and `BOM Item` rows, one round of queries per level."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Sum

from production_orders.domain.bom import MAKE_TO_STOCK, STOCK_ONLY, Header, Line, LockedBom
from production_orders.domain.quantity import decimal, text
from production_orders.erpnext_bridge import item
from production_orders.erpnext_bridge.item import ItemFacts
from production_orders.errors import Problems
from production_orders.sql import Values


def read(bom_no: str, company: str, problems: Problems) -> LockedBom:
	"""The whole structure under `bom_no`, with levels and rates; raises domain.bom.Cycle.

	What keeps it from being made is added to `problems`, and its rows are left out.
	"""
	reading = Reading(company, problems)
	level = {bom_no}
	while level:
		level = reading.read_level(level)
	structure = LockedBom(bom_no, tuple(reading.lines), reading.headers, tuple(reading.skipped))
	return structure.with_levels(_valuation_rates(structure.items, company))


def default_bom(item_code: str, company: str) -> str | None:
	"""The item's active default BOM of this company."""
	return frappe.db.get_value(
		"BOM", {"item": item_code, "company": company, "is_default": 1, "is_active": 1, "docstatus": 1}
	)


def default_boms(item_codes: Collection[str], company: str) -> dict[str, str]:
	"""item_code -> its active default BOM of this company; items without one are left out."""
	return _usable_boms((), item_codes, company)[1] if item_codes else {}


def defaults_of_item(item_code: str) -> list[str]:
	"""The active default BOMs of an item, one for each company that has one."""
	return frappe.get_all(
		"BOM", {"item": item_code, "is_default": 1, "is_active": 1, "docstatus": 1}, pluck="name"
	)


def facts(bom_no: str) -> dict[str, Any] | None:
	return frappe.db.get_value("BOM", bom_no, ["item", "company", "is_active", "docstatus"], as_dict=True)


class Reading:
	"""What is known so far of one structure, or of several that share BOMs."""

	def __init__(self, company: str, problems: Problems) -> None:
		self.company = company
		self.problems = problems
		self.headers: dict[str, Header] = {}
		self.lines: list[Line] = []
		self.skipped: dict[tuple[str, str], None] = {}
		self.items: dict[str, ItemFacts] = {}

	def read_level(self, bom_nos: Collection[str]) -> set[str]:
		"""Read these BOMs -> those that make their components and are not known yet."""
		headers, rows = _header_rows(bom_nos), _rows(bom_nos)
		self.learn({row.item for row in headers} | {row.item_code for row in rows})
		self.headers |= _headers(headers, self.items)
		drawn = [row for row in rows if self._is_drawn(row)]
		boms = _boms_of(drawn, self.items, self.company, self.problems)
		self.lines += [_line(row, self.items[row.item_code], boms.get(row.name, "")) for row in drawn]
		return set(boms.values()) - self.headers.keys() - {""}

	def learn(self, item_codes: set[str]) -> None:
		"""Take up facts of items that are not known yet; what does not exist stays unknown."""
		found = item.facts(item_codes - self.items.keys(), self.company)
		self.items |= found
		for facts in found.values():
			if facts.is_stock_item and facts.problem:
				self.problems.add("bom_no", facts.problem)

	def _is_drawn(self, row: Any) -> bool:
		"""Whether the row asks for stock, as one that can be understood."""
		facts = self.items.get(row.item_code)
		if facts and not facts.is_stock_item:
			self.skipped[row.item_code, row.parent] = None
			return False
		found = list(_row_problems(row, facts))
		for problem in found:
			self.problems.add("bom_no", problem)
		return not found


def _row_problems(row: Any, facts: ItemFacts | None) -> Iterator[str]:
	"""Why a row of a BOM cannot be drawn."""
	if not facts:
		yield _("BOM {0} asks for item {1}, which does not exist.").format(row.parent, row.item_code)
		return
	if row.stock_qty <= 0:
		yield _("BOM {0} asks for {1} {2} of {3}: give a quantity above zero.").format(
			row.parent, text(row.stock_qty), facts.stock_uom, row.item_code
		)
	if row.uom and row.uom != facts.stock_uom and not row.conversion_factor:
		yield _("BOM {0} counts {1} in {2} without a factor to {3}: give its conversion factor.").format(
			row.parent, row.item_code, row.uom, facts.stock_uom
		)
	if decimal(row.waste_percentage) < 0:
		yield _("BOM {0} wastes {1} % of {2}: give a waste of zero or above.").format(
			row.parent, text(row.waste_percentage), row.item_code
		)


def _header_rows(bom_nos: Collection[str]) -> list[Any]:
	bom = frappe.qb.DocType("BOM")
	return (
		frappe.qb.from_(bom)
		.select(bom.name, bom.item, bom.quantity, bom.process_loss_percentage, bom.conversion_rate)
		.where(bom.name.isin(Values(bom_nos)))
		.run(as_dict=True)
	)


def _headers(rows: Collection[Any], items: Mapping[str, ItemFacts]) -> dict[str, Header]:
	names = [row.name for row in rows]
	operations = _operations(names)
	scrap = _scrap(rows)
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


def _operations(bom_nos: Collection[str]) -> dict[str, tuple[dict[str, Any], ...]]:
	"""bom_no -> its operations in order, at rates in the currency of the company."""
	operation, bom, workstation = (
		frappe.qb.DocType(name) for name in ("BOM Operation", "BOM", "Workstation")
	)
	rows = (
		frappe.qb.from_(operation)
		.join(bom)
		.on(bom.name == operation.parent)
		.left_join(workstation)
		.on(workstation.name == operation.workstation)
		.select(operation.parent, operation.operation, operation.workstation, operation.time_in_mins)
		.select(operation.batch_size, operation.fixed_time, operation.hour_rate, bom.conversion_rate)
		.select(workstation.hour_rate.as_("paid"), workstation.hour_rate_labour)
		.where(operation.parent.isin(Values(bom_nos)) & (operation.parenttype == "BOM"))
		.orderby(operation.parent, operation.idx)
		.run(as_dict=True)
	)
	grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
	for row in rows:
		grouped[row.parent].append(_operation(row))
	return defaultdict(tuple, {parent: tuple(children) for parent, children in grouped.items()})


def _operation(row: Any) -> dict[str, Any]:
	"""What a lock keeps of an operation; labour is all of its rate where the workstation does not split it."""
	hour_rate = decimal(row.hour_rate) * (decimal(row.conversion_rate) or 1)
	kept = {
		"operation": row.operation,
		"workstation": row.workstation,
		"time_in_mins": decimal(row.time_in_mins),
		"hour_rate": hour_rate,
	}
	if row.paid:
		kept["labour_rate"] = min(decimal(row.hour_rate_labour), hour_rate)
	if row.fixed_time:
		kept["fixed_time"] = 1
	if (row.batch_size or 1) != 1:
		kept["batch_size"] = decimal(row.batch_size)
	return kept


def _scrap(boms: Collection[Any]) -> dict[str, tuple[dict[str, Any], ...]]:
	"""bom_no -> what it gives beside its item, in order, at rates in the currency of the company."""
	row = frappe.qb.DocType("BOM Scrap Item")
	rows = (
		frappe.qb.from_(row)
		.select(row.parent, row.item_code, row.stock_qty, row.rate, row.cost_share)
		.where(row.parent.isin(Values([bom.name for bom in boms])) & (row.parenttype == "BOM"))
		.orderby(row.parent, row.idx)
		.run(as_dict=True)
	)
	exchange = {bom.name: decimal(bom.conversion_rate) or 1 for bom in boms}
	grouped: dict[str, list[dict[str, Any]]] = defaultdict(list)
	for row in rows:
		kept = {"item_code": row.item_code, "stock_qty": decimal(row.stock_qty)}
		kept["rate"] = decimal(row.rate) * exchange[row.parent]
		if row.cost_share:
			kept["cost_share"] = decimal(row.cost_share)
		grouped[row.parent].append(kept)
	return defaultdict(tuple, {parent: tuple(children) for parent, children in grouped.items()})


def _rows(bom_nos: Collection[str]) -> list[Any]:
	row = frappe.qb.DocType("BOM Item")
	return (
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
			row.allow_alternative_item,
		)
		.where(row.parent.isin(Values(bom_nos)) & (row.parenttype == "BOM"))
		.orderby(row.parent, row.idx)
		.run(as_dict=True)
	)


def _boms_of(
	rows: Collection[Any], items: Mapping[str, ItemFacts], company: str, problems: Problems
) -> dict[str, str]:
	"""BOM Item row -> the BOM that makes its component: the row's own while usable, else the company's default.

	`Item.default_bom` does not do: it names one BOM for all companies.
	"""
	rows = [
		row for row in rows if not row.do_not_explode and items[row.item_code].supply_policy != STOCK_ONLY
	]
	if not rows:
		return {}
	named, wanted = {row.bom_no for row in rows if row.bom_no}, {row.item_code for row in rows}
	usable, defaults = _usable_boms(named, wanted, company)
	unusable = [row for row in rows if row.bom_no and row.bom_no not in usable]
	for problem in _bom_problems(unusable, defaults, company):
		problems.add("bom_no", problem)
	return {row.name: row.bom_no if row.bom_no in usable else defaults.get(row.item_code, "") for row in rows}


def _usable_boms(
	named: Collection[str], wanted: Collection[str], company: str
) -> tuple[set[str], dict[str, str]]:
	"""Of the BOMs named, those that may be used; and the company's default BOM of every item wanted."""
	bom = frappe.qb.DocType("BOM")
	found = (
		frappe.qb.from_(bom)
		.select(bom.name, bom.item, bom.is_default)
		.where((bom.company == company) & (bom.is_active == 1) & (bom.docstatus == 1))
		.where(bom.name.isin(Values(named)) | (bom.item.isin(Values(wanted)) & (bom.is_default == 1)))
		.run(as_dict=True)
	)
	return {bom.name for bom in found}, {bom.item: bom.name for bom in found if bom.is_default}


def _bom_problems(rows: Collection[Any], defaults: Mapping[str, str], company: str) -> Iterator[str]:
	"""Rows whose BOM is gone, and rows whose BOM cannot be used while no default stands in for it."""
	if not rows:
		return
	filters = {"name": ["in", sorted({row.bom_no for row in rows})]}
	known = dict(frappe.get_all("BOM", filters=filters, fields=["name", "company"], as_list=True))
	for row in rows:
		if row.bom_no not in known:
			yield _("BOM {0} makes {1} by BOM {2}, which does not exist. Choose another one there.").format(
				row.parent, row.item_code, row.bom_no
			)
		elif row.item_code not in defaults:
			sentence = _(
				"BOM {0} makes {1} by BOM {2} of {3}, which cannot be used: {1} has no active default BOM in {4}. "
				"Submit and activate one."
			)
			yield sentence.format(row.parent, row.item_code, row.bom_no, known[row.bom_no], company)


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
		allow_alternative=bool(row.allow_alternative_item),
	)


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
			bins.item_code.isin(Values(item_codes)) & (warehouse.company == company) & (bins.actual_qty > 0)
		)
		.groupby(bins.item_code)
	)
	rows = (
		frappe.qb.from_(master)
		.left_join(held)
		.on(held.item_code == master.name)
		.select(master.name, Coalesce(held.value / held.qty, master.valuation_rate, 0))
		.where(master.name.isin(Values(item_codes)))
		.run()
	)
	return {item_code: round(decimal(rate), 9) for item_code, rate in rows}
