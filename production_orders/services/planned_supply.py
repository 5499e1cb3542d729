"""Turns a plan into draft Production Orders and Material Requests, once."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import frappe

from production_orders import system
from production_orders.domain.net_requirements import Requirement, Situation
from production_orders.domain.pegging import PlannedSupply
from production_orders.erpnext_bridge import item, purchase_request
from production_orders.erpnext_bridge import planning as products
from production_orders.errors import Problems
from production_orders.services import demand_pegs, drafts, horizons, planning, queries
from production_orders.services.planning import ORDER, Supplies, View

REQUEST = "Material Request"
Progress = Callable[[int, int], None]
"""(done, of how many)."""


@dataclass(frozen=True)
class Plan:
	"""What one company needs and does not have."""

	view: View
	gathered: Situation
	requirements: tuple[Requirement, ...]

	@property
	def supplies(self) -> list[PlannedSupply]:
		return [supply for requirement in self.requirements for supply in requirement.planned]

	@property
	def surplus(self) -> list[str]:
		needed = {name for requirement in self.requirements for name in requirement.needed}
		return planning.surplus(self.gathered, needed)

	@property
	def to_make(self) -> list[PlannedSupply]:
		"""Items before their components, so that these can name the order they are for."""
		return [supply for supply in self.supplies if supply.bom_no]

	@property
	def to_buy(self) -> list[PlannedSupply]:
		return [supply for supply in self.supplies if not supply.bom_no]


def make(horizon: str | None, company: str | None, tell: Progress = lambda done, of: None) -> dict[str, Any]:
	"""{horizon, production_orders: [name], material_requests: [name]}; what is planned already is not made again.

	One planning run at a time: two plans of one demand would supply it twice.
	"""
	queries.lock_planning()
	found = horizons.find(horizon)
	plans = [plan_of(view) for view in planning.views(found, company)]
	_check(plans)
	of = sum(len(plan.supplies) for plan in plans)
	names: Supplies = {}
	for plan in plans:
		made: Supplies = {}
		for supply, document in _documents(plan, made):
			made[supply] = document
			tell(len(names) + len(made), of)
		demand_pegs.write(plan.view, made)
		names |= made
	return {
		"horizon": found.name,
		"production_orders": _of(ORDER, names),
		"material_requests": _of(REQUEST, names),
	}


def _of(doctype: str, made: Supplies) -> list[str]:
	return list(dict.fromkeys(name for kind, name in made.values() if kind == doctype))


def plan_of(view: View) -> Plan:
	gathered = planning.situation(view)
	return Plan(view, gathered, tuple(planning.requirements(gathered)))


def _check(plans: Sequence[Plan]) -> None:
	"""Refuse the whole run for what could not be made or bought, all of it at once."""
	found = Problems()
	for plan in plans:
		found.found += problems(plan)
	found.throw_any()


def problems(plan: Plan) -> list[dict[str, str]]:
	"""[{field, problem}]: why what is planned could not be made or bought."""
	found, company, recipes = Problems(), plan.view.company, plan.gathered.recipes
	_check_drafts(plan, found)
	for facts in item.facts({supply.item_code for supply in plan.supplies}, company).values():
		if facts.problem:
			found.add("item_code", facts.problem)
	for problem in item.warehouse_problems({supply.warehouse for supply in plan.supplies}, company).values():
		found.add("warehouse", problem)
	for problem in item.source_problems(
		{supply.source_warehouse for supply in plan.to_make}, company
	).values():
		found.add("source_warehouse", problem)
	products.problems_of_making(recipes.used({supply.bom_no for supply in plan.to_make}), company, found)
	products.problems_of_buying({supply.item_code for supply in plan.to_buy}, company, found)
	return found.found


def _check_drafts(plan: Plan, problems: Problems) -> None:
	"""A draft whose BOM is gone is no supply, and its demand would be planned twice."""
	view = plan.view
	for draft in planning.draft_orders(view, view.horizon.include_drafts):
		if draft.bom_no not in plan.gathered.recipes.headers:
			problem = drafts.bom_problem(draft.bom_no, draft.item_code, view.company)
			problems.add("bom_no", f"{draft.name}: {problem}")


def _documents(plan: Plan, made: Supplies) -> Iterator[tuple[PlannedSupply, tuple[str, str]]]:
	"""What is written for each supply, as it is written."""
	for supply in plan.to_make:
		yield supply, (ORDER, _make_order(plan, supply))
	by_release: dict[int, list[PlannedSupply]] = defaultdict(list)
	for supply in plan.to_buy:
		by_release[plan.view.window.index(supply.release)].append(supply)
	for _bucket, supplies in sorted(by_release.items()):
		supplies.sort(key=lambda supply: (supply.item_code, supply.warehouse, supply.due))
		name = purchase_request.submit(plan.view.company, _wishes(plan, supplies))
		yield from ((supply, (REQUEST, name)) for supply in supplies)


def _make_order(plan: Plan, supply: PlannedSupply) -> str:
	lead_time = timedelta(days=plan.gathered.terms[supply.item_code].lead_time_days)
	order = frappe.get_doc(
		{
			"doctype": ORDER,
			"item_code": supply.item_code,
			"qty": float(supply.ordered_qty),
			"company": plan.view.company,
			"source_warehouse": supply.source_warehouse,
			"fg_warehouse": supply.warehouse,
			"planned_start_date": supply.release,
			"planned_end_date": supply.release + lead_time,
			"need_by_date": supply.due,
		}
	)
	return system.save(order).name


def _wishes(plan: Plan, supplies: Sequence[PlannedSupply]) -> Iterator[purchase_request.Wish]:
	facts = item.facts({supply.item_code for supply in supplies})
	for supply in supplies:
		yield purchase_request.Wish(
			item_code=supply.item_code,
			item_name=facts[supply.item_code].item_name,
			stock_uom=facts[supply.item_code].stock_uom,
			warehouse=supply.warehouse,
			qty=supply.qty,
			on=supply.due,
			production_order=_only_order(plan, supply),
		)


def _only_order(plan: Plan, supply: PlannedSupply) -> str | None:
	"""The one confirmed order that a row is for, if it is for one: a link to a draft would keep it from being deleted."""
	(kind, name), *others = {planning.cause(peg, supply, {}) for peg in supply.pegs}
	is_draft = name is None or any(name == draft.name for draft in plan.gathered.drafts)
	return None if kind != ORDER or is_draft or others else name
