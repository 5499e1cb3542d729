"""Staging: reserved material goes to the WIP warehouse with its reservation, is used from there and comes back."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import materials, orders, reservations, runs
from production_orders.services import events
from tests.support.alternatives import Kit
from tests.support.orders import confirmed, entry_rows, running, started, value
from tests.support.staging import Floor, rows_of
from tests.support.tracked import Tracked


@pytest.fixture
def floor(scratch) -> Floor:
	return Floor(scratch)


def stage(order, **arguments):
	return materials.stage(order=order.name, **arguments)


def give_back(order, **arguments):
	return materials.return_staged(order=order.name, reason="line change", **arguments)


def test_staging_moves_the_stock_and_the_reservation_follows(floor):
	order = floor.order(10)
	confirmed(order)
	answer = stage(order)
	moved = {"item_code": floor.steel, "from_warehouse": floor.store, "to_warehouse": floor.wip, "qty": 20}
	assert answer == {"order": order.name, "stock_entry": answer["stock_entry"], "staged": [moved]}
	assert entry_rows(answer["stock_entry"], "item_code", "s_warehouse", "t_warehouse", "qty") == [
		(floor.steel, floor.store, floor.wip, 20)
	]
	assert value("Stock Entry", answer["stock_entry"], "purpose", "production_order", "docstatus") == (
		"Material Transfer",
		order.name,
		1,
	)
	assert floor.stock() == {"store": (80, 0), "wip": (20, 20)}
	assert rows_of(order) == [
		(floor.store, floor.store, 0, 0, 0, 0, 0),
		(floor.wip, floor.store, 20, 20, 0, 0, 0),
	]


def test_runs_use_up_what_is_staged_first(floor):
	order = floor.order(10)
	run = running(order, qty=5)
	stage(order, materials=[{"item_code": floor.steel, "qty": 6}])
	assert {
		(row["warehouse"], row["proposed_qty"]) for row in runs.plan(run=run, produced_qty=5)["materials"]
	} == {
		(floor.store, 4),
		(floor.wip, 6),
	}
	runs.complete(run=run, produced_qty=5)
	assert floor.stock() == {"store": (90, 10), "wip": (0, 0)}
	runs.complete(run=started(order), produced_qty=5)
	assert floor.stock() == {"store": (80, 0), "wip": (0, 0)}
	assert sum(row[5] for row in rows_of(order)) == 20


def test_staging_in_the_middle_changes_nothing_of_what_is_asked_for(floor):
	order = floor.order(10)
	runs.complete(run=running(order, qty=4), produced_qty=4)
	stage(order)
	assert floor.stock() == {"store": (80, 0), "wip": (12, 12)}
	runs.complete(run=started(order, qty=3), produced_qty=3)
	assert floor.stock() == {"store": (80, 0), "wip": (6, 6)}
	assert sum(row[2] for row in rows_of(order)) == 20


def test_a_report_without_a_place_takes_staged_stock_first(floor):
	order = floor.order(10)
	run = running(order)
	stage(order, materials=[{"item_code": floor.steel, "qty": 6}])
	runs.complete(run=run, produced_qty=10, consumption=[{"item_code": floor.steel, "qty": 19}])
	assert floor.stock() == {"store": (81, 1), "wip": (0, 0)}


def test_a_report_of_one_place_replaces_the_plan_of_the_whole_material(floor):
	order = floor.order(10, consumption_policy="Strict")
	run = running(order)
	stage(order, materials=[{"item_code": floor.steel, "qty": 6}])
	row = {"item_code": floor.steel, "warehouse": floor.store}
	with pytest.raises(errors.ToleranceExceeded) as refusal:
		runs.complete(run=run, produced_qty=10, consumption=[{**row, "qty": 14}])
	assert [(row["planned"], row["actual"]) for row in refusal.value.details] == [(20, 14)]


def test_staging_may_be_partial_and_repeated(floor):
	order = floor.order(10)
	confirmed(order)
	for qty in (5, 7):
		stage(order, materials=[{"item_code": floor.steel, "qty": qty, "warehouse": floor.store}])
	assert floor.stock() == {"store": (88, 8), "wip": (12, 12)}
	assert stage(order)["staged"][0]["qty"] == 8
	assert stage(order) == {"order": order.name, "stock_entry": None, "staged": []}
	assert [event.event for event, _hash in events.of(order.name)] == [
		"Confirmed",
		"Staged",
		"Staged",
		"Staged",
	]


def test_staged_stock_comes_back_with_its_reservation(floor):
	order = floor.order(10)
	confirmed(order)
	stage(order)
	answer = give_back(order, materials=[{"item_code": floor.steel, "qty": 8}])
	assert [(row["from_warehouse"], row["to_warehouse"], row["qty"]) for row in answer["returned"]] == [
		(floor.wip, floor.store, 8)
	]
	assert floor.stock() == {"store": (88, 8), "wip": (12, 12)}
	give_back(order)
	assert floor.stock() == {"store": (100, 20), "wip": (0, 0)}
	assert sum(row[2] for row in rows_of(order)) == 20
	assert events.latest(order.name, "Staging Returned")["reason"] == "line change"


@pytest.mark.parametrize("end", ["complete", "close short", "cancel"])
def test_the_end_of_an_order_brings_its_leftovers_back(floor, end):
	order = floor.order(10)
	confirmed(order)
	stage(order)
	if end == "cancel":
		orders.cancel(order=order.name, reason="not wanted")
	elif end == "complete":
		orders.complete(order=order.name, produced_qty=10)
	else:
		runs.complete(run=started(order, qty=4), produced_qty=4)
		orders.complete(order=order.name, close_short=True, reason="enough")
	used = {"cancel": 0, "complete": 20, "close short": 8}[end]
	assert floor.stock() == {"store": (100 - 20 + 20 - used, 0), "wip": (0, 0)}
	assert events.verify(frappe.get_doc("Production Order", order.name)) == []


def test_what_a_run_left_of_its_material_comes_back_at_the_end(floor):
	order = floor.order(10)
	confirmed(order)
	stage(order)
	run = started(order)
	runs.complete(run=run, produced_qty=10, consumption=[{"item_code": floor.steel, "qty": 17}])
	orders.complete(order=order.name)
	assert floor.stock() == {"store": (83, 0), "wip": (0, 0)}


def test_what_an_alternative_stood_in_for_stays_staged_and_comes_back_at_the_end(scratch):
	kit, wip = Kit(scratch), scratch.warehouse("WIP")
	order = kit.order(10, wip_warehouse=wip)
	run = running(order)
	stage(order)
	runs.complete(run=run, produced_qty=10, consumption=[kit.instead(20)])
	assert (scratch.actual(kit.steel, wip), scratch.reserved(kit.steel, wip)) == (20, 20)
	orders.complete(order=order.name)
	assert (scratch.actual(kit.steel, wip), scratch.actual(kit.steel), scratch.reserved(kit.steel)) == (
		0,
		100,
		0,
	)


def test_what_an_alternative_stood_in_for_is_held_no_longer_in_the_store(scratch):
	"""10 of 20 staged, and 10 alloy used instead: the staged 10 are all that the other half needs."""
	kit, wip = Kit(scratch), scratch.warehouse("WIP")
	order = kit.order(10, wip_warehouse=wip)
	run = running(order, qty=5)
	stage(order, materials=[{"item_code": kit.steel, "qty": 10}])
	runs.complete(run=run, produced_qty=5, consumption=[kit.instead(10)])
	assert (scratch.reserved(kit.steel, wip), scratch.reserved(kit.steel)) == (10, 0)


def test_nobody_else_takes_staged_stock(floor, unchanged):
	order = floor.order(10)
	confirmed(order)
	stage(order)
	with unchanged(), pytest.raises(frappe.ValidationError):
		floor.issue(1, floor.wip)
	with pytest.raises(errors.InvalidInput), unchanged():
		reservations.release(
			order=order.name, reason="x", materials=[{"item_code": floor.steel, "warehouse": floor.wip}]
		)
	other = floor.order(60, shortage_policy="Confirm with Shortages")
	confirmed(other)
	with pytest.raises(errors.InvalidInput), unchanged():
		reservations.move(
			from_order=order.name, to_order=other.name, item_code=floor.steel, qty=1, reason="x"
		)
	assert floor.stock()["wip"] == (20, 20)


def test_the_entry_of_a_staging_is_not_undone_from_elsewhere(floor, unchanged):
	order = floor.order(10)
	confirmed(order)
	entry = frappe.get_doc("Stock Entry", stage(order)["stock_entry"])
	with unchanged(), pytest.raises(errors.ReadOnly) as refusal:
		entry.cancel()
	assert order.name in str(refusal.value)


def test_nobody_else_names_an_order_in_a_stock_entry(floor, unchanged):
	order = floor.order(10)
	confirmed(order)
	with unchanged(), pytest.raises(errors.ReadOnly):
		floor.issue(1, floor.store, production_order=order.name)


def test_an_order_without_a_wip_warehouse_stages_nothing(floor, unchanged):
	order = floor.order(10, wip_warehouse=None)
	confirmed(order)
	for attempt in (stage, give_back):
		with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
			attempt(order)
		assert "no WIP warehouse" in str(refusal.value)


def test_a_draft_and_an_ended_order_stage_nothing(floor, unchanged):
	order = floor.order(10)
	with unchanged(), pytest.raises(errors.IllegalTransition):
		stage(order)
	confirmed(order)
	orders.complete(order=order.name, produced_qty=10)
	for attempt in (stage, give_back):
		with unchanged(), pytest.raises(errors.IllegalTransition):
			attempt(order)


def test_every_wrong_row_is_told_and_nothing_is_staged(floor, unchanged):
	order = floor.order(10)
	confirmed(order)
	wanted = [
		{"item_code": floor.steel, "qty": 21},
		{"item_code": "NO-SUCH-ITEM"},
		{"item_code": floor.steel, "qty": 0.5},
		{"item_code": floor.steel, "warehouse": floor.wip},
	]
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		stage(order, materials=wanted)
	fields = [problem["field"] for problem in refusal.value.details]
	assert fields == ["materials.0", "materials.1", "materials.2", "materials.3"]


def test_batches_go_along_and_the_oldest_first(floor):
	first, second = floor.batches(6, 30)
	order = floor.order(10)
	run = running(order)
	stage(order, materials=[{"item_code": floor.steel, "qty": 8}])
	assert floor.held_lots(order) == {
		(floor.wip, first): 6,
		(floor.wip, second): 2,
		(floor.store, second): 12,
	}
	runs.complete(run=run, produced_qty=3)
	assert floor.held_lots(order) == {(floor.wip, second): 2, (floor.store, second): 12}
	give_back(order)
	assert floor.held_lots(order) == {(floor.store, second): 14}


def test_serial_numbers_go_along_also_between_runs(floor):
	serials = floor.serials(20)
	order = floor.order(10)
	runs.complete(run=running(order, qty=2), produced_qty=2)
	stage(order, materials=[{"item_code": floor.steel, "qty": 6}])
	assert {lot for (place, lot) in floor.held_lots(order) if place == floor.wip} == set(serials[4:10])
	run = started(order, qty=4)
	named = "\n".join(serials[5:7])
	runs.complete(
		run=run, produced_qty=1, consumption=[{"item_code": floor.steel, "qty": 2, "serial_nos": named}]
	)
	give_back(order)
	assert floor.held_lots(order) == {(floor.store, lot): 1 for lot in {*serials[4:5], *serials[7:]}}


def test_an_order_that_draws_from_a_group_stages_from_every_warehouse_and_returns_to_the_one_named(floor):
	group = floor.scratch.group("A", "B")
	for leaf, qty in zip(group.leaves, (5, 30), strict=True):
		floor.scratch.stock(floor.steel, qty, warehouse=leaf)
	order = floor.order(10, source_warehouse=group.name)
	confirmed(order)
	stage(order)
	assert [row[1:4] for row in rows_of(order)] == [
		(group.name, 0, 0),
		(group.name, 0, 0),
		(group.name, 20, 20),
	]
	give_back(order, materials=[{"item_code": floor.steel, "qty": 4, "warehouse": group.leaves[1]}])
	assert floor.scratch.actual(floor.steel, group.leaves[1]) == 19
	with pytest.raises(errors.InvalidInput):
		give_back(order, materials=[{"item_code": floor.steel, "warehouse": floor.store}])
	orders.complete(order=order.name, produced_qty=10)
	assert [floor.scratch.reserved(floor.steel, place) for place in (*group.leaves, floor.wip)] == [0, 0, 0]


def test_a_group_around_the_wip_warehouse_is_not_drawn_from_there(floor):
	group = floor.scratch.group("A", "Line")
	rack, line = group.leaves
	floor.scratch.stock(floor.steel, 15, warehouse=rack)
	floor.scratch.stock(floor.steel, 30, warehouse=line)
	order = floor.order(
		10, source_warehouse=group.name, wip_warehouse=line, shortage_policy="Confirm with Shortages"
	)
	assert confirmed(order)["shortages"][0]["short_qty"] == 5
	reservations.reserve(order=order.name)
	stage(order)
	assert rows_of(order) == [(rack, group.name, 5, 0, 0, 0, 5), (line, group.name, 15, 15, 0, 0, 0)]


def test_what_is_short_stays_short_in_the_stores_and_is_staged_when_it_came(floor):
	order = floor.order(60, shortage_policy="Confirm with Shortages")
	confirmed(order)
	stage(order)
	assert rows_of(order) == [
		(floor.store, floor.store, 20, 0, 0, 0, 20),
		(floor.wip, floor.store, 100, 100, 0, 0, 0),
	]
	floor.scratch.stock(floor.steel, 50)
	reservations.reserve(order=order.name)
	assert stage(order)["staged"][0]["qty"] == 20
	assert floor.stock() == {"store": (30, 0), "wip": (120, 120)}


def test_erpnexts_figures_follow_the_staging(floor):
	order = floor.order(10)
	confirmed(order)
	before = floor.demand()
	stage(order)
	assert (before, floor.demand()) == ({"store": 20, "wip": 0}, {"store": 0, "wip": 20})
	assert floor.demand() == floor.recounted()


def test_actions_say_what_can_be_staged(floor):
	order = floor.order(10)
	confirmed(order)
	assert floor.actions(order) == {"stage": None, "return_staged": "Nothing is staged."}
	stage(order)
	assert floor.actions(order) == {
		"stage": "Nothing is reserved outside of the WIP warehouse.",
		"return_staged": None,
	}
	plain = floor.order(10, wip_warehouse=None)
	confirmed(plain)
	assert floor.actions(plain)["stage"] == "The order has no WIP warehouse."


@pytest.fixture(params=["expired", "disabled"])
def spoil(request, floor):
	"""Makes a batch one that nobody may use any more."""

	def spoiled(batch: str) -> None:
		if request.param == "expired":
			Tracked(floor.scratch).expire(batch)
		else:
			frappe.db.set_value("Batch", batch, "disabled", 1)

	return spoiled


@pytest.fixture
def spoiled(floor, spoil):
	"""An order of which 20 kg of one batch were staged, 8 of them consumed, and the rest may not be used any more."""
	(batch,) = floor.batches(30)
	order = floor.order(10)
	confirmed(order)
	materials.stage(order=order.name)
	runs.complete(run=started(order, qty=4), produced_qty=4)
	spoil(batch)
	return order


def test_what_spoiled_at_the_line_goes_back_when_the_order_ends(floor, spoiled):
	answer = orders.complete(order=spoiled.name, close_short=True, reason="spoiled")
	assert answer["status"] == "Completed"
	assert floor.stock() == {"store": (22, 0), "wip": (0, 0)}


def test_what_spoiled_at_the_line_goes_back_and_is_not_reserved_again(floor, spoiled):
	materials.return_staged(order=spoiled.name, reason="spoiled")
	assert floor.stock() == {"store": (22, 0), "wip": (0, 0)}
	(short,) = reservations.get(order=spoiled.name)["shortages"]
	assert (short["item_code"], short["short_qty"]) == (floor.steel, 12)


def test_what_spoiled_at_the_line_does_not_keep_an_order_from_being_cancelled(floor, spoil):
	(batch,) = floor.batches(30)
	order = floor.order(10)
	confirmed(order)
	materials.stage(order=order.name)
	spoil(batch)
	assert orders.cancel(order=order.name, reason="spoiled")["status"] == "Cancelled"
	assert floor.stock() == {"store": (30, 0), "wip": (0, 0)}
