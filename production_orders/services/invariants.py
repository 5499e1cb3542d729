"""What must always be true, each derived a second way over everything at once; the report and the nightly job ask it.

Nothing here looks at how a figure came about: it is compared with what other documents add up to (design §8).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from frappe import _

from production_orders import permissions
from production_orders.services import (
	chain_invariants,
	need_invariants,
	order_invariants,
	run_invariants,
	stock_invariants,
)
from production_orders.services.violation import Violation

SEEN_BY = {"order": "Production Order", "company": "Company", "warehouse": "Warehouse"}
"""What a violation names -> whose permissions decide who sees it."""


@dataclass(frozen=True)
class Invariant:
	"""One truth, and who breaks it."""

	key: str
	label: Callable[[], str]
	violations: Callable[[], Iterator[Violation]]


INVARIANTS = (
	Invariant(
		"reservations_within_stock",
		lambda: _("No more is reserved than is in stock"),
		stock_invariants.reservations_within_stock,
	),
	Invariant(
		"bins_count_reservations",
		lambda: _("Bins say what reservations add up to"),
		stock_invariants.bins_count_reservations,
	),
	Invariant(
		"bins_count_orders",
		lambda: _("Bins count what open orders need and bring"),
		stock_invariants.bins_count_orders,
	),
	Invariant(
		"materials_hold_reservations",
		lambda: _("Materials hold what their reservations say"),
		stock_invariants.materials_hold_reservations,
	),
	Invariant(
		"ended_orders_hold_nothing",
		lambda: _("Ended orders hold and miss nothing"),
		stock_invariants.ended_orders_hold_nothing,
	),
	Invariant(
		"needs_are_met_or_short",
		lambda: _("What is needed is reserved or short"),
		order_invariants.needs_are_met_or_short,
	),
	Invariant(
		"materials_follow_locks",
		lambda: _("Materials are what BOM locks ask for"),
		need_invariants.materials_follow_locks,
	),
	Invariant(
		"orders_add_up_runs",
		lambda: _("Orders say what their runs add up to"),
		order_invariants.orders_add_up_runs,
	),
	Invariant(
		"materials_add_up_consumption",
		lambda: _("Materials say what runs consumed"),
		order_invariants.materials_add_up_consumption,
	),
	Invariant(
		"statuses_fit",
		lambda: _("A status fits what the document may be"),
		order_invariants.statuses_fit,
	),
	Invariant(
		"output_is_posted",
		lambda: _("What runs made is in the ledger"),
		run_invariants.output_is_posted,
	),
	Invariant(
		"consumption_is_posted",
		lambda: _("What runs consumed is in the ledger"),
		run_invariants.consumption_is_posted,
	),
	Invariant(
		"genealogy_is_posted",
		lambda: _("Genealogy tells what was posted"),
		run_invariants.genealogy_is_posted,
	),
	Invariant(
		"variances_add_up",
		lambda: _("Variances add up to actual minus standard cost"),
		run_invariants.variances_add_up,
	),
	Invariant(
		"chains_are_whole",
		lambda: _("Chains of events are whole"),
		chain_invariants.chains_are_whole,
	),
	Invariant(
		"locks_are_in_force",
		lambda: _("Open orders, and they alone, have their BOM lock in force"),
		chain_invariants.locks_are_in_force,
	),
)


def check() -> list[Violation]:
	"""Everything that is not as it must be; as many statements for many orders as for few, but for reading their locks."""
	return [violation for invariant in INVARIANTS for violation in invariant.violations()]


def labels() -> dict[str, str]:
	return {invariant.key: invariant.label() for invariant in INVARIANTS}


def visible(found: Sequence[Violation]) -> list[Violation]:
	"""Without those of orders, companies and warehouses that are hidden from the user."""
	hidden = {
		field: permissions.hidden_names(doctype, {getattr(one, field) for one in found})
		for field, doctype in SEEN_BY.items()
	}
	return [one for one in found if not any(getattr(one, field) in hidden[field] for field in SEEN_BY)]
