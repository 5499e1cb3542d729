"""Genealogy over HTTP: what was made of a batch, a serial number or a run, what it was made of, and its mass balance."""

from typing import Any

import frappe

from production_orders import permissions
from production_orders.api.endpoint import reads
from production_orders.api.types import Name
from production_orders.services import mass_balance as balance
from production_orders.services import trace as service


@reads
def downstream(
	batch_no: Name | None = None, serial_no: Name | None = None, run: Name | None = None
) -> dict[str, Any]:
	"""{start, nodes, edges, deliveries, receipts, hidden}: what was made of it, to the customers who got that."""
	permissions.require("Production Genealogy", "read")
	return service.answer(service.downstream(service.start(batch_no, serial_no, run)))


@reads
def upstream(
	batch_no: Name | None = None, serial_no: Name | None = None, run: Name | None = None
) -> dict[str, Any]:
	"""The same for what it was made of, back to the suppliers who sent that."""
	permissions.require("Production Genealogy", "read")
	return service.answer(service.upstream(service.start(batch_no, serial_no, run)))


@reads
def mass_balance(run: Name) -> dict[str, Any]:
	"""{run, order, status, stock_entry, consumed, produced, quantities, value}: what went in and what became of it."""
	permissions.require("Production Run", "read", run)
	return balance.of_run(frappe.get_doc("Production Run", run))
