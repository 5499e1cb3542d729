"""Stock of an item in a warehouse that is promised to one row of a document."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import cint, flt
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from erpnext.stock.batch_stock import get_batch_stock, get_free_serial_nos, get_pickable_batches
from erpnext.stock.utils import get_bin, get_stock_balance, validate_warehouse
from erpnext.utilities.transaction_base import validate_uom_is_integer

MANDATORY = [
	"item_code",
	"warehouse",
	"voucher_type",
	"voucher_no",
	"voucher_detail_no",
	"available_qty",
	"voucher_qty",
	"stock_uom",
	"reserved_qty",
	"company",
]


class StockReservationEntry(Document):
	def validate(self) -> None:
		self.validate_not_amended()
		self.validate_mandatory()
		self.validate_warehouse()
		validate_uom_is_integer(self, "stock_uom", "reserved_qty", [self])

	def before_submit(self) -> None:
		self.set_reservation_based_on()
		self.auto_reserve_serial_and_batch()
		self.validate_reserved_qty()

	def on_submit(self) -> None:
		self.update_status()
		self.update_reserved_stock_in_bin()

	def on_update_after_submit(self) -> None:
		self.validate_not_delivered()
		validate_uom_is_integer(self, "stock_uom", "reserved_qty", [self])
		self.set_reservation_based_on()
		self.validate_reserved_qty()
		self.update_status()
		self.update_reserved_stock_in_bin()
		self.reload()

	def on_cancel(self) -> None:
		self.update_status()
		self.update_reserved_stock_in_bin()

	def validate_not_amended(self) -> None:
		if self.amended_from:
			frappe.throw(
				_("Cannot amend {0} {1}, please create a new one instead.").format(
					_(self.doctype), frappe.bold(self.amended_from)
				)
			)

	def validate_mandatory(self) -> None:
		for field in MANDATORY:
			if not self.get(field):
				frappe.throw(_("{0} is required").format(_(self.meta.get_label(field))))

	def validate_warehouse(self) -> None:
		if frappe.get_cached_value("Warehouse", self.warehouse, "is_group"):
			frappe.throw(
				_("Stock cannot be reserved in group warehouse {0}.").format(frappe.bold(self.warehouse)),
				title=_("Invalid Warehouse"),
			)
		validate_warehouse(self.warehouse, self.company)

	def validate_not_delivered(self) -> None:
		if self.delivered_qty > 0:
			frappe.throw(
				_("{0} {1} cannot be updated. Cancel it and create a new one.").format(
					self.status, _(self.doctype)
				)
			)

	def set_reservation_based_on(self) -> None:
		if not (self.has_serial_no or self.has_batch_no):
			self.reservation_based_on = "Qty"

	def auto_reserve_serial_and_batch(self) -> None:
		"""Choose batches or serial numbers, where the settings want them reserved and nobody chose any."""
		automatic = cint(frappe.db.get_single_value("Stock Settings", "auto_reserve_serial_and_batch"))
		if not automatic or not (self.has_serial_no or self.has_batch_no):
			return
		self.reservation_based_on = "Serial and Batch"
		self.set("sb_entries", [])
		open_qty = self.reserved_qty
		for number, free in self.pickable_numbers().items():
			part = min(free, flt(open_qty, 9))
			if part > 0:
				field = "serial_no" if self.has_serial_no else "batch_no"
				self.append("sb_entries", {field: number, "qty": part, "warehouse": self.warehouse})
				open_qty -= part

	def pickable_numbers(self) -> dict[str, float]:
		if self.has_serial_no:
			return dict.fromkeys(get_free_serial_nos(self.item_code, self.warehouse), 1)
		return get_pickable_batches(self.item_code, self.warehouse)

	def validate_reserved_qty(self) -> None:
		if self.reservation_based_on == "Serial and Batch":
			self.validate_numbers()
			self.reserved_qty = sum(flt(line.qty) for line in self.sb_entries)
		self.validate_with_allowed_qty(flt(self.reserved_qty, self.precision("reserved_qty")))

	def validate_numbers(self) -> None:
		if not self.sb_entries:
			frappe.throw(
				_("Please select Serial/Batch Nos to reserve or change Reservation Based On to Qty.")
			)
		self.validate_serial_nos()
		for line in self.sb_entries:
			line.warehouse = self.warehouse
			if line.batch_no and not line.serial_no:
				self.validate_batch(line)

	def validate_serial_nos(self) -> None:
		free = set(get_free_serial_nos(self.item_code, self.warehouse)) if self.has_serial_no else set()
		for line in self.sb_entries:
			if self.has_serial_no and line.serial_no not in free:
				frappe.throw(
					_(
						"Row #{0}: Serial No {1} for Item {2} is not available in {3} or might be reserved in another {4}."
					).format(
						line.idx,
						frappe.bold(line.serial_no),
						frappe.bold(self.item_code),
						frappe.bold(self.warehouse),
						_(self.doctype),
					)
				)

	def validate_batch(self, line: Document) -> None:
		if cint(frappe.db.get_value("Batch", line.batch_no, "disabled")):
			frappe.throw(
				_("Row #{0}: Stock cannot be reserved for Item {1} against a disabled Batch {2}.").format(
					line.idx, frappe.bold(self.item_code), frappe.bold(line.batch_no)
				)
			)
		free = get_available_qty_to_reserve(
			self.item_code, self.warehouse, line.batch_no, ignore_sre=self.name
		)
		if flt(line.qty) > free:
			frappe.throw(
				_(
					"Row #{0}: Only {1} of Item {2} can be reserved against Batch {3} in Warehouse {4}."
				).format(
					line.idx, frappe.bold(free), self.item_code, frappe.bold(line.batch_no), self.warehouse
				)
			)

	def validate_with_allowed_qty(self, qty: float) -> None:
		self.available_qty = get_available_qty_to_reserve(
			self.item_code, self.warehouse, ignore_sre=self.name
		)
		reserved = reserved_for_row(self.voucher_type, self.voucher_no, self.voucher_detail_no, self.name)
		allowed = min(self.available_qty, self.voucher_qty - reserved)
		if qty > allowed:
			frappe.throw(
				_("Cannot reserve more than Allowed Qty {0} {1} for Item {2} against {3} {4}.").format(
					frappe.bold(allowed),
					self.stock_uom,
					frappe.bold(self.item_code),
					_(self.voucher_type),
					self.voucher_no,
				)
			)
		if qty <= flt(self.delivered_qty):
			frappe.throw(_("Reserved Qty should be greater than Delivered Qty."))

	def update_status(self, status: str | None = None, update_modified: bool = True) -> None:
		self.db_set("status", status or self.derive_status(), update_modified=update_modified)

	def derive_status(self) -> str:
		if self.docstatus != 1:
			return "Cancelled" if self.docstatus == 2 else "Draft"
		if self.reserved_qty == self.delivered_qty:
			return "Delivered"
		if self.delivered_qty and self.delivered_qty < self.reserved_qty:
			return "Partially Delivered"
		return "Reserved" if self.reserved_qty == self.voucher_qty else "Partially Reserved"

	def update_reserved_stock_in_bin(self) -> None:
		get_bin(self.item_code, self.warehouse).update_reserved_stock()


def on_doctype_update() -> None:
	frappe.db.add_index("Stock Reservation Entry", ["item_code", "warehouse", "docstatus"])


def get_available_qty_to_reserve(
	item_code: str, warehouse: str, batch_no: str | None = None, ignore_sre: str | None = None
) -> float:
	"""What is in the warehouse and not promised yet."""
	if batch_no:
		reserved = get_sre_reserved_batch_nos_details(item_code, warehouse, [batch_no], ignore_sre)
		stock = get_batch_stock(item_code, warehouse, [batch_no])
		return stock.get(batch_no, 0.0) - reserved.get(batch_no, 0.0)
	stock = get_stock_balance(item_code, warehouse)
	return stock - reserved_qty(is_open(item_code, warehouse, ignore_sre)) if stock else stock


def get_sre_reserved_qty_for_item_and_warehouse(item_code: str, warehouse: str | None = None) -> float:
	return reserved_qty(is_open(item_code, warehouse))


def get_sre_reserved_batch_nos_details(
	item_code: str, warehouse: str, batch_nos: list[str] | None = None, ignore_sre: str | None = None
) -> dict[str, float]:
	"""How much of each batch is promised."""
	line = frappe.qb.DocType("Serial and Batch Entry")
	query = reserved_lines(item_code, warehouse, ignore_sre).select(
		line.batch_no, Sum(line.qty - line.delivered_qty)
	)
	if batch_nos:
		query = query.where(line.batch_no.isin(batch_nos))
	return frappe._dict(query.where(line.batch_no.isnotnull()).groupby(line.batch_no).run())


def get_sre_reserved_serial_nos_details(
	item_code: str, warehouse: str, serial_nos: list[str] | None = None
) -> dict[str, str]:
	"""Which reservation holds each serial number: all of a reservation's, until the whole of it is delivered."""
	line, entry = frappe.qb.DocType("Serial and Batch Entry"), frappe.qb.DocType("Stock Reservation Entry")
	query = reserved_lines(item_code, warehouse).select(line.serial_no, entry.name)
	if serial_nos:
		query = query.where(line.serial_no.isin(serial_nos))
	return frappe._dict(query.where(line.serial_no.isnotnull()).run())


def reserved_lines(item_code: str, warehouse: str, ignore_sre: str | None = None) -> QueryBuilder:
	line, entry = frappe.qb.DocType("Serial and Batch Entry"), frappe.qb.DocType("Stock Reservation Entry")
	return (
		frappe.qb.from_(entry)
		.join(line)
		.on((line.parent == entry.name) & (line.parenttype == "Stock Reservation Entry"))
		.where(is_open(item_code, warehouse, ignore_sre) & (entry.reserved_qty > entry.delivered_qty))
		.where(entry.reservation_based_on == "Serial and Batch")
	)


def reserved_for_row(voucher_type: str, voucher_no: str, voucher_detail_no: str, ignore_sre: str) -> float:
	entry = frappe.qb.DocType("Stock Reservation Entry")
	return reserved_qty(
		(entry.docstatus == 1)
		& entry.status.notin(("Delivered", "Cancelled"))
		& (entry.voucher_type == voucher_type)
		& (entry.voucher_no == voucher_no)
		& (entry.voucher_detail_no == voucher_detail_no)
		& (entry.name != ignore_sre)
	)


def reserved_qty(criterion: Criterion) -> float:
	entry = frappe.qb.DocType("Stock Reservation Entry")
	query = frappe.qb.from_(entry).select(Sum(entry.reserved_qty - entry.delivered_qty)).where(criterion)
	return flt(query.run()[0][0])


def is_open(item_code: str, warehouse: str | None = None, ignore_sre: str | None = None) -> Criterion:
	entry = frappe.qb.DocType("Stock Reservation Entry")
	criterion = (
		(entry.docstatus == 1)
		& (entry.item_code == item_code)
		& entry.status.notin(("Delivered", "Cancelled"))
	)
	if warehouse:
		criterion &= entry.warehouse == warehouse
	return criterion & (entry.name != ignore_sre) if ignore_sre else criterion
