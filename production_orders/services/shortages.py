"""What orders miss: how much, where, for what, what is free now, and the earliest known supply that would cover it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
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
from production_orders.services import lookups, queries
from production_orders.services.reservations import PATH_SEPARATOR, material

FREE_NOW, ON_THE_WAY, LATE, UNCOVERED = "Free Now", "On the Way", "Late", "Uncovered"
ORDER_FACTS = ("order", "product", "priority", "need_by_date", "source_warehouse")
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
	return _expect(found, leaves, _short(found), order.company)


def of_open_orders(filters: Mapping[str, str | None]) -> list[dict[str, Any]]:
	"""Every open shortage this user may see, by the rank of the orders; `filters` company, item_code, warehouse, order.

	Besides the facts of a shortage each has order, product, priority, need_by_date and outlook. What is free and
	what is expected counts for it when those before it, whoever may see them, have had theirs.
	"""
	rows = sorted(lookups.open_shortages(filters.get("item_code")), key=_by_rank)
	leaves = _leaves([_place(row, row.company) for row in rows])
	free = _free(rows, leaves)
	orders, warehouses = _visible_orders(filters), set(item.visible_warehouses(filters.get("warehouse")))
	found, wanted, shown = [], [], []
	for row, places, before in zip(rows, leaves, _before(rows, leaves), strict=True):
		if row.order in orders and row.warehouse in warehouses:
			available = _sum(free, row.item_code, places)
			found.append({**_of_row(row), "available_qty": float(available)})
			wanted.append(before + decimal(row.short_qty) - available)
			shown.append((row, places))
	_expect(found, [places for _row, places in shown], wanted, filters.get("company"))
	for shortage, (row, _places), qty in zip(found, shown, wanted, strict=True):
		shortage["outlook"] = _outlook(shortage, qty, row.planned_start_date or row.need_by_date)
	return found


def _by_rank(row: Any) -> tuple[Any, ...]:
	return rank(row.priority, row.need_by_date, row.order), row.item_code, row.warehouse


def _before(rows: Iterable[Any], leaves: Iterable[Leaves]) -> Iterator[Decimal]:
	"""For each shortage, what those before it miss of the same item in places that share a warehouse."""
	missed: dict[str, dict[Leaves, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for row, places in zip(rows, leaves, strict=True):
		known = missed[row.item_code]
		yield total(qty for others, qty in known.items() if not set(others).isdisjoint(places))
		known[places] += decimal(row.short_qty)


def _of_row(row: Any) -> dict[str, Any]:
	known = material(row)
	return {**{fact: row[fact] for fact in ORDER_FACTS}, **{fact: known[fact] for fact in FACTS}}


def _visible_orders(filters: Mapping[str, str | None]) -> set[str]:
	wanted = {"status": ["in", OPEN_ORDER], "company": filters.get("company"), "name": filters.get("order")}
	given = {field: value for field, value in wanted.items() if value}
	return set(frappe.get_list("Production Order", filters=given, pluck="name", limit_page_length=0))


def _outlook(shortage: Mapping[str, Any], wanted: Decimal, wanted_on: Any) -> str:
	"""What becomes of it: free already, on its way in time, on its way too late, or nothing known."""
	if wanted <= 0:
		return FREE_NOW
	if not shortage["expected_on"]:
		return UNCOVERED
	is_late = wanted_on and getdate(shortage["expected_on"]) > getdate(wanted_on)
	return LATE if is_late else ON_THE_WAY


def expect(found: Sequence[dict[str, Any]], company: str) -> list[dict[str, Any]]:
	"""The shortages of a preview or a refused confirmation with the supply that would cover each."""
	leaves = _leaves([(shortage["warehouse"], company) for shortage in found])
	return _expect(found, leaves, _short(found), company)


def _short(found: Iterable[dict[str, Any]]) -> list[Decimal]:
	return [decimal(shortage["short_qty"]) for shortage in found]


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
	found: Sequence[dict[str, Any]],
	leaves: Sequence[Leaves],
	wanted: Sequence[Decimal],
	company: str | None,
) -> list[dict[str, Any]]:
	"""Note by which receipt `wanted` has come in: one look at all open documents for any number of shortages."""
	coming = defaultdict(list)
	items = {shortage["item_code"] for shortage in found}
	for receipt in schedule.receipts(items, company, with_material_requests=True) if items else ():
		coming[receipt.item_code, receipt.warehouse].append(receipt)
	day = getdate(today())
	for shortage, places, qty in zip(found, leaves, wanted, strict=True):
		receipts = [receipt for leaf in places for receipt in coming[shortage["item_code"], leaf]]
		supply = covering(receipts, qty, day) if qty > 0 else None
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
