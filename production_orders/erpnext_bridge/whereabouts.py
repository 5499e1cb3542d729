"""Where batches and serial numbers are now."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Coalesce, Sum

from production_orders.domain.quantity import decimal
from production_orders.erpnext_bridge.tracking import BUNDLE, ROW
from production_orders.sql import Values

Places = dict[str, dict[str, Decimal]]
"""Batch or serial number -> {warehouse: quantity}."""


def of_batches(batches: Collection[str]) -> Places:
	bundle, line = frappe.qb.DocType(BUNDLE), frappe.qb.DocType(ROW)
	rows = (
		frappe.qb.from_(line)
		.join(bundle)
		.on((bundle.name == line.parent) & (line.parenttype == BUNDLE))
		.select(line.batch_no, bundle.warehouse, Sum(line.qty))
		.where(line.batch_no.isin(Values(batches)) & (bundle.docstatus == 1) & (bundle.is_cancelled == 0))
		.groupby(line.batch_no, bundle.warehouse)
		.run()
	)
	found: Places = defaultdict(dict)
	for batch_no, warehouse, qty in rows:
		if qty > 0:
			found[batch_no][warehouse] = decimal(qty)
	return found


def of_serial_nos(serial_nos: Collection[str]) -> Places:
	serial = frappe.qb.DocType("Serial No")
	rows = (
		frappe.qb.from_(serial)
		.select(serial.name, serial.warehouse)
		.where(serial.name.isin(Values(serial_nos)) & (Coalesce(serial.warehouse, "") != ""))
		.run()
	)
	return {name: {warehouse: Decimal(1)} for name, warehouse in rows}
