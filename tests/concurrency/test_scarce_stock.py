"""Many orders want the same stock at the same moment: nothing is promised twice, nobody sees a deadlock."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import frappe

from fixtures.stock import ISSUE, RECEIPT
from tests.concurrency.conftest import PROCESSES
from tests.support.ledger import over_reserved, reserved_and_actual
from tests.support.sabotage import late, slow_decision, slow_decision_without_bin_lock
from tests.support.workers import Outcome, together

REFUSED_BY_THE_LEDGER = ("NegativeStockError", "InsufficientStock", "ReservedStock")
"""Stock Entries are ERPNext's own: it does not try again after a deadlock either."""


def drafts(scratch, parts: dict[str, float], count: int = 1, **values: object) -> list[str]:
	"""Committed drafts of one product made of `parts`."""
	finished = scratch.item("FG")
	scratch.bom(finished, parts)
	orders = [scratch.order(finished, 1, **values).name for _ in range(count)]
	frappe.db.commit()
	return orders


def stocked(scratch, count: int, qty: float) -> list[str]:
	"""Fresh materials in the order of their codes, `qty` of each in the plant's stores."""
	items = sorted(scratch.item("RAW") for _ in range(count))
	for item in items:
		scratch.stock(item, qty)
	return items


def statuses(outcomes: Iterable[Outcome]) -> Counter[str]:
	"""How often each status or error reached a client."""
	return Counter(outcome.answer["status"] if outcome.ok else outcome.error for outcome in outcomes)


def test_sixteen_orders_over_the_same_stock_reserve_no_more_than_there_is(scratch, callers):
	items = stocked(scratch, 2, qty=20)
	orders = drafts(scratch, dict.fromkeys(items, 3), PROCESSES)
	outcomes = together([callers.planner("orders.confirm", order=order) for order in orders])
	assert statuses(outcomes) == {"Confirmed": 6, "Shortage": 10}
	assert reserved_and_actual(items) == dict.fromkeys(items, (18, 18, 20))
	stored = frappe.get_all("Production Order", {"name": ["in", orders]}, ["status", "event_count"])
	assert Counter((row.status, row.event_count) for row in stored) == {("Confirmed", 1): 6, ("Draft", 0): 10}


def test_only_the_lock_of_the_bins_keeps_slow_decisions_apart(scratch, callers):
	def confirm_slowly(around) -> str:
		item = stocked(scratch, 1, qty=5)[0]
		# A product each: the first order of a product makes its Bin, and the others of it would wait for that.
		orders = [drafts(scratch, {item: 3})[0] for _order in range(4)]
		together([replace(callers.planner("orders.confirm", order=order), around=around) for order in orders])
		return item

	assert over_reserved([confirm_slowly(slow_decision)]) == []
	# On a busy machine the processes may come one after the other and need no lock to stay apart.
	assert any(over_reserved([confirm_slowly(slow_decision_without_bin_lock)]) for _attempt in range(5))


def test_materials_named_in_any_order_are_locked_in_one(scratch, callers):
	items = stocked(scratch, 4, qty=10)
	turned = [items[turn:] + items[:turn] for turn in range(4)]
	orders = [order for parts in turned for order in drafts(scratch, dict.fromkeys(parts, 1), PROCESSES // 4)]
	outcomes = together([callers.planner("orders.confirm", order=order) for order in orders])
	assert statuses(outcomes) == {"Confirmed": 10, "Shortage": 6}
	assert reserved_and_actual(items) == dict.fromkeys(items, (10, 10, 10))


def test_neighbouring_items_do_not_hold_each_other_up(scratch, callers):
	items = stocked(scratch, 8, qty=5)
	orders = [order for item in items for order in drafts(scratch, {item: 5})]
	outcomes = together([callers.planner("orders.confirm", order=order) for order in orders])
	assert statuses(outcomes) == {"Confirmed": 8}
	assert {outcome.attempts for outcome in outcomes} == {1}
	assert reserved_and_actual(items) == dict.fromkeys(items, (5, 5, 5))


def test_orders_that_share_sub_assemblies_and_their_materials_stay_within_both(scratch, callers):
	raw, made = stocked(scratch, 1, qty=10)[0], scratch.item("SUB")
	scratch.bom(made, {raw: 1})
	scratch.stock(made, 6)
	orders = drafts(scratch, {made: 2}, 8) + drafts(scratch, {raw: 1, made: 1}, 8)
	outcomes = together([callers.planner("orders.confirm", order=order) for order in orders])
	assert set(statuses(outcomes)) == {"Confirmed", "Shortage"}
	assert reserved_and_actual([raw, made])[made] == (6, 6, 6)
	assert over_reserved([raw, made]) == []


def test_open_shortages_share_what_arrives(scratch, callers):
	item = stocked(scratch, 1, qty=1)[0]
	orders = drafts(scratch, {item: 3}, 8, shortage_policy="Confirm with Shortages")
	confirmed = together([callers.planner("orders.confirm", order=order) for order in orders])
	assert statuses(confirmed) == {"Confirmed": 8}
	scratch.stock(item, 10)
	frappe.db.commit()
	outcomes = together([callers.planner("reservations.reserve", order=order) for order in orders] * 2)
	assert [outcome.error for outcome in outcomes] == [""] * 16
	assert sum(row["qty"] for outcome in outcomes for row in outcome.answer["reserved"]) == 10
	assert reserved_and_actual([item]) == {item: (11, 11, 11)}


def test_issues_and_receipts_meanwhile_leave_every_promise_covered(scratch, callers, bicycle):
	items = stocked(scratch, 2, qty=20)
	orders = drafts(scratch, dict.fromkeys(items, 3), 8)
	stores = bicycle.source_warehouse
	out = [{"item_code": item, "qty": 6, "s_warehouse": stores} for item in items]
	into = [{"item_code": item, "qty": 2, "t_warehouse": stores, "basic_rate": 10} for item in items]
	confirms = [callers.planner("orders.confirm", order=order) for order in orders]
	movements = [callers.storekeeper(ISSUE, out), callers.storekeeper(RECEIPT, into)] * 4
	outcomes = together([call for pair in zip(confirms, movements, strict=True) for call in pair])
	assert set(statuses(outcomes[::2])) <= {"Confirmed", "Shortage"}
	assert {outcome.error for outcome in outcomes[1::2]} <= {"", *REFUSED_BY_THE_LEDGER, "QueryDeadlockError"}
	assert any(outcome.ok for outcome in outcomes[1::2])
	assert over_reserved(items) == []


def test_an_issue_that_began_before_a_reservation_does_not_take_it(scratch, callers, bicycle):
	item = stocked(scratch, 1, qty=5)[0]
	order = drafts(scratch, {item: 3})[0]
	row = {"item_code": item, "qty": 5, "s_warehouse": bicycle.source_warehouse}
	issue = replace(callers.storekeeper(ISSUE, [row]), around=late)
	confirmed, issued = together([callers.planner("orders.confirm", order=order), issue])
	assert statuses([confirmed, issued]) == {"Confirmed": 1, "ReservedStock": 1}
	assert reserved_and_actual([item]) == {item: (3, 3, 5)}
