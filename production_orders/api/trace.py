"""Genealogy over HTTP: what was made of a batch, a serial number or a run, what it was made of, and its mass balance."""

from typing import Any

import frappe
from frappe import _

from production_orders import permissions
from production_orders.api.endpoint import reads
from production_orders.api.types import Name
from production_orders.domain.genealogy import BATCH, RUN, SERIAL, Node
from production_orders.errors import Problems
from production_orders.services import mass_balance as balance
from production_orders.services import trace as service

DOCTYPES = {BATCH: "Batch", SERIAL: "Serial No", RUN: "Production Run"}


@reads
def downstream(
	batch_no: Name | None = None, serial_no: Name | None = None, run: Name | None = None
) -> dict[str, Any]:
	"""{start, nodes, edges, deliveries, receipts, hidden}: what was made of it, to the customers who got that."""
	return service.answer(service.downstream(start(batch_no, serial_no, run)))


@reads
def upstream(
	batch_no: Name | None = None, serial_no: Name | None = None, run: Name | None = None
) -> dict[str, Any]:
	"""The same for what it was made of, back to the suppliers who sent that."""
	return service.answer(service.upstream(start(batch_no, serial_no, run)))


def start(batch_no: str | None, serial_no: str | None, run: str | None) -> Node:
	"""The one thing that is given, if the user may read it and the genealogy."""
	permissions.require("Production Genealogy", "read")
	given = [(BATCH, batch_no), (SERIAL, serial_no), (RUN, run)]
	known = [Node(kind, name) for kind, name in given if name]
	problems = Problems()
	if len(known) != 1:
		problems.add("batch_no", _("Give one of batch_no, serial_no and run."))
	problems.throw_any()
	permissions.require(DOCTYPES[known[0].kind], "read", known[0].name)
	return known[0]


@reads
def mass_balance(run: Name) -> dict[str, Any]:
	"""{run, consumed, produced, quantities, value}: what went into a run and what became of it."""
	permissions.require("Production Run", "read", run)
	return balance.of_run(frappe.get_doc("Production Run", run))
