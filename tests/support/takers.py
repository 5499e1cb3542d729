"""Everything that takes stock out of a warehouse, voucher by voucher."""

from collections.abc import Callable
from typing import Any

import frappe

from tests.support import vouchers

Take = Callable[..., Any]

VOUCHERS = (
	"material_issue",
	"material_transfer",
	"manufacture",
	"repack",
	"delivery_note",
	"sales_invoice",
	"purchase_return",
)


class Takers:
	"""Vouchers of the plant's company; `row` may name a batch or serial numbers."""

	def __init__(self, plant: Any) -> None:
		self.plant = plant
		self.company = plant.company
		self.warehouse = plant.source_warehouse

	def receipt(self, item_code: str, qty: float, **row: Any) -> Any:
		return vouchers.purchase_receipt(self.company, **self._row(item_code, qty, row))

	def material_issue(self, item_code: str, qty: float, **row: Any) -> Any:
		return self.entry("Material Issue", self._out(item_code, qty, row))

	def material_transfer(self, item_code: str, qty: float, **row: Any) -> Any:
		return self.entry(
			"Material Transfer", {**self._out(item_code, qty, row), "t_warehouse": self.plant.scrap_warehouse}
		)

	def manufacture(self, item_code: str, qty: float, **row: Any) -> Any:
		return self._conversion("Manufacture", item_code, qty, row)

	def repack(self, item_code: str, qty: float, **row: Any) -> Any:
		return self._conversion("Repack", item_code, qty, row)

	def delivery_note(self, item_code: str, qty: float, **row: Any) -> Any:
		return vouchers.delivery_note(self.company, **self._row(item_code, qty, row))

	def sales_invoice(self, item_code: str, qty: float, **row: Any) -> Any:
		return vouchers.sales_invoice(self.company, **self._row(item_code, qty, row))

	def purchase_return(self, item_code: str, qty: float, **row: Any) -> Any:
		receipt = frappe.get_all(
			"Purchase Receipt Item",
			{"item_code": item_code, **({"batch_no": row["batch_no"]} if "batch_no" in row else {})},
			pluck="parent",
		)[0]
		return vouchers.purchase_return(frappe.get_doc("Purchase Receipt", receipt), qty, **row)

	def reconciliation(self, item_code: str, qty: float, **row: Any) -> Any:
		"""The stock as counted."""
		return vouchers.stock_reconciliation(
			self.company, **self._row(item_code, qty, {"valuation_rate": 10, **row})
		)

	def entry(self, purpose: str, *rows: dict[str, Any], **header: Any) -> Any:
		doc = frappe.new_doc("Stock Entry")
		doc.update({"purpose": purpose, "stock_entry_type": purpose, "company": self.company, **header})
		for row in rows:
			doc.append("items", row)
		return doc.insert().submit()

	def _conversion(self, purpose: str, item_code: str, qty: float, row: dict[str, Any]) -> Any:
		made = frappe.get_doc(
			{"doctype": "Item", "item_code": frappe.generate_hash(length=10), "item_group": "Products"}
		).insert()
		finished = {"item_code": made.name, "qty": 1, "t_warehouse": self.warehouse, "is_finished_item": 1}
		return self.entry(purpose, self._out(item_code, qty, row), finished)

	def _out(self, item_code: str, qty: float, row: dict[str, Any]) -> dict[str, Any]:
		named = {"use_serial_batch_fields": int(bool(row))}
		return {"item_code": item_code, "qty": qty, "s_warehouse": self.warehouse, **named, **row}

	def _row(self, item_code: str, qty: float, row: dict[str, Any]) -> dict[str, Any]:
		return {"item_code": item_code, "qty": qty, "warehouse": self.warehouse, **row}


def sales_reservation(takers: Takers, item_code: str, qty: float, **values: Any) -> Any:
	"""Stock that a Sales Order of its own has reserved, through ERPNext's own document."""
	order = vouchers.sales_order(takers.company, item_code=item_code, qty=qty, warehouse=takers.warehouse)
	entry = frappe.new_doc("Stock Reservation Entry")
	entry.update(
		{
			"item_code": item_code,
			"warehouse": takers.warehouse,
			"voucher_type": "Sales Order",
			"voucher_no": order.name,
			"voucher_detail_no": order.items[0].name,
			"voucher_qty": qty,
			"available_qty": qty,
			"reserved_qty": qty,
			"stock_uom": frappe.db.get_value("Item", item_code, "stock_uom"),
			"company": takers.company,
			**dict(zip(("has_batch_no", "has_serial_no"), _numbered(item_code), strict=True)),
			**values,
		}
	)
	return entry.insert().submit()


def delivery(takers: Takers, reservation: Any, qty: float, **row: Any) -> Any:
	"""A Delivery Note of the Sales Order that has reserved."""
	order = frappe.get_doc("Sales Order", reservation.voucher_no)
	source = {"against_sales_order": order.name, "so_detail": reservation.voucher_detail_no}
	return vouchers.delivery_note(
		takers.company,
		order.customer,
		**{**takers._row(reservation.item_code, qty, row), **source},
	)


def _numbered(item_code: str) -> tuple[int, int]:
	return frappe.db.get_value("Item", item_code, ["has_batch_no", "has_serial_no"])


def take(places: dict[str, str], kind: str, item_code: str, qty: float, **row: Any) -> None:
	"""What another process posts: `kind` names a voucher of Takers."""
	getattr(Takers(frappe._dict(places)), kind)(item_code, qty, **row)


def reserve_for_sales(places: dict[str, str], item_code: str, qty: float) -> None:
	sales_reservation(Takers(frappe._dict(places)), item_code, qty)


def deliver(places: dict[str, str], reservation: str, qty: float) -> None:
	entry = frappe.get_doc("Stock Reservation Entry", reservation)
	delivery(Takers(frappe._dict(places)), entry, qty)


def cancel(doctype: str, name: str) -> None:
	frappe.get_doc(doctype, name).cancel()
