"""What a run cost against the standard of its order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
	rates = {(row.item_code, row.warehouse): decimal(row.valuation_rate) for row in order.materials}
	if run.is_rework:
		planned, rates = _reworked(order, output, standard, rates)
	return variance.of_run(
		standard,
		output,
		_materials(planned, rates, posted),
		operating,
		recovered,
		rework,
		company.money_digits(),
	)


def _reworked(
	order: Document, output: Output, standard: StandardCost, rates: dict[Key, Decimal]
) -> tuple[Planned, dict[Key, Decimal]]:
	"""A rework run is planned to take its units again, at what a good one should cost."""
	key = (order.item_code, order.rework_warehouse)
	return {key: output.processed}, {**rates, key: nearest(standard.per_good, RATE_DIGITS)}


def _materials(
	planned: Planned, rates: dict[Key, Decimal], posted: Sequence[Posted]
) -> tuple[MaterialVariance, ...]:
	"""Planned at the lock's rates against what the ledger took; what the lock does not know has no standard."""
	quantities: dict[Key, Decimal] = defaultdict(Decimal)
	costs: dict[Key, Decimal] = defaultdict(Decimal)
	for posting in posted:
		quantities[posting.key] += posting.qty
		costs[posting.key] += posting.cost
	return tuple(
		MaterialVariance(
			*key,
			planned_qty=planned.get(key, ZERO),
			actual_qty=quantities.get(key, ZERO),
			standard_rate=rates.get(key, ZERO),
			actual_cost=costs.get(key, ZERO),
		)
		for key in sorted(planned.keys() | quantities.keys())
	)


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
