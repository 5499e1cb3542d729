"""What a run takes: the plan from the lock, what the floor reports instead, and what may deviate."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain import consumption
from production_orders.domain.consumption import FLEXIBLE, STRICT, Deviation
from production_orders.domain.quantity import ZERO, decimal, text, total
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import item
from production_orders.erpnext_bridge.stock_entry import Draw
from production_orders.services import staged_rows

Planned = Mapping[Key, Decimal]
"""(item_code, warehouse) -> quantity in the stock UOM."""


def plan(order: Document, processed: Decimal) -> dict[Key, Decimal]:
	"""What to take for the next `processed` units: cumulative plan minus what earlier runs took."""
	return _by_key(order, consumption.plan_run, processed)


def standard(order: Document, processed: Decimal) -> dict[Key, Decimal]:
	"""What the lock gives the next `processed` units, whatever earlier runs took."""
	return _by_key(order, consumption.standard, processed)


def still_needed(order: Document) -> dict[Key, Decimal]:
	"""What the open quantity will ask for, remade rejects included; units that wait for rework ask for nothing."""
	open_qty = decimal(order.open_qty) - decimal(order.rework_qty)
	return plan(order, open_qty) if open_qty > 0 else {}


def of_run(order: Document, run: Document, processed: Decimal) -> tuple[Planned, Planned]:
	"""(standard, plan) of a run; rework takes the units themselves and nothing of the lock."""
	if run.is_rework:
		units = {(order.item_code, order.rework_warehouse): processed}
		return units, units
	return standard(order, processed), plan(order, processed)


def planned_rows(order: Document, run: Document, processed: Decimal) -> list[dict[str, Any]]:
	"""What a run should take as plain JSON, in the order of the order's materials."""
	standards, proposed = of_run(order, run, processed)
	rows = (
		[frappe._dict(order.as_dict(), warehouse=order.rework_warehouse)]
		if run.is_rework
		else order.materials
	)
	return [
		{
			"item_code": row.item_code,
			"item_name": row.item_name,
			"warehouse": row.warehouse,
			"stock_uom": row.stock_uom,
			"planned_qty": float(standards[row.item_code, row.warehouse]),
			"proposed_qty": float(proposed[row.item_code, row.warehouse]),
		}
		for row in rows
	]


def _by_key(
	order: Document, rule: Callable[..., dict[str, Decimal]], processed: Decimal
) -> dict[Key, Decimal]:
	before = decimal(order.produced_qty) + decimal(order.rejected_qty) + decimal(order.process_loss_qty)
	materials = [staged_rows.material(order, row) for row in order.materials]
	by_row = rule(materials, before, processed, decimal(order.qty), item.precision())
	return {(row.item_code, row.warehouse): by_row[row.name] for row in order.materials}


def draws(order: Document, planned: Planned, reported: Sequence[Draw]) -> list[Draw]:
	"""Reported draws as they are, the plan for every material nobody reported, in the order of their Bins.

	What an alternative replaces is taken off the plan of its material.
	"""
	named = _named(order, reported)
	replaced: dict[str, Decimal] = defaultdict(Decimal)
	for draw in reported:
		replaced[draw.material] += draw.qty if draw.replaces else ZERO
	materials = {(row.item_code, row.warehouse): row for row in order.materials}
	units = {row.item_code: row.stock_uom for row in order.materials} | {order.item_code: order.stock_uom}
	backflushed = []
	for key, qty in planned.items():
		name = materials[key].name if key in materials else ""
		left = qty - replaced[name] if name else qty
		if (name or key) not in named and left > 0:
			backflushed.append(Draw(*key, left, units[key[0]], material=name))
	return _one_row_each([*reported, *backflushed])


def _named(order: Document, reported: Sequence[Draw]) -> set[Any]:
	"""Materials, or what the lock does not know by item and place, of which the report says what was taken."""
	named = {draw.material or draw.key for draw in reported if not draw.replaces}
	for need in consumption.needs(staged_rows.material(order, row) for row in order.materials):
		if named & {row.name for row in need}:
			named |= {row.name for row in need}
	return named


def _one_row_each(drawn: Sequence[Draw]) -> list[Draw]:
	"""Rows of one item, place, batch and material added up."""
	sums: dict[Draw, Decimal] = defaultdict(Decimal)
	for draw in drawn:
		sums[replace(draw, qty=ZERO)] += draw.qty
	return sorted(replace(draw, qty=qty) for draw, qty in sums.items() if qty)


def by_key(taken: Sequence[Draw]) -> dict[Key, Decimal]:
	"""Quantity drawn per (item, warehouse)."""
	sums: dict[Key, Decimal] = defaultdict(Decimal)
	for draw in taken:
		sums[draw.key] += draw.qty
	return sums


def by_material(taken: Sequence[Draw]) -> dict[str, Decimal]:
	"""Quantity drawn for each of the order's materials, alternatives included; "" is for what it does not know."""
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for draw in taken:
		sums[draw.material] += draw.qty
	return sums


def check_policy(
	order: Document, standard: Planned, reported: Sequence[Draw], taken: Sequence[Draw]
) -> list[str]:
	"""Sentences about every deviation: warnings under Warn, all of them one refusal under Strict.

	Measured is what the floor reports; a backflush makes up for earlier runs and is nobody's deviation. An
	alternative counts as what it replaces: who may stand in for whom is ERPNext's to say, not the policy's.
	"""
	if order.consumption_policy == FLEXIBLE:
		return []
	planned, actual = _judged(order, standard, reported, taken)
	found = consumption.deviations(planned, actual, decimal(order.consumption_tolerance))
	sentences = [_sentence(deviation) for deviation in found]
	if found and order.consumption_policy == STRICT:
		errors.throw(
			errors.ToleranceExceeded("\n".join(sentences), [_details(deviation) for deviation in found]),
			title=_("Consumption is outside the tolerance"),
		)
	return sentences


def _judged(
	order: Document, standard: Planned, reported: Sequence[Draw], taken: Sequence[Draw]
) -> tuple[dict[Key, Decimal], dict[Key, Decimal]]:
	"""(planned, actual) of every need that the report speaks of, at the first of its places."""
	spoken, drawn = {draw.material for draw in reported}, by_material(taken)
	planned: dict[Key, Decimal] = {}
	actual: dict[Key, Decimal] = {}
	for need in consumption.needs(staged_rows.material(order, row) for row in order.materials):
		if spoken & {row.name for row in need}:
			key = (need[0].item_code, need[0].warehouse)
			planned[key] = total(standard.get((row.item_code, row.warehouse), ZERO) for row in need)
			actual[key] = total(drawn.get(row.name, ZERO) for row in need)
	unknown = by_key([draw for draw in reported if not draw.material])
	return planned, {**actual, **unknown}


def _sentence(deviation: Deviation) -> str:
	if not deviation.planned:
		return _("{0} in {1}: {2} consumed, none planned.").format(
			deviation.item_code, deviation.warehouse, text(deviation.actual)
		)
	return _("{0} in {1}: {2} consumed, {3} planned, more than {4} % apart.").format(
		deviation.item_code,
		deviation.warehouse,
		text(deviation.actual),
		text(deviation.planned),
		text(deviation.tolerance),
	)


def _details(deviation: Deviation) -> dict[str, Any]:
	return {
		key: float(value) if isinstance(value, Decimal) else value for key, value in vars(deviation).items()
	}
