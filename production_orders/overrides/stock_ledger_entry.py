"""Every movement of stock, of whatever voucher: reserved stock stays, and what comes in is offered."""

from frappe.model.document import Document

from production_orders.domain.quantity import decimal
from production_orders.erpnext_bridge import stock_ledger
from production_orders.services import offers, stock_guard


def validate(doc: Document, method: str | None = None) -> None:
	stock_guard.check_quantity(doc)
	stock_guard.check_lots(doc, is_written=False)


def on_submit(doc: Document, method: str | None = None) -> None:
	"""By now ERPNext has picked batches and serial numbers for who named none."""
	if doc.get("auto_created_serial_and_batch_bundle"):
		stock_guard.check_lots(doc, is_written=True)
	if decimal(doc.actual_qty) > 0 or doc.voucher_type == stock_ledger.RECONCILIATION:
		offers.note([doc.item_code], f"{doc.voucher_type} {doc.voucher_no}")
