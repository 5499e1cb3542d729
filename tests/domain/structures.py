"""Locked BOMs as tests write them: {item: {component: quantity}} or rows with more to say."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from production_orders.domain.bom import Header, Line, LockedBom

D = Decimal
STORES = "Stores"


def bom_of(item: str, version: int = 1) -> str:
	return f"BOM-{item}-{version}"


def row(component: str, qty: str | int, **values: Any) -> dict[str, Any]:
	"""One BOM row with more than a quantity: waste, warehouse, policy, BOM version."""
	return {"component": component, "qty": qty, **values}


def structure(
	boms: Mapping[str, Mapping[str, Any] | list[dict[str, Any]]],
	finished: str | None = None,
	policies: Mapping[str, str] | None = None,
	whole: bool = False,
	headers: Mapping[str, Mapping[str, Any]] | None = None,
) -> LockedBom:
	"""A locked BOM; keys of `boms` are items, or BOM names for a further version of an item.

	A component is exploded by version 1 of its own BOM when `boms` has one, unless its row says otherwise.
	"""
	finished = finished or next(iter(boms))
	names = {key if key.startswith("BOM-") else bom_of(key): rows for key, rows in boms.items()}
	lines = []
	for name, rows in names.items():
		listed = rows if isinstance(rows, list) else [row(component, qty) for component, qty in rows.items()]
		lines += [_line(name, idx, values, names, policies or {}, whole) for idx, values in enumerate(listed)]
	used = _reachable(bom_of(finished), lines)
	return LockedBom(
		bom_of(finished),
		tuple(line for line in lines if line.parent_bom in used),
		{name: Header(name, _item_of(name), **_header(name, headers or {}, whole)) for name in used},
	)


def _reachable(bom_no: str, lines: list[Line]) -> list[str]:
	"""The BOMs that reading from the finished item's down would meet."""
	used = [bom_no]
	for name in used:
		used += {line.bom_no for line in lines if line.parent_bom == name and line.bom_no} - set(used)
	return used


def _line(
	parent: str,
	idx: int,
	values: Mapping[str, Any],
	names: Mapping[str, Any],
	policies: Mapping[str, str],
	whole: bool,
) -> Line:
	component = values["component"]
	default = bom_of(component) if bom_of(component) in names else ""
	return Line(
		parent_bom=parent,
		item_code=component,
		bom_no=values.get("bom_no", default),
		stock_qty=D(values["qty"]),
		bom_item=f"{parent}-{idx}",
		waste_percentage=D(values.get("waste", 0)),
		supply_policy=policies.get(component, "Make to Stock"),
		source_warehouse=values.get("warehouse", ""),
		whole_number=values.get("whole", whole),
		allow_alternative=values.get("alternative", False),
	)


def _header(name: str, headers: Mapping[str, Mapping[str, Any]], whole: bool) -> dict[str, Any]:
	given = headers.get(_item_of(name), {})
	return {
		"quantity": D(given.get("quantity", 1)),
		"process_loss_percentage": D(given.get("loss", 0)),
		"whole_number": whole,
	}


def _item_of(bom_no: str) -> str:
	return bom_no.removeprefix("BOM-").rpartition("-")[0]
