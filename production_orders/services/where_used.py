"""Which open orders have promised a BOM or an item, by their active locks."""

from collections.abc import Collection, Iterable
from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Max

from production_orders import errors, permissions
from production_orders.domain.lifecycle import ACTIVE, OPEN_ORDER

ORDER_FACTS = ("status", "item_code", "item_name", "qty", "stock_uom", "need_by_date", "company")


def find(bom_no: str | None, item_code: str | None) -> list[dict[str, Any]]:
	"""[{order, status, item_code, qty, need_by_date, bom_lock, bom_no, level}] of orders that the user may see.

	`bom_no` of a row is the BOM by which the order makes the item in question, or empty where it is bought;
	level 0 is the order's own product.
	"""
	_require_one(bom_no, item_code)
	if item_code:
		permissions.require("Item", "read", item_code)
	rows = uses(item_codes=[item_code]) if item_code else uses(bom_nos=[bom_no])
	if bom_no and (not rows or frappe.db.exists("BOM", bom_no)):
		permissions.require("BOM", "read", bom_no)
	shown = visible({row.order for row in rows})
	found = [{**shown[row.order], **_use(row)} for row in rows if row.order in shown]
	return sorted(found, key=_soonest_first)


def _require_one(bom_no: str | None, item_code: str | None) -> None:
	problems = errors.Problems()
	if not (bom_no or item_code):
		problems.add("bom_no", _("Name a BOM or an item."))
	elif bom_no and item_code:
		problems.add("item_code", _("Name a BOM or an item, not both."))
	problems.throw_any()


def uses(bom_nos: Iterable[str] = (), item_codes: Iterable[str] = ()) -> list[Any]:
	"""order, bom_lock, bom_no and level of every active lock that has one of these BOMs or items.

	The level is the deepest one; unlocked, and whoever may see it.
	"""
	order, lock, line = (
		frappe.qb.DocType(name) for name in ("Production Order", "BOM Lock", "BOM Lock Line")
	)
	bom_nos, item_codes = list(bom_nos), list(item_codes)
	wanted_line = line.bom_no.isin(bom_nos) if bom_nos else line.item_code.isin(item_codes)
	wanted_order = order.bom_no.isin(bom_nos) if bom_nos else order.item_code.isin(item_codes)
	inside = (
		frappe.qb.from_(line)
		.join(lock)
		.on((lock.name == line.parent) & (lock.status == ACTIVE))
		.select(
			lock.production_order.as_("order"),
			lock.name.as_("bom_lock"),
			Coalesce(line.bom_no, "").as_("bom_no"),
		)
		.select(Max(line.level).as_("level"))
		.where(wanted_line)
		.groupby(lock.production_order, lock.name, line.bom_no)
		.run(as_dict=True)
	)
	at_the_top = (
		frappe.qb.from_(order)
		.select(order.name.as_("order"), order.bom_lock, order.bom_no)
		.where(order.status.isin(OPEN_ORDER) & wanted_order)
		.run(as_dict=True)
	)
	return [*inside, *(frappe._dict(row, level=0) for row in at_the_top)]


def visible(orders: Collection[str], user: str | None = None) -> dict[str, dict[str, Any]]:
	"""Facts of those of these orders that a user, or the one of this session, may read."""
	if not orders or not frappe.has_permission("Production Order", "read", user=user):
		return {}
	rows = frappe.get_list(
		"Production Order",
		filters={"name": ["in", sorted(orders)]},
		fields=["name", *ORDER_FACTS],
		limit_page_length=0,
		user=user,
	)
	return {row.name: {"order": row.name, **{fact: row[fact] for fact in ORDER_FACTS}} for row in rows}


def _use(row: Any) -> dict[str, Any]:
	return {"bom_lock": row.bom_lock, "bom_no": row.bom_no, "level": row.level}


def _soonest_first(row: Any) -> tuple[Any, ...]:
	return not row["need_by_date"], str(row["need_by_date"] or ""), row["order"], row["level"], row["bom_no"]
