"""The end of an order is a decision: completed, closed short with a reason, or cancelled."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, reservations, runs
from tests.support.orders import confirmed, entry_rows, events_of, running, started, tamper, value
from tests.support.state import quiet


@pytest.fixture
def order(scratch, product):
	"""A confirmed order of 10 whose material of 20 is all there."""
	order = scratch.order(product.item, 10)
	confirmed(order)
	order.material = product.material
	return order


def make(order, qty: float) -> str:
	run = started(order, qty=qty)
	runs.complete(run=run, produced_qty=qty)
	return run


def test_an_order_that_was_made_completes(order):
	run = make(order, 10)
	assert orders.complete(order=order.name) == {
		"order": order.name,
		"status": "Completed",
		"produced_qty": 10,
		"closed_short_qty": 0,
	}
	assert value("Production Order", order.name, "status", "docstatus", "open_qty") == ("Completed", 1, 0)
	assert events_of(order) == [
		(1, "Confirmed", order.name),
		(2, "Running", run),
		(3, "In Progress", order.name),
		(4, "Completed", run),
		(5, "Released", order.bom_lock or f"{order.name}-L1"),
		(6, "Completed", order.name),
	]


def test_a_made_order_stays_open_until_it_is_completed(order):
	make(order, 10)
	assert value("Production Order", order.name, "status", "produced_qty", "open_qty") == (
		"In Progress",
		10,
		0,
	)


def test_completing_twice_is_quiet(order):
	make(order, 10)
	first = orders.complete(order=order.name)
	with quiet():
		assert orders.complete(order=order.name) == first


def test_an_unfinished_order_does_not_complete(order, unchanged):
	make(order, 9)
	with unchanged(), pytest.raises(errors.ToleranceExceeded) as refusal:
		orders.complete(order=order.name)
	assert refusal.value.details == [{"planned": 10, "actual": 9, "tolerance": 0}]


def test_the_under_production_tolerance_lets_an_order_complete(scratch, unchanged):
	order = scratch.simple_order(qty=10, stock=25, under_production_tolerance=20)
	confirmed(order)
	make(order, 7)
	with unchanged(), pytest.raises(errors.ToleranceExceeded):
		orders.complete(order=order.name)
	make(order, 1)
	answer = orders.complete(order=order.name)
	assert (answer["status"], answer["produced_qty"], answer["closed_short_qty"]) == ("Completed", 8, 2)


def test_closing_short_needs_a_reason(order, unchanged):
	make(order, 4)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		orders.complete(order=order.name, close_short=True)
	assert [problem["field"] for problem in refusal.value.details] == ["reason"]


def test_closing_short_completes_and_gives_everything_back(scratch, order):
	make(order, 4)
	assert orders.complete(order=order.name, close_short=True, reason="customer took four") == {
		"order": order.name,
		"status": "Completed",
		"produced_qty": 4,
		"closed_short_qty": 6,
	}
	assert value("Production Order", order.name, "open_qty") == 0
	assert (scratch.actual(order.material), scratch.reserved(order.material)) == (17, 0)


def test_an_order_without_a_run_is_cancelled_and_not_completed(order, unchanged):
	with unchanged(), pytest.raises(errors.IllegalTransition) as refusal:
		orders.complete(order=order.name, close_short=True, reason="no demand")
	assert refusal.value.details["status"] == "Confirmed"


def test_a_draft_does_not_complete(scratch, unchanged):
	order = scratch.simple_order(qty=10, stock=25)
	with unchanged(), pytest.raises(errors.IllegalTransition):
		orders.complete(order=order.name)
	with unchanged(), pytest.raises(errors.IllegalTransition):
		orders.complete(order=order.name, produced_qty=10)


@pytest.mark.parametrize("status", ["Planned", "Running", "Paused"])
@pytest.mark.parametrize("end", ["complete", "cancel"])
def test_an_open_run_keeps_its_order_open(order, unchanged, status, end):
	first = started(order, qty=1)
	runs.abort(run=first, reason="only to be in progress")
	run = frappe.get_doc({"doctype": "Production Run", "production_order": order.name, "qty": 3}).insert()
	if status != "Planned":
		runs.start(order=order.name, run=run.name)
	if status == "Paused":
		runs.pause(run=run.name, reason="lunch")
	arguments = {"close_short": True} if end == "complete" else {}
	with unchanged(), pytest.raises(errors.IllegalTransition) as refusal:
		getattr(orders, end)(order=order.name, reason="enough", **arguments)
	assert refusal.value.details["runs"] == [run.name]


def test_a_discrete_plant_makes_and_completes_in_one_call(scratch, order):
	answer = orders.complete(order=order.name, produced_qty=10)
	assert (answer["status"], answer["produced_qty"], answer["run"]) == (
		"Completed",
		10,
		f"{order.name}-R01",
	)
	assert value("Production Run", answer["run"], "status", "docstatus", "stock_entry") == (
		"Completed",
		1,
		answer["stock_entry"],
	)
	assert entry_rows(answer["stock_entry"], "item_code", "qty") == [
		(order.material, 20),
		(order.item_code, 10),
	]
	assert (scratch.actual(order.material), scratch.reserved(order.material)) == (5, 0)


def test_the_short_cut_is_all_or_nothing(order, unchanged):
	with unchanged(), pytest.raises(errors.ToleranceExceeded):
		orders.complete(order=order.name, produced_qty=9)
	with unchanged(), pytest.raises(errors.ToleranceExceeded):
		orders.complete(order=order.name, produced_qty=11)


def test_the_short_cut_closes_short_with_a_reason(order):
	answer = orders.complete(order=order.name, produced_qty=7, close_short=True, reason="scratched")
	assert (answer["produced_qty"], answer["closed_short_qty"], answer["status"]) == (7, 3, "Completed")


def test_the_short_cut_without_stock_changes_nothing(scratch, unchanged):
	order = scratch.simple_order(qty=10, stock=15, shortage_policy="Confirm with Shortages")
	confirmed(order)
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		orders.complete(order=order.name, produced_qty=10)
	assert [row["short_qty"] for row in refusal.value.details] == [5]


def test_a_completed_order_is_read_only(order, unchanged):
	orders.complete(order=order.name, produced_qty=10)
	for field, new in (("notes", "late"), ("priority", "Urgent"), ("qty", 11), ("status", "Confirmed")):
		completed = frappe.get_doc("Production Order", order.name)
		completed.set(field, new)
		with unchanged(), pytest.raises(errors.ProductionOrdersError):
			completed.save()
	with unchanged(), pytest.raises(errors.IllegalTransition):
		orders.cancel(order=order.name, reason="too late")
	with unchanged(), pytest.raises(frappe.ValidationError):
		frappe.get_doc("Production Order", order.name).delete()


def test_an_order_with_completed_runs_is_not_cancelled(order, unchanged):
	run = make(order, 4)
	with unchanged(), pytest.raises(errors.IllegalTransition) as refusal:
		orders.cancel(order=order.name, reason="no demand")
	assert refusal.value.details["runs"] == [run]


def test_an_order_whose_runs_were_aborted_is_cancelled(scratch, order):
	runs.abort(run=started(order), reason="wrong tool")
	answer = orders.cancel(order=order.name, reason="no demand")
	assert answer == {"order": order.name, "status": "Cancelled"}
	assert value("Production Order", order.name, "docstatus", "status", "open_qty") == (2, "Cancelled", 0)
	assert events_of(order)[-1] == (6, "Cancelled", order.name)
	assert scratch.reserved(order.material) == 0


def test_cancelling_twice_is_quiet(order):
	orders.cancel(order=order.name, reason="no demand")
	with quiet():
		assert orders.cancel(order=order.name, reason="again")["status"] == "Cancelled"


def test_a_draft_is_deleted_and_not_cancelled(scratch, unchanged):
	order = scratch.simple_order(qty=10, stock=25)
	with unchanged(), pytest.raises((errors.IllegalTransition, frappe.ValidationError)):
		orders.cancel(order=order.name, reason="no demand")


def test_a_failure_at_the_very_end_leaves_nothing_of_the_short_cut(order, unchanged):
	"""The lock was tampered with, so its release is refused after the run was posted."""
	tamper("BOM Lock", {"name": f"{order.name}-L1"}, status="Superseded")
	with unchanged(), pytest.raises(errors.IllegalTransition):
		orders.complete(order=order.name, produced_qty=10)


def test_losses_are_not_open_any_more(order):
	run = started(order, qty=10)
	runs.complete(run=run, produced_qty=8, loss_qty=2)
	assert value("Production Order", order.name, "produced_qty", "process_loss_qty", "open_qty") == (8, 2, 0)
	assert orders.complete(order=order.name)["status"] == "Completed"


def test_rejects_stay_open(order, unchanged):
	run = started(order, qty=8)
	runs.complete(run=run, produced_qty=7, rejected_qty=1, reject_reason="scratched")
	assert value("Production Order", order.name, "produced_qty", "rejected_qty", "open_qty") == (7, 1, 3)
	with unchanged(), pytest.raises(errors.ToleranceExceeded):
		orders.complete(order=order.name)


def test_allowed_actions_of_an_order_follow_its_status(scratch):
	def allowed(order):
		return {
			row["action"] for row in orders.allowed_actions(order=order.name)["actions"] if row["allowed"]
		}

	order = scratch.simple_order(qty=10, stock=15, shortage_policy="Confirm with Shortages")
	assert allowed(order) == {"confirm", "refresh_bom"}
	run = running(order, qty=5)
	supply = {"reserve", "release", "move", "request_supply"}
	assert allowed(order) == {"start_run", *supply}
	runs.complete(run=run, produced_qty=5)
	assert allowed(order) == {"start_run", *supply, "complete", "make_and_complete"}
	orders.complete(order=order.name, close_short=True, reason="enough")
	assert allowed(order) == set()
	assert reservations.get(order=order.name)["shortages"] == []
