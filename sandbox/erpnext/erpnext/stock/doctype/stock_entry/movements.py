"""The ledger entries a stock entry asks for."""

from frappe.model.document import Document


def movements_of(doc: Document) -> list[dict]:
	"""What leaves first, what arrives after."""
	finished = next((row for row in reversed(doc.items) if row.is_finished_item), None)
	outgoing = [issue(doc, row, finished) for row in doc.items if row.s_warehouse]
	incoming = [receipt(doc, row, finished) for row in doc.items if row.t_warehouse]
	return outgoing + incoming


def issue(doc: Document, row: Document, finished: Document | None) -> dict:
	receiver = row if row.t_warehouse else finished
	return {
		**movement(doc, row),
		"warehouse": row.s_warehouse,
		"actual_qty": -row.transfer_qty,
		"serial_and_batch_bundle": row.serial_and_batch_bundle,
		"dependant_sle_voucher_detail_no": receiver.name if receiver else None,
	}


def receipt(doc: Document, row: Document, finished: Document | None) -> dict:
	return {
		**movement(doc, row),
		"warehouse": row.t_warehouse,
		"actual_qty": row.transfer_qty,
		"incoming_rate": row.valuation_rate,
		"serial_and_batch_bundle": doc.inward_bundles.get(row.name),
		"recalculate_rate": int(bool(row.s_warehouse or row is finished)),
	}


def movement(doc: Document, row: Document) -> dict:
	return {
		"item_code": row.item_code,
		"stock_uom": row.stock_uom,
		"company": doc.company,
		"posting_date": doc.posting_date,
		"posting_time": doc.posting_time,
		"voucher_type": doc.doctype,
		"voucher_no": doc.name,
		"voucher_detail_no": row.name,
	}
