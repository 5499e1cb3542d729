"""Rework: rejected units leave the rework warehouse, are worked over and come out good, or rejected for good."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from production_orders import errors
from production_orders.domain.quantity import decimal, text, total
from production_orders.domain.tracking import Lot, take
from production_orders.erpnext_bridge import item, serial_no
from production_orders.services import lookups
from production_orders.services.run_report import Report

ONE = Decimal(1)


def with_units(order: Document, report: Report) -> Report:
	"""The report with the batches and serial numbers that go in, and that come out again if it names no others.

	Those it names, if they wait; else the order's own, which waited longest first.
	"""
	facts = item.facts([order.item_code])[order.item_code]
	if not (facts.has_batch_no or facts.has_serial_no) or _taken(order, report) is not None:
		return report
	taken = take(report.processed, _named_first(_waiting(order), report))
	if total(taken.values()) < report.processed:
		return report
	pieces = [lot.serial_no for lot in taken if lot.serial_no][: int(report.pieces(order))]
	batches = {lot.batch_no for lot in taken}
	return replace(
		report,
		consumption=[*report.consumption, *_rows(order, taken)],
		serial_nos=report.serial_nos or "\n".join(pieces),
		batch_no=report.batch_no or (batches.pop() if len(batches) == 1 else ""),
	)


def _waiting(order: Document) -> dict[Lot, Decimal]:
	"""What the order's runs have put aside and no rework run has taken yet, the first first."""
	waiting: dict[Lot, Decimal] = defaultdict(Decimal)
	for lot, qty in _lots(lookups.sent_to_rework(order.name)):
		waiting[lot] += qty
	for lot, qty in _lots(lookups.worked_over(order.name)):
		waiting[lot] -= qty
	return {lot: qty for lot, qty in waiting.items() if qty > 0}


def _lots(rows: Iterable[Any]) -> Iterable[tuple[Lot, Decimal]]:
	for row in rows:
		pieces = serial_no.split(row.serial_nos)
		yield from ((Lot(row.batch_no or "", piece), ONE) for piece in pieces)
		if not pieces:
			yield Lot(row.batch_no or ""), decimal(row.qty)


def _named_first(waiting: Mapping[Lot, Decimal], report: Report) -> list[tuple[Lot, Decimal]]:
	named = serial_no.split(report.serial_nos)

	def turn(lot: Lot) -> int:
		if lot.serial_no in named:
			return named.index(lot.serial_no)
		return len(named) + (lot.batch_no != report.batch_no)

	return sorted(waiting.items(), key=lambda each: turn(each[0]))


def _rows(order: Document, taken: Mapping[Lot, Decimal]) -> list[Any]:
	"""As the floor would report it, a row for each batch."""
	by_batch: dict[str, list[Lot]] = defaultdict(list)
	for lot in taken:
		by_batch[lot.batch_no].append(lot)
	return [
		frappe._dict(
			item_code=order.item_code,
			warehouse=order.rework_warehouse,
			qty=total(taken[lot] for lot in lots),
			batch_no=batch_no or None,
			serial_nos="\n".join(lot.serial_no for lot in lots if lot.serial_no) or None,
		)
		for batch_no, lots in by_batch.items()
	]


def check(order: Document, report: Report) -> None:
	"""Refuse to work over more than waits, or other units than those that are taken out."""
	problems = errors.Problems()
	waiting = decimal(order.rework_qty)
	if report.processed > waiting:
		sentence = _("{0} {1} wait for rework in {2}, so {3} cannot have been worked over.")
		problems.add(
			"produced_qty",
			sentence.format(text(waiting), order.stock_uom, order.rework_warehouse, text(report.processed)),
		)
	if (taken := _taken(order, report)) not in (None, report.processed):
		sentence = _(
			"{0} of {1} are taken out, but {2} were good, rejected or lost: they are the same units."
		)
		problems.add("consumption", sentence.format(text(taken), order.item_code, text(report.processed)))
	problems.throw_any()


def _taken(order: Document, report: Report) -> Decimal | None:
	"""Units that the floor itself says it took out of rework, None when it says nothing of them."""
	places = (None, order.rework_warehouse)
	rows = [row for row in report.consumption if row.item_code == order.item_code and row.warehouse in places]
	return total(row.qty for row in rows) if rows else None
