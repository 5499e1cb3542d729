"""Reservations are ERPNext's own: the ledger keeps them, and only their order makes or gives them back."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import availability, orders, reservations, runs
from tests.support.orders import amounts, confirmed, events_of, reservations_of, running, value
from tests.support.state import quiet


@pytest.fixture
def short_order(scratch):
	"""A confirmed order of 10 that needs 20 and found 15."""
	order = scratch.simple_order(qty=10, stock=15, shortage_policy="Confirm with Shortages")
	order.material = confirmed(order)["materials"][0]["item_code"]
	return order


@pytest.fixture
def held(scratch, product):
	"""A confirmed order of 10 that holds 20 of 25."""
	order = scratch.order(product.item, 10)
	confirmed(order)
	order.material = product.material
	return order


def _issue(scratch, item_code: str, qty: float):
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": "Material Issue",
			"purpose": "Material Issue",
			"company": scratch.company,
			"items": [
				{"item_code": item_code, "qty": qty, "s_warehouse": scratch.plant.source_warehouse},
			],
		}
	)
	return entry.insert().submit()


def test_nobody_else_may_issue_what_is_reserved(scratch, held, unchanged):
	with unchanged(), pytest.raises(frappe.ValidationError):
		_issue(scratch, held.material, 6)
	_issue(scratch, held.material, 5)
	assert (scratch.actual(held.material), scratch.reserved(held.material)) == (20, 20)


def test_released_stock_may_be_issued_again(scratch, held):
	reservations.release(order=held.name, reason="urgent repair")
	_issue(scratch, held.material, 25)
	assert scratch.actual(held.material) == 0


def test_reserving_again_takes_what_has_arrived(scratch, short_order):
	scratch.stock(short_order.material, 3)
	answer = reservations.reserve(order=short_order.name)
	warehouse = scratch.plant.source_warehouse
	assert answer["reserved"] == [{"item_code": short_order.material, "warehouse": warehouse, "qty": 3}]
	assert amounts(answer["materials"]) == {short_order.material: (20, 18, 0, 2)}

	scratch.stock(short_order.material, 10)
	answer = reservations.reserve(order=short_order.name)
	assert answer["reserved"][0]["qty"] == 2
	assert answer["shortages"] == []
	assert reservations_of(short_order, "status", "reserved_qty", "docstatus") == {
		short_order.material: ("Reserved", 20, 1)
	}
	assert scratch.reserved(short_order.material) == 20
	assert [event for _sequence, event, _subject in events_of(short_order)] == [
		"Confirmed",
		"Reserved",
		"Reserved",
	]


def test_reserving_again_makes_an_entry_where_there_was_none(scratch):
	order = scratch.simple_order(qty=10, stock=0, shortage_policy="Confirm with Shortages")
	material = confirmed(order)["materials"][0]["item_code"]
	scratch.stock(material, 8)
	reservations.reserve(order=order.name)
	assert reservations_of(order, "status", "reserved_qty", "voucher_qty", "available_qty") == {
		material: ("Partially Reserved", 8, 20, 8)
	}
	assert scratch.reserved(material) == 8


def test_reserving_again_without_arrivals_is_quiet(short_order):
	with quiet():
		assert reservations.reserve(order=short_order.name)["reserved"] == []


def test_reserving_does_not_take_what_others_hold(scratch, short_order):
	scratch.stock(short_order.material, 6)
	other = scratch.order(short_order.item_code, 2)
	confirmed(other)
	answer = reservations.reserve(order=short_order.name)
	assert [row["qty"] for row in answer["reserved"]] == [2]
	assert scratch.reserved(short_order.material) == 21


def test_releasing_everything_opens_the_shortage_again(scratch, held):
	answer = reservations.release(order=held.name, reason="urgent repair")
	warehouse = scratch.plant.source_warehouse
	assert answer["released"] == [{"item_code": held.material, "warehouse": warehouse, "qty": 20}]
	assert amounts(answer["materials"]) == {held.material: (20, 0, 0, 20)}
	assert reservations_of(held, "status", "docstatus", "reserved_qty") == {
		held.material: ("Cancelled", 2, 0)
	}
	assert scratch.reserved(held.material) == 0
	assert events_of(held)[-1] == (2, "Released", held.name)
	assert availability.atp(item_code=held.material, warehouse=warehouse)["atp_qty"] == 25


def test_a_released_reservation_can_be_made_again(scratch, held):
	reservations.release(order=held.name, reason="urgent repair")
	reservations.reserve(order=held.name)
	assert scratch.reserved(held.material) == 20
	open_entries = frappe.db.count("Stock Reservation Entry", {"voucher_no": held.name, "docstatus": 1})
	assert open_entries == 1
	assert amounts(reservations.get(order=held.name)["materials"]) == {held.material: (20, 20, 0, 0)}


def test_releasing_part_of_a_material_keeps_the_rest(scratch, held):
	answer = reservations.release(
		order=held.name, reason="urgent repair", materials=[{"item_code": held.material, "qty": 12}]
	)
	assert amounts(answer["materials"]) == {held.material: (20, 8, 0, 12)}
	assert reservations_of(held, "status", "reserved_qty") == {held.material: ("Partially Reserved", 8)}
	assert scratch.reserved(held.material) == 8


@pytest.mark.parametrize(
	"wanted",
	[
		[{"item_code": "{material}", "qty": 21}],
		[{"item_code": "{material}", "qty": 15}, {"item_code": "{material}", "qty": 15}],
		[{"item_code": "NO-SUCH-ITEM"}],
		[{"item_code": "{material}", "warehouse": "Scrap - BW"}],
	],
	ids=["more than held", "twice more than held", "unknown item", "other warehouse"],
)
def test_what_is_not_held_cannot_be_released(held, unchanged, wanted):
	rows = [{**row, "item_code": row["item_code"].format(material=held.material)} for row in wanted]
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		reservations.release(order=held.name, reason="urgent repair", materials=rows)
	assert refusal.value.details[0]["field"].startswith("materials.")


def test_every_wrong_row_of_a_release_is_reported(held):
	rows = [{"item_code": "NO-SUCH-ITEM"}, {"item_code": held.material, "qty": 21}]
	with pytest.raises(errors.InvalidInput) as refusal:
		reservations.release(order=held.name, reason="urgent repair", materials=rows)
	assert [problem["field"] for problem in refusal.value.details] == ["materials.0", "materials.1"]


def test_releasing_needs_a_reason(held, unchanged):
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		reservations.release(order=held.name, reason=" ")
	assert [problem["field"] for problem in refusal.value.details] == ["reason"]


@pytest.mark.parametrize("action", ["reserve", "release"])
@pytest.mark.parametrize("state", ["Draft", "Completed", "Cancelled"])
def test_only_an_open_order_holds_reservations(scratch, product, unchanged, action, state):
	order = scratch.order(product.item, 10)
	if state == "Completed":
		confirmed(order)
		orders.complete(order=order.name, produced_qty=10)
	if state == "Cancelled":
		confirmed(order)
		orders.cancel(order=order.name, reason="no demand")
	arguments = {"reason": "why not"} if action == "release" else {}
	with unchanged(), pytest.raises(errors.IllegalTransition) as refusal:
		getattr(reservations, action)(order=order.name, **arguments)
	assert refusal.value.details["status"] == state


def test_cancelling_gives_everything_back(scratch, held):
	orders.cancel(order=held.name, reason="no demand")
	assert scratch.reserved(held.material) == 0
	assert reservations_of(held, "status", "docstatus") == {held.material: ("Cancelled", 2)}
	answer = reservations.get(order=held.name)
	assert amounts(answer["materials"]) == {held.material: (20, 0, 0, 0)}
	assert answer["shortages"] == []


def test_completing_gives_back_what_was_not_consumed(scratch, held):
	run = runs.start(order=held.name)["run"]
	runs.complete(run=run, produced_qty=10, consumption=[{"item_code": held.material, "qty": 17}])
	assert scratch.reserved(held.material) == 3
	orders.complete(order=held.name)
	assert (scratch.actual(held.material), scratch.reserved(held.material)) == (8, 0)
	assert reservations_of(held, "status", "reserved_qty", "delivered_qty") == {
		held.material: ("Delivered", 17, 17)
	}


def test_consumption_is_delivered_from_the_reservation(scratch, held):
	run = runs.start(order=held.name, qty=4)["run"]
	runs.complete(run=run, produced_qty=4)
	assert reservations_of(held, "status", "reserved_qty", "delivered_qty", "docstatus") == {
		held.material: ("Partially Delivered", 20, 8, 1)
	}
	assert (scratch.actual(held.material), scratch.reserved(held.material)) == (17, 12)
	run = runs.start(order=held.name)["run"]
	runs.complete(run=run, produced_qty=6)
	assert reservations_of(held, "status", "reserved_qty", "delivered_qty") == {
		held.material: ("Delivered", 20, 20)
	}
	assert (scratch.actual(held.material), scratch.reserved(held.material)) == (5, 0)


def test_over_consumption_is_taken_beyond_the_reservation(scratch, held):
	run = runs.start(order=held.name)["run"]
	runs.complete(run=run, produced_qty=10, consumption=[{"item_code": held.material, "qty": 23}])
	assert reservations_of(held, "reserved_qty", "delivered_qty") == {held.material: (20, 20)}
	assert amounts(reservations.get(order=held.name)["materials"]) == {held.material: (20, 20, 23, 0)}
	assert (scratch.actual(held.material), scratch.reserved(held.material)) == (2, 0)


def test_a_run_may_consume_unreserved_stock_of_its_own_shortage(scratch):
	order = scratch.simple_order(qty=10, stock=15, shortage_policy="Confirm with Shortages")
	run = running(order)
	material = reservations.get(order=order.name)["materials"][0]["item_code"]
	scratch.stock(material, 5)
	runs.complete(run=run, produced_qty=10)
	assert amounts(reservations.get(order=order.name)["materials"]) == {material: (20, 15, 20, 0)}
	assert scratch.actual(material) == 0


def test_a_run_takes_nothing_that_another_order_holds(scratch, held, unchanged):
	other = scratch.order(held.item_code, 2)
	confirmed(other)
	run = runs.start(order=held.name)["run"]
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		runs.complete(run=run, produced_qty=10, consumption=[{"item_code": held.material, "qty": 22}])
	assert refusal.value.details == [
		{
			"item_code": held.material,
			"warehouse": scratch.plant.source_warehouse,
			"required_qty": 22,
			"available_qty": 21,
			"short_qty": 1,
		}
	]


@pytest.mark.parametrize("change", ["cancel", "save", "delete"])
def test_a_reservation_is_not_touched_from_its_own_form(held, unchanged, change):
	entry = frappe.get_doc("Stock Reservation Entry", {"voucher_no": held.name})
	entry.reserved_qty = 1
	with unchanged(), pytest.raises(frappe.ValidationError):
		getattr(entry, change)()


def test_nobody_reserves_in_the_name_of_an_order(scratch, held, unchanged):
	entry = frappe.copy_doc(frappe.get_doc("Stock Reservation Entry", {"voucher_no": held.name}))
	entry.reserved_qty = 5
	with unchanged(), pytest.raises(errors.ReadOnly):
		entry.insert()


def test_the_answer_shows_what_is_short_with_its_path(scratch, short_order):
	assert reservations.get(order=short_order.name)["shortages"] == [
		{
			"item_code": short_order.material,
			"item_name": value("Item", short_order.material, "item_name"),
			"warehouse": scratch.plant.source_warehouse,
			"stock_uom": "Nos",
			"required_qty": 20,
			"available_qty": 0,
			"short_qty": 5,
			"expected_on": None,
			"expected_from": None,
			"path": [short_order.item_code, short_order.material],
		}
	]
