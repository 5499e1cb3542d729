"""Written once, when its run is completed; every other write is refused."""

import frappe

from production_orders.services.append_only import AppendOnlyDocument


class ProductionGenealogy(AppendOnlyDocument):
	pass


def on_doctype_update() -> None:
	"""A trace asks by batch and by serial number, at every level."""
	for number in ("batch_no", "serial_no"):
		frappe.db.add_index("Production Genealogy", [number, "item_code"])
