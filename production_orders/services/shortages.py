"""What orders miss: how much, where, for what, what is free now, and the earliest known supply that would cover it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from production_orders.domain.allocation import Leaves, rank
from production_orders.domain.lifecycle import OPEN_ORDER
from production_orders.domain.quantity import ZERO, decimal, text, total
from production_orders.domain.reservation import Coverage, Key
from production_orders.domain.schedule import covering
from production_orders.erpnext_bridge import item, schedule
from production_orders.services import queries
from production_orders.services.reservations import PATH_SEPARATOR, material

FREE_NOW, ON_THE_WAY, LATE, UNCOVERED = "Free Now", "On the Way", "Late", "Uncovered"
FACTS = ("item_code", "item_name", "warehouse", "stock_uom", "required_qty", "short_qty", "path")


def of_coverages(coverages: Iterable[Coverage]) -> list[dict[str, Any]]:
	"""Needs that stock does not meet, as programs and people read them."""
	return [of_coverage(coverage) for coverage in coverages if coverage.short]


def of_coverage(coverage: Coverage) -> dict[str, Any]:
	return {
		"item_code": coverage.item_code,
		"item_name": coverage.line.item_name,
		"warehouse": coverage.warehouse,
		"stock_uom": coverage.line.stock_uom,
		"required_qty": float(coverage.required),
		"available_qty": float(coverage.available),
		"short_qty": float(coverage.short),
		"path": list(coverage.path),
	}


def of_order(order: Document) -> list[dict[str, Any]]:
	"""What an order still misses, with the free stock of this moment."""
	short = [row for row in order.materials if row.short_qty > 0]
	leaves = places_of(short, order.company)
	free = _free(short, leaves)
	found = [{fact: material(row)[fact] for fact in FACTS} for row in short]
	for shortage, row_leaves in zip(found, leaves, strict=True):
		shortage["available_qty"] = float(_sum(free, shortage["item_code"], row_leaves))
	return _expect(found, leaves, order.company)


def of_open_orders(filters: Mapping[str, str | None]) -> list[dict[str, Any]]:
	"""Every open shortage this user may see, by the rank of the orders; `filters` company, item_code, warehouse, order.

	Besides the facts of a shortage each has order, product, priority, need_by_date and outlook.
	"""
	rows = sorted(
		queries.open_shortages(
			_visible_orders(filters), _visible_warehouses(filters), filters.get("item_code")
		),
		key=lambda row: (rank(row.priority, row.need_by_date, row.order), row.item_code, row.warehouse),
	)
	leaves = _leaves([_place(row, row.company) for row in rows])
	free = _free(rows, leaves)
	found = []
	for row, places in zip(rows, leaves, strict=True):
		facts = {fact: material(row)[fact] for fact in FACTS}
		order = {
			fact: row[fact] for fact in ("order", "product", "priority", "need_by_date", "source_warehouse")
		}
		found.append({**order, **facts, "available_qty": float(_sum(free, row.item_code, places))})
	_expect(found, leaves, filters.get("company"))
	for row, shortage in zip(rows, found, strict=True):
		shortage["outlook"] = _outlook(shortage, row.planned_start_date or row.need_by_date)
	return found


def _visible_orders(filters: Mapping[str, str | None]) -> list[str]:
	wanted = {"status": ["in", OPEN_ORDER], "company": filters.get("company"), "name": filters.get("order")}
	given = {field: value for field, value in wanted.items() if value}
	return frappe.get_list("Production Order", filters=given, pluck="name", limit_page_length=0)


def _visible_warehouses(filters: Mapping[str, str | None]) -> list[str]:
	"""All, or those within the one that is asked for, which may be a group."""
	return item.visible_warehouses(filters.get("warehouse"))


def _outlook(shortage: Mapping[str, Any], wanted_on: Any) -> str:
	"""What becomes of it: free already, on its way in time, on its way too late, or nothing known."""
	if shortage["available_qty"] >= shortage["short_qty"]:
		return FREE_NOW
	if not shortage["expected_on"]:
		return UNCOVERED
	is_late = wanted_on and getdate(shortage["expected_on"]) > getdate(wanted_on)
	return LATE if is_late else ON_THE_WAY


def expect(found: Sequence[dict[str, Any]], company: str) -> list[dict[str, Any]]:
	"""The shortages of a preview or a refused confirmation with the supply that would cover each."""
	return _expect(found, _leaves([(shortage["warehouse"], company) for shortage in found]), company)


def places_of(rows: Iterable[Any], company: str) -> list[Leaves]:
	"""For each material the warehouses it may come from."""
	return _leaves([_place(row, company) for row in rows])


def _place(row: Any, company: str) -> Key:
	return row.source_warehouse or row.warehouse, company


def _leaves(places: Sequence[tuple[str, str]]) -> list[Leaves]:
	"""For each (place, company) the warehouses it stands for, in one statement."""
	groups = item.leaves_by_company(place for place, _company in places)
	return [groups[place].get(company, ()) if place in groups else (place,) for place, company in places]


def _free(rows: Iterable[Any], leaves: Iterable[Leaves]) -> dict[Key, Any]:
	return queries.free_stock(
		{(row.item_code, leaf) for row, places in zip(rows, leaves, strict=True) for leaf in places}
	)


def _sum(free: Mapping[Key, Any], item_code: str, leaves: Leaves) -> Any:
	return total(max(ZERO, free.get((item_code, leaf), ZERO)) for leaf in leaves)


def _expect(
	found: Sequence[dict[str, Any]], leaves: Sequence[Leaves], company: str | None
) -> list[dict[str, Any]]:
	"""One look at all open documents, whatever the number of shortages."""
	coming = defaultdict(list)
	items = {shortage["item_code"] for shortage in found}
	for receipt in schedule.receipts(items, company, with_material_requests=True) if items else ():
		coming[receipt.item_code, receipt.warehouse].append(receipt)
	day = getdate(today())
	for shortage, places in zip(found, leaves, strict=True):
		receipts = [receipt for leaf in places for receipt in coming[shortage["item_code"], leaf]]
		supply = covering(receipts, decimal(shortage["short_qty"]), day)
		shortage["expected_on"] = supply.due(day).isoformat() if supply else None
		shortage["expected_from"] = {"doctype": supply.doctype, "name": supply.name} if supply else None
	return list(found)


def sentence(shortage: Mapping[str, Any]) -> str:
	"""One shortage as a line of a refusal."""
	line = _("{0}: {1} {2} required in {3}, {4} available, {5} short (needed by {6})").format(
		shortage["item_code"],
		text(shortage["required_qty"]),
		shortage["stock_uom"],
		shortage["warehouse"],
		text(shortage["available_qty"]),
		text(shortage["short_qty"]),
		PATH_SEPARATOR.join(shortage["path"]),
	)
	if not shortage.get("expected_on"):
		return line
	source = shortage["expected_from"]
	return _("{0}, expected on {1} from {2} {3}").format(
		line, shortage["expected_on"], _(source["doctype"]), source["name"]
	)
