"""Sixteen clients confirming orders over the same fifty Bins at once, each order on its own commit."""

import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier
from typing import Any

import frappe
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from benchmarks.table import Figure
from fixtures import generate
from fixtures.plants import Plant
from production_orders.api import orders
from tests.support.ledger import over_reserved

OF_ITEMS = (
	"Bin",
	"Stock Ledger Entry",
	"Stock Reservation Entry",
	"Production Order Material",
	"BOM Lock Line",
	"BOM Item",
	"BOM Explosion Item",
	"BOM Lock",
	"Production Order",
	"Item",
)
"""What the clients and the generator leave behind; all of it names the item."""
CLIENTS = 16
ORDERS_EACH = 8
BINS = 50


def figures(plant: Plant) -> Iterator[Figure]:
	"""Orders per second over all clients, the 95th percentile one client waits, and what was promised twice."""
	made = generate.flat_bom(BINS)
	names = [plant.draft_order(made.item_code, 1).name for _ in range(CLIENTS * ORDERS_EACH)]
	frappe.db.commit()
	try:
		started, waits = _confirm_together(names)
		yield Figure("confirm_16_clients_50_bins", len(waits) / started, "orders/s")
		yield Figure("confirm_16_clients_50_bins_p95", statistics.quantiles(waits, n=20)[-1], "s")
		yield Figure("confirm_16_clients_50_bins_over_reserved", len(over_reserved(made.materials)), "Bins")
	finally:
		_clear(made)


def _confirm_together(names: list[str]) -> tuple[float, list[float]]:
	"""(seconds from the common start to the last answer, seconds each order took)."""
	processes = multiprocessing.get_context("fork")
	barrier, answers = processes.Barrier(CLIENTS + 1), processes.Queue()
	clients = [
		processes.Process(target=_client, args=(names[number::CLIENTS], barrier, answers))
		for number in range(CLIENTS)
	]
	for client in clients:
		client.start()
	barrier.wait()
	start = time.perf_counter()
	waits = [seconds for _client in clients for seconds in answers.get()]
	return time.perf_counter() - start, waits


def _client(names: list[str], barrier: Barrier, answers: Any) -> None:
	frappe.init(site=os.environ["SITE"], sites_path=".", force=True)
	frappe.connect()
	frappe.local.request = Request(EnvironBuilder(method="POST").get_environ())
	barrier.wait()
	waits = []
	for name in names:
		start = time.perf_counter()
		orders.confirm(order=name, on_shortage="Confirm with Shortages")
		frappe.db.commit()
		waits.append(time.perf_counter() - start)
	answers.put(waits)
	frappe.destroy()


def _clear(made: generate.Generated) -> None:
	"""Take the committed documents away again."""
	known = frappe.get_all("Production Order", {"item_code": made.item_code}, pluck="name")
	frappe.db.delete("Production Event", {"production_order": ["in", known]})
	frappe.db.delete("BOM", {"item": made.item_code})
	for doctype in OF_ITEMS:
		frappe.db.delete(doctype, {"item_code": ["in", [made.item_code, *made.materials]]})
	frappe.db.commit()
