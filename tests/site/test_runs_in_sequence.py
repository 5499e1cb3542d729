"""What earlier runs leave to later ones: standards, rejects to remake, materials already taken."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, reservations, runs


@pytest.fixture
def confirmed(scratch):
	"""A confirmed order of 10 pieces with 2 of its one material each; keywords go to the order."""

	def make(stock: float = 20, **values):
		order = scratch.simple_order(qty=10, stock=stock, **values)
		orders.confirm(order=order.name)
		return order.name

	return make


def complete(order: str, qty: float, **report):
	run = runs.start(order=order, qty=qty)["run"]
	return runs.complete(run=run, **report)


def material_of(order: str) -> dict:
	return reservations.get(order=order)["materials"][0]


def test_a_run_is_measured_against_its_own_share_whatever_earlier_runs_took(confirmed):
	order = confirmed(stock=100)
	item_code = material_of(order)["item_code"]
	greedy = complete(order, 5, produced_qty=5, consumption=[{"item_code": item_code, "qty": 12}])
	thrifty = complete(order, 5, produced_qty=5)
	planned = [answer["variance"]["materials"][0]["planned_qty"] for answer in (greedy, thrifty)]
	actual = [answer["variance"]["materials"][0]["actual_qty"] for answer in (greedy, thrifty)]
	assert (planned, actual) == ([10, 10], [12, 8])
	assert greedy["variance"]["usage_variance"] + thrifty["variance"]["usage_variance"] == 0


def test_a_plan_shows_the_runs_own_share_and_what_earlier_runs_leave_to_take(confirmed):
	order = confirmed(stock=100)
	item_code = material_of(order)["item_code"]
	complete(order, 5, produced_qty=5, consumption=[{"item_code": item_code, "qty": 12}])
	run = runs.start(order=order)["run"]
	row = runs.plan(run=run, produced_qty=5)["materials"][0]
	assert (row["planned_qty"], row["proposed_qty"]) == (10, 8)


def test_strict_judges_what_is_reported_and_not_a_backflush_that_makes_up(confirmed):
	order = confirmed(stock=100, consumption_policy="Strict", consumption_tolerance=10)
	item_code = material_of(order)["item_code"]
	complete(order, 8, produced_qty=8, consumption=[{"item_code": item_code, "qty": 17}])
	answer = complete(order, 2, produced_qty=2)
	assert answer["variance"]["materials"][0]["actual_qty"] == 3


def test_rejects_stay_open_with_their_material_short_until_it_is_reserved(confirmed, scratch):
	order = confirmed(stock=20)
	complete(order, 10, produced_qty=8, rejected_qty=2)
	short = material_of(order)
	assert (short["required_qty"], short["consumed_qty"], short["short_qty"]) == (20, 20, 4)
	scratch.stock(short["item_code"], 5)
	assert reservations.reserve(order=order)["reserved"][0]["qty"] == 4
	assert scratch.reserved(short["item_code"]) == 4
	answer = complete(order, 2, produced_qty=2)
	assert (answer["open_qty"], material_of(order)["consumed_qty"], material_of(order)["short_qty"]) == (
		0,
		24,
		0,
	)
	assert scratch.reserved(short["item_code"]) == 0


def test_finished_goods_of_a_run_that_draws_nothing_are_worth_nothing(scratch):
	finished, roll = scratch.item("FG"), scratch.item("ROLL")
	scratch.bom(finished, {roll: 1}, quantity=3)
	scratch.stock(roll, 1, rate=30)
	order = scratch.order(finished, 3).name
	orders.confirm(order=order)
	for _piece in range(3):
		complete(order, 1, produced_qty=1)
	bin_value = frappe.db.get_value(
		"Bin", {"item_code": finished, "warehouse": scratch.plant.fg_warehouse}, ["actual_qty", "stock_value"]
	)
	assert bin_value == (3, 30)


def test_a_run_that_only_lost_what_earlier_runs_had_taken_posts_no_stock_entry(scratch):
	finished, roll = scratch.item("FG"), scratch.item("ROLL")
	scratch.bom(finished, {roll: 1}, quantity=3)
	scratch.stock(roll, 1, rate=30)
	order = scratch.order(finished, 3).name
	orders.confirm(order=order)
	complete(order, 2, produced_qty=2)
	answer = complete(order, 1, produced_qty=0, loss_qty=1)
	assert (answer["status"], answer["stock_entry"], answer["open_qty"]) == ("Completed", None, 0)


def test_a_reservation_given_back_whole_stays_cancelled_when_stock_is_reserved_again(confirmed):
	order = confirmed()
	reservations.release(order=order, reason="needed elsewhere")
	reservations.reserve(order=order)
	entries = frappe.get_all(
		"Stock Reservation Entry", {"voucher_no": order}, ["status", "docstatus"], order_by="docstatus"
	)
	assert entries == [{"status": "Reserved", "docstatus": 1}, {"status": "Cancelled", "docstatus": 2}]


def test_a_default_warehouse_of_the_operator_stays_out_of_the_posting(scratch, confirmed):
	order = confirmed()
	operator = scratch.user("Production Operator")
	for warehouse, is_default in (
		(scratch.plant.source_warehouse, 1),
		(scratch.plant.fg_warehouse, 0),
		(scratch.plant.scrap_warehouse, 0),
	):
		permission = frappe.new_doc("User Permission")
		permission.update(
			{"user": operator, "allow": "Warehouse", "for_value": warehouse, "is_default": is_default}
		)
		permission.insert(ignore_permissions=True)
	frappe.set_user(operator)
	answer = complete(order, 10, produced_qty=10)
	assert (answer["status"], answer["produced_total"]) == ("Completed", 10)


def test_a_posting_ahead_of_its_time_is_refused(confirmed, unchanged):
	order = confirmed()
	run = runs.start(order=order)["run"]
	with unchanged(), pytest.raises(errors.InvalidInput, match="has not come yet"):
		runs.complete(run=run, produced_qty=10, posting_datetime="2099-01-01 00:00:00")
