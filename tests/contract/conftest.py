"""What a contract test needs of an ERPNext site: fresh items, warehouses and vouchers, rolled back afterwards."""

from collections.abc import Callable, Iterator
from typing import Any

import frappe
import pytest
from frappe.model.document import Document

from tests.support import vouchers
from tests.support.scratch import Scratch

VOUCHER_TYPE = "ToDo"  # any DocType that ERPNext itself never reserves stock for


class ERPNext(Scratch):
	"""The handful of documents a plant posts, in as few fields as ERPNext accepts, in a warehouse of its own."""

	def __init__(self, plant: Any) -> None:
		super().__init__(plant)
		self.warehouse = self.new_warehouse()

	def new_warehouse(self, **fields: Any) -> str:
		name = f"Contract {frappe.generate_hash(length=8)}"
		frappe.flags.pop(
			"warehouse_account_map", None
		)  # ERPNext keeps it for a request, which makes no warehouses
		return self._insert("Warehouse", warehouse_name=name, company=self.company, **fields).name

	def batch_item(self, **fields: Any) -> str:
		return self.item(uom="Kg", has_batch_no=1, **fields)

	def serial_item(self, **fields: Any) -> str:
		series = f"S{frappe.generate_hash(length=6).upper()}-.###"
		return self.item(has_serial_no=1, serial_no_series=series, **fields)

	def received_serials(self, item_code: str, qty: int, rate: float = 10, **row: Any) -> list[str]:
		"""The serial numbers that ERPNext gives to `qty` received units, in their order."""
		entry = self.receive(item_code, qty, rate, use_serial_batch_fields=0, **row)
		return [line.serial_no for line in self.moved(entry, item_code)]

	def received_batches(self, item_code: str, *quantities: float, rate: float = 10) -> list[str]:
		"""A batch for each quantity, oldest first."""
		batches = [self.batch(item_code) for _ in quantities]
		for batch_no, qty in zip(batches, quantities, strict=True):
			self.receive(item_code, qty, rate, batch_no=batch_no)
		return batches

	def outward_bundle(self, voucher_type: str, item_code: str, batches: dict[str, float]) -> str:
		"""A bundle prepared for a row of a voucher that does not exist yet."""
		bundle = frappe.new_doc("Serial and Batch Bundle")
		bundle.update({"item_code": item_code, "warehouse": self.warehouse, "company": self.company})
		bundle.update({"type_of_transaction": "Outward", "voucher_type": voucher_type, "has_batch_no": 1})
		for batch_no, qty in batches.items():
			bundle.append("entries", {"batch_no": batch_no, "qty": -qty, "warehouse": self.warehouse})
		return bundle.insert().name

	def moved(self, voucher: Document, item_code: str) -> list[Any]:
		"""Batches and serial numbers that a submitted voucher moved of an item, as its bundles have them."""
		bundles = frappe.get_all(
			"Serial and Batch Bundle",
			{"voucher_no": voucher.name, "item_code": item_code, "docstatus": 1, "is_cancelled": 0},
			pluck="name",
			order_by="creation",
		)
		fields = ["batch_no", "serial_no", "qty", "warehouse"]
		filters = {"parent": ("in", bundles)}
		return frappe.get_all("Serial and Batch Entry", filters, fields, order_by="creation, idx")

	def batch(self, item_code: str, **fields: Any) -> str:
		name = f"BATCH-{frappe.generate_hash(length=8).upper()}"
		return self._insert("Batch", batch_id=name, item=item_code, **fields).name

	def submitted_bom(self, item_code: str, components: list[dict[str, Any]], **fields: Any) -> Document:
		return frappe.get_doc("BOM", self.bom(item_code, components, **fields))

	def entry(self, purpose: str, rows: list[dict[str, Any]], **header: Any) -> Document:
		"""Insert a Stock Entry already submitted: one pass through validation, as our posting does it."""
		doc = frappe.new_doc("Stock Entry")
		doc.update({"purpose": purpose, "stock_entry_type": purpose, "company": self.company, **header})
		for row in rows:
			doc.append("items", row)
		doc.docstatus = 1
		return doc.insert()

	def receive(self, item_code: str, qty: float, rate: float, **row: Any) -> Document:
		target = {"t_warehouse": self.warehouse, "basic_rate": rate, "use_serial_batch_fields": 1}
		return self.entry("Material Receipt", [{"item_code": item_code, "qty": qty, **target, **row}])

	def issue(self, item_code: str, qty: float, header: dict[str, Any] | None = None, **row: Any) -> Document:
		source = {"s_warehouse": self.warehouse, "use_serial_batch_fields": 1}
		return self.entry(
			"Material Issue", [{"item_code": item_code, "qty": qty, **source, **row}], **header or {}
		)

	def stocked_item(self, qty: float, rate: float = 10, **fields: Any) -> str:
		item_code = self.item(**fields)
		self.receive(item_code, qty, rate)
		return item_code

	def consumed(self, item_code: str, qty: float, **row: Any) -> dict[str, Any]:
		source = {"s_warehouse": self.warehouse, "use_serial_batch_fields": 1}
		return {"item_code": item_code, "qty": qty, **source, **row}

	def finished(self, item_code: str, qty: float, **row: Any) -> dict[str, Any]:
		target = {"t_warehouse": self.warehouse, "use_serial_batch_fields": 1}
		return {"item_code": item_code, "qty": qty, "is_finished_item": 1, **target, **row}

	def scrap(self, item_code: str, qty: float, **row: Any) -> dict[str, Any]:
		target = {"t_warehouse": self.warehouse, "is_scrap_item": 1}
		return {"item_code": item_code, "qty": qty, **target, **row}

	def manufacture(self, *rows: dict[str, Any], **header: Any) -> Document:
		return self.entry("Manufacture", list(rows), **header)

	def bin(self, item_code: str, warehouse: str | None = None) -> dict[str, Any]:
		filters = {"item_code": item_code, "warehouse": warehouse or self.warehouse}
		return frappe.db.get_value("Bin", filters, "*", as_dict=True)

	def voucher(self) -> str:
		return self._insert(VOUCHER_TYPE, description="A voucher that reserves stock").name

	def reservation(self, item_code: str, qty: float, **fields: Any) -> Document:
		"""A reservation not yet saved, with every field that ERPNext calls mandatory."""
		values = {
			"item_code": item_code,
			"warehouse": self.warehouse,
			"voucher_type": VOUCHER_TYPE,
			"voucher_detail_no": frappe.generate_hash(length=10),
			"stock_uom": frappe.db.get_value("Item", item_code, "stock_uom"),
			"available_qty": qty,
			"voucher_qty": qty,
			"reserved_qty": qty,
			"company": self.company,
			**fields,
		}
		values.setdefault("voucher_no", self.voucher())
		return frappe.new_doc("Stock Reservation Entry").update(values)

	def reserve(self, item_code: str, qty: float, **fields: Any) -> Document:
		name = self.reservation(item_code, qty, **fields).insert().submit().name
		return frappe.get_doc("Stock Reservation Entry", name)

	def sales_order(self, item_code: str, qty: float, **row: Any) -> Document:
		return vouchers.sales_order(self.company, **self._row(item_code, qty, row))

	def purchase_order(self, item_code: str, qty: float, **row: Any) -> Document:
		return vouchers.purchase_order(self.company, **self._row(item_code, qty, row))

	def material_request(self, kind: str, item_code: str, qty: float, **row: Any) -> Document:
		return vouchers.material_request(self.company, kind, **self._row(item_code, qty, row))

	def delivery_note(self, item_code: str, qty: float, **row: Any) -> Document:
		return vouchers.delivery_note(self.company, **self._row(item_code, qty, row))

	def sales_invoice(self, item_code: str, qty: float, **row: Any) -> Document:
		"""It takes the stock out by itself."""
		return vouchers.sales_invoice(self.company, **self._row(item_code, qty, row))

	def purchase_receipt(self, item_code: str, qty: float, rate: float = 10, **row: Any) -> Document:
		return vouchers.purchase_receipt(self.company, **self._row(item_code, qty, {"rate": rate, **row}))

	def reconciliation(self, item_code: str, qty: float, rate: float = 10, **row: Any) -> Document:
		row = {"valuation_rate": rate, **row}
		return vouchers.stock_reconciliation(self.company, **self._row(item_code, qty, row))

	def _row(self, item_code: str, qty: float, row: dict[str, Any]) -> dict[str, Any]:
		return {"item_code": item_code, "qty": qty, "warehouse": self.warehouse, **row}

	def work_order(self, bom_no: str, qty: float, **fields: Any) -> Document:
		"""A submitted order that takes from and gives to the warehouse, without a transfer between."""
		values = {
			"production_item": frappe.db.get_value("BOM", bom_no, "item"),
			"bom_no": bom_no,
			"qty": qty,
			"company": self.company,
			"source_warehouse": self.warehouse,
			"fg_warehouse": self.warehouse,
			"skip_transfer": 1,
			"use_multi_level_bom": 0,
			**fields,
		}
		order = frappe.new_doc("Work Order").update(values)
		order.set_required_items()
		order.insert().submit()
		return frappe.get_doc("Work Order", order.name)

	def _insert(self, doctype: str, **fields: Any) -> Document:
		return frappe.get_doc(doctype=doctype, **fields).insert()


@pytest.fixture
def erpnext(bicycle: Any, monkeypatch: pytest.MonkeyPatch) -> ERPNext:
	"""ERPNext with its own check of reserved stock, not the one we put before it."""
	check = "production_orders.overrides.stock_ledger_entry.validate"
	monkeypatch.setattr(check, lambda doc, method=None: None)
	return ERPNext(bicycle)


@pytest.fixture
def reservable(erpnext: ERPNext) -> Iterator[ERPNext]:
	"""The site after a Property Setter has let ToDo be the voucher of a reservation."""
	field = frappe.get_meta("Stock Reservation Entry").get_field("voucher_type")
	frappe.make_property_setter(
		{
			"doctype": "Stock Reservation Entry",
			"fieldname": "voucher_type",
			"property": "options",
			"value": f"{field.options}\n{VOUCHER_TYPE}",
			"property_type": "Text",
		},
		is_system_generated=False,
	)
	yield erpnext
	frappe.db.rollback()
	frappe.clear_cache(doctype="Stock Reservation Entry")


@pytest.fixture
def settings(site: None) -> Iterator[Callable[..., None]]:
	"""`settings("Stock Settings", allow_negative_stock=1)`: set now, set back after the test."""
	before: list[tuple[str, str, Any]] = []

	def change(doctype: str, **values: Any) -> None:
		for fieldname, value in values.items():
			before.append((doctype, fieldname, frappe.db.get_single_value(doctype, fieldname)))
			frappe.db.set_single_value(doctype, fieldname, value)

	yield change
	for doctype, fieldname, value in reversed(before):
		frappe.db.set_single_value(doctype, fieldname, value)
