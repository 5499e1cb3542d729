"""Checks shared by every document that has rows with quantities."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt


class UOMMustBeIntegerError(frappe.ValidationError):
	pass


def validate_uom_is_integer(doc: Document, uom_field: str, qty_field: str, rows: list[Document]) -> None:
	"""Refuse a fraction of a unit that cannot be split."""
	for row in rows:
		qty = flt(row.get(qty_field), row.precision(qty_field))
		if qty and abs(cint(qty) - qty) > 1e-7 and is_whole_number_uom(row.get(uom_field)):
			frappe.throw(
				_(
					"Row {0}: Quantity ({1}) cannot be a fraction. To allow this, disable '{2}' in UOM {3}."
				).format(
					row.idx, qty, frappe.bold(_("Must be Whole Number")), frappe.bold(row.get(uom_field))
				),
				UOMMustBeIntegerError,
			)


def is_whole_number_uom(uom: str | None) -> bool:
	return bool(uom and cint(frappe.get_cached_value("UOM", uom, "must_be_whole_number")))
