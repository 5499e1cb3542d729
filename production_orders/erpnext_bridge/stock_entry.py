"""Posts a run as ERPNext's *Manufacture* Stock Entry without a Work Order, every row explicit (ADR 0004)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import frappe
from erpnext.stock.stock_ledger import NegativeStockError
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import set_new_name
from frappe.utils import strip_html

from production_orders import errors, system
from production_orders.domain.quantity import ZERO, decimal
from production_orders.domain.reservation import Key

MANUFACTURE = "Manufacture"
MATERIAL_ISSUE = "Material Issue"
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

	@property
	def key(self) -> Key:
		return self.item_code, self.warehouse


@dataclass(frozen=True)
class Yield:
	"""What comes out of a run, in the stock UOM."""

	item_code: str
	stock_uom: str
	good: Decimal
	fg_warehouse: str
	rejected: Decimal = Decimal(0)
	scrap_warehouse: str = ""
	batch_no: str = ""
	serial_nos: Sequence[str] = ()
	"""Of the good pieces, then of the rejected ones."""


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


def next_name(company: str) -> str:
	"""The name of the next entry, which locks its naming series: every voucher of ERPNext does so before it locks a Bin."""
	entry = frappe.new_doc("Stock Entry", company=company)
	set_new_name(entry)
	return entry.name


def post(
	name: str, order: Document, run: Document, draws: Sequence[Draw], output: Yield, at: datetime | None
) -> Document | None:
	"""Insert and submit the entry in one pass; None when nothing moves.

	`draws` are sorted so that parallel postings meet their Bins in one order, and
	rejects stand before the finished item, whose rate is what is left of the consumed value. A run that
	made nothing good is a Material Issue: ERPNext manufactures nothing without a finished item.
	Raises InsufficientStock for what ERPNext misses.
	"""
	if not (draws or output.good):
		return None
	purpose = MANUFACTURE if output.good else MATERIAL_ISSUE
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
	for draw in draws:
		entry.append("items", _out(draw))
	for row in _in(output, _are_worthless(draws)):
		entry.append("items", row)
	entry.docstatus = 1
	try:
		return system.save(entry, name)
	except errors.InsufficientStock:
		raise
	except NegativeStockError as refusal:
		frappe.clear_messages()
		errors.throw(errors.InsufficientStock(strip_html(str(refusal))), title=_("Not enough stock"))


def _out(draw: Draw) -> dict[str, Any]:
	return {
		"item_code": draw.item_code,
		"s_warehouse": draw.warehouse,
		"t_warehouse": NO_WAREHOUSE,
		"qty": float(draw.qty),
		**_unit(draw.stock_uom),
		**_tracking(draw.batch_no, draw.serial_nos),
	}


def _are_worthless(draws: Sequence[Draw]) -> bool:
	"""Whether nothing of value is consumed: then ERPNext would make up an older rate for what is made."""
	keys = {(draw.item_code, draw.warehouse) for draw in draws}
	items, warehouses = ({key[side] for key in keys} for side in (0, 1))
	valued = frappe.get_all(
		"Bin",
		filters={
			"item_code": ["in", sorted(items)],
			"warehouse": ["in", sorted(warehouses)],
			"stock_value": [">", 0],
		},
		fields=["item_code", "warehouse"],
		as_list=True,
	)
	return not keys & set(valued)


def _in(output: Yield, worthless: bool) -> Iterable[dict[str, Any]]:
	if not output.good:
		return
	common = {"item_code": output.item_code, **_unit(output.stock_uom)}
	good = int(output.good) if output.serial_nos else 0
	if output.rejected and output.scrap_warehouse:
		yield {
			**common,
			"s_warehouse": NO_WAREHOUSE,
			"t_warehouse": output.scrap_warehouse,
			"qty": float(output.rejected),
			"is_scrap_item": 1,
			"basic_rate": 0,
			"set_basic_rate_manually": 1,
			"allow_zero_valuation_rate": 1,
			**_tracking(output.batch_no, "\n".join(output.serial_nos[good:])),
		}
	yield {
		**common,
		"s_warehouse": NO_WAREHOUSE,
		"t_warehouse": output.fg_warehouse,
		"qty": float(output.good),
		"is_finished_item": 1,
		"allow_zero_valuation_rate": int(worthless),
		**_tracking(output.batch_no, "\n".join(output.serial_nos[:good])),
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
	posted = []
	for draw, row in zip(draws, (row for row in entry.items if row.s_warehouse), strict=True):
		cost = decimal(row.basic_amount)
		batches = by_batch.get(row.serial_and_batch_bundle) or {draw.batch_no: draw.qty}
		posted += [Posted(draw, qty, cost * qty / draw.qty, batch) for batch, qty in batches.items()]
	return posted


def produced(entry: Document) -> dict[str, str | None]:
	"""batch_no and serial_nos of the finished row, also of a bundle that ERPNext made by the item's series."""
	bundle, line = frappe.qb.DocType("Serial and Batch Bundle"), frappe.qb.DocType("Serial and Batch Entry")
	finished = next((row.name for row in entry.items if row.is_finished_item), "")
	rows = (
		frappe.qb.from_(line)
		.join(bundle)
		.on(line.parent == bundle.name)
		.select(line.batch_no, line.serial_no)
		.where((bundle.voucher_no == entry.name) & (bundle.docstatus == 1))
		.where(bundle.voucher_detail_no == finished)
		.orderby(line.idx)
		.run()
	)
	return {
		"batch_no": next((batch_no for batch_no, _serial_no in rows if batch_no), None),
		"serial_nos": "\n".join(serial_no for _batch_no, serial_no in rows if serial_no),
	}


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
	if batch_no and frappe.db.exists("Batch", batch_no):
		return batch_no
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
