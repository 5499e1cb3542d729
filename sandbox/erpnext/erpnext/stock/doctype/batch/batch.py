"""Goods that were bought or made together."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.naming import make_autoname
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, flt

from erpnext.stock.batch_stock import get_batch_stock


class Batch(Document):
	def autoname(self) -> None:
		self.batch_id = self.name = self.batch_id or self.new_batch_id()

	def validate(self) -> None:
		if not frappe.get_cached_value("Item", self.item, "has_batch_no"):
			frappe.throw(_("The selected item cannot have Batch"))
		if self.is_new():
			self.use_batchwise_valuation = 1

	def before_save(self) -> None:
		self.set_expiry_date()

	def new_batch_id(self) -> str:
		create, series = frappe.db.get_value("Item", self.item, ["create_new_batch", "batch_number_series"])
		if not create:
			frappe.throw(_("Batch ID is mandatory"), frappe.MandatoryError)
		while True:
			batch_id = make_autoname(series, doc=self) if series else frappe.generate_hash(length=7).upper()
			if not frappe.db.exists("Batch", batch_id):
				return batch_id

	def set_expiry_date(self) -> None:
		expires, shelf_life = frappe.db.get_value(
			"Item", self.item, ["has_expiry_date", "shelf_life_in_days"]
		)
		if expires and shelf_life and self.manufacturing_date and not self.expiry_date:
			self.expiry_date = add_days(self.manufacturing_date, shelf_life)
		if expires and not self.expiry_date:
			frappe.throw(
				_("Please set {0} for Batched Item {1}, which is used to set {2} on Submit.").format(
					frappe.bold(_("Shelf Life in Days")), self.item, frappe.bold(_("Batch Expiry Date"))
				),
				title=_("Expiry Date Mandatory"),
			)


def update_batch_qty(batches: list[str]) -> None:
	"""Add up what the live bundles left of each batch."""
	if not batches:
		return
	bundle, line = frappe.qb.DocType("Serial and Batch Bundle"), frappe.qb.DocType("Serial and Batch Entry")
	rows = (
		frappe.qb.from_(line)
		.join(bundle)
		.on((line.parent == bundle.name) & (line.parenttype == "Serial and Batch Bundle"))
		.select(line.batch_no, Sum(line.qty))
		.where(line.batch_no.isin(batches) & (bundle.docstatus == 1) & (bundle.is_cancelled == 0))
		.groupby(line.batch_no)
	).run()
	stock = dict(rows)
	for batch_no in batches:
		frappe.db.set_value("Batch", batch_no, "batch_qty", flt(stock.get(batch_no), 6))


@frappe.whitelist()
def get_batch_qty(
	batch_no: str | None = None, warehouse: str | None = None, item_code: str | None = None
) -> float | list[dict]:
	"""Quantity of a batch in a warehouse, or of every batch of the item there."""
	item_code = item_code or frappe.db.get_value("Batch", batch_no, "item")
	stock = get_batch_stock(item_code, warehouse, [batch_no] if batch_no else None)
	if batch_no:
		return stock.get(batch_no, 0.0)
	return [
		{"batch_no": batch, "warehouse": warehouse, "qty": qty} for batch, qty in stock.items() if qty > 0
	]
