"""Available to promise: what is in stock and nobody has reserved, now and by date."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

import frappe
from frappe import _
from frappe.utils import formatdate, getdate, today

from production_orders.domain.availability import Curve, Point, curve
from production_orders.domain.quantity import ZERO, total
from production_orders.domain.reservation import Key
from production_orders.domain.schedule import Movement
from production_orders.erpnext_bridge import schedule
from production_orders.errors import Problems
from production_orders.services import lookups, queries


def atp(item_code: str, warehouses: Sequence[str]) -> dict[str, Any]:
	"""{item_code, stock_uom, actual_qty, reserved_qty, atp_qty, warehouses: [the same per warehouse]}."""
	rows = [
		{**row, "atp_qty": row.actual_qty - row.reserved_qty} for row in lookups.stock(item_code, warehouses)
	]
	sums = {field: sum(row[field] for row in rows) for field in ("actual_qty", "reserved_qty", "atp_qty")}
	stock_uom = frappe.get_cached_value("Item", item_code, "stock_uom")
	return {"item_code": item_code, "stock_uom": stock_uom, **sums, "warehouses": rows}


def atp_on(item_code: str, warehouses: Sequence[str], on: date) -> dict[str, Any]:
	"""`atp`, but with what may be promised for a day as its `atp_qty`, and the curve that says so."""
	_refuse_the_past(on)
	found = outlook({(item_code, warehouse) for warehouse in warehouses}, None).curve(item_code, warehouses)
	return {
		**atp(item_code, warehouses),
		"date": on,
		"atp_qty": float(found.atp(on)),
		"curve": [_point(point) for point in found.points],
	}


def _refuse_the_past(on: date) -> None:
	problems = Problems()
	if on < getdate(today()):
		problems.add(
			"date",
			_("{0} is past: only today and later days can be promised.").format(formatdate(on)),
		)
	problems.throw_any()


def _point(point: Point) -> dict[str, Any]:
	return {
		"date": point.on,
		"supply_qty": float(point.supply),
		"demand_qty": float(point.demand),
		"balance_qty": float(point.balance),
		"atp_qty": float(point.atp),
	}


def warehouses_of(place: str | None, company: str | None) -> list[str]:
	"""The enabled warehouses, of a place or a company or all, that this user may see; a group is its leaves."""
	filters: dict[str, Any] = {"is_group": 0, "disabled": 0}
	if company:
		filters["company"] = company
	if place:
		left, right = frappe.db.get_value("Warehouse", place, ["lft", "rgt"])
		filters.update({"lft": [">=", left], "rgt": ["<=", right]})
	return frappe.get_list("Warehouse", filters=filters, pluck="name", order_by="name", limit_page_length=0)


@dataclass(frozen=True)
class Outlook:
	"""Free stock and dated movements by (item, warehouse)."""

	today: date
	free: Mapping[Key, Decimal]
	receipts: Mapping[Key, Sequence[Movement]]
	issues: Mapping[Key, Sequence[Movement]]

	def curve(self, item_code: str, warehouses: Iterable[str]) -> Curve:
		"""What several warehouses have together."""
		keys = [(item_code, warehouse) for warehouse in warehouses]
		return curve(
			total(self.free.get(key, ZERO) for key in keys),
			chain.from_iterable(self.receipts.get(key, ()) for key in keys),
			chain.from_iterable(self.issues.get(key, ()) for key in keys),
			self.today,
		)


def outlook(keys: Collection[Key], company: str | None, *, with_material_requests: bool = False) -> Outlook:
	"""What is free at these places now and what is to come and go; documents of one company, or of all."""
	items = {item_code for item_code, _warehouse in keys}
	receipts = schedule.receipts(items, company, with_material_requests=with_material_requests)
	return Outlook(
		today=getdate(today()),
		free=queries.free_stock(keys),
		receipts=_by_key(receipts),
		issues=_by_key(schedule.issues(items, company)),
	)


def _by_key(movements: Iterable[Movement]) -> dict[Key, list[Movement]]:
	by_key: dict[Key, list[Movement]] = defaultdict(list)
	for movement in movements:
		by_key[movement.item_code, movement.warehouse].append(movement)
	return by_key
