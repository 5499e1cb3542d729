"""How stock behaves on this site."""

import frappe
from frappe import _
from frappe.model.document import Document

DEFAULTS_OF_NEW_DOCUMENTS = ("item_group", "stock_uom")


class StockSettings(Document):
	def validate(self) -> None:
		self.validate_stock_reservation()

	def on_update(self) -> None:
		for field in DEFAULTS_OF_NEW_DOCUMENTS:
			frappe.db.set_default(field, self.get(field) or "")

	def validate_stock_reservation(self) -> None:
		"""Stock that may be negative cannot be promised, nor promised stock be allowed to go negative."""
		if self.allow_negative_stock and self.enable_stock_reservation:
			frappe.throw(
				_("{0} and {1} cannot both be enabled: reserved stock has to be there.").format(
					frappe.bold(_("Allow Negative Stock")), frappe.bold(_("Enable Stock Reservation"))
				)
			)
		if not self.enable_stock_reservation and self.has_value_changed("enable_stock_reservation"):
			self.validate_nothing_is_reserved()

	def validate_nothing_is_reserved(self) -> None:
		filters = {"docstatus": 1, "status": ("not in", ("Delivered", "Cancelled"))}
		if frappe.db.exists("Stock Reservation Entry", filters):
			frappe.throw(_("Stock Reservation cannot be disabled while stock is reserved. Release it first."))
