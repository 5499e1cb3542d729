"""From a batch, a serial number or a run to everything made of it and its customers, and back to its suppliers.

What belongs to orders or vouchers that the user may not see is followed all the same, counted, and not shown:
a recall does not end at somebody's permissions without saying so.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe

from production_orders import permissions
from production_orders.domain import genealogy
from production_orders.domain.genealogy import BATCH, RUN, SERIAL, Node, Row, Trace
from production_orders.domain.quantity import ZERO
from production_orders.erpnext_bridge import deliveries, item
from production_orders.erpnext_bridge.deliveries import Shipment
from production_orders.services.genealogy import StoredRows

ONE = Decimal(1)


@dataclass(frozen=True)
class Seen:
	"""As much of a trace as the user may see, and how much there is besides."""

	start: Node
	is_downstream: bool
	trace: Trace
	runs: Mapping[str, Any]
	shipments: Sequence[Shipment]
	hidden_runs: int
	hidden_vouchers: int


def downstream(start: Node) -> Seen:
	"""What was made of it, and who got that."""
	return _follow(start, is_downstream=True)


def upstream(start: Node) -> Seen:
	"""What it was made of, and who sent that."""
	return _follow(start, is_downstream=False)


def _follow(start: Node, is_downstream: bool) -> Seen:
	rows = StoredRows()
	trace = (genealogy.downstream if is_downstream else genealogy.upstream)(start, rows)
	trace.rows.setdefault(start, _row_of(start))
	moved = _shipments(trace, is_downstream)
	runs = {edge.run for edge in trace.edges if edge.run}
	visible = permissions.visible("Production Run", runs)
	shown = _cut(trace, start, {"", *visible})
	shipments = _visible_shipments(moved, shown)
	return Seen(
		start=start,
		is_downstream=is_downstream,
		trace=shown,
		runs=rows.runs,
		shipments=shipments,
		hidden_runs=len(runs - visible),
		hidden_vouchers=len(_vouchers(moved) - _vouchers(shipments)),
	)


def _row_of(start: Node) -> Row:
	"""What a start is, which may have been in no run at all."""
	item_code = batch_no = serial_no = ""
	if start.kind == BATCH:
		item_code, batch_no = frappe.get_cached_value("Batch", start.name, "item"), start.name
	elif start.kind == SERIAL:
		item_code, batch_no = frappe.get_cached_value("Serial No", start.name, ["item_code", "batch_no"])
		serial_no = start.name
	return Row("", "", item_code, batch_no or "", serial_no, ZERO)


def _cut(trace: Trace, start: Node, runs: set[str]) -> Trace:
	"""What is reached by these runs only."""
	edges = {edge: qty for edge, qty in trace.edges.items() if edge.run in runs}
	reached = {start}.union(*((edge.source, edge.target) for edge in edges))
	levels = {node: level for node, level in trace.levels.items() if node in reached}
	return Trace(levels, edges, trace.rows)


def _shipments(trace: Trace, is_downstream: bool) -> list[Shipment]:
	batches, serial_nos = (
		[node.name for node in trace.levels if node.kind == kind] for kind in (BATCH, SERIAL)
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
	piece = Node(SERIAL, shipment.part.serial_no)
	return piece if piece in trace.levels else Node(BATCH, shipment.part.batch_no)


def _vouchers(shipments: Sequence[Shipment]) -> set[tuple[str, str]]:
	return {(shipment.doctype, shipment.name) for shipment in shipments}


def answer(seen: Seen) -> dict[str, Any]:
	"""{start, nodes, edges, deliveries, receipts, hidden} as plain JSON."""
	ids = {node: _id(node) for node in seen.trace.levels}
	shipped = [_shipment(shipment, seen.is_downstream) for shipment in seen.shipments]
	return {
		"start": ids[seen.start],
		"nodes": [{"id": ids[node], **facts} for node, facts in nodes(seen).items()],
		"edges": [
			{"from": ids[source], "to": ids[target], "run": run or None, "qty": float(qty)}
			for (source, target, run), qty in seen.trace.edges.items()
		],
		"deliveries": shipped if seen.is_downstream else [],
		"receipts": [] if seen.is_downstream else shipped,
		"hidden": {"runs": seen.hidden_runs, "vouchers": seen.hidden_vouchers},
	}


def _id(node: Node) -> str:
	return ":".join(filter(None, (node.kind, node.run, node.name)))


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
	codes = {node: _item_code(seen, node) for node in seen.trace.levels}
	items = item.facts(set(codes.values()))
	quantities = _quantities(seen)
	found = {}
	for node, level in seen.trace.levels.items():
		row, run = seen.trace.rows.get(node), seen.runs.get(node.name if node.kind == RUN else node.run)
		found[node] = {
			"kind": node.kind,
			"item_code": codes[node],
			"item_name": items[codes[node]].item_name,
			"batch_no": (row and row.batch_no) or None,
			"serial_no": (row and row.serial_no) or None,
			"run": run.name if run else None,
			"order": run.production_order if run else None,
			"level": level,
			"qty": float(quantities[node]),
			"stock_uom": items[codes[node]].stock_uom,
		}
	return found


def _item_code(seen: Seen, node: Node) -> str:
	return seen.runs[node.name].item_code if node.kind == RUN else seen.trace.rows[node].item_code


def _quantities(seen: Seen) -> dict[Node, Decimal]:
	"""Of a run what it made, of a piece one, else what the edges bring; of the start what leads away."""
	sums: dict[Node, Decimal] = defaultdict(Decimal)
	for edge, qty in seen.trace.edges.items():
		near, far = (edge.source, edge.target) if seen.is_downstream else (edge.target, edge.source)
		reached = near if near == seen.start else far
		if edge.run:
			sums[reached] += qty
	for node in seen.trace.levels:
		if node.kind == RUN:
			sums[node] = Decimal(seen.runs[node.name].produced_qty)
		elif node.kind == SERIAL:
			sums[node] = ONE
	return sums
