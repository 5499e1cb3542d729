"""Forgets what was answered to idempotency keys longer ago than the settings say; such a key is a new one again."""

import frappe
from frappe.utils import add_days, cint, now_datetime

from production_orders import system

DOCTYPE = "Production Request"
JOB = "production_orders.services.request_expiry.forget"
CHUNK = 1_000
"""Requests forgotten in one transaction."""


def forget() -> None:
	"""Every day: the oldest first; when there are more, another job goes on with them."""
	expired = _expired()
	system.delete_rows(DOCTYPE, expired)
	if len(expired) == CHUNK:
		frappe.enqueue(JOB, queue="long", enqueue_after_commit=True)


def _expired() -> list[str]:
	"""Names of the next that may go; none where they are kept for good."""
	days = cint(frappe.db.get_single_value("Production Orders Settings", "request_retention_days"))
	if not days:
		return []
	return frappe.get_all(
		DOCTYPE,
		filters={"creation": ["<", add_days(now_datetime(), -days)]},
		order_by="creation",
		limit_page_length=CHUNK,
		pluck="name",
	)
