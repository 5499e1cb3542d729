"""A planner gives what one order holds to another: all of it or nothing, and both histories say so."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, reservations, runs
from production_orders.services import events
from tests.support.orders import confirmed, reservations_of, started
from tests.support.tracked import Tracked, holds

SHORT = "Confirm with Shortages"


@pytest.fixture
def pair(scratch):
	"""An order that holds all 6 there are, and another that is short of 10; both draw from the plant's stores."""
	finished, material = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(finished, {material: 1})
	scratch.stock(material, 6)
	giver, taker = (scratch.order(finished, qty, shortage_policy=SHORT) for qty in (6, 10))
	confirmed(giver)
	confirmed(taker)
	return frappe._dict(giver=giver, taker=taker, material=material)


def move(pair, qty, **values):
	arguments = {
		"from_order": pair.giver.name,
		"to_order": pair.taker.name,
		"item_code": pair.material,
		"qty": qty,
		"reason": "customer waits",
		**values,
	}
	return reservations.move(**arguments)


def amounts(order) -> dict[str, tuple[float, float, float]]:
	"""warehouse -> (required, reserved, short)."""
	rows = reservations.get(order=order.name)["materials"]
	return {row["warehouse"]: (row["required_qty"], row["reserved_qty"], row["short_qty"]) for row in rows}


def refused(pair, unchanged, *args, **values) -> dict[str, str]:
	"""field -> problem."""
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		move(pair, *args, **values)
	return {problem["field"]: problem["problem"] for problem in refusal.value.details}


def test_what_one_order_holds_is_given_to_another(scratch, pair):
	stores = scratch.plant.source_warehouse
	assert move(pair, 4) == {
		"from_order": pair.giver.name,
		"to_order": pair.taker.name,
		"item_code": pair.material,
		"moved": [{"warehouse": stores, "qty": 4}],
	}
	assert amounts(pair.giver) == {stores: (6, 2, 4)}
	assert amounts(pair.taker) == {stores: (10, 4, 6)}
	assert reservations_of(pair.giver, "reserved_qty", "status", "docstatus") == {
		pair.material: (2, "Partially Reserved", 1)
	}
	assert reservations_of(pair.taker, "reserved_qty", "status", "available_qty") == {
		pair.material: (4, "Partially Reserved", 4)
	}
	assert (scratch.reserved(pair.material), scratch.actual(pair.material)) == (6, 6)


def test_who_gives_goes_on_asking_nothing_for_units_that_wait_for_rework(scratch, pair):
	"""Of its 6 units 2 are made and 2 wait: it holds 2 pieces for the last 2 units, and gives one away."""
	giver = frappe.get_doc("Production Order", pair.giver.name)
	giver.db_set("rework_warehouse", scratch.warehouse("Rework"))
	bent = [{"qty": 2, "reason": "bent", "disposition": "Rework"}]
	runs.complete(run=started(giver, qty=4), produced_qty=2, rejects=bent)
	move(pair, 1)
	assert amounts(giver) == {scratch.plant.source_warehouse: (6, 5, 1)}


def test_all_that_is_held_may_go(scratch, pair):
	move(pair, 6)
	assert reservations_of(pair.giver, "reserved_qty", "status", "docstatus") == {
		pair.material: (0, "Cancelled", 2)
	}
	assert scratch.reserved(pair.material) == 6


def test_both_histories_name_the_other_order_and_the_reason(scratch, pair):
	move(pair, 4)
	material = {"item_code": pair.material, "warehouse": scratch.plant.source_warehouse, "qty": 4}
	for order, kind, other in (
		(pair.giver, "Handed Over", {"to_order": pair.taker.name}),
		(pair.taker, "Taken Over", {"from_order": pair.giver.name}),
	):
		event, _hash = events.of(order.name)[-1]
		assert (event.event, events.details(event)) == (
			kind,
			{"materials": [material], **other, "reason": "customer waits"},
		)
		order.reload()
		assert events.verify(order) == []


def test_more_than_is_held_or_short_is_refused_with_both_reasons(pair, unchanged):
	assert refused(pair, unchanged, 11) == {
		"from_order": f"{pair.giver.name} holds only 6 of {pair.material}: 11 cannot be moved.",
		"to_order": f"{pair.taker.name} is short of only 10 of {pair.material}: it does not need 11.",
	}


def test_what_the_source_does_not_hold_there_is_refused(scratch, pair, unchanged):
	place = scratch.plant.fg_warehouse
	assert refused(pair, unchanged, 1, warehouse=place) == {
		"from_order": f"{pair.giver.name} holds only 0 of {pair.material} in {place}: 1 cannot be moved."
	}


def test_parts_of_whole_units_are_refused(pair, unchanged):
	assert list(refused(pair, unchanged, "1.5")) == ["qty"]


def test_an_order_does_not_move_to_itself(pair, unchanged):
	assert list(refused(pair, unchanged, 1, to_order=pair.giver.name)) == ["to_order"]


def test_what_lies_where_the_other_order_does_not_draw_from_is_refused(scratch, pair, unchanged):
	place = scratch.warehouse("Elsewhere")
	pair.taker = scratch.order(pair.taker.item_code, 3, source_warehouse=place, shortage_policy=SHORT)
	confirmed(pair.taker)
	problems = refused(pair, unchanged, 1)
	assert list(problems) == ["warehouse"]
	assert place in problems["warehouse"]


def test_a_group_takes_from_where_the_stock_is(scratch, pair):
	stores = scratch.plant.source_warehouse
	group = f"All Warehouses - {scratch.plant.table.abbr}"
	pair.taker = scratch.order(pair.taker.item_code, 9, source_warehouse=group, shortage_policy=SHORT)
	confirmed(pair.taker)
	move(pair, 4)
	rows = amounts(pair.taker)
	assert rows[stores] == (4, 4, 0)
	assert sum(required for required, _reserved, _short in rows.values()) == 9
	assert sum(short for _required, _reserved, short in rows.values()) == 5


@pytest.mark.parametrize("who", ["giver", "taker"])
def test_only_open_orders_take_part(pair, unchanged, who):
	orders.cancel(order=pair[who].name, reason="not wanted")
	with unchanged(), pytest.raises(errors.IllegalTransition):
		move(pair, 1)


def test_whoever_may_not_see_an_order_moves_nothing_of_it(scratch, pair, unchanged):
	planner = scratch.user("Production Planner")
	frappe.permissions.add_user_permission("Company", "Paint Works", planner, ignore_permissions=True)
	frappe.set_user(planner)
	with unchanged(), pytest.raises(frappe.PermissionError):
		move(pair, 1)


def test_a_move_needs_a_reason(pair, unchanged):
	with unchanged(), pytest.raises(errors.InvalidInput):
		move(pair, 1, reason=" ")


def test_the_very_batches_go_along(scratch):
	"""The giver holds an old batch and a new one; an older one that came meanwhile is free."""
	tracked = Tracked(scratch)
	finished, material = scratch.item("FG"), tracked.batch_item()
	scratch.bom(finished, {material: 1})
	old, new = tracked.batches(material, 3, 3)
	giver = scratch.order(finished, 6)
	confirmed(giver)
	taker = scratch.order(finished, 5, shortage_policy=SHORT)
	confirmed(taker)
	tracked.batch(material, 5)
	move(frappe._dict(giver=giver, taker=taker, material=material), 4)
	assert holds(giver) == {old: (2, 0)}
	assert holds(taker) == {new: (3, 0), old: (1, 0)}


def test_the_very_serial_numbers_go_along(scratch):
	tracked = Tracked(scratch)
	finished, material = scratch.item("FG"), tracked.serial_item()
	scratch.bom(finished, {material: 1})
	serials = tracked.serials(material, 3)
	giver = scratch.order(finished, 3)
	confirmed(giver)
	taker = scratch.order(finished, 2, shortage_policy=SHORT)
	confirmed(taker)
	tracked.serials(material, 2)
	move(frappe._dict(giver=giver, taker=taker, material=material), 2)
	assert set(holds(giver)) | set(holds(taker)) == set(serials)
	assert (len(holds(giver)), len(holds(taker))) == (1, 2)
