"""Orders confirmed before standards were kept get theirs from their lock, and the cost of what they have made since.

What earlier runs recorded stays: their standard was that of what they put through, their cost that of materials.
"""

import frappe

from production_orders.services import order_cost, standard_cost


def execute() -> None:
	_note_material_cost()
	of_before = {"docstatus": 1, "standard_cost": 0, "bom_lock": ["is", "set"]}
	for name in frappe.get_all("Production Order", filters=of_before, pluck="name"):
		order = frappe.get_doc("Production Order", name)
		standard_cost.keep_of_lock(order)
		order_cost.refresh(order)


def _note_material_cost() -> None:
	run = frappe.qb.DocType("Production Run")
	is_of_before = (run.material_cost == 0) & (run.labour_cost + run.overhead_cost + run.downtime_cost == 0)
	(
		frappe.qb.update(run)
		.set(run.material_cost, run.actual_cost)
		.where((run.actual_cost != 0) & is_of_before)
		.run()
	)
