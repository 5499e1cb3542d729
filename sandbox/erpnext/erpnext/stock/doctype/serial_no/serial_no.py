"""One unit of an item that can be told from all others."""

import frappe
from frappe import _
from frappe.model.document import Document

CONSUMING = ("Manufacture", "Material Issue", "Repack")


class SerialNo(Document):
	def validate(self) -> None:
		if not frappe.get_cached_value("Item", self.item_code, "has_serial_no"):
			frappe.throw(_("Item {0} is not setup for Serial Nos.").format(frappe.bold(self.item_code)))


def move_serial_nos(bundle: Document, inward: bool) -> None:
	"""Put the serial numbers of a bundle into its warehouse, or take them out of it."""
	serial_nos = bundle.serial_nos()
	if serial_nos:
		warehouse = bundle.warehouse if inward else None
		values = {"warehouse": warehouse, "status": "Active" if inward else status_outside(bundle)}
		frappe.db.set_value("Serial No", {"name": ("in", serial_nos)}, values)


def status_outside(bundle: Document) -> str:
	if bundle.voucher_type != "Stock Entry":
		return "Delivered"
	purpose = frappe.db.get_value("Stock Entry", bundle.voucher_no, "purpose")
	return "Consumed" if purpose in CONSUMING else "Delivered"
