"""What a run cost against the standard of its order."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from frappe.model.document import Document

from production_orders.domain import variance
from production_orders.domain.operating_cost import OperatingCost
from production_orders.domain.quantity import ZERO, decimal, nearest
from production_orders.domain.reservation import Key
from production_orders.domain.standard_cost import StandardCost
from production_orders.domain.variance import MaterialVariance, Output, RunVariance
from production_orders.erpnext_bridge import company
from production_orders.erpnext_bridge.stock_entry import Posted
from production_orders.services import standard_cost
from production_orders.services.consumption import Planned
from production_orders.services.run_report import Report

RATE_DIGITS = 9
Taken = tuple[Key, str, str]
"""Where something was taken, the order's row that it counts for, and the item it replaces."""


def of_run(
	order: Document,
	run: Document,
	report: Report,
	planned: Planned,
	posted: Sequence[Posted],
	operating: OperatingCost,
	recovered: Decimal = ZERO,
	rework: Decimal = ZERO,
) -> RunVariance:
	"""Measure a run whose stock has moved and that the order's totals count."""
	standard = standard_cost.of_order(order)
	output = Output(
		good=report.good,
		rejected=report.rejected,
		loss=report.loss,
		good_before=decimal(order.produced_qty) - report.good,
		is_rework=bool(run.is_rework),
	)
	return variance.of_run(
		standard,
		output,
		tuple(_materials(_plans(order, output, standard, planned), _rates(order), posted)),
		operating,
		recovered,
		rework,
		company.money_digits(),
	)


def _plans(
	order: Document, output: Output, standard: StandardCost, planned: Planned
) -> dict[Taken, MaterialVariance]:
	"""What was to be taken at which rate; a rework run takes its units again, at what a good one should cost."""
	if output.is_rework:
		key, rate = (order.item_code, order.rework_warehouse), nearest(standard.per_good, RATE_DIGITS)
		return {(key, "", ""): MaterialVariance(*key, output.processed, ZERO, rate, ZERO)}
	plans = {}
	for row in order.materials:
		key, rate = (row.item_code, row.warehouse), decimal(row.valuation_rate)
		plans[key, row.name, ""] = MaterialVariance(*key, planned.get(key, ZERO), ZERO, rate, ZERO, row.name)
	return plans


def _rates(order: Document) -> dict[str, Decimal]:
	"""Rates at the lock, by the order's row and by item; what the lock does not know has none."""
	rates = {row.item_code: decimal(row.valuation_rate) for row in order.materials}
	return rates | {row.name: decimal(row.valuation_rate) for row in order.materials}


def _materials(
	plans: dict[Taken, MaterialVariance], rates: Mapping[str, Decimal], posted: Sequence[Posted]
) -> Iterator[MaterialVariance]:
	"""The plans with what the ledger took, and beside them what was taken elsewhere, instead or in addition."""
	quantities: dict[Taken, Decimal] = defaultdict(Decimal)
	costs: dict[Taken, Decimal] = defaultdict(Decimal)
	for posting in posted:
		quantities[_taken(posting)] += posting.qty
		costs[_taken(posting)] += posting.cost
	for taken in sorted(plans.keys() | quantities.keys()):
		key, material, replaces = taken
		rate = rates.get(material or key[0], ZERO)
		plan = plans.get(taken) or MaterialVariance(*key, ZERO, ZERO, rate, ZERO, material, replaces)
		yield replace(plan, actual_qty=quantities[taken], actual_cost=costs[taken])


def _taken(posting: Posted) -> Taken:
	return posting.key, posting.draw.material, posting.draw.replaces


def answer(measured: RunVariance, units: Mapping[str, str]) -> dict[str, Any]:
	"""What the API says of it; `units` item -> stock UOM."""
	return {
		"standard_cost": float(measured.standard_cost),
		"actual_cost": float(measured.cost.actual),
		**{f"{part}_variance": float(amount) for part, amount in measured.parts.items()},
		"total_variance": float(measured.total),
		"materials": [_material(material, units) for material in measured.materials],
	}


def cost(measured: RunVariance) -> dict[str, float]:
	"""What the API says the run cost."""
	kinds = {kind: float(amount) for kind, amount in vars(measured.cost).items()}
	return {**kinds, "actual": float(measured.cost.actual)}


def _material(material: MaterialVariance, units: Mapping[str, str]) -> dict[str, Any]:
	actual_rate = material.actual_cost / material.actual_qty if material.actual_qty else ZERO
	return {
		"item_code": material.item_code,
		"replaces": material.replaces or None,
		"warehouse": material.warehouse,
		"stock_uom": units[material.item_code],
		"planned_qty": float(material.planned_qty),
		"actual_qty": float(material.actual_qty),
		"difference_qty": float(material.actual_qty - material.planned_qty),
		"standard_rate": float(material.standard_rate),
		"actual_rate": float(actual_rate),
		"usage_variance": float(material.usage),
		"substitution_variance": float(material.substitution),
		"price_variance": float(material.price),
	}
