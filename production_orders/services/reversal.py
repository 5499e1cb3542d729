"""Takes a completed run back in one transaction: its stock, its reservations, its share of the order (ADR 0019)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from production_orders import errors, system
from production_orders.domain.lifecycle import OPEN_ORDER, REVERSED
from production_orders.domain.quantity import ZERO, decimal, text, total
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import posted_entry, reservation_entry, stock_ledger, tracking
from production_orders.erpnext_bridge.posted_entry import Receipt
from production_orders.services import (
	bins,
	delivery,
	order_cost,
	queries,
	returns,
	shortages,
	totals,
	transitions,
)


def reverse(order: Document, run: Document, reason: str) -> None:
	"""Reverse a completed run of a locked, open order; a reversed one stays as it is.

	Raises IllegalTransition, InsufficientStock when what it made is no longer all there; then nothing is written.
	"""
	if run.status == REVERSED:
		return
	transitions.check(run, REVERSED)
	_require_open(order)
	counted = bins.share(order)
	entry = posted_entry.get(run.stock_entry) if run.stock_entry else None
	queries.lock_bins(bins.keys(order) | (posted_entry.places(entry) if entry else set()))
	returns.require_taken(order, run)
	if entry:
		_require_output(order, run, entry)
	_close(order, run, reason)
	if entry:
		with reservation_entry.delivered_in_full(order.materials):
			posted_entry.cancel(entry)
	totals.take_out(order, totals.made_by(run))
	delivery.take_back(order, run)
	system.set_values(order, {field: order.get(field) for field in totals.FIELDS})
	order_cost.refresh(order)
	bins.replace(counted, bins.share(order))


def _require_open(order: Document) -> None:
	if order.status not in OPEN_ORDER:
		sentence = _(
			"{0} is {1}, and so its runs stay as they are. "
			"Correct stock and cost with ERPNext's own documents, a Stock Entry or a Stock Reconciliation."
		)
		errors.throw(
			errors.ReadOnly(
				sentence.format(order.name, _(order.status)), [{"field": "status", "problem": order.status}]
			)
		)


def _require_output(order: Document, run: Document, entry: Document) -> None:
	"""All that the run brought into stock must still be there, promised to nobody, and not worked over since."""
	received = posted_entry.received(entry)
	keys = {key for key in received if not stock_ledger.may_go_negative(key[0])}
	actual, reserved = queries.lock_bins(keys), queries.lock_open_reservations(keys)
	lowest, stock = posted_entry.lowest_since(entry), tracking.stock(keys)
	missing = []
	for key in sorted(keys):
		holders = reserved.get(key, {})
		there = min(actual.get(key, ZERO) - total(holders.values()), lowest.get(key, actual.get(key, ZERO)))
		missing += _missing(key, received[key], max(ZERO, there), holders)
		missing += _missing_lots(key, received[key], stock.get(key, ()))
	if missing := missing or list(_worked_over(order, totals.made_by(run))):
		_refuse_used(run, missing)


def _worked_over(order: Document, made: totals.Made) -> Iterable[dict[str, Any]]:
	"""Rejects that no longer wait: what lies in their place may be those of other orders."""
	waiting = decimal(order.rework_qty) + made.worked_over
	if made.to_rework > waiting:
		yield _shortfall((order.item_code, order.rework_warehouse), made.to_rework, waiting, "", {})


def _missing(
	key: Key, receipt: Receipt, there: Decimal, holders: Mapping[str, Decimal]
) -> Iterable[dict[str, Any]]:
	if there < receipt.qty:
		yield _shortfall(key, receipt.qty, there, "", holders)


def _missing_lots(key: Key, receipt: Receipt, stock: Iterable[tracking.LotStock]) -> Iterable[dict[str, Any]]:
	found = {lot.lot: lot for lot in stock}
	for lot, qty in sorted(receipt.lots.items()):
		there = found[lot].free() if lot in found else ZERO
		if there < qty:
			holders = found[lot].held if lot in found else {}
			yield _shortfall(key, qty, there, lot.serial_no or lot.batch_no, holders)


def _shortfall(
	key: Key, wanted: Decimal, there: Decimal, lot: str, holders: Mapping[str, Decimal]
) -> dict[str, Any]:
	return {
		"item_code": key[0],
		"warehouse": key[1],
		"lot": lot or None,
		"required_qty": float(wanted),
		"available_qty": float(there),
		"short_qty": float(wanted - there),
		"reserved_for": {name: float(qty) for name, qty in sorted(holders.items())},
	}


def _refuse_used(run: Document, missing: list[dict[str, Any]]) -> None:
	way_out = _("Take back first what was delivered, consumed or reserved of it since.")
	lines = [_sentence(run, row) for row in missing]
	errors.throw(errors.InsufficientStock("\n".join([*lines, way_out]), missing), title=_("Already used"))


def _sentence(run: Document, row: Mapping[str, Any]) -> str:
	sentence = _(
		"{0} in {1}: {2} made by {3} would leave, only {4} are there and not reserved, {5} missing."
	).format(
		f"{row['item_code']} ({row['lot']})" if row["lot"] else row["item_code"],
		row["warehouse"],
		text(row["required_qty"]),
		run.name,
		text(row["available_qty"]),
		text(row["short_qty"]),
	)
	if row["reserved_for"]:
		sentence += " " + _("Reserved for {0}.").format(", ".join(row["reserved_for"]))
	return sentence


def _close(order: Document, run: Document, reason: str) -> None:
	"""The run ends before its entry does: ERPNext cancels nothing that a submitted document names."""
	made = totals.made_by(run)
	transitions.move(
		run,
		REVERSED,
		order=order,
		reason=reason,
		good=made.good,
		rejected=made.rejected,
		loss=made.loss,
		stock_entry=run.stock_entry,
	)
	run.update({"reversal_reason": reason, "reversed_at": now_datetime(), "docstatus": 2})
	run.flags.ignore_links = True
	system.save(run)


def answer(order: Document, run: Document) -> dict[str, Any]:
	return {
		"run": run.name,
		"status": run.status,
		"stock_entry": run.stock_entry,
		"order": order.name,
		"order_status": order.status,
		"produced_total": order.produced_qty,
		"open_qty": order.open_qty,
		"shortages": shortages.of_order(order),
	}
