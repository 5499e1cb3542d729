"""Facts of items, units and warehouses that production relies on."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce
from frappe.utils import cint, getdate, today
from pypika.functions import NullIf

from production_orders.domain.quantity import is_rounded, text
from production_orders.sql import Values

FINEST = 6
"""Decimals: ERPNext's FIFO queue takes a rest below a ten-millionth for none."""
FLAGS = (
	"whole_number",
	"disabled",
	"has_variants",
	"is_stock_item",
	"has_batch_no",
	"has_serial_no",
	"create_new_batch",
)
"""Checks that the database keeps as 0 or 1."""


@dataclass(frozen=True)
class ItemFacts:
	"""What production needs to know of an item."""

	item_code: str
	item_name: str
	stock_uom: str
	whole_number: bool
	disabled: bool
	has_variants: bool
	is_stock_item: bool
	end_of_life: date | None
	is_over: bool
	has_batch_no: bool
	has_serial_no: bool
	create_new_batch: bool
	serial_no_series: str | None
	supply_policy: str | None

	@property
	def problem(self) -> str | None:
		"""Why this item cannot be made or used now, or None."""
		if self.disabled:
			return _("Item {0} is disabled. Enable it or choose another item.").format(self.item_code)
		if self.has_variants:
			return _("Item {0} is a template. Choose one of its variants.").format(self.item_code)
		if not self.is_stock_item:
			return _("Item {0} is not a stock item, so it cannot be produced into stock.").format(
				self.item_code
			)
		if self.is_over:
			return _("Item {0} reached its end of life on {1}.").format(self.item_code, self.end_of_life)
		return None

	@property
	def digits(self) -> int:
		"""Decimals in which this item is counted."""
		return 0 if self.whole_number else precision()

	def decimals_problem(self, qty: Decimal) -> str | None:
		"""Why `qty` cannot be counted in the item's stock UOM, or None."""
		if is_rounded(qty, self.digits):
			return None
		return _("Quantity {0} has too many decimals: {1} is counted in {2} with {3} decimals.").format(
			text(qty), self.item_code, self.stock_uom, self.digits
		)


def facts(item_codes: Collection[str], company: str = "") -> dict[str, ItemFacts]:
	"""item_code -> facts; unknown items are left out. The supply policy is the company's, else the item's."""
	if not item_codes:
		return {}
	item, uom, default = (frappe.qb.DocType(name) for name in ("Item", "UOM", "Item Default"))
	rows = (
		frappe.qb.from_(item)
		.left_join(uom)
		.on(uom.name == item.stock_uom)
		.left_join(default)
		.on((default.parent == item.name) & (default.parenttype == "Item") & (default.company == company))
		.select(
			item.name.as_("item_code"),
			item.item_name,
			item.stock_uom,
			uom.must_be_whole_number.as_("whole_number"),
			item.disabled,
			item.has_variants,
			item.is_stock_item,
			item.end_of_life,
			item.has_batch_no,
			item.has_serial_no,
			item.create_new_batch,
			item.serial_no_series,
			Coalesce(NullIf(default.supply_policy, ""), item.supply_policy).as_("supply_policy"),
		)
		.where(item.name.isin(Values(item_codes)))
		.run(as_dict=True)
	)
	day = getdate(today())
	for row in rows:
		row.update(
			{flag: bool(row[flag]) for flag in FLAGS},
			is_over=bool(row.end_of_life and row.end_of_life <= day),
		)
	return {row.item_code: ItemFacts(**row) for row in rows}


def has_batches(item_code: str) -> bool:
	"""Of an item that is about to move, which ERPNext keeps in its cache for that."""
	return bool(frappe.get_cached_value("Item", item_code, "has_batch_no"))


def precision() -> int:
	"""Decimals of a fractional quantity on this site; ERPNext rounds stock quantities to it."""
	return min(cint(frappe.db.get_default("float_precision")) or 3, FINEST)


def leaves(places: Iterable[str | None], company: str) -> dict[str, tuple[str, ...]]:
	"""group -> its enabled warehouses of `company` in the order of their names; no entry for what is no group."""
	return {group: found.get(company, ()) for group, found in leaves_by_company(places).items()}


def leaves_by_company(places: Iterable[str | None]) -> dict[str, dict[str, tuple[str, ...]]]:
	"""group -> company -> its enabled warehouses in the order of their names; no entry for what is no group."""
	names = sorted({place for place in places if place})
	if not names:
		return {}
	group, leaf = (frappe.qb.DocType("Warehouse").as_(alias) for alias in ("place", "leaf"))
	is_usable = (leaf.is_group == 0) & (leaf.disabled == 0)
	rows = (
		frappe.qb.from_(group)
		.left_join(leaf)
		.on((leaf.lft > group.lft) & (leaf.rgt < group.rgt) & is_usable)
		.select(group.name, leaf.company, leaf.name)
		.where(group.name.isin(names) & (group.is_group == 1))
		.run()
	)
	found: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name, _company, _warehouse in rows}
	for name, company, warehouse in sorted(row for row in rows if row[2]):
		found[name][company] = (*found[name].get(company, ()), warehouse)
	return found


def visible_warehouses(within: str | None) -> list[str]:
	"""Warehouses that hold stock and that this user may see: all, or those of one group."""
	filters: dict[str, Any] = {"is_group": 0}
	if within:
		lft, rgt = frappe.db.get_value("Warehouse", within, ["lft", "rgt"])
		filters |= {"lft": [">=", lft], "rgt": ["<=", rgt]}
	return frappe.get_list("Warehouse", filters=filters, pluck="name", limit_page_length=0)


def source_problems(places: Iterable[str], company: str) -> dict[str, str]:
	"""place -> why stock of `company` cannot be drawn from it; a group will do when it has warehouses."""
	known = _warehouses(places)
	groups = leaves((name for name, facts in known.items() if facts and facts.is_group), company)
	return _problems(known, company, groups)


def warehouse_problems(warehouses: Iterable[str], company: str) -> dict[str, str]:
	"""warehouse -> why stock of `company` cannot move through it; usable ones are left out."""
	return _problems(_warehouses(warehouses), company, {})


def _warehouses(names: Iterable[str]) -> dict[str, Any]:
	"""Every name with its facts, None for one that does not exist."""
	wanted = sorted(set(names))
	if not wanted:
		return {}
	fields = ["name", "company", "is_group", "disabled"]
	rows = frappe.get_all("Warehouse", filters={"name": ["in", wanted]}, fields=fields)
	return {**dict.fromkeys(wanted), **{row.name: row for row in rows}}


def _problems(
	warehouses: Mapping[str, Any], company: str, groups: Mapping[str, Collection[str]]
) -> dict[str, str]:
	found = {
		name: _warehouse_problem(name, facts, company, groups.get(name)) for name, facts in warehouses.items()
	}
	return {name: problem for name, problem in found.items() if problem}


def _warehouse_problem(name: str, facts: Any, company: str, group_of: Collection[str] | None) -> str | None:
	if not facts:
		return _("Warehouse {0} does not exist.").format(name)
	if facts.company != company:
		return _("Warehouse {0} belongs to {1}, not to {2}.").format(name, facts.company, company)
	if facts.is_group and group_of is None:
		return _("Warehouse {0} is a group. Choose one of its warehouses.").format(name)
	if facts.disabled:
		return _("Warehouse {0} is disabled. Enable it or choose another one.").format(name)
	if facts.is_group and not group_of:
		return _("Warehouse {0} is a group without any enabled warehouse of {1}.").format(name, company)
	return None


def batch_items(batch_nos: Iterable[str]) -> dict[str, str]:
	"""batch_no -> its item; unknown batches are left out."""
	names = sorted(set(batch_nos))
	if not names:
		return {}
	return dict(
		frappe.get_all("Batch", filters={"name": ["in", names]}, fields=["name", "item"], as_list=True)
	)


def batch_problem(
	batch_no: str, item_code: str, batches: Mapping[str, str], may_be_new: bool = False
) -> str | None:
	"""Why `batch_no` cannot be a batch of `item_code`, or None; `batches` as batch_items() answers."""
	if batch_no not in batches:
		return None if may_be_new else _("Batch {0} does not exist.").format(batch_no)
	if batches[batch_no] != item_code:
		return _("Batch {0} is of {1}, not of {2}.").format(batch_no, batches[batch_no], item_code)
	return None


def made_batch_problem(batch_no: str, facts: ItemFacts) -> str | None:
	"""Why what was made of an item cannot be put into this batch, or into one of its own series when empty."""
	if batch_no and not facts.has_batch_no:
		return _("{0} is not kept in batches, so no batch can be given.").format(facts.item_code)
	if batch_no:
		return batch_problem(batch_no, facts.item_code, batch_items([batch_no]), may_be_new=True)
	if facts.has_batch_no and not facts.create_new_batch:
		return _("{0} is kept in batches: give the batch this run made.").format(facts.item_code)
	return None
