"""Posts a run as ERPNext's *Manufacture* Stock Entry without a Work Order, every row explicit (ADR 0004)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.model.naming import set_new_name

from production_orders import system
from production_orders.domain.outputs import GOOD
from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.rejects import REWORK, SCRAP
from production_orders.domain.reservation import Key
from production_orders.erpnext_bridge import known_links, stock_ledger
from production_orders.erpnext_bridge.company import money_digits

MANUFACTURE = "Manufacture"
MATERIAL_ISSUE = "Material Issue"
RETURNED = "Returned"
"""Kind of a yield that is material coming back."""
NO_WAREHOUSE = ""
"""Not None: Frappe would fill that with the default of the user's User Permissions."""


@dataclass(frozen=True, order=True)
class Draw:
	"""Stock to take out, in the stock UOM; sorts by item and warehouse, as Bins are locked."""

	item_code: str
	warehouse: str
	qty: Decimal
	stock_uom: str
	batch_no: str = ""
	serial_nos: str = ""
	"""One per line."""
	material: str = ""
	"""Name of the order's row that this counts for; empty for what the lock does not know."""
	replaces: str = ""
	"""The item of that row, where this is an alternative of it."""

	@property
	def key(self) -> Key:
		return self.item_code, self.warehouse


@dataclass(frozen=True)
class Yield:
	"""Stock to put in, in the stock UOM."""

	item_code: str
	warehouse: str
	qty: Decimal
	stock_uom: str
	kind: str = GOOD
	batch_no: str = ""
	serial_nos: Sequence[str] = ()
	cost_share: Decimal = ZERO
	"""Percent, of a co-product."""
	rate: Decimal = ZERO
	"""Of a by-product that nothing in stock tells the worth of."""
	planned_qty: Decimal = ZERO

	@property
	def is_finished(self) -> bool:
		return self.kind in (GOOD, REWORK)


@dataclass(frozen=True)
class Charge:
	"""Cost that enters the value of the finished item beside its materials."""

	description: str
	amount: Decimal
	account: str | None


@dataclass(frozen=True)
class Posted:
	"""A draw as the ledger took it; one per batch."""

	draw: Draw
	qty: Decimal
	cost: Decimal
	batch_no: str

	@classmethod
	def nothing(cls, item_code: str, warehouse: str, stock_uom: str) -> "Posted":
		"""A planned material of which nothing was taken."""
		return cls(Draw(item_code, warehouse, ZERO, stock_uom), ZERO, ZERO, "")

	@property
	def key(self) -> Key:
		return self.draw.key


@dataclass(frozen=True)
class Received:
	"""A yield as it came into stock."""

	made: Yield
	amount: Decimal
	batch_no: str = ""
	serial_nos: Sequence[str] = ()


def next_name(company: str) -> str:
	"""The name of the next entry, which locks its naming series: every voucher of ERPNext does so before it locks a Bin."""
	entry = frappe.new_doc("Stock Entry", company=company)
	set_new_name(entry)
	return entry.name


def post(
	name: str,
	order: Document,
	run: Document,
	draws: Sequence[Draw],
	yields: Sequence[Yield],
	charges: Sequence[Charge],
	at: datetime | None,
) -> Document | None:
	"""Insert and submit the entry in one pass; None when nothing moves.

	`draws` are sorted so that parallel postings meet their Bins in one order, and of `yields` the finished ones
	come last: their rate is what the others leave of the consumed value. A run that finishes nothing is a
	Material Issue: ERPNext manufactures nothing without a finished item.
	Raises InsufficientStock for what ERPNext misses.
	"""
	if not (draws or yields):
		return None
	entry = _head(order, run, MANUFACTURE if yields else MATERIAL_ISSUE, at)
	for draw in _one_row_each(draws):
		entry.append("items", out(draw))
	for made in yields:
		entry.append("items", _in(made))
	if yields:
		entry.set("additional_costs", [_charged(charge) for charge in charges if charge.amount])
		entry.flags.yields = yields
	return submit(entry, name)


def _head(order: Document, run: Document, purpose: str, at: datetime | None) -> Document:
	entry = frappe.new_doc("Stock Entry")
	entry.update(
		{
			"stock_entry_type": purpose,
			"purpose": purpose,
			"company": order.company,
			"from_bom": 0,
			"from_warehouse": NO_WAREHOUSE,
			"to_warehouse": NO_WAREHOUSE,
			"production_order": order.name,
			"production_run": run.name,
		}
	)
	if at:
		entry.update({"set_posting_time": 1, "posting_date": at.date(), "posting_time": at.time()})
	return entry


def submit(entry: Document, name: str) -> Document:
	"""Insert and submit in one pass; what ERPNext misses is said as our own refusals say it."""
	entry.docstatus = 1
	known_links.trust(entry)
	with stock_ledger.saying_what_is_missing():
		return system.save(entry, name)


def _one_row_each(draws: Sequence[Draw]) -> list[Draw]:
	"""Draws of one item, place and batch together: ERPNext prices two FIFO rows before either has moved."""
	same: dict[Draw, list[Draw]] = defaultdict(list)
	for draw in draws:
		same[_as_row(draw)].append(draw)
	return [
		replace(
			row,
			qty=sum((part.qty for part in parts), ZERO),
			serial_nos="\n".join(part.serial_nos for part in parts if part.serial_nos),
		)
		for row, parts in same.items()
	]


def _as_row(draw: Draw) -> Draw:
	"""What the ledger tells apart."""
	return replace(draw, qty=ZERO, serial_nos="", material="", replaces="")


def out(draw: Draw) -> dict[str, Any]:
	"""The row that takes a draw out of stock."""
	return {
		"item_code": draw.item_code,
		"s_warehouse": draw.warehouse,
		"t_warehouse": NO_WAREHOUSE,
		"qty": float(draw.qty),
		**_unit(draw.stock_uom),
		**_tracking(draw.batch_no, draw.serial_nos),
	}


def _in(made: Yield) -> dict[str, Any]:
	row = {
		"item_code": made.item_code,
		"s_warehouse": NO_WAREHOUSE,
		"t_warehouse": made.warehouse,
		"qty": float(made.qty),
		**_unit(made.stock_uom),
		**_tracking(made.batch_no, "\n".join(made.serial_nos)),
	}
	if made.is_finished:
		return {**row, "is_finished_item": 1}
	if made.kind == RETURNED:
		row |= {"is_scrap_item": 1, "original_item": made.item_code}
		# ERPNext works out no amount of a rate that was set by hand.
		amount = {
			"basic_rate": float(made.rate),
			"basic_amount": float(round(made.rate * made.qty, money_digits())),
		}
		return {
			**row,
			**amount,
			"set_basic_rate_manually": 1,
			"allow_zero_valuation_rate": int(not made.rate),
		}
	worthless = {"basic_rate": 0, "set_basic_rate_manually": 1, "allow_zero_valuation_rate": 1}
	return {**row, "is_scrap_item": 1, **(worthless if made.kind == SCRAP else {})}


def _charged(charge: Charge) -> dict[str, Any]:
	return {
		"description": charge.description,
		"amount": float(charge.amount),
		"expense_account": charge.account,
	}


def _unit(stock_uom: str) -> dict[str, Any]:
	return {"uom": stock_uom, "stock_uom": stock_uom, "conversion_factor": 1}


def _tracking(batch_no: str, serial_nos: str) -> dict[str, Any]:
	if not batch_no and not serial_nos:
		return {}
	return {"use_serial_batch_fields": 1, "batch_no": batch_no or None, "serial_no": serial_nos or None}


def consumed(entry: Document | None, draws: Sequence[Draw]) -> list[Posted]:
	"""What the ledger took and at what cost; draws from several batches come as one row per batch."""
	if not entry:
		return []
	by_batch = _batches(row.serial_and_batch_bundle for row in entry.items if row.s_warehouse)
	rows = zip(_one_row_each(draws), (row for row in entry.items if row.s_warehouse), strict=True)
	entered = {_as_row(draw): (draw.qty, row) for draw, row in rows}
	posted = []
	for draw in draws:
		qty, row = entered[_as_row(draw)]
		cost = decimal(row.basic_amount)
		batches = by_batch.get(row.serial_and_batch_bundle) or {draw.batch_no: qty}
		parts = {batch: in_batch * draw.qty / qty for batch, in_batch in batches.items()}
		posted += [Posted(draw, part, cost * part / qty, batch) for batch, part in parts.items()]
	return posted


def received(entry: Document | None) -> list[Received]:
	"""What came in and at what value, also in batches and serial numbers that ERPNext made by the item's series."""
	if not entry:
		return []
	rows = [row for row in entry.items if row.is_finished_item or row.is_scrap_item]
	numbered = _numbers(entry.name)
	return [
		Received(made, decimal(row.amount), *numbered.get(row.name, ("", ())))
		for made, row in zip(entry.flags.yields or (), rows, strict=True)
	]


def _numbers(entry: str) -> dict[str, tuple[str, tuple[str, ...]]]:
	"""row -> the first of its batches, and its serial numbers."""
	bundle, line = frappe.qb.DocType("Serial and Batch Bundle"), frappe.qb.DocType("Serial and Batch Entry")
	rows = (
		frappe.qb.from_(line)
		.join(bundle)
		.on(line.parent == bundle.name)
		.select(bundle.voucher_detail_no, line.batch_no, line.serial_no)
		.where((bundle.voucher_no == entry) & (bundle.docstatus == 1))
		.where(bundle.type_of_transaction == "Inward")
		.orderby(line.idx)
		.run()
	)
	found: dict[str, tuple[str, tuple[str, ...]]] = {}
	for row, batch_no, serial_no in rows:
		batch, serial_nos = found.get(row, ("", ()))
		found[row] = batch or batch_no or "", (*serial_nos, serial_no) if serial_no else serial_nos
	return found


def _batches(bundles: Iterable[str | None]) -> dict[str, dict[str, Decimal]]:
	"""bundle -> {batch_no: quantity}, in the order the ledger took them."""
	names = sorted({name for name in bundles if name})
	if not names:
		return {}
	found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	rows = frappe.get_all(
		"Serial and Batch Entry",
		filters={"parent": ["in", names], "batch_no": ["is", "set"]},
		fields=["parent", "batch_no", "qty"],
		order_by="parent, idx",
	)
	for row in rows:
		found[row.parent][row.batch_no] += abs(decimal(row.qty))
	return found


def output_batch(item_code: str, batch_no: str, run: Document) -> str:
	"""The batch a run's output goes into: the one it names, else a new one by the item's own series.

	Made here because ERPNext would make it as the operator, who may not create batches.
	"""
	if batch_no and (known := frappe.db.exists("Batch", batch_no)):
		return known
	batch = frappe.new_doc("Batch")
	batch.update(
		{
			"batch_id": batch_no or None,
			"item": item_code,
			"reference_doctype": run.doctype,
			"reference_name": run.name,
		}
	)
	return system.save(batch).name
