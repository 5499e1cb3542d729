"""What a draft order must be before it can promise anything; every problem is reported at once."""

import math

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, get_datetime, getdate

from production_orders.domain.lifecycle import DRAFT
from production_orders.domain.quantity import decimal, text
from production_orders.erpnext_bridge import bom, item
from production_orders.errors import Problems, ReadOnly
from production_orders.services import bom_lock

REQUIRED = ("item_code", "qty", "company", "source_warehouse", "fg_warehouse")
DESTINATIONS = ("fg_warehouse", "scrap_warehouse", "rework_warehouse", "wip_warehouse")
APART = (
	("rework_warehouse", "fg_warehouse"),
	("rework_warehouse", "scrap_warehouse"),
	("wip_warehouse", "source_warehouse"),
)
"""What waits for rework is neither good nor worthless, and what is staged has left the store."""
TOLERANCES = ("consumption_tolerance", "over_production_tolerance", "under_production_tolerance")
POLICIES = ("shortage_policy", "consumption_policy", *TOLERANCES)
LARGEST_QTY = 10**9
"""Ten times what any plant counts, and well inside what the ledger's decimals can hold."""


def refresh_bom(order: Document) -> bool:
	"""Let a draft take the newest default BOM; whether that is another one. Raises ReadOnly."""
	if order.status != DRAFT:
		problems = Problems()
		problems.add(
			"bom_no",
			_("{0} is {1} and keeps its BOM: only a draft takes a newer one.").format(
				order.name, _(order.status)
			),
		)
		problems.throw_any(ReadOnly)
	before = order.bom_no
	order.bom_pinned = 0
	order.save()
	return order.bom_no != before


def check(order: Document) -> None:
	"""Fill in policies and the newest default BOM unless one is pinned, then refuse what could never be confirmed."""
	_take_policies(order)
	problems = Problems()
	for field in REQUIRED:
		if not order.get(field):
			problems.add(field, _("{0} is required.").format(_(order.meta.get_label(field))))
	if not problems.found:
		_choose_bom(order)
		_check_item(order, problems)
		_check_bom(order, problems)
		_check_warehouses(order, problems)
	_check_window(order, problems)
	_check_tolerances(order, problems)
	_check_structure(order, problems)
	problems.throw_any()


def _take_policies(order: Document) -> None:
	"""Fill what the planner left open from the settings, so that later changes there spare this order."""
	settings = frappe.get_cached_doc("Production Orders Settings")
	for field in POLICIES:
		if order.get(field) in (None, ""):
			order.set(field, settings.get(field))


def _choose_bom(order: Document) -> None:
	"""Choosing a BOM pins it; an unpinned draft follows the item's default. Whoever saves has seen what is chosen."""
	default = bom.default_bom(order.item_code, order.company)
	before = order.get_doc_before_save()
	known = before.bom_no if before else default
	if order.bom_no and order.bom_no != known and order.bom_no != default:
		order.bom_pinned = 1
	if not (order.bom_pinned and order.bom_no):
		order.bom_no = default
	order.bom_outdated = 0


def _check_item(order: Document, problems: Problems) -> None:
	facts = item.facts([order.item_code]).get(order.item_code)
	if not facts:
		problems.add("item_code", _("Item {0} does not exist.").format(order.item_code))
		return
	if facts.problem:
		problems.add("item_code", facts.problem)
	order.item_name, order.stock_uom = facts.item_name, facts.stock_uom
	if problem := qty_problem(order.qty, facts):
		problems.add("qty", problem)


def qty_problem(qty: object, facts: item.ItemFacts) -> str | None:
	"""Why `qty` of this item cannot be produced, or None."""
	number = float(qty)  # type: ignore[arg-type]
	if not math.isfinite(number) or number <= 0:
		return _("Quantity must be above zero, not {0}.").format(text(qty))
	if number > LARGEST_QTY:
		return _("Quantity {0} is above the largest quantity {1}.").format(text(qty), LARGEST_QTY)
	return facts.decimals_problem(decimal(qty))


def _check_bom(order: Document, problems: Problems) -> None:
	if problem := bom_problem(order.bom_no, order.item_code, order.company):
		problems.add("bom_no", problem)


def bom_problem(bom_no: str | None, item_code: str, company: str) -> str | None:
	"""Why `bom_no` cannot make `item_code` in `company`, or None."""
	if not bom_no:
		return _("Item {0} has no active default BOM in {1}. Submit one or choose a BOM.").format(
			item_code, company
		)
	facts = bom.facts(bom_no)
	if not facts:
		return _("BOM {0} does not exist.").format(bom_no)
	if facts.item != item_code:
		return _("BOM {0} makes {1}, not {2}.").format(bom_no, facts.item, item_code)
	if facts.company != company:
		return _("BOM {0} belongs to {1}, not to {2}.").format(bom_no, facts.company, company)
	if facts.docstatus != 1 or not facts.is_active:
		return _("BOM {0} is not active. Submit and activate it or choose another BOM.").format(bom_no)
	return None


def _check_warehouses(order: Document, problems: Problems) -> None:
	"""Stock may be drawn from a group of warehouses and goes into a single one."""
	if problem := item.source_problems([order.source_warehouse], order.company).get(order.source_warehouse):
		problems.add("source_warehouse", problem)
	given = {field: order.get(field) for field in DESTINATIONS if order.get(field)}
	found = item.warehouse_problems(given.values(), order.company)
	for field, warehouse in given.items():
		if warehouse in found:
			problems.add(field, found[warehouse])
	for field, other in APART:
		if order.get(field) and order.get(field) == order.get(other):
			sentence = _("{0} and {1} must be different warehouses, not both {2}.")
			labels = (_(order.meta.get_label(name)) for name in (field, other))
			problems.add(field, sentence.format(*labels, order.get(field)))


def _check_structure(order: Document, problems: Problems) -> None:
	"""A confirmation that is refused anyway hears of its BOM's faults in the same answer."""
	fields = {problem["field"] for problem in problems.found}
	if fields and order.docstatus.is_submitted() and order.bom_no and not fields & {"bom_no", "company"}:
		bom_lock.read_structure(order.bom_no, order.company, problems)


def _check_window(order: Document, problems: Problems) -> None:
	start, end = order.planned_start_date, order.planned_end_date
	if start and end and get_datetime(end) < get_datetime(start):
		problems.add("planned_end_date", _("Planned end {0} is before planned start {1}.").format(end, start))
	if start and order.need_by_date and getdate(order.need_by_date) < getdate(start):
		problems.add(
			"need_by_date",
			_("Need-by date {0} is before planned start {1}.").format(order.need_by_date, start),
		)


def _check_tolerances(order: Document, problems: Problems) -> None:
	for field in TOLERANCES:
		percent = flt(order.get(field))
		if not 0 <= percent <= 100:
			label = _(order.meta.get_label(field))
			problems.add(field, _("{0} must be between 0 and 100 %, not {1}.").format(label, percent))
