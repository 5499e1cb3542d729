"""What a run puts into stock: good units, rejects, and what the lock's BOM gives beside them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain import outputs
from production_orders.domain.outputs import BY_PRODUCT, GOOD, Planned
from production_orders.domain.quantity import ZERO, decimal, text, total
from production_orders.domain.rejects import REWORK, SCRAP
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import item, serial_no, stock_entry
from production_orders.erpnext_bridge.item import ItemFacts
from production_orders.erpnext_bridge.stock_entry import Received, Yield
from production_orders.services import bom_lock
from production_orders.services.run_report import Report


@dataclass(frozen=True)
class Beside:
	"""What the lock plans to come out beside the finished item, for the units of one run."""

	planned: Planned
	facts: ItemFacts
	qty: Decimal
	warehouse: str


def plan(order: Document, run: Document, processed: Decimal) -> list[Beside]:
	"""For the next `processed` units of the order. Rework makes the finished item only."""
	header = bom_lock.finished_header(order.bom_lock)
	if run.is_rework or not header.scrap:
		return []
	before = decimal(order.produced_qty) + decimal(order.rejected_qty) + decimal(order.process_loss_qty)
	planned = outputs.of_header(header)
	facts = item.facts({output.item_code for output in planned})
	return [
		Beside(
			output,
			known,
			outputs.planned_qty(output, header, before, processed, known.digits),
			_warehouse(order, output),
		)
		for output in planned
		if (known := facts.get(output.item_code)) and known.is_stock_item
	]


def _warehouse(order: Document, output: Planned) -> str:
	"""By-products go where rejects go, as ERPNext's Work Orders send them."""
	apart = order.scrap_warehouse if output.kind == BY_PRODUCT else None
	return apart or order.fg_warehouse


def planned_rows(beside: Sequence[Beside]) -> list[dict[str, Any]]:
	"""The plan as plain JSON."""
	return [
		{
			"item_code": output.planned.item_code,
			"item_name": output.facts.item_name,
			"kind": output.planned.kind,
			"warehouse": output.warehouse,
			"stock_uom": output.facts.stock_uom,
			"planned_qty": float(output.qty),
			"cost_share": float(output.planned.cost_share),
		}
		for output in beside
	]


def check(order: Document, report: Report, beside: Sequence[Beside]) -> None:
	"""Refuse outputs that cannot be, every problem together; also of those that nobody reported."""
	problems = errors.Problems()
	known = {output.planned.item_code: output for output in beside}
	warehouses = item.warehouse_problems(
		{row.warehouse for row in report.outputs if row.warehouse}, order.company
	)
	for idx, row in enumerate(report.outputs):
		field = f"outputs.{idx}"
		if row.item_code not in known:
			sentence = _("{0} is neither co- nor by-product of {1} in its BOM Lock {2}.")
			problems.add(field, sentence.format(row.item_code, order.item_code, order.bom_lock))
			continue
		if row.warehouse in warehouses:
			problems.add(field, warehouses[row.warehouse])
		for problem in _row_problems(known[row.item_code].facts, row.qty, row.batch_no, row.serial_nos):
			problems.add(field, problem)
	if report.finished:
		for output in _left_out(report, beside):
			for problem in _row_problems(output.facts, output.qty, None, None):
				problems.add("outputs", problem)
	problems.throw_any()


def _row_problems(
	facts: ItemFacts, qty: Decimal, batch_no: str | None, serial_nos: str | None
) -> Iterator[str]:
	if facts.problem:
		yield facts.problem
	if problem := facts.decimals_problem(qty):
		yield problem
	if qty and (problem := item.made_batch_problem(batch_no or "", facts)):
		yield problem
	yield from serial_no.made_problems(serial_no.split(serial_nos), qty, facts)


def _left_out(report: Report, beside: Sequence[Beside]) -> list[Beside]:
	named = {row.item_code for row in report.outputs}
	return [output for output in beside if output.planned.item_code not in named and output.qty]


def unstocked(order: Document, report: Report, beside: Sequence[Beside]) -> list[str]:
	"""Sentences about what ERPNext cannot take into stock: it does so only beside a finished item."""
	if report.finished:
		return []
	sentences = []
	if report.rejected and order.scrap_warehouse:
		sentence = _(
			"{0} {1} rejected and not put into {2}: the run made nothing good, its material cost is expensed."
		)
		sentences.append(sentence.format(text(report.rejected), order.stock_uom, order.scrap_warehouse))
	reported = {row.item_code: row.qty for row in report.outputs}
	for output in beside:
		code = output.planned.item_code
		if qty := reported.get(code, output.qty):
			sentence = _("{0} {1} of {2} not put into {3}: the run made nothing good.")
			sentences.append(sentence.format(text(qty), output.facts.stock_uom, code, output.warehouse))
	return sentences


def places(order: Document, report: Report, beside: Sequence[Beside]) -> set[Key]:
	"""Where the run brings something but its good units."""
	warehouses = {SCRAP: order.scrap_warehouse, REWORK: order.rework_warehouse}
	rejected = {(order.item_code, warehouses[reject.disposition]) for reject in report.stocked(order)}
	reported = {(row.item_code, row.warehouse) for row in report.outputs if row.warehouse}
	return rejected | reported | {(output.planned.item_code, output.warehouse) for output in beside}


def yields(order: Document, run: Document, report: Report, beside: Sequence[Beside]) -> list[Yield]:
	"""Everything the run puts into stock, the finished rows last and the good units at the end of all."""
	if not report.finished:
		return []
	return [*_beside(run, report, beside), *_of_order(order, run, report)]


def _beside(run: Document, report: Report, beside: Sequence[Beside]) -> Iterator[Yield]:
	known = {output.planned.item_code: output for output in beside}
	open_plan = {output.planned.item_code: output.qty for output in beside}
	for row in report.outputs:
		output = known[row.item_code]
		if row.qty:
			yield _yield_beside(run, output, row.qty, row.warehouse, row.batch_no, row.serial_nos, open_plan)
	for output in _left_out(report, beside):
		yield _yield_beside(run, output, output.qty, None, None, None, open_plan)


def _yield_beside(
	run: Document,
	output: Beside,
	qty: Decimal,
	warehouse: str | None,
	batch_no: str | None,
	serial_nos: str | None,
	open_plan: dict[str, Decimal],
) -> Yield:
	"""The plan of an item stands on its first row."""
	code, facts = output.planned.item_code, output.facts
	return Yield(
		item_code=code,
		warehouse=warehouse or output.warehouse,
		qty=qty,
		stock_uom=facts.stock_uom,
		kind=output.planned.kind,
		batch_no=stock_entry.output_batch(code, batch_no or "", run) if facts.has_batch_no else "",
		serial_nos=tuple(serial_no.split(serial_nos)),
		cost_share=output.planned.cost_share,
		rate=output.planned.rate,
		planned_qty=open_plan.pop(code, ZERO),
	)


def _of_order(order: Document, run: Document, report: Report) -> Iterator[Yield]:
	"""Of the order's own item, one row for each place; serial numbers are given in the order of the report."""
	in_batches = item.has_batches(order.item_code)
	batch_no = stock_entry.output_batch(order.item_code, report.batch_no, run) if in_batches else ""
	numbers = _numbers(order, report)
	for kind, qty, warehouse in (
		(SCRAP, report.scrapped, order.scrap_warehouse),
		(REWORK, report.to_rework, order.rework_warehouse),
		(GOOD, report.good, order.fg_warehouse),
	):
		if qty and warehouse:
			yield Yield(
				item_code=order.item_code,
				warehouse=warehouse,
				qty=qty,
				stock_uom=order.stock_uom,
				kind=kind,
				batch_no=batch_no,
				serial_nos=tuple(numbers.get(kind, ())),
			)


def _numbers(order: Document, report: Report) -> dict[str, list[str]]:
	"""Serial numbers by kind: given are those of the good pieces, then of the rejects as their rows stand."""
	left = serial_no.split(report.serial_nos)
	found: dict[str, list[str]] = defaultdict(list)
	pieces = [(GOOD, report.good), *((reject.disposition, reject.qty) for reject in report.stocked(order))]
	for kind, qty in pieces:
		numbers, left = _cut(left, qty)
		found[kind] += numbers
	return found


def of_order(received: Sequence[Received]) -> dict[str, str | None]:
	"""batch_no and serial_nos of the good units, as a run keeps them."""
	good = next((row for row in received if row.made.kind == GOOD), None)
	if not good:
		return {"batch_no": None, "serial_nos": ""}
	return {"batch_no": good.batch_no or None, "serial_nos": "\n".join(good.serial_nos)}


def reject_rows(report: Report, received: Sequence[Received]) -> list[dict[str, Any]]:
	"""Rejects as a run keeps them, each with the place and the numbers it was put away with."""
	stocked = {row.made.kind: row for row in received}
	left = {kind: list(row.serial_nos) for kind, row in stocked.items()}
	rows = []
	for reject in report.rejects:
		row = {**vars(reject), "qty": float(reject.qty)}
		if place := stocked.get(reject.disposition):
			numbers, left[reject.disposition] = _cut(left[reject.disposition], reject.qty)
			row["serial_nos"] = "\n".join(numbers)
			row |= {"warehouse": place.made.warehouse, "batch_no": place.batch_no or None}
		rows.append(row)
	return rows


def _cut(numbers: list[str], qty: Decimal) -> tuple[list[str], list[str]]:
	return numbers[: int(qty)], numbers[int(qty) :]


def recovered(received: Sequence[Received]) -> Decimal:
	"""What co- and by-products take of the cost."""
	return total(row.amount for row in received if row.made.kind in outputs.BESIDE)


def in_rework(received: Sequence[Received]) -> Decimal:
	"""What the units are worth that wait for rework."""
	return total(row.amount for row in received if row.made.kind == REWORK)


def rows(received: Sequence[Received]) -> list[dict[str, Any]]:
	"""Co- and by-products as a run keeps them, and as it answers them."""
	return [_row(row) for row in received if row.made.kind in outputs.BESIDE]


def _row(row: Received) -> dict[str, Any]:
	made = row.made
	return {
		"item_code": made.item_code,
		"kind": made.kind,
		"warehouse": made.warehouse,
		"batch_no": row.batch_no or None,
		"serial_nos": "\n".join(row.serial_nos),
		"planned_qty": float(made.planned_qty),
		"qty": float(made.qty),
		"stock_uom": made.stock_uom,
		"cost_share": float(made.cost_share),
		"rate": float(row.amount / made.qty),
		"amount": float(row.amount),
	}


def warnings(entry: Document | None) -> list[str]:
	"""What ERPNext's valuation did not let be as it was planned."""
	if not (entry and entry.flags.capped):
		return []
	sentence = _(
		"Co- and by-products would be worth more than what was put in: they share it, nothing is left for {0}."
	)
	return [sentence.format(entry.items[-1].item_code)]
