"""Which batches and serial numbers went to which customer and came from which supplier; returns are taken off."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce

from production_orders.domain.genealogy import Part
from production_orders.domain.quantity import decimal
from production_orders.erpnext_bridge.tracking import BUNDLE, ROW
from production_orders.sql import Values

CUSTOMERS = {"Delivery Note": "customer", "Sales Invoice": "customer"}
SUPPLIERS = {
	"Purchase Receipt": "supplier",
	"Purchase Invoice": "supplier",
	"Subcontracting Receipt": "supplier",
}
"""DocType of a voucher -> its field for who is on the other side."""
Voucher = tuple[str, str]


@dataclass(frozen=True)
class Shipment:
	"""What one voucher moved of one batch or piece, less what came back of it."""

	doctype: str
	name: str
	party: str
	posting_date: date
	part: Part
	qty: Decimal


def deliveries(batches: Collection[str], serial_nos: Collection[str]) -> list[Shipment]:
	"""To customers, oldest first."""
	return _shipments(CUSTOMERS, batches, serial_nos, -1)


def receipts(batches: Collection[str], serial_nos: Collection[str]) -> list[Shipment]:
	"""From suppliers, oldest first."""
	return _shipments(SUPPLIERS, batches, serial_nos, 1)


def _shipments(
	kinds: Mapping[str, str], batches: Collection[str], serial_nos: Collection[str], sign: int
) -> list[Shipment]:
	"""A return that names what it returns is taken off that; one that names nothing stands for itself."""
	lines = {
		line: moved
		for column, names in (("batch_no", batches), ("serial_no", serial_nos))
		for line, *moved in (_lines(kinds, column, names) if names else ())
	}
	heads = _heads(kinds, {(doctype, name) for doctype, name, *_moved in lines.values()})
	sums: dict[tuple[Voucher, Part], Decimal] = defaultdict(Decimal)
	for doctype, name, item_code, batch_no, serial_no, qty in lines.values():
		origin = heads[doctype, name].return_against or name
		sums[(doctype, origin), Part(item_code, batch_no, serial_no)] += sign * decimal(qty)
	heads |= _heads(kinds, {voucher for voucher, _part in sums if voucher not in heads})
	found = [
		Shipment(*voucher, heads[voucher].party, heads[voucher].posting_date, part, qty)
		for (voucher, part), qty in sums.items()
		if qty and voucher in heads
	]
	return sorted(found, key=lambda shipment: (shipment.posting_date, shipment.name, shipment.part))


def _lines(kinds: Iterable[str], column: str, names: Collection[str]) -> Iterator[tuple[Any, ...]]:
	bundle, line = frappe.qb.DocType(BUNDLE), frappe.qb.DocType(ROW)
	return (
		frappe.qb.from_(line)
		.join(bundle)
		.on((bundle.name == line.parent) & (line.parenttype == BUNDLE))
		.select(
			line.name,
			bundle.voucher_type,
			bundle.voucher_no,
			bundle.item_code,
			Coalesce(line.batch_no, ""),
			Coalesce(line.serial_no, ""),
			line.qty,
		)
		.where(line[column].isin(Values(names)) & bundle.voucher_type.isin(sorted(kinds)))
		.where((bundle.docstatus == 1) & (bundle.is_cancelled == 0))
		.run()
	)


def _heads(kinds: Mapping[str, str], vouchers: Collection[Voucher]) -> dict[Voucher, Any]:
	"""party, posting_date and return_against of each; one statement per DocType."""
	heads = {}
	for doctype, party in kinds.items():
		if names := sorted(name for kind, name in vouchers if kind == doctype):
			fields = ["name", f"{party} as party", "posting_date", "return_against"]
			rows = frappe.get_all(doctype, {"name": ["in", names]}, fields)
			heads |= {(doctype, row.name): row for row in rows}
	return heads
