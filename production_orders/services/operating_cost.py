"""What an order's operations should cost, kept at its confirmation, and what each run adds to the finished value."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document
from frappe.utils import fmt_money

from production_orders import errors
from production_orders.domain import operating_cost
from production_orders.domain.bom import LockedBom
from production_orders.domain.operating_cost import OperatingCost, Standard, Work
from production_orders.domain.quantity import decimal, total
from production_orders.domain.reservation import Coverage, put_through
from production_orders.erpnext_bridge import company
from production_orders.erpnext_bridge.stock_entry import Charge
from production_orders.services.run_report import Report


def standard(structure: LockedBom, qty: Decimal, coverages: Iterable[Coverage]) -> Standard:
	"""Minutes, labour and overhead of a whole order: of every BOM that it puts units through itself."""
	units = put_through(structure, qty, coverages)
	return operating_cost.standard(structure.headers, units, company.money_digits())


def keep(order: Document, of_order: Standard) -> None:
	"""Write the standard on the order, in memory."""
	order.standard_minutes = float(of_order.minutes)
	order.standard_labour_cost = float(of_order.labour)
	order.standard_overhead_cost = float(of_order.overhead)
	order.standard_operating_cost = float(of_order.cost)


def of_order(order: Document) -> Standard:
	"""The standard as the order has kept it."""
	return Standard(
		decimal(order.standard_minutes),
		decimal(order.standard_labour_cost),
		decimal(order.standard_overhead_cost),
	)


def of_run(order: Document, run: Document, report: Report) -> OperatingCost:
	"""What a run adds, before it is counted in the order's totals. A rework run has no standard of its own."""
	kept = of_order(order)
	digits = company.money_digits()
	before = decimal(order.produced_qty) + decimal(order.rejected_qty) + decimal(order.process_loss_qty)
	share = Standard()
	if not run.is_rework:
		share = operating_cost.of_units(kept, before, report.processed, decimal(order.qty), digits)
	works = None if report.labour is None else [_work(row) for row in report.labour]
	downtime = total(decimal(row["minutes"]) for row in report.downtime)
	return operating_cost.of_run(kept, share, works, downtime, digits)


def charges(order: Document, cost: OperatingCost) -> list[Charge]:
	"""What is added to the finished value, one row per kind. Raises InvalidInput where no account takes it."""
	account = company.operating_cost_account(order.company)
	if cost.total and not account and company.has_perpetual_inventory(order.company):
		problems = errors.Problems()
		sentence = _(
			"{0} names no account for labour and overhead: set its Default Operating Cost Account, or its "
			"Expenses Included In Valuation."
		)
		problems.add("labour", sentence.format(order.company))
		problems.throw_any()
	kinds = {_("Labour"): cost.labour, _("Overhead"): cost.overhead, _("Downtime"): cost.downtime}
	return [Charge(kind, amount, account) for kind, amount in kinds.items() if amount]


def warnings(order: Document, cost: OperatingCost, entry: Document | None) -> list[str]:
	"""ERPNext adds cost to the value of finished items only, and only where something of value was consumed."""
	if not cost.total or (entry and entry.additional_costs):
		return []
	sentence = _(
		"Labour, overhead and downtime of {0} are kept on the run and are in no stock value: "
		"nothing of value was consumed, or nothing was finished."
	)
	return [sentence.format(fmt_money(float(cost.total), currency=company.currency(order.company)))]


def labour_rows(order: Document, labour: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
	"""The labour that the floor reports, every row with its rate and what it costs."""
	kept, digits = of_order(order), company.money_digits()
	return [
		{
			**row,
			"hour_rate": float(kept.labour_per_minute * 60 if row["hour_rate"] is None else row["hour_rate"]),
			"amount": float(operating_cost.amount(kept, _work(row), digits)),
		}
		for row in labour
	]


def _work(row: Any) -> Work:
	hour_rate = row["hour_rate"]
	return Work(decimal(row["minutes"]), None if hour_rate is None else decimal(hour_rate))
