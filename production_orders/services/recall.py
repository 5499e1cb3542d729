"""A trace as a list to act on: each batch and piece once, where it was reached, who has it and where it lies."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from production_orders.domain.genealogy import BATCH, RUN, SERIAL, Node, kind_of, name_of
from production_orders.erpnext_bridge import deliveries, whereabouts
from production_orders.erpnext_bridge.deliveries import Shipment
from production_orders.services import trace
from production_orders.services.trace import DOCTYPES, Seen

PARTY_TYPES = {"customer": "Customer", "supplier": "Supplier"}
PARTIES = {
	doctype: PARTY_TYPES[field] for doctype, field in {**deliveries.CUSTOMERS, **deliveries.SUPPLIERS}.items()
}
Rows = list[dict[str, Any]]


def rows(seen: Seen) -> Rows:
	"""Depth first from the start; `indent` is the depth."""
	facts, places, shipped = trace.nodes(seen), _places(seen), _by_lot(seen)
	listed = []
	for node, indent in _in_order(seen):
		listed.append(_node_row(node, facts[node], places.get(node, {}), indent))
		listed += [_shipment_row(shipment, facts[node], indent + 1) for shipment in shipped[node]]
	return listed


def _in_order(seen: Seen) -> Iterator[tuple[Node, int]]:
	"""Each node under the first one that led to it; what only hidden runs lead to stands for itself."""
	children: dict[Node, list[Node]] = defaultdict(list)
	placed = {seen.start}
	for edge in seen.trace.edges:
		near, far = (edge.source, edge.target) if seen.is_downstream else (edge.target, edge.source)
		if far not in placed:
			placed.add(far)
			children[near].append(far)
	listed = set()
	for root in sorted(seen.trace.levels, key=seen.trace.levels.__getitem__):
		left = [(root, 0)]
		while left:
			node, indent = left.pop()
			if node not in listed:
				listed.add(node)
				yield node, indent
				left += [(child, indent + 1) for child in reversed(children[node])]


def _places(seen: Seen) -> dict[Node, dict[str, Any]]:
	"""What there is still of each batch and piece, by warehouse."""
	found = {}
	for kind, find in ((BATCH, whereabouts.of_batches), (SERIAL, whereabouts.of_serial_nos)):
		nodes = {name_of(node): node for node in seen.trace.levels if kind_of(node) == kind}
		found |= {nodes[name]: places for name, places in find(nodes.keys()).items()}
	return found


def _by_lot(seen: Seen) -> dict[Node, list[Shipment]]:
	shipped: dict[Node, list[Shipment]] = defaultdict(list)
	for shipment in seen.shipments:
		shipped[trace.lot(shipment, seen.trace)].append(shipment)
	return shipped


def _node_row(node: Node, facts: dict[str, Any], places: dict[str, Any], indent: int) -> dict[str, Any]:
	kind = facts["kind"]
	return {
		"indent": indent,
		"name": facts["run"]
		if kind == RUN
		else facts["serial_no"] or facts["batch_no"] or facts["item_code"],
		"doctype": DOCTYPES[kind],
		**{field: facts[field] for field in ("item_code", "item_name", "qty", "stock_uom", "order")},
		"in_stock_qty": float(sum(places.values())) if kind in (BATCH, SERIAL) else None,
		"warehouse": ", ".join(sorted(places)),
	}


def _shipment_row(shipment: Shipment, facts: dict[str, Any], indent: int) -> dict[str, Any]:
	"""A piece is named where it is reached by its batch only."""
	item_code, _batch_no, serial_no = shipment.part
	return {
		"indent": indent,
		"name": shipment.name,
		"doctype": shipment.doctype,
		"item_code": item_code,
		"item_name": facts["item_name"],
		"serial_no": serial_no if facts["kind"] == BATCH else None,
		"qty": float(shipment.qty),
		"stock_uom": facts["stock_uom"],
		"party_type": PARTIES[shipment.doctype],
		"party": shipment.party,
		"posting_date": shipment.posting_date,
	}
