"""Written with its order; every write of a row by itself is refused."""

import frappe

from production_orders.services.append_only import AppendOnlyDocument


class ProductionOrderMaterial(AppendOnlyDocument):
	pass


def on_doctype_update():
	"""Who needs this item here? Every Bin of every order asks. Who is short? Every arrival does."""
	frappe.db.add_index("Production Order Material", ["item_code", "warehouse"])
	frappe.db.add_index("Production Order Material", ["short_qty"])
