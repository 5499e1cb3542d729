"""Free stock goes to open shortages by rank, whatever the order in which it arrives, and the histories say why."""

from itertools import permutations
from unittest import mock

import frappe
import pytest
from frappe.permissions import add_user_permission

from production_orders import errors
from production_orders.api import orders, reservations, runs
from production_orders.services import events, reallocation
from tests.support.orders import confirmed, events_of, started, value
from tests.support.state import quiet
from tests.support.tracked import Tracked

SHORT = "Confirm with Shortages"


@pytest.fixture
def group(scratch):
	"""A group of two warehouses A and B of the plant's company."""
	return scratch.group("A", "B")


def held(order) -> dict[str, float]:
	"""warehouse -> what an order holds there."""
	rows = frappe.get_all(
		"Production Order Material",
		{"parent": order.name, "reserved_qty": [">", 0]},
		["warehouse", "reserved_qty"],
		order_by="warehouse",
	)
	return {row.warehouse: row.reserved_qty for row in rows}


def total(order) -> float:
	return sum(held(order).values())


def amounts_at(order) -> dict[str, tuple[float, float, float]]:
	"""warehouse -> (required, reserved, short)."""
	rows = frappe.get_all(
		"Production Order Material",
		{"parent": order.name},
		["warehouse", "required_qty", "reserved_qty", "short_qty"],
	)
	return {row.warehouse: (row.required_qty, row.reserved_qty, row.short_qty) for row in rows}


def entries(order) -> dict[str, float]:
	"""warehouse -> open Stock Reservation Entry."""
	return dict(
		frappe.get_all(
			"Stock Reservation Entry",
			{"voucher_no": order.name, "docstatus": 1},
			["warehouse", "reserved_qty"],
			as_list=True,
		)
	)


def details(order) -> dict:
	"""What the last event of an order says."""
	return events.details(events.of(order.name)[-1][0])


def test_the_more_urgent_gets_the_stock_first(scratch, wanted):
	low, high = wanted.order(5, priority="Low"), wanted.order(5, priority="High")
	scratch.stock(wanted.item, 7)
	answer = reservations.reallocate(item_code=wanted.item)
	at = scratch.plant.source_warehouse
	assert answer == {
		"reserved": [
			{"order": high.name, "item_code": wanted.item, "warehouse": at, "qty": 5},
			{"order": low.name, "item_code": wanted.item, "warehouse": at, "qty": 2},
		],
		"still_short": 1,
	}
	assert (entries(high), entries(low)) == ({at: 5}, {at: 2})
	assert (scratch.reserved(wanted.item), amounts_at(low)) == (7, {at: (5, 2, 3)})


def test_the_sooner_needed_then_the_older_comes_first(scratch, wanted):
	late, first, second, soon = (
		wanted.order(2, need_by_date=day) for day in ("2031-02-01", None, None, "2031-01-01")
	)
	scratch.stock(wanted.item, 5)
	reservations.reallocate(item_code=wanted.item)
	assert [total(order) for order in (soon, late, first, second)] == [2, 2, 1, 0]


def test_what_is_gained_is_in_the_history(scratch, wanted):
	order = wanted.order(5)
	scratch.stock(wanted.item, 3)
	reallocation.reallocate(reallocation.Scope(item_codes=[wanted.item]), cause="Stock Entry MAT-1")
	assert events_of(order)[-1] == (2, "Reserved", order.name)
	assert details(order) == {
		"materials": [
			{"item_code": wanted.item, "warehouse": scratch.plant.source_warehouse, "qty": 3},
		],
		"cause": "Stock Entry MAT-1",
	}
	order.reload()
	assert (events.verify(order), order.event_count) == ([], 2)


def test_an_order_that_gained_nothing_has_no_event_and_is_not_touched(scratch, wanted):
	first, second = wanted.order(5, priority="High"), wanted.order(5)
	before = value("Production Order", second.name, "modified")
	scratch.stock(wanted.item, 5)
	reservations.reallocate(item_code=wanted.item)
	assert [len(events_of(order)) for order in (first, second)] == [2, 1]
	assert value("Production Order", second.name, "modified") == before


def test_an_open_form_notices_that_its_order_has_changed(scratch, wanted):
	order = wanted.order(5)
	order.reload()
	scratch.stock(wanted.item, 5)
	reservations.reallocate(item_code=wanted.item)
	order.notes = "typed meanwhile"
	with pytest.raises(frappe.TimestampMismatchError):
		order.save()


def test_without_free_stock_nothing_happens(wanted):
	wanted.order(5)
	with quiet():
		answer = reservations.reallocate(item_code=wanted.item)
	assert answer == {"reserved": [], "still_short": 1}


def test_stock_that_others_hold_is_not_given_away(scratch, wanted):
	early = wanted.order(4)
	scratch.stock(wanted.item, 4)
	reservations.reallocate(item_code=wanted.item)
	urgent = wanted.order(4, priority="Urgent")
	assert reservations.reallocate(item_code=wanted.item)["reserved"] == []
	assert (total(early), total(urgent)) == (4, 0)


def test_the_order_in_which_lots_arrive_does_not_matter(scratch, wanted, group):
	"""Two orders draw from one warehouse of the group, two from any; three lots arrive in every order."""
	a, b = group.leaves
	lots = [(a, 3), (b, 2), (a, 2)]
	outcomes = []
	for arriving in permutations(lots):
		frappe.db.savepoint("arrivals")
		orders = [
			wanted.order(3, priority="Urgent", source_warehouse=group.name),
			wanted.order(2, priority="High", source_warehouse=a),
			wanted.order(2, priority="Normal", source_warehouse=b),
			wanted.order(2, priority="Low", source_warehouse=group.name),
		]
		for warehouse, qty in arriving:
			scratch.stock(wanted.item, qty, warehouse=warehouse)
			reservations.reallocate(item_code=wanted.item)
		outcomes.append([total(order) for order in orders])
		frappe.db.rollback(save_point="arrivals")
	assert outcomes == [[3, 2, 2, 0]] * 6


def test_a_short_material_is_covered_from_any_warehouse_of_its_group(scratch, wanted, group):
	order = wanted.order(5, source_warehouse=group.name)
	a, b = group.leaves
	assert amounts_at(order) == {a: (5, 0, 5)}
	scratch.stock(wanted.item, 3, warehouse=b)
	scratch.stock(wanted.item, 1, warehouse=a)
	reservations.reallocate(item_code=wanted.item)
	assert amounts_at(order) == {a: (2, 1, 1), b: (3, 3, 0)}
	assert entries(order) == {a: 1, b: 3}
	assert [scratch.reserved(wanted.item, leaf) for leaf in (a, b)] == [1, 3]
	rows = frappe.get_all(
		"Production Order Material", {"parent": order.name}, ["idx", "source_warehouse"], order_by="idx"
	)
	assert [(row.idx, row.source_warehouse) for row in rows] == [(1, group.name), (2, group.name)]


def test_who_may_draw_from_a_group_gives_way_to_who_may_not(scratch, wanted, group):
	a, b = group.leaves
	roaming = wanted.order(4, source_warehouse=group.name)
	scratch.stock(wanted.item, 4, warehouse=a)
	reservations.reallocate(item_code=wanted.item)
	bound = wanted.order(3, source_warehouse=a)
	scratch.stock(wanted.item, 3, warehouse=b)
	answer = reservations.reallocate(item_code=wanted.item)
	assert answer["reserved"] == [{"order": bound.name, "item_code": wanted.item, "warehouse": a, "qty": 3}]
	assert (held(roaming), held(bound)) == ({a: 1, b: 3}, {a: 3})
	assert (amounts_at(roaming), entries(roaming)) == ({a: (1, 1, 0), b: (3, 3, 0)}, {a: 1, b: 3})
	assert [scratch.reserved(wanted.item, leaf) for leaf in (a, b)] == [4, 3]
	assert events_of(roaming)[-1][1] == "Relocated"
	assert [(row["warehouse"], row["qty"]) for row in details(roaming)["materials"]] == [(a, -3), (b, 3)]


def test_a_batch_stays_where_it_is(scratch, group):
	a, b = group.leaves
	tracked = Tracked(scratch)
	finished, material = scratch.item("FG"), tracked.batch_item()
	scratch.bom(finished, {material: 1})
	scratch.stock(material, 4, warehouse=a, batch_no=tracked.batch(material))
	roaming = scratch.order(finished, 4, source_warehouse=group.name)
	bound = scratch.order(finished, 3, source_warehouse=a, shortage_policy=SHORT)
	confirmed(roaming)
	confirmed(bound)
	scratch.stock(material, 3, warehouse=b, batch_no=tracked.batch(material))
	assert reservations.reallocate(item_code=material) == {"reserved": [], "still_short": 1}
	assert held(roaming) == {a: 4}


def test_only_what_is_free_in_the_named_warehouse_is_offered(scratch, wanted, group):
	a, b = group.leaves
	order = wanted.order(5, source_warehouse=group.name)
	scratch.stock(wanted.item, 2, warehouse=a)
	scratch.stock(wanted.item, 2, warehouse=b)
	reservations.reallocate(item_code=wanted.item, warehouse=b)
	assert held(order) == {b: 2}
	reservations.reallocate(warehouse=group.name)
	assert held(order) == {a: 2, b: 2}


def test_whole_units_are_not_split(scratch):
	finished, material = scratch.item("FG"), scratch.item("PIECE")
	scratch.bom(finished, {material: 1})
	order = scratch.order(finished, 3, shortage_policy=SHORT)
	confirmed(order)
	scratch.stock(material, 2)
	frappe.db.set_value("Bin", {"item_code": material}, "actual_qty", 1.7)
	reservations.reallocate(item_code=material)
	assert total(order) == 1


def test_a_remade_reject_moves_no_more_than_is_short(scratch, wanted, group):
	"""Four of ten were rejected, so fourteen are needed in all: seven of the lock's ten follow the ten that came."""
	a, b = group.leaves
	scratch.stock(wanted.item, 4, warehouse=a)
	order = wanted.order(10, source_warehouse=group.name)
	runs.complete(run=started(order, qty=4), produced_qty=0, rejected_qty=4)
	scratch.stock(wanted.item, 10, warehouse=b)
	reservations.reallocate(item_code=wanted.item)
	assert amounts_at(order) == {a: (3, 4, 1), b: (7, 10, 0)}


def test_completed_and_cancelled_orders_get_nothing(scratch, wanted):
	gone = wanted.order(5)
	orders.cancel(order=gone.name, reason="not wanted")
	scratch.stock(wanted.item, 5)
	assert reservations.reallocate(item_code=wanted.item) == {"reserved": [], "still_short": 0}


def test_planners_share_out_among_the_orders_and_warehouses_they_may_see(scratch, wanted, group):
	a, b = group.leaves
	seen, hidden = wanted.order(5, source_warehouse=a), wanted.order(5, source_warehouse=b)
	planner = scratch.user("Production Planner")
	for warehouse in (a, scratch.plant.fg_warehouse, scratch.plant.scrap_warehouse):
		add_user_permission("Warehouse", warehouse, planner, ignore_permissions=True)
	scratch.stock(wanted.item, 5, warehouse=a)
	scratch.stock(wanted.item, 5, warehouse=b)
	frappe.set_user(planner)
	answer = reservations.reallocate()
	with pytest.raises(frappe.PermissionError):
		reservations.reallocate(warehouse=b)
	assert {row["order"] for row in answer["reserved"]} == {seen.name}
	assert (total(seen), total(hidden)) == (5, 0)


def test_an_operator_may_not_share_out(scratch, wanted, unchanged):
	wanted.order(5)
	scratch.stock(wanted.item, 5)
	frappe.set_user(scratch.user("Production Operator"))
	with unchanged(), pytest.raises(frappe.PermissionError):
		reservations.reallocate(item_code=wanted.item)


def statements(scratch, count: int) -> int:
	"""How many statements it takes to cover `count` orders of two materials each."""
	finished = scratch.item("FG")
	materials = [scratch.item("RAW") for _ in range(2)]
	scratch.bom(finished, dict.fromkeys(materials, 1))
	for _ in range(count):
		confirmed(scratch.order(finished, 1, shortage_policy=SHORT))
	for material in materials:
		scratch.stock(material, count)
	with mock.patch.object(frappe.db, "sql", wraps=frappe.db.sql) as sql:
		answer = reallocation.reallocate(reallocation.Scope(item_codes=materials))
	assert len(answer["reserved"]) == 2 * count
	return sql.call_count


def test_the_number_of_statements_does_not_grow_with_the_shortages(scratch):
	few = statements(scratch, 2)
	assert statements(scratch, 12) == few


def test_an_order_that_is_closed_may_not_reserve(scratch, wanted, unchanged):
	order = wanted.order(5)
	orders.cancel(order=order.name, reason="not wanted")
	with unchanged(), pytest.raises(errors.IllegalTransition):
		reservations.reserve(order=order.name)
