"""Reads what a plan needs to know of items: how each is supplied, and the BOMs of all that may be made."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Max
from frappe.utils import cint

from production_orders.domain.bom import Header
from production_orders.domain.net_requirements import Terms
from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.recipe import Recipes
from production_orders.erpnext_bridge import bom, item
from production_orders.erpnext_bridge.item import ItemFacts
from production_orders.errors import Problems


class Products:
	"""The items of a plan with all they are made of; one round of queries per level."""

	def __init__(self, item_codes: Collection[str], bom_nos: Collection[str], company: str) -> None:
		self.company = company
		self.made_by: dict[str, str] = {}
		"""item_code -> the BOM that a new order of it takes."""
		self._reading = bom.Reading(company, Problems())
		self._reading.learn(set(item_codes))
		self._read(set(bom_nos))

	@property
	def items(self) -> Mapping[str, ItemFacts]:
		return self._reading.items

	def _read(self, bom_nos: set[str]) -> None:
		asked: set[str] = set()
		level = bom_nos
		while level or self.items.keys() - asked:
			self.made_by |= bom.default_boms(self.items.keys() - asked, self.company)
			asked |= self.items.keys()
			level = (level | set(self.made_by.values())) - self._reading.headers.keys()
			level = self._reading.read_level(level) if level else set()

	@property
	def bom_nos(self) -> Collection[str]:
		return self._reading.headers.keys()

	def recipes(self) -> Recipes:
		"""A BOM that loses all it makes counts as if it lost nothing: `problems` tells of it."""
		headers = {name: _plannable(header) for name, header in self._reading.headers.items()}
		return Recipes(headers, tuple(self._reading.lines), item.precision())

	def terms(self) -> dict[str, Terms]:
		"""How every stock item among them is supplied."""
		digits = item.precision()
		rows, places = _rows(self.items.keys(), self.company), sources(self.company)
		return {
			row.name: Terms(
				digits=0 if self.items[row.name].whole_number else digits,
				lead_time_days=max(0, cint(row.lead_time_days)),
				safety_stock=decimal(row.safety_stock),
				safety_warehouse=row.default_warehouse or "",
				min_order_qty=decimal(row.min_order_qty),
				bom_no=self.made_by.get(row.name, ""),
				source_warehouse=places.get(row.name) or places[""],
			)
			for row in rows
			if self.items[row.name].is_stock_item
		}


def _plannable(header: Header) -> Header:
	return header if header.process_loss_percentage < 100 else replace(header, process_loss_percentage=ZERO)


def _rows(item_codes: Collection[str], company: str) -> list[Any]:
	master, default = frappe.qb.DocType("Item"), frappe.qb.DocType("Item Default")
	return (
		frappe.qb.from_(master)
		.left_join(default)
		.on((default.parent == master.name) & (default.parenttype == "Item") & (default.company == company))
		.select(
			master.name,
			master.lead_time_days,
			master.safety_stock,
			master.min_order_qty,
			default.default_warehouse,
		)
		.where(master.name.isin(sorted(item_codes) or [""]))
		.run(as_dict=True)
	)


def sources(company: str) -> dict[str, str]:
	"""item -> where its newest order draws from; under "" where an item without orders is drawn from."""
	order = frappe.qb.DocType("Production Order")
	newest = (
		frappe.qb.from_(order)
		.select(order.item_code, Max(order.creation).as_("creation"))
		.where((order.company == company) & (order.docstatus < 2))
		.groupby(order.item_code)
	)
	rows = (
		frappe.qb.from_(order)
		.join(newest)
		.on((newest.item_code == order.item_code) & (newest.creation == order.creation))
		.select(order.item_code, order.source_warehouse)
		.where(order.company == company)
		.orderby(order.name)
		.run()
	)
	return {"": _stores(company), **dict(rows)}


def _stores(company: str) -> str:
	"""The stock settings' warehouse if it is this company's, else that of the newest order, else none."""
	warehouse = frappe.db.get_single_value("Stock Settings", "default_warehouse")
	if frappe.db.exists("Warehouse", {"name": warehouse or "", "company": company}):
		return warehouse
	ours = {"company": company, "docstatus": ["<", 2]}
	return frappe.db.get_value("Production Order", ours, "source_warehouse", order_by="creation desc") or ""


def kept_in_stock(company: str) -> set[str]:
	"""Items with a safety stock and a warehouse of this company to keep it in."""
	master, default = frappe.qb.DocType("Item"), frappe.qb.DocType("Item Default")
	rows = (
		frappe.qb.from_(default)
		.join(master)
		.on((master.name == default.parent) & (default.parenttype == "Item"))
		.select(master.name)
		.where((default.company == company) & (Coalesce(default.default_warehouse, "") != ""))
		.where((master.safety_stock > 0) & (master.disabled == 0) & (master.is_stock_item == 1))
		.run()
	)
	return {name for (name,) in rows}


def problems_of_making(bom_nos: Collection[str], company: str, problems: Problems) -> None:
	"""Why orders by these BOMs could not be confirmed."""
	reading = bom.Reading(company, problems)
	if bom_nos:
		reading.read_level(bom_nos)
	for header in reading.headers.values():
		if header.process_loss_percentage >= 100:
			problems.add(
				"bom_no", _("BOM {0} loses all it makes: lower its process loss.").format(header.bom_no)
			)


def problems_of_buying(item_codes: Collection[str], company: str, problems: Problems) -> None:
	"""Items that can be neither made nor bought."""
	filters = {"name": ["in", sorted(item_codes)], "is_purchase_item": 0}
	for item_code in frappe.get_all("Item", filters=filters, pluck="name", order_by="name"):
		sentence = _(
			"Item {0} has no active default BOM in {1} and may not be purchased. Submit a BOM, or allow purchases."
		)
		problems.add("item_code", sentence.format(item_code, company))
