"""What an order would find if it were confirmed now; takes no lock and writes nothing."""

from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from production_orders import permissions
from production_orders.domain.bom import LockedBom
from production_orders.domain.reservation import Coverage
from production_orders.erpnext_bridge import bom, item
from production_orders.errors import Problems
from production_orders.services import bom_lock, confirmation, drafts, promise, shortages


def preview(
	item_code: str, qty: Decimal, bom_no: str | None, warehouse: str | None, company: str | None
) -> dict[str, Any]:
	"""{item_code, qty, bom_no, company, source_warehouse, lines, levels, coverage[], materials[], shortages[], skipped[]}.

	Company and warehouse default to the user's company and to the stock settings' warehouse.
	"""
	company = company or frappe.defaults.get_user_default("company")
	warehouse = warehouse or frappe.db.get_single_value("Stock Settings", "default_warehouse")
	bom_no = bom_no or bom.default_bom(item_code, company)
	permissions.require_all("Warehouse", [warehouse])
	permissions.require_all("BOM", [bom_no])
	structure = _structure(item_code, qty, bom_no, warehouse, company)
	plan = confirmation.plan(structure, qty, warehouse, company)
	return {
		"item_code": item_code,
		"qty": float(qty),
		"bom_no": bom_no,
		"company": company,
		"source_warehouse": warehouse,
		"lines": len(structure.lines),
		"levels": max(structure.levels.values()),
		"coverage": [_coverage(coverage) for coverage in plan.coverages],
		"materials": plan.materials,
		"shortages": shortages.expect(plan.shortages, company),
		"skipped": plan.skipped,
		"promise_date": promise.day_to_make(structure, qty, warehouse, company),
	}


def _structure(
	item_code: str, qty: Decimal, bom_no: str | None, warehouse: str | None, company: str | None
) -> LockedBom:
	"""The multi-level BOM, unless anything about it or the request keeps it from being made."""
	problems = Problems()
	structure = None
	facts = item.facts([item_code]).get(item_code)
	if not facts:
		problems.add("item_code", _("Item {0} does not exist.").format(item_code))
	elif problem := facts.problem or drafts.qty_problem(qty, facts):
		problems.add("qty" if not facts.problem else "item_code", problem)
	if not company:
		problems.add("company", _("Company is required: you have no default company."))
	elif problem := drafts.bom_problem(bom_no, item_code, company):
		problems.add("bom_no", problem)
	else:
		structure = bom_lock.read_structure(bom_no, company, problems)
	if not warehouse:
		problems.add(
			"source_warehouse", _("Source warehouse is required: the stock settings name no default.")
		)
	elif company:
		for problem in item.source_problems([warehouse], company).values():
			problems.add("source_warehouse", problem)
	problems.throw_any()
	return structure


def _coverage(coverage: Coverage) -> dict[str, Any]:
	"""One need with how it is met; sub-assemblies that are made show what was exploded."""
	return {
		**shortages.of_coverage(coverage),
		"from_stock_qty": float(coverage.from_stock),
		"exploded_qty": float(coverage.exploded),
		"supply_policy": coverage.line.supply_policy,
		"level": coverage.level,
	}
