"""ERPNext's Bins of an order: which they are, and that they count it after every change."""

from frappe.model.document import Document

from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import bin, projected_qty
from production_orders.services import queries


def keys(order: Document) -> set[Key]:
	"""Where the order takes its materials from and puts what it makes: all are locked together."""
	return {output(order), *((row.item_code, row.warehouse) for row in order.materials)}


def output(order: Document) -> Key:
	return order.item_code, order.fg_warehouse


def make_missing(order: Document) -> None:
	"""Before an order counts for the first time: ERPNext plans and reorders by Bins alone."""
	units = {(row.item_code, row.warehouse): row.stock_uom for row in order.materials}
	bin.make_missing({output(order): order.stock_uom, **units})


def update(order: Document) -> None:
	"""After an order was saved: its Bins say what it will still take and bring."""
	projected_qty.update(keys(order))


def recount() -> None:
	"""After the settings changed: every Bin of an open order is told anew."""
	concerned = queries.open_order_bins()
	if concerned:
		queries.lock_bins(concerned.keys())
		bin.make_missing(concerned)
		projected_qty.update(concerned.keys())
