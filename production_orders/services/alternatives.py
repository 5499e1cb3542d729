"""What may stand in for a material: ERPNext's Item Alternative, where the lock and the item let it (ADR 0017)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from frappe import _
from frappe.model.document import Document

from production_orders.erpnext_bridge import item, item_alternative
from production_orders.erpnext_bridge.item import ItemFacts
from production_orders.services import queries


def problems(
	materials: Sequence[Document], reported: Sequence[Any], facts: Mapping[str, ItemFacts]
) -> list[tuple[int, str]]:
	"""(number of a reported row, why it cannot replace what it says it replaces)."""
	allowing = {row.item_code for row in materials if row.allow_alternative}
	known = item_alternative.of({row.replaces for row in reported if row.replaces} & allowing)
	items = {row.item_code: row for row in materials}
	return [
		(idx, problem)
		for idx, row in enumerate(reported)
		if row.replaces
		for problem in _problems(row, items, allowing, known, facts)
	]


def _problems(
	row: Any,
	items: Mapping[str, Document],
	allowing: Collection[str],
	known: Mapping[str, Collection[str]],
	facts: Mapping[str, ItemFacts],
) -> Iterator[str]:
	if row.replaces not in items:
		yield _("{0} is no material of this order, so {1} cannot replace it.").format(
			row.replaces, row.item_code
		)
	elif row.replaces not in allowing:
		yield _("The BOM of this order lets nothing replace {0}. Report {1} as additional material.").format(
			row.replaces, row.item_code
		)
	elif row.item_code not in known.get(row.replaces, ()):
		yield _("{0} is no alternative of {1}. Enter it as an Item Alternative first.").format(
			row.item_code, row.replaces
		)
	elif row.item_code in facts and facts[row.item_code].stock_uom != items[row.replaces].stock_uom:
		yield _("{0} is counted in {1} and {2} in {3}: they do not replace each other one to one.").format(
			row.item_code, facts[row.item_code].stock_uom, row.replaces, items[row.replaces].stock_uom
		)


def of_order(order: Document) -> list[dict[str, Any]]:
	"""[{item_code, alternatives: [{item_code, item_name, warehouse, available_qty}]}] by material, with what is free now."""
	units = {row.item_code: row.stock_uom for row in order.materials if row.allow_alternative}
	known = item_alternative.of(units.keys())
	facts = item.facts({one for alternatives in known.values() for one in alternatives})
	usable = {
		item_code: [one for one in alternatives if _is_usable(facts.get(one), units[item_code])]
		for item_code, alternatives in known.items()
	}
	places = _places(order)
	free = queries.free_stock(
		{(one, place) for item_code, found in usable.items() for one in found for place in places[item_code]}
	)
	return [
		{
			"item_code": item_code,
			"alternatives": [
				{
					"item_code": one,
					"item_name": facts[one].item_name,
					"warehouse": place,
					"available_qty": float(max(free.get((one, place), 0), 0)),
				}
				for one in alternatives
				for place in places[item_code]
			],
		}
		for item_code, alternatives in sorted(usable.items())
		if alternatives
	]


def _is_usable(facts: ItemFacts | None, stock_uom: str) -> bool:
	return bool(facts and not facts.problem and facts.stock_uom == stock_uom)


def _places(order: Document) -> dict[str, list[str]]:
	"""item -> the warehouses the order draws it from, in the order of its rows."""
	found: dict[str, list[str]] = {}
	for row in order.materials:
		found.setdefault(row.item_code, []).append(row.warehouse)
	return found
