"""One movement of one item in one warehouse."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate, getdate

from erpnext.stock import reserved
from erpnext.stock.balances import Place, balance_before, is_count, value_entry
from erpnext.stock.utils import get_combine_datetime, validate_warehouse

MANDATORY = ("warehouse", "posting_date", "voucher_type", "voucher_no", "company")


class StockFreezeError(frappe.ValidationError):
	pass


class StockLedgerEntry(Document):
	def autoname(self) -> None:
		self.name = frappe.generate_hash(length=10)

	def validate(self) -> None:
		self.flags.ignore_submit_comment = True
		self.posting_datetime = get_combine_datetime(self.posting_date, self.posting_time)
		self.fiscal_year = str(getdate(self.posting_date).year)
		self.validate_mandatory()
		validate_warehouse(self.warehouse, self.company)

	def before_submit(self) -> None:
		self.validate_frozen_date()
		self.validate_item()
		self.validate_bundle()
		self.submit_bundle()
		self.set_balance()

	def submit_bundle(self) -> None:
		"""Not sooner: whoever hooks into the validation of this entry speaks first."""
		if self.serial_and_batch_bundle and not self.is_cancelled:
			frappe.get_doc("Serial and Batch Bundle", self.serial_and_batch_bundle).submit()

	def set_balance(self) -> None:
		"""The opposite of a cancelled entry moves nothing: the entry itself no longer counts."""
		self.balance = balance_before(Place.of(self))
		if not self.is_cancelled:
			if not is_count(self):
				reserved.refuse_shortage(self, self.balance.qty)
			self.update(value_entry(self, self.balance))

	def validate_mandatory(self) -> None:
		for field in MANDATORY:
			if not self.get(field):
				frappe.throw(_("{0} is required").format(_(self.meta.get_label(field))))

		if not self.actual_qty and not is_count(self):
			frappe.throw(_("{0} is required").format(_(self.meta.get_label("actual_qty"))))

	def validate_frozen_date(self) -> None:
		frozen = frappe.get_cached_doc("Stock Settings").stock_frozen_upto
		if frozen and getdate(self.posting_date) <= getdate(frozen):
			frappe.throw(
				_("Stock transactions before {0} are frozen").format(formatdate(frozen)), StockFreezeError
			)

	def validate_item(self) -> None:
		if frappe.get_cached_value("Item", self.item_code, "has_variants") and not self.is_cancelled:
			frappe.throw(_("Stock cannot exist for Item {0} since has variants").format(self.item_code))

	def validate_bundle(self) -> None:
		numbered = any(frappe.get_cached_value("Item", self.item_code, ["has_serial_no", "has_batch_no"]))
		if numbered and not self.serial_and_batch_bundle and not self.is_cancelled:
			frappe.throw(_("Serial No / Batch No are mandatory for Item {0}").format(self.item_code))


def on_doctype_update() -> None:
	frappe.db.add_index("Stock Ledger Entry", ["voucher_no", "voucher_type"])
	frappe.db.add_index("Stock Ledger Entry", ["item_code", "warehouse", "posting_datetime", "creation"])
