"""Every voucher that moves stock meets its Bins in the one order of all locks, not in the order of its rows.

ERPNext updates Bin after Bin as the rows come, so two vouchers, or one and an order, could wait for each other (ADR 0002).
"""

from collections.abc import Iterable

from frappe.model.document import Document

from production_orders.domain.reservation import Key
from production_orders.services import queries

ROWS = ("items", "packed_items", "supplied_items")
PLACES = (
	"warehouse",
	"s_warehouse",
	"t_warehouse",
	"target_warehouse",
	"from_warehouse",
	"rejected_warehouse",
)


def lock_bins(doc: Document, method: str | None = None) -> None:
	"""Before submit and before cancel; an invoice that moves no stock locks nothing."""
	if doc.get("update_stock", 1):
		queries.lock_known_bins(set(_keys(doc)))


def _keys(doc: Document) -> Iterable[Key]:
	for row in (row for table in ROWS for row in doc.get(table) or ()):
		item_code = row.get("item_code") or row.get("rm_item_code")
		for place in PLACES:
			if item_code and row.get(place):
				yield item_code, row.get(place)
