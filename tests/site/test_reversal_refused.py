"""What a run made must still be there: used, delivered or reserved, it keeps its run, and nothing is changed."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from fixtures import stock
from production_orders import errors
from production_orders.api import runs
from production_orders.patches import let_planners_reverse_runs
from production_orders.permissions import MANAGER, OPERATOR, PLANNER
from tests.support.orders import confirmed, value
from tests.support.reversals import completed, issue, reverse
from tests.support.tracked import Tracked


@pytest.fixture
def tracked(scratch) -> Tracked:
	return Tracked(scratch)


def refused(run: str) -> errors.InsufficientStock:
	with pytest.raises(errors.InsufficientStock) as refusal:
		reverse(run)
	assert refusal.value.http_status_code == 409
	return refusal.value


def test_what_was_taken_out_since_is_missing(scratch, unchanged):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	run = completed(order, 4)
	issue(order.item_code, 3, order.fg_warehouse)
	with unchanged():
		refusal = refused(run)
	assert refusal.details == [
		{
			"item_code": order.item_code,
			"warehouse": order.fg_warehouse,
			"lot": None,
			"required_qty": 4,
			"available_qty": 1,
			"short_qty": 3,
			"reserved_for": {},
		}
	]
	for word in (order.item_code, order.fg_warehouse, run, "3 missing"):
		assert word in str(refusal)


def test_what_another_order_has_reserved_is_not_taken_back(scratch, unchanged):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	run = completed(order, 4)
	upper = scratch.item("TOP")
	scratch.bom(upper, {order.item_code: 1})
	taker = scratch.order(upper, 3, source_warehouse=order.fg_warehouse)
	confirmed(taker)
	with unchanged():
		refusal = refused(run)
	assert [(row["short_qty"], row["reserved_for"]) for row in refusal.details] == [(3, {taker.name: 3})]
	assert taker.name in str(refusal)


def test_what_was_taken_out_and_came_in_again_is_missing_in_between(scratch, unchanged):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	run = completed(order, 4)
	issue(order.item_code, 4, order.fg_warehouse)
	scratch.stock(order.item_code, 4, warehouse=order.fg_warehouse)
	with unchanged():
		refusal = refused(run)
	assert [(row["available_qty"], row["short_qty"]) for row in refusal.details] == [(0, 4)]


def test_what_was_there_before_the_run_may_go_in_its_place(scratch):
	order = scratch.simple_order(qty=10)
	scratch.stock(order.item_code, 4, warehouse=order.fg_warehouse)
	confirmed(order)
	run = completed(order, 4)
	issue(order.item_code, 4, order.fg_warehouse)
	assert reverse(run)["status"] == "Reversed"
	assert scratch.actual(order.item_code, order.fg_warehouse) == 0


def test_a_run_reported_for_yesterday_is_taken_back(scratch):
	order = scratch.simple_order(qty=10, stock=0, shortage_policy="Confirm with Shortages")
	raw = frappe.get_all("BOM Item", {"parent": order.bom_no}, pluck="item_code")[0]
	yesterday = add_to_date(now_datetime(), days=-1)
	row = {"item_code": raw, "qty": 20, "basic_rate": 1, "t_warehouse": order.source_warehouse}
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": stock.RECEIPT,
			"purpose": stock.RECEIPT,
			"company": order.company,
			"set_posting_time": 1,
			"posting_date": add_to_date(yesterday, days=-1).date(),
			"posting_time": "08:00:00",
			"items": [row],
		}
	)
	entry.insert().submit()
	confirmed(order)
	run = completed(order, 4, posting_datetime=str(yesterday))
	completed(order, 6)
	assert reverse(run)["produced_total"] == 6
	assert scratch.actual(raw) == 8


def test_rejects_that_have_left_the_scrap_warehouse_are_missing(scratch, unchanged):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	run = completed(order, 4, produced_qty=3, rejected_qty=1, reject_reason="bent")
	issue(order.item_code, 1, order.scrap_warehouse)
	with unchanged():
		refusal = refused(run)
	assert [(row["warehouse"], row["short_qty"]) for row in refusal.details] == [(order.scrap_warehouse, 1)]


def test_a_made_batch_that_was_used_is_missing_whatever_other_batches_there_are(tracked, unchanged):
	finished, raw = tracked.batch_item(), tracked.scratch.item("RAW")
	tracked.scratch.bom(finished, {raw: 1})
	tracked.scratch.stock(raw, 20)
	order = tracked.scratch.order(finished, 10)
	confirmed(order)
	first, second = (completed(order, 5, batch_no=f"{order.name}-{number}") for number in (1, 2))
	issue(order.item_code, 2, order.fg_warehouse, batch_no=f"{order.name}-1")
	with unchanged():
		refusal = refused(first)
	assert [(row["lot"], row["available_qty"], row["short_qty"]) for row in refusal.details] == [
		(f"{order.name}-1", 3, 2)
	]
	assert reverse(second)["produced_total"] == 5
	completed(order, 5, batch_no=f"{order.name}-2")


def test_a_made_piece_that_was_used_is_missing(tracked, unchanged):
	finished, raw = tracked.serial_item(serial_no_series=""), tracked.scratch.item("RAW")
	tracked.scratch.bom(finished, {raw: 1})
	tracked.scratch.stock(raw, 20)
	order = tracked.scratch.order(finished, 4)
	confirmed(order)
	pieces = [f"{order.name}-{number}" for number in range(1, 5)]
	first = completed(order, 2, serial_nos="\n".join(pieces[:2]))
	second = completed(order, 2, serial_nos="\n".join(pieces[2:]))
	issue(order.item_code, 1, order.fg_warehouse, serial_no=pieces[1])
	with unchanged():
		refusal = refused(first)
	assert [row["lot"] for row in refusal.details] == [pieces[1]]
	reverse(second)
	assert [value("Serial No", piece, "warehouse") for piece in pieces[2:]] == [None, None]
	completed(order, 2, serial_nos="\n".join(pieces[2:]))
	assert value("Serial No", pieces[3], "warehouse") == order.fg_warehouse


@pytest.mark.parametrize("way", ["cancel", "delete"])
def test_its_stock_entry_is_not_cancelled_from_elsewhere(scratch, unchanged, way):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	entry = frappe.get_doc("Stock Entry", value("Production Run", completed(order, 4), "stock_entry"))
	with unchanged(), pytest.raises((errors.ReadOnly, frappe.ValidationError)) as refusal:
		getattr(entry, way)()
	if way == "cancel":
		assert refusal.value.http_status_code == 409
		assert "runs.reverse" in str(refusal.value)


def test_a_run_is_not_cancelled_but_reversed(scratch, unchanged):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	run = frappe.get_doc("Production Run", completed(order, 4))
	with unchanged(), pytest.raises(errors.IllegalTransition, match="reversing"):
		run.cancel()


@pytest.mark.parametrize(("role", "may"), [(MANAGER, True), (PLANNER, True), (OPERATOR, False)])
def test_planners_and_managers_reverse_and_operators_do_not(scratch, unchanged, role, may):
	order = scratch.simple_order(qty=10)
	confirmed(order)
	run = completed(order, 4)
	frappe.set_user(scratch.user(role))
	actions = {row["action"]: row["allowed"] for row in runs.allowed_actions(run=run)["actions"]}
	assert actions["reverse"] is may
	if may:
		assert reverse(run)["status"] == "Reversed"
	else:
		with unchanged(), pytest.raises(frappe.PermissionError):
			reverse(run)


def allowed_to_reverse() -> set[str]:
	workflow = frappe.get_doc("Workflow", "Production Run")
	return {row.allowed for row in workflow.transitions if row.action == "Reverse"}


def test_a_site_of_before_lets_planners_reverse(site):
	workflow = frappe.get_doc("Workflow", "Production Run")
	planners = set(let_planners_reverse_runs.ROLES)
	workflow.set("transitions", [row for row in workflow.transitions if row.allowed not in planners])
	workflow.save()
	assert not allowed_to_reverse() & planners
	for _ in range(2):
		let_planners_reverse_runs.execute()
		assert allowed_to_reverse() == {MANAGER, "Manufacturing Manager", *planners}


def test_a_site_that_has_decided_who_reverses_keeps_that(site):
	workflow = frappe.get_doc("Workflow", "Production Run")
	workflow.set("transitions", [row for row in workflow.transitions if row.action != "Reverse"])
	workflow.save()
	let_planners_reverse_runs.execute()
	assert allowed_to_reverse() == set()
