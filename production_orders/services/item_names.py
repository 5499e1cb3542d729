"""An item keeps its name while an open order has locked it: a lock says codes, and its content never changes."""

import frappe
from frappe import _
from pypika import CustomFunction

from production_orders import errors
from production_orders.domain.bom import canonical_json
from production_orders.domain.lifecycle import ACTIVE
from production_orders.services import where_used

MOST_NAMED = 5
POSITION = CustomFunction("INSTR", ["text", "part"])


def require_unlocked(item_code: str) -> None:
	"""Refuse to rename or merge an item that open orders make, take or give beside. Raises ReadOnly, naming them."""
	uses = where_used.uses(item_codes=[item_code])
	orders = sorted({row.order for row in uses} | _with_output(item_code))
	if not orders:
		return
	named = ", ".join(orders[:MOST_NAMED]) + (" …" if len(orders) > MOST_NAMED else "")
	sentence = _("{0} is in the BOM Locks of open orders: {1}. Rename or merge it when they have ended.")
	errors.throw(
		errors.ReadOnly(sentence.format(item_code, named), [{"item_code": item_code, "orders": orders}])
	)


def _with_output(item_code: str) -> set[str]:
	"""Orders whose active lock has it among the headers of its BOMs, where co- and by-products are."""
	lock = frappe.qb.DocType("BOM Lock")
	found = (
		frappe.qb.from_(lock)
		.select(lock.production_order)
		.where((lock.status == ACTIVE) & (POSITION(lock.boms, canonical_json(item_code)) > 0))
		.run(pluck=True)
	)
	return set(found)
