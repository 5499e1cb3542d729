"""From a batch, a serial number or a run to everything made of it and its customers, and back to its suppliers.

What belongs to orders or vouchers that the user may not see is followed all the same, counted, and not shown:
a recall does not end at somebody's permissions without saying so.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _

from production_orders import permissions
from production_orders.domain import genealogy
from production_orders.domain.genealogy import (
	BATCH,
	ITEM,
	PRODUCED,
	RUN,
	SERIAL,
	Node,
	Row,
	Trace,
	kind_of,
	name_of,
)
from production_orders.erpnext_bridge import deliveries, item
from production_orders.erpnext_bridge.deliveries import Shipment
from production_orders.errors import Problems
from production_orders.services.genealogy import RunFacts, StoredRows

DOCTYPES = {BATCH: "Batch", SERIAL: "Serial No", RUN: "Production Run", ITEM: "Item"}
DIGITS = 9


@dataclass(frozen=True)
class Seen:
	"""As much of a trace as the user may see, and how much there is besides."""

	start: Node
	is_downstream: bool
	trace: Trace
	runs: Mapping[str, RunFacts]
	shipments: Sequence[Shipment]
	hidden_runs: int
	hidden_vouchers: int


def start(batch_no: str | None, serial_no: str | None, run: str | None) -> Node:
	"""The one thing that is given, if the user may read it."""
	asked = {"batch_no": (BATCH, batch_no), "serial_no": (SERIAL, serial_no), "run": (RUN, run)}
	given = {field: known for field, known in asked.items() if known[1]}
	problems = Problems()
	if len(given) != 1:
		problems.add(next(iter(given), "run"), _("Give either a batch, a serial number or a run."))
	problems.throw_any()
	((kind, name),) = given.values()
	permissions.require(DOCTYPES[kind], "read", name)
	return genealogy.node(kind, name)


def downstream(start: Node) -> Seen:
	"""What was made of it, and who got that."""
	return _follow(start, is_downstream=True)


def upstream(start: Node) -> Seen:
	"""What it was made of, and who sent that."""
	return _follow(start, is_downstream=False)


def _follow(start: Node, is_downstream: bool) -> Seen:
	rows = StoredRows()
	trace = (genealogy.downstream if is_downstream else genealogy.upstream)(start, rows)
	if kind_of(start) != RUN:
		trace.rows.setdefault(start, _row_of(start))
	moved = _shipments(trace, is_downstream)
	used = trace.runs
	visible = _visible_runs(rows.runs, used)
	shown = trace if used == visible else _cut(trace, start, {"", *visible})
	shipments = _visible_shipments(moved, shown)
	return Seen(
		start=start,
		is_downstream=is_downstream,
		trace=shown,
		runs=rows.runs,
		shipments=shipments,
		hidden_runs=len(used - visible),
		hidden_vouchers=len(_vouchers(moved) - _vouchers(shipments)),
	)


def _visible_runs(runs: Mapping[str, RunFacts], used: Collection[str]) -> set[str]:
	"""Those whose order the user may read."""
	orders = permissions.visible("Production Order", {runs[run].production_order for run in used})
	return {run for run in used if runs[run].production_order in orders}


def _row_of(start: Node) -> Row:
	"""What a start is, which may have been in no run at all."""
	item_code = batch_no = serial_no = ""
	name = name_of(start)
	if kind_of(start) == BATCH:
		item_code, batch_no = frappe.get_cached_value("Batch", name, "item"), name
	elif kind_of(start) == SERIAL:
		item_code, batch_no = frappe.get_cached_value("Serial No", name, ["item_code", "batch_no"])
		serial_no = name
	return Row("", "", item_code, batch_no or "", serial_no, 1)


def _cut(trace: Trace, start: Node, runs: set[str]) -> Trace:
	"""What is reached by these runs only."""
	edges = {edge: qty for edge, qty in trace.edges.items() if edge.run in runs}
	reached = {start}.union(*((edge.source, edge.target) for edge in edges))
	levels = {node: level for node, level in trace.levels.items() if node in reached}
	return Trace(levels, edges, trace.rows)


def _shipments(trace: Trace, is_downstream: bool) -> list[Shipment]:
	batches, serial_nos = (
		[name_of(node) for node in trace.levels if kind_of(node) == kind] for kind in (BATCH, SERIAL)
	)
	find = deliveries.deliveries if is_downstream else deliveries.receipts
	return find(batches, serial_nos)


def _visible_shipments(moved: Sequence[Shipment], trace: Trace) -> list[Shipment]:
	names: dict[str, set[str]] = defaultdict(set)
	for shipment in moved:
		names[shipment.doctype].add(shipment.name)
	visible = {doctype: permissions.visible(doctype, some) for doctype, some in names.items()}
	return [
		shipment
		for shipment in moved
		if shipment.name in visible[shipment.doctype] and lot(shipment, trace) in trace.levels
	]


def lot(shipment: Shipment, trace: Trace) -> Node:
	"""What was shipped, as a trace knows it: a piece that went through no run by its batch."""
	piece = genealogy.node(SERIAL, shipment.part.serial_no)
	return piece if piece in trace.levels else genealogy.node(BATCH, shipment.part.batch_no)


def _vouchers(shipments: Sequence[Shipment]) -> set[tuple[str, str]]:
	return {(shipment.doctype, shipment.name) for shipment in shipments}


def answer(seen: Seen) -> dict[str, Any]:
	"""{start, nodes, edges, deliveries, receipts, hidden} as plain JSON."""
	shipped = [_shipment(shipment, seen.is_downstream) for shipment in seen.shipments]
	return {
		"start": seen.start,
		"nodes": list(nodes(seen).values()),
		"edges": [
			{"from": source, "to": target, "run": run or None, "qty": qty}
			for (source, target, run), qty in seen.trace.edges.items()
		],
		"deliveries": shipped if seen.is_downstream else [],
		"receipts": [] if seen.is_downstream else shipped,
		"hidden": {"runs": seen.hidden_runs, "vouchers": seen.hidden_vouchers},
	}


def _shipment(shipment: Shipment, is_delivery: bool) -> dict[str, Any]:
	item_code, batch_no, serial_no = shipment.part
	return {
		"doctype": shipment.doctype,
		"name": shipment.name,
		"customer" if is_delivery else "supplier": shipment.party,
		"posting_date": shipment.posting_date,
		"item_code": item_code,
		"batch_no": batch_no or None,
		"serial_no": serial_no or None,
		"qty": float(shipment.qty),
	}


def nodes(seen: Seen) -> dict[Node, dict[str, Any]]:
	"""What each node is: a quantity is what was made of it, or taken, in the runs shown."""
	rows = {node: seen.trace.rows.get(node) or _row_of_run(seen, node) for node in seen.trace.levels}
	items = item.facts({row.item_code for row in rows.values()})
	quantities = _quantities(seen)
	found = {}
	for node, level in seen.trace.levels.items():
		row, kind = rows[node], kind_of(node)
		facts = items[row.item_code]
		run = seen.runs.get(row.run) if kind in (RUN, ITEM) else None
		found[node] = {
			"id": node,
			"kind": kind,
			"item_code": row.item_code,
			"item_name": facts.item_name,
			"batch_no": row.batch_no or None,
			"serial_no": row.serial_no or None,
			"run": run.name if run else None,
			"order": run.production_order if run else None,
			"level": level,
			"qty": row.qty if kind in (RUN, SERIAL) else round(quantities[node], DIGITS),
			"stock_uom": facts.stock_uom,
		}
	return found


def _row_of_run(seen: Seen, node: Node) -> Row:
	run = seen.runs[name_of(node)]
	return Row(run.name, PRODUCED, run.item_code, "", "", run.produced_qty)


def _quantities(seen: Seen) -> dict[Node, float]:
	"""What the edges bring; of the start what leads away."""
	sums: dict[Node, float] = defaultdict(float)
	for (source, target, run), qty in seen.trace.edges.items():
		near, far = (source, target) if seen.is_downstream else (target, source)
		if run:
			sums[far] += qty
			if near == seen.start:
				sums[near] += qty
	return sums
