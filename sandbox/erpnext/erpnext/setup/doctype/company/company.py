"""A company, and the warehouses and accounts it starts with."""

import frappe
from frappe import _
from frappe.model.document import Document

WAREHOUSES = ("Stores", "Work In Progress", "Finished Goods", "Goods In Transit")
ACCOUNTS = {
	"default_inventory_account": ("Stock In Hand", "Asset", "Stock"),
	"stock_adjustment_account": ("Stock Adjustment", "Expense", "Stock Adjustment"),
	"expenses_included_in_valuation": (
		"Expenses Included In Valuation",
		"Expense",
		"Expenses Included In Valuation",
	),
	"default_expense_account": ("Cost of Goods Sold", "Expense", "Cost of Goods Sold"),
}


class Company(Document):
	def validate(self) -> None:
		self.validate_abbr()

	def after_insert(self) -> None:
		self.create_warehouses()
		self.create_accounts()
		self.create_cost_center()
		self.become_default_if_first()

	def validate_abbr(self) -> None:
		self.abbr = (self.abbr or "").strip()
		if not self.abbr:
			frappe.throw(_("Abbreviation is mandatory"))
		if frappe.db.exists("Company", {"abbr": self.abbr, "name": ("!=", self.name)}):
			frappe.throw(_("Abbreviation already used for another company"))

	def create_warehouses(self) -> None:
		root = frappe.new_doc("Warehouse", warehouse_name="All Warehouses", company=self.name, is_group=1)
		root.insert(ignore_permissions=True)
		for name in WAREHOUSES:
			warehouse = frappe.new_doc("Warehouse", warehouse_name=name, company=self.name)
			warehouse.parent_warehouse = root.name
			warehouse.insert(ignore_permissions=True)

	def create_accounts(self) -> None:
		for field, (account_name, root_type, account_type) in ACCOUNTS.items():
			account = frappe.new_doc("Account", account_name=account_name, company=self.name)
			account.update({"root_type": root_type, "account_type": account_type})
			self.db_set(field, account.insert(ignore_permissions=True).name)

	def create_cost_center(self) -> None:
		cost_center = frappe.new_doc("Cost Center", cost_center_name="Main", company=self.name)
		self.db_set("cost_center", cost_center.insert(ignore_permissions=True).name)

	def become_default_if_first(self) -> None:
		if not frappe.defaults.get_global_default("company"):
			frappe.defaults.set_global_default("company", self.name)
			frappe.defaults.set_global_default("currency", self.default_currency)


def with_abbr(name: str, company: str) -> str:
	"""The name of a record that belongs to a company: "Stores - TC"."""
	suffix = " - " + (frappe.get_cached_value("Company", company, "abbr") or "")
	return name if name.endswith(suffix) else name + suffix
