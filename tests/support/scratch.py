"""Masters made for one test: unique items, BOMs of any shape, stock and orders."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import frappe

from fixtures import stock


class Scratch:
	"""Factory bound to one plant; names never collide, so committed leftovers do not matter."""

	def __init__(self, plant: Any) -> None:
		self.plant = plant
		self.company = plant.company

	def item(self, name: str = "ITEM", uom: str = "Nos", **values: Any) -> str:
		"""An enabled stock item; returns its code."""
		code = f"{name}-{uuid4().hex[:8]}"
		item = frappe.get_doc(
			{
				"doctype": "Item",
				"item_code": code,
				"item_name": f"{name} for a test",
				"item_group": "Products",
				"stock_uom": uom,
				"is_stock_item": 1,
				**values,
			}
		)
		item.insert(ignore_permissions=True)
		return code

	def bom(
		self, item_code: str, components: Mapping[str, float] | list[Mapping[str, Any]], **values: Any
	) -> str:
		"""A submitted, active default BOM; components as {item: qty} or as BOM Item rows."""
		rows = (
			components
			if isinstance(components, list)
			else [{"item_code": c, "qty": q} for c, q in components.items()]
		)
		bom = frappe.get_doc(
			{
				"doctype": "BOM",
				"item": item_code,
				"company": self.company,
				"quantity": 1,
				"currency": frappe.get_cached_value("Company", self.company, "default_currency"),
				"is_active": 1,
				"is_default": 1,
				"items": rows,
				**values,
			}
		)
		bom.insert(ignore_permissions=True)
		bom.submit()
		return bom.name

	def operation(
		self, minutes: float, labour: float = 0, overhead: float = 0, **values: Any
	) -> dict[str, Any]:
		"""A row of a BOM `with_operations=1`, at a fresh workstation with these costs per hour."""
		name = uuid4().hex[:8]
		workstation = {"hour_rate_labour": labour, "hour_rate_electricity": overhead}
		frappe.get_doc(doctype="Workstation", workstation_name=f"Bench {name}", **workstation).insert()
		frappe.get_doc(doctype="Operation", name=f"Assemble {name}").insert()
		named = {"operation": f"Assemble {name}", "workstation": f"Bench {name}"}
		return {**named, "time_in_mins": minutes, **values}

	def stock(
		self,
		item_code: str,
		qty: float,
		rate: float = 10,
		warehouse: str | None = None,
		batch_no: str | None = None,
	) -> Any:
		return self.plant.receive(item_code, qty, rate, warehouse, batch_no)

	def stocks(self, receipts: Mapping[str, tuple[float, float]]) -> Any:
		"""One receipt of several items: {item: (quantity, rate)}."""
		rows = [
			{
				"item_code": item_code,
				"qty": qty,
				"basic_rate": rate,
				"t_warehouse": self.plant.source_warehouse,
			}
			for item_code, (qty, rate) in receipts.items()
		]
		return stock.post(stock.RECEIPT, self.company, rows)

	def order(self, item_code: str, qty: float, **values: Any) -> Any:
		"""A draft order; `shortage_policy` and the like as keywords."""
		return self.plant.draft_order(item_code, qty, **values)

	def simple_order(self, qty: float = 10, stock: float = 1000, per_unit: float = 2, **values: Any) -> Any:
		"""A draft order of a fresh one-level product whose single material has `stock`."""
		finished, material = self.item("FG"), self.item("RAW")
		self.bom(finished, {material: per_unit})
		if stock:
			self.stock(material, stock)
		return self.order(finished, qty, **values)

	def work_order(self, bom_no: str, qty: float, **values: Any) -> Any:
		"""ERPNext's own order, submitted: takes from the store, brings to the finished goods."""
		order = frappe.get_doc(
			{
				"doctype": "Work Order",
				"production_item": frappe.db.get_value("BOM", bom_no, "item"),
				"bom_no": bom_no,
				"qty": qty,
				"company": self.company,
				"source_warehouse": self.plant.source_warehouse,
				"fg_warehouse": self.plant.fg_warehouse,
				"skip_transfer": 1,
				**values,
			}
		)
		order.insert()
		order.submit()
		return order

	def warehouse(self, name: str, **values: Any) -> str:
		"""A fresh warehouse of the company; returns its name."""
		values = {"parent_warehouse": f"All Warehouses - {self.plant.table.abbr}", **values}
		code = f"{name} {uuid4().hex[:8]}"
		doc = frappe.get_doc(
			{"doctype": "Warehouse", "warehouse_name": code, "company": self.company, **values}
		)
		# ERPNext keeps the accounts of all warehouses for a whole process.
		frappe.flags.pop("warehouse_account_map", None)
		return doc.insert(ignore_permissions=True).name

	def group(self, *names: str) -> Any:
		"""A fresh group of warehouses: name and leaves."""
		group = self.warehouse("Group", is_group=1)
		leaves = [self.warehouse(name, parent_warehouse=group) for name in names]
		return frappe._dict(name=group, leaves=leaves)

	def user(self, *roles: str) -> str:
		"""A fresh enabled user with these roles; returns the email."""
		email = f"{uuid4().hex[:8]}@test.example"
		user = frappe.get_doc(
			{
				"doctype": "User",
				"email": email,
				"first_name": "Test",
				"send_welcome_email": 0,
				"roles": [{"role": role} for role in roles],
			}
		)
		user.insert(ignore_permissions=True)
		return email

	def actual(self, item_code: str, warehouse: str | None = None) -> float:
		return self._bin(item_code, warehouse, "actual_qty")

	def reserved(self, item_code: str, warehouse: str | None = None) -> float:
		return self._bin(item_code, warehouse, "reserved_stock")

	def _bin(self, item_code: str, warehouse: str | None, field: str) -> float:
		at = {"item_code": item_code, "warehouse": warehouse or self.plant.source_warehouse}
		return frappe.db.get_value("Bin", at, field) or 0.0
