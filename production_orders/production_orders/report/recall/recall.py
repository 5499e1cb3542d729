"""From a bad batch to every piece made of it and the customers who have them, and back to its suppliers."""

from typing import Any

import frappe
from frappe import _

from production_orders import permissions
from production_orders.services import recall, trace
from production_orders.services.trace import DOCTYPES, Seen

Rows = list[dict[str, Any]]
UPSTREAM = "Back to Suppliers"
"""The other direction is "On to Customers"."""


def execute(filters: dict[str, Any] | None = None) -> tuple[Rows, Rows, str | None, None, Rows]:
	permissions.require("Production Genealogy", "read")
	asked = frappe._dict(filters or {})
	given = [asked.get(field) for field in ("batch_no", "serial_no", "run")]
	if not any(given):
		return _columns(), [], _("Choose a batch, a serial number or a run to start from."), None, []
	follow = trace.upstream if asked.direction == UPSTREAM else trace.downstream
	seen = follow(trace.start(*given))
	rows = recall.rows(seen)
	return _columns(), rows, _hidden(seen), None, _summary(seen, rows)


def _hidden(seen: Seen) -> str | None:
	hidden = [(seen.hidden_runs, _("Runs: {0}")), (seen.hidden_vouchers, _("Vouchers: {0}"))]
	parts = [part.format(count) for count, part in hidden if count]
	if not parts:
		return None
	sentence = _(
		"This list is not complete. Belonging to it, and not shown to you: {0}. Have it made by somebody who may see them."
	)
	return f'<b class="text-danger">{sentence.format(", ".join(parts))}</b>'


def _columns() -> Rows:
	return [
		_column("name", _("Reached"), "Dynamic Link", 300, options="doctype"),
		_column("doctype", _("Kind"), "Data", 130),
		_column("item_code", _("Item"), "Link", 200, options="Item"),
		_column("qty", _("Quantity"), "Float", 85),
		_column("stock_uom", _("UOM"), "Link", 60, options="UOM"),
		_column("in_stock_qty", _("In Stock"), "Float", 80),
		_column("warehouse", _("Where"), "Data", 160, align="left"),
		_column("party", _("Customer or Supplier"), "Dynamic Link", 165, options="party_type"),
		_column("posting_date", _("Date"), "Date", 115),
		_column("serial_no", _("Piece"), "Link", 130, options="Serial No"),
		_column("order", _("Order"), "Link", 150, options="Production Order"),
	]


def _column(fieldname: str, label: str, fieldtype: str, width: int, **more: str) -> dict[str, Any]:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def _summary(seen: Seen, rows: Rows) -> Rows:
	"""What there is to do: whom to call, what to lock away."""
	reached = [row for row in rows if row["doctype"] in (DOCTYPES["Batch"], DOCTYPES["Serial"])]
	in_stock = [row for row in reached if row["in_stock_qty"]]
	vouchers = {(shipment.doctype, shipment.name) for shipment in seen.shipments}
	parties = {shipment.party for shipment in seen.shipments}
	runs = [row for row in rows if row["doctype"] == DOCTYPES["Run"]]
	labels = (_("Deliveries"), _("Customers")) if seen.is_downstream else (_("Receipts"), _("Suppliers"))
	hidden = seen.hidden_runs + seen.hidden_vouchers
	nobody = "Grey" if hidden else "Green"
	return [
		_card(_("Runs"), len(runs), "Blue"),
		_card(_("Batches and Pieces"), len(reached), "Blue"),
		_card(_("Still in Stock"), len(in_stock), "Orange"),
		_card(labels[0], len(vouchers), "Red" if vouchers else nobody),
		_card(labels[1], len(parties), "Red" if parties else nobody),
		*([_card(_("Not Shown"), hidden, "Red")] if hidden else []),
	]


def _card(label: str, value: int, indicator: str) -> dict[str, Any]:
	return {"label": label, "value": value, "datatype": "Int", "indicator": indicator}
