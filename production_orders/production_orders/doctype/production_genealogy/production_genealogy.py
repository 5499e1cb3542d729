"""Written once, when its run is completed; every other write is refused."""

import frappe

from production_orders.services.append_only import AppendOnlyDocument


class ProductionGenealogy(AppendOnlyDocument):
	pass


def on_doctype_update() -> None:
	"""A trace asks by batch and by serial number at every level, and what an order gave back."""
	for fields in (("batch_no", "item_code"), ("serial_no", "item_code"), ("production_order", "direction")):
		frappe.db.add_index("Production Genealogy", list(fields))
