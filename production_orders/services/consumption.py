"""What a run takes: the plan from the lock, what the floor reports instead, and what may deviate."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain import consumption
from production_orders.domain.consumption import FLEXIBLE, STRICT, Deviation, Material
from production_orders.domain.quantity import ZERO, decimal, text
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import item, serial_no
from production_orders.erpnext_bridge.stock_entry import Draw

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


def _by_key(
	order: Document, rule: Callable[..., dict[str, Decimal]], processed: Decimal
) -> dict[Key, Decimal]:
	before = decimal(order.produced_qty) + decimal(order.rejected_qty) + decimal(order.process_loss_qty)
	by_row = rule(_materials(order), before, processed, decimal(order.qty), item.precision())
	return {(row.item_code, row.warehouse): by_row[row.name] for row in order.materials}


def _materials(order: Document) -> list[Material]:
	return [
		Material(
			name=row.name,
			item_code=row.item_code,
			warehouse=row.warehouse,
			required=decimal(row.required_qty),
			consumed=decimal(row.consumed_qty),
			whole_number=bool(row.whole_number),
		)
		for row in order.materials
	]


def draws(order: Document, planned: Planned, reported: Sequence[Any]) -> list[Draw]:
	"""Reported rows as they are, the plan for every material nobody reported, in the order of their Bins.

	`reported` rows have item_code, qty, warehouse or None, batch_no, serial_nos. Raises InvalidInput.
	"""
	facts = item.facts({row.item_code for row in reported} | {item_code for item_code, _at in planned})
	at = _places(order, reported)
	_check_reported(order, reported, at, facts)
	taken = [
		Draw(
			row.item_code,
			warehouse,
			row.qty,
			facts[row.item_code].stock_uom,
			row.batch_no or "",
			row.serial_nos or "",
		)
		for row, warehouse in zip(reported, at, strict=True)
	]
	named = {(draw.item_code, draw.warehouse) for draw in taken}
	backflushed = [
		Draw(item_code, warehouse, qty, facts[item_code].stock_uom)
		for (item_code, warehouse), qty in planned.items()
		if (item_code, warehouse) not in named
	]
	return _one_row_each(taken + backflushed)


def _places(order: Document, reported: Sequence[Any]) -> list[str]:
	"""Where each reported row was taken: as it says, else where the order draws that item."""
	home = {order.item_code: order.rework_warehouse or order.source_warehouse}
	home |= {row.item_code: row.warehouse for row in reversed(order.materials)}
	return [row.warehouse or home.get(row.item_code, order.source_warehouse) for row in reported]


def _one_row_each(drawn: Sequence[Draw]) -> list[Draw]:
	"""Rows of one item, place and batch added up: ERPNext prices two FIFO rows before either has moved."""
	sums: dict[Draw, Decimal] = defaultdict(Decimal)
	for draw in drawn:
		sums[replace(draw, qty=ZERO)] += draw.qty
	return sorted(replace(draw, qty=qty) for draw, qty in sums.items() if qty)


def _check_reported(
	order: Document, reported: Sequence[Any], at: Sequence[str], facts: Mapping[str, item.ItemFacts]
) -> None:
	problems = errors.Problems()
	batches = item.batch_items(row.batch_no for row in reported if row.batch_no)
	serials = serial_no.facts([one for row in reported for one in serial_no.split(row.serial_nos)])
	warehouses = item.warehouse_problems(at, order.company)
	for idx, (row, warehouse) in enumerate(zip(reported, at, strict=True)):
		known = facts.get(row.item_code)
		found = [
			_("Item {0} does not exist.").format(row.item_code) if not known else known.problem,
			warehouses.get(warehouse),
			known.decimals_problem(row.qty) if known else None,
			item.batch_problem(row.batch_no, row.item_code, batches) if row.batch_no else None,
			*(_serial_problems(row, known, serials) if row.serial_nos and known else ()),
		]
		for problem in filter(None, found):
			problems.add(f"consumption.{idx}", problem)
	problems.throw_any()


def _serial_problems(row: Any, facts: item.ItemFacts, serials: Mapping[str, Any]) -> list[str]:
	if not facts.has_serial_no:
		return [_("{0} has no serial numbers, so none can be given.").format(row.item_code)]
	serial_nos = serial_no.split(row.serial_nos)
	return [
		*serial_no.count_problems(serial_nos, row.qty),
		*serial_no.input_problems(serial_nos, row.item_code, serials),
	]


def by_key(taken: Sequence[Draw]) -> dict[Key, Decimal]:
	"""Quantity drawn per (item, warehouse)."""
	sums: dict[Key, Decimal] = defaultdict(Decimal)
	for draw in taken:
		sums[draw.item_code, draw.warehouse] += draw.qty
	return sums


def check_policy(
	order: Document, standard: Planned, taken: Sequence[Draw], reported: Sequence[Any]
) -> list[str]:
	"""Sentences about every deviation: warnings under Warn, all of them one refusal under Strict.

	Measured is what the floor reports; a backflush makes up for earlier runs and is nobody's deviation.
	"""
	if order.consumption_policy == FLEXIBLE:
		return []
	named = {(row.item_code, at) for row, at in zip(reported, _places(order, reported), strict=True)}
	drawn = by_key(taken)
	found = consumption.deviations(
		{key: standard.get(key, ZERO) for key in named},
		{key: drawn.get(key, ZERO) for key in named},
		decimal(order.consumption_tolerance),
	)
	sentences = [_sentence(deviation) for deviation in found]
	if found and order.consumption_policy == STRICT:
		errors.throw(
			errors.ToleranceExceeded("\n".join(sentences), [_details(deviation) for deviation in found]),
			title=_("Consumption is outside the tolerance"),
		)
	return sentences


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
