"""Sharing out races whoever confirms, releases, receives and moves: nothing is promised twice, nothing deadlocks."""

from collections import Counter

import frappe

from production_orders.services import events
from tests.concurrency.test_scarce_stock import drafts, statuses, stocked
from tests.support.ledger import over_reserved, reserved_and_actual
from tests.support.workers import together

SHORT = "Confirm with Shortages"


def confirmed(callers, names: list[str]) -> None:
	outcomes = together([callers.planner("orders.confirm", order=name) for name in names])
	assert {outcome.error for outcome in outcomes} == {""}


def held(names: list[str]) -> dict[str, float]:
	"""order -> what it holds, in entries of ERPNext, and intact histories on the way."""
	frappe.db.rollback()
	for name in names:
		assert events.verify(frappe.get_doc("Production Order", name)) == []
	rows = frappe.get_all(
		"Stock Reservation Entry",
		{"voucher_no": ["in", names], "docstatus": 1},
		["voucher_no", "reserved_qty"],
	)
	sums: Counter[str] = Counter()
	for row in rows:
		sums[row.voucher_no] += row.reserved_qty
	return dict(sums)


def test_planners_who_share_out_together_share_out_once(scratch, callers):
	items = stocked(scratch, 2, qty=1)
	orders = drafts(scratch, dict.fromkeys(items, 2), 6, shortage_policy=SHORT)
	confirmed(callers, orders)
	scratch.stocks(dict.fromkeys(items, (7, 10)))
	frappe.db.commit()
	outcomes = together([callers.planner("reservations.reallocate", item_code=item) for item in items * 4])
	assert {outcome.error for outcome in outcomes} == {""}
	assert sum(row["qty"] for outcome in outcomes for row in outcome.answer["reserved"]) == 14
	assert reserved_and_actual(items) == dict.fromkeys(items, (8, 8, 8))
	assert sum(held(orders).values()) == 16


def test_sharing_out_races_confirmations_and_releases(scratch, callers):
	items = stocked(scratch, 2, qty=6)
	orders = drafts(scratch, dict.fromkeys(items, 3), 10, shortage_policy=SHORT)
	confirmed(callers, orders[:5])
	scratch.stocks(dict.fromkeys(items, (6, 10)))
	frappe.db.commit()
	calls = [callers.planner("orders.confirm", order=name) for name in orders[5:]]
	calls += [callers.planner("reservations.release", order=name, reason="lent") for name in orders[:3]]
	calls += [callers.planner("reservations.reallocate") for _ in range(4)]
	calls += [callers.planner("reservations.reserve", order=name) for name in orders[3:5]]
	outcomes = together(calls)
	assert {outcome.error for outcome in outcomes} == {""}
	assert over_reserved(items) == []
	together([callers.planner("reservations.reallocate", item_code=item) for item in items])
	assert reserved_and_actual(items) == dict.fromkeys(items, (12, 12, 12))
	assert sum(held(orders).values()) == 24


def test_orders_move_reservations_to_each_other_at_the_same_moment(scratch, callers):
	item = stocked(scratch, 1, qty=8)[0]
	orders = drafts(scratch, {item: 4}, 4, shortage_policy=SHORT)
	confirmed(callers, orders[:2])
	confirmed(callers, orders[2:])
	pairs = [(giver, taker) for giver in orders for taker in orders if giver != taker]
	outcomes = together(
		[
			callers.planner(
				"reservations.move", from_order=giver, to_order=taker, item_code=item, qty=1, reason="swap"
			)
			for giver, taker in pairs
		]
	)
	assert {outcome.error for outcome in outcomes} <= {"", "InvalidInput"}
	assert any(outcome.ok for outcome in outcomes)
	assert reserved_and_actual([item]) == {item: (8, 8, 8)}
	assert sum(held(orders).values()) == 8
	assert statuses(
		together([callers.manager("orders.cancel", order=name, reason="over") for name in orders])
	) == {"Cancelled": 4}
	assert reserved_and_actual([item]) == {item: (0, 0, 8)}
