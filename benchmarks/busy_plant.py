"""A plant with thousands of orders in progress, written in bulk, in which every figure adds up."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import now

from fixtures.plants import Plant
from production_orders.domain.bom import Header, Line, canonical_json
from production_orders.domain.history import GENESIS, Event

MATERIALS, RUNS, EVENTS = 4, 2, 6
"""Per order."""
QTY, PER_RUN, PER_UNIT = 10, 3, 2
"""Ordered, made by each run, and drawn of each material for one."""
PRODUCTS, COMPONENTS = 50, 200
STOCK = 10_000_000
LEFT = (QTY - RUNS * PER_RUN) * PER_UNIT
"""Of each material, still reserved."""

Tables = dict[str, list[dict[str, Any]]]


def insert(plant: Plant, orders: int) -> None:
	tables: Tables = defaultdict(list)
	bins: Counter[tuple[str, str]] = Counter()
	for number in range(orders):
		_order(plant, number, tables)
		bins["planned_qty", f"BENCH-P{number % PRODUCTS}"] += QTY - RUNS * PER_RUN
		for component in _components(number):
			bins["reserved", component] += LEFT
	_bins(plant, bins, tables)
	stamp = {"creation": now(), "modified": now(), "owner": "Administrator", "modified_by": "Administrator"}
	for doctype, rows in tables.items():
		rows = [{**stamp, **row} for row in rows]
		frappe.db.bulk_insert(doctype, list(rows[0]), [tuple(row.values()) for row in rows])


def _components(number: int) -> list[str]:
	return [f"BENCH-C{(number * 7 + idx) % COMPONENTS}" for idx in range(MATERIALS)]


def _order(plant: Plant, number: int, tables: Tables) -> None:
	name = f"BENCH-{number:06d}"
	chain = list(_chain(name))
	hash_of_lock = f"{number:064d}"
	tables["Production Event"] += [
		{"name": f"{name}-E{event.sequence:05d}", "hash": event.hash, **vars(event)} for event in chain
	]
	tables["Production Order"].append(
		{
			"name": name,
			"docstatus": 1,
			"status": "In Progress",
			"company": plant.company,
			"item_code": f"BENCH-P{number % PRODUCTS}",
			"source_warehouse": plant.source_warehouse,
			"fg_warehouse": plant.fg_warehouse,
			"qty": QTY,
			"produced_qty": RUNS * PER_RUN,
			"open_qty": QTY - RUNS * PER_RUN,
			"bom_lock": f"{name}-L1",
			"content_hash": hash_of_lock,
			"event_count": len(chain),
			"event_head": chain[-1].hash,
		}
	)
	_lock(plant, name, number, hash_of_lock, tables)
	for idx, component in enumerate(_components(number)):
		_material(plant, name, idx, component, tables)
	for run in range(1, RUNS + 1):
		_run(plant, name, number, run, tables)


def _chain(order: str) -> Iterator[Event]:
	previous = GENESIS
	for sequence in range(1, EVENTS + 1):
		event = Event(
			production_order=order,
			sequence=sequence,
			event="Reserved",
			occurred_at="2026-03-01 08:00:00.000000",
			user="Administrator",
			subject_type="Production Order",
			subject=order,
			details=canonical_json({"materials": []}),
			previous_hash=previous,
		)
		previous = event.hash
		yield event


def _lock(plant: Plant, order: str, number: int, content_hash: str, tables: Tables) -> None:
	lock, product = f"{order}-L1", f"BENCH-P{number % PRODUCTS}"
	header = Header(f"BOM-{product}", product, Decimal(1))
	tables["BOM Lock"].append(
		{
			"name": lock,
			"status": "Active",
			"production_order": order,
			"company": plant.company,
			"bom_no": header.bom_no,
			"boms": canonical_json([vars(header)]),
			"line_count": MATERIALS,
			"content_hash": content_hash,
		}
	)
	tables["BOM Lock Line"] += [
		{
			"name": f"{lock}-{idx}",
			**_child("BOM Lock", lock, "lines", idx),
			**vars(Line(header.bom_no, component, "", Decimal(PER_UNIT), f"{lock}-{idx}", level=1)),
		}
		for idx, component in enumerate(_components(number), 1)
	]


def _material(plant: Plant, order: str, idx: int, component: str, tables: Tables) -> None:
	drawn = {"item_code": component, "warehouse": plant.source_warehouse, "docstatus": 1}
	held = {"reserved_qty": QTY * PER_UNIT, "delivered_qty": QTY * PER_UNIT - LEFT}
	tables["Production Order Material"].append(
		{
			"name": f"{order}-M{idx}",
			**_child("Production Order", order, "materials", idx + 1),
			**drawn,
			**held,
			"required_qty": QTY * PER_UNIT,
			"consumed_qty": QTY * PER_UNIT - LEFT,
		}
	)
	tables["Stock Reservation Entry"].append(
		{
			"name": f"{order}-{idx}",
			"voucher_type": "Production Order",
			"voucher_no": order,
			"status": "Partially Delivered",
			**drawn,
			**held,
		}
	)


def _run(plant: Plant, order: str, number: int, run_number: int, tables: Tables) -> None:
	run, entry = f"{order}-R{run_number:02d}", f"STE-{order}-{run_number}"
	product = f"BENCH-P{number % PRODUCTS}"
	tables["Production Run"].append(
		{
			"name": run,
			"docstatus": 1,
			"status": "Completed",
			"production_order": order,
			"company": plant.company,
			"item_code": product,
			"qty": PER_RUN,
			"produced_qty": PER_RUN,
			"stock_entry": entry,
		}
	)
	tables["Stock Entry"].append(
		{
			"name": entry,
			"docstatus": 1,
			"production_order": order,
			"production_run": run,
			"company": plant.company,
		}
	)
	_moved(run, entry, 0, product, plant.fg_warehouse, PER_RUN, tables)
	for idx, component in enumerate(_components(number)):
		_moved(run, entry, idx + 1, component, plant.source_warehouse, -PER_RUN * PER_UNIT, tables)
		tables["Production Run Consumption"].append(
			{
				"name": f"{run}-{idx}",
				**_child("Production Run", run, "consumption", idx + 1),
				"item_code": component,
				"warehouse": plant.source_warehouse,
				"material": f"{order}-M{idx}",
				"qty": PER_RUN * PER_UNIT,
			}
		)


def _moved(run: str, entry: str, idx: int, item: str, warehouse: str, qty: int, tables: Tables) -> None:
	"""One row of the run's Stock Entry, in the ledger and in the genealogy; out when below zero."""
	row = {"name": f"{entry}-{idx}", "item_code": item}
	order = run.rpartition("-")[0]
	tables["Stock Entry Detail"].append(
		{
			**row,
			"parent": entry,
			"parenttype": "Stock Entry",
			"parentfield": "items",
			"s_warehouse": warehouse if qty < 0 else None,
			"t_warehouse": warehouse if qty > 0 else None,
			"transfer_qty": abs(qty),
			"is_finished_item": int(qty > 0),
		}
	)
	voucher = {"voucher_type": "Stock Entry", "voucher_no": entry, "docstatus": 1}
	tables["Stock Ledger Entry"].append({**row, **voucher, "warehouse": warehouse, "actual_qty": qty})
	direction = "Produced" if qty > 0 else "Consumed"
	tables["Production Genealogy"].append(
		{**row, "run": run, "production_order": order, "direction": direction, "qty": abs(qty)}
	)


def _child(doctype: str, parent: str, table: str, idx: int) -> dict[str, Any]:
	return {"parenttype": doctype, "parent": parent, "parentfield": table, "idx": idx}


def _bins(plant: Plant, sums: Counter[tuple[str, str]], tables: Tables) -> None:
	for (figure, item), qty in sums.items():
		is_product = figure == "planned_qty"
		tables["Bin"].append(
			{
				"name": f"{item}-bin",
				"item_code": item,
				"warehouse": plant.fg_warehouse if is_product else plant.source_warehouse,
				"actual_qty": STOCK,
				"planned_qty": qty if is_product else 0,
				"reserved_stock": 0 if is_product else qty,
				"reserved_qty_for_production": 0 if is_product else qty,
				"projected_qty": STOCK + (qty if is_product else -qty),
			}
		)
