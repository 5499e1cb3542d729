"""Stock that came in or came free is offered to open shortages by a background job, once per transaction.

Whether somebody wants it is asked after the commit. Whoever was short by then is seen, and whoever becomes
short later has waited for the Bin's lock and seen the stock; a missing Bin locks nobody, so those who become
short ask as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import frappe
from redis.exceptions import ConnectionError

from production_orders.services import lookups

PENDING = "production_orders_offer"
JOB = "production_orders.services.reallocation.offer"


@dataclass
class Offer:
	"""What one transaction has made available, and why."""

	item_codes: set[str] = field(default_factory=set)
	causes: dict[str, None] = field(default_factory=dict)
	but_not: set[str] = field(default_factory=set)


def note(item_codes: Iterable[str], cause: str, but_not: str | None = None) -> None:
	"""Stock of these items may be free once this transaction is committed; `but_not` is who let go of it."""
	offer = frappe.flags.get(PENDING)
	if offer is None:
		offer = frappe.flags[PENDING] = Offer()
		frappe.db.after_commit.add(_make)
		frappe.db.after_rollback.add(lambda: frappe.flags.pop(PENDING, None))
	offer.item_codes.update(item_codes)
	offer.causes[cause] = None
	offer.but_not.update([but_not] if but_not else [])


def _make() -> None:
	"""After the commit: start the job if anybody is short of what is free."""
	offer = frappe.flags.pop(PENDING)
	is_wanted = lookups.is_wanted(offer.item_codes)
	frappe.db.begin()  # what follows shall not see the past that this question has fixed
	if is_wanted:
		start(offer)


def start(offer: Offer) -> None:
	"""Let a worker share out what is free."""
	try:
		frappe.enqueue(
			JOB,
			item_codes=sorted(offer.item_codes),
			cause=", ".join(offer.causes),
			but_not=sorted(offer.but_not),
		)
	except ConnectionError:
		# What is committed stays committed; the hourly sweep offers what is still free.
		frappe.logger("production_orders").warning("no queue for the offer of %s", offer.item_codes)
