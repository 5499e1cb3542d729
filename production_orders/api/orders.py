"""Production orders over HTTP: preview, confirm, complete, cancel."""

from typing import Any, Literal

import frappe
from frappe.model.document import Document

from production_orders import permissions
from production_orders.api.endpoint import reads, writes
from production_orders.api.types import Name, Names, PositiveQuantity, Reason
from production_orders.domain.lifecycle import CANCELLED, CONFIRMED
from production_orders.services import (
	actions,
	completion,
	confirmation,
	drafts,
	origin,
	queries,
	reservations,
	shortages,
	transitions,
)
from production_orders.services import preview as previews
from production_orders.services import relock as relocking


def locked(order: str, permission: str) -> Document:
	"""The order's row, locked before anything else is read, if the user has this permission on it."""
	doc = queries.lock_order(order)
	doc.check_permission(permission)
	return doc


def readable(order: str) -> Document:
	doc = frappe.get_doc("Production Order", order)
	doc.check_permission("read")
	return doc


@reads
def preview(
	item_code: Name,
	qty: PositiveQuantity,
	bom_no: Name | None = None,
	source_warehouse: Name | None = None,
	company: Name | None = None,
) -> dict[str, Any]:
	"""Explode and cover `qty` of an item against free stock; writes nothing."""
	permissions.require("Production Order", "read")
	permissions.require("Item", "read", item_code)
	for doctype, name in (("Warehouse", source_warehouse), ("Company", company)):
		if name:
			permissions.require(doctype, "read", name)
	return previews.preview(item_code, qty, bom_no, source_warehouse, company)


@writes
def make_from_sales_order(sales_order: Name, items: Names | None = None) -> dict[str, Any]:
	"""Drafts for what the order's rows still need made -> {production_orders: [name], skipped: [{row, item_code, reason}]}."""
	permissions.require("Production Order", "create")
	permissions.require("Sales Order", "read", sales_order)
	return origin.make("Sales Order", sales_order, items)


@writes
def make_from_material_request(material_request: Name, items: Names | None = None) -> dict[str, Any]:
	"""Drafts for what the request's rows still need made -> {production_orders: [name], skipped: [{row, item_code, reason}]}."""
	permissions.require("Production Order", "create")
	permissions.require("Material Request", "read", material_request)
	return origin.make("Material Request", material_request, items)


@writes
def refresh_bom(order: Name) -> dict[str, Any]:
	"""Let a draft take the newest active default BOM -> {order, bom_no, changed}."""
	doc = locked(order, "write")
	changed = drafts.refresh_bom(doc)
	return {"order": doc.name, "bom_no": doc.bom_no, "changed": changed}


@writes
def confirm(
	order: Name, on_shortage: Literal["Block", "Confirm with Shortages"] | None = None
) -> dict[str, Any]:
	"""Lock the BOM and reserve the materials, all or nothing; confirming twice answers the same."""
	doc = locked(order, "submit")
	if doc.status != CONFIRMED:
		transitions.check(doc, CONFIRMED)
		doc.shortage_policy = on_shortage or doc.shortage_policy
		doc.submit()
	return {
		"order": doc.name,
		"status": doc.status,
		"bom_lock": doc.bom_lock,
		"content_hash": doc.content_hash,
		"materials": reservations.materials(doc),
		"shortages": shortages.of_order(doc),
		"skipped": confirmation.skipped(doc),
		"warnings": confirmation.warnings(doc),
	}


@writes
def relock(order: Name, reason: Reason) -> dict[str, Any]:
	"""Take the newest state of its BOM into a confirmed order and plan its reservations again, all or nothing."""
	doc = locked(order, "submit")
	return relocking.relock(doc, reason)


@reads
def preview_relock(order: Name) -> dict[str, Any]:
	"""What a relock would change and find in stock now; writes nothing."""
	doc = readable(order)
	return relocking.preview(doc)


@writes
def cancel(order: Name, reason: Reason) -> dict[str, Any]:
	"""Give every promise back -> {order, status}; refused when a completed run stands."""
	doc = locked(order, "cancel")
	if doc.status != CANCELLED:
		transitions.check(doc, CANCELLED)
		doc.flags.reason = reason
		doc.cancel()
	return {"order": doc.name, "status": doc.status}


@writes
def complete(
	order: Name,
	produced_qty: PositiveQuantity | None = None,
	close_short: bool = False,
	reason: Reason | None = None,
) -> dict[str, Any]:
	"""Complete an order; with `produced_qty` make, post and complete one run first, in one transaction."""
	doc = locked(order, "submit")
	made: dict[str, Any] = {}
	if produced_qty is not None:
		permissions.require("Production Run", "submit")
		run, _result = completion.make_and_complete(doc, produced_qty, close_short, reason or "")
		made = {"run": run.name, "stock_entry": run.stock_entry}
	else:
		completion.complete(doc, close_short, reason or "")
	return {
		"order": doc.name,
		"status": doc.status,
		"produced_qty": doc.produced_qty,
		"closed_short_qty": doc.closed_short_qty,
		**made,
	}


@reads
def allowed_actions(order: Name) -> dict[str, Any]:
	"""{order, status, actions: [{action, label, allowed, why_not}]} for this user, now; what starts a run has a proposed_qty."""
	doc = readable(order)
	return {"order": doc.name, "status": doc.status, "actions": actions.of_order(doc)}
