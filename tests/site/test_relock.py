"""An engineering change reaches a confirmed order: a new lock, and reservations as if planned today."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import history, locks, materials, orders
from production_orders.services import bom_lock, events
from tests.support import bins
from tests.support.orders import amounts, confirmed, events_of, reservations_of, running, tamper, value
from tests.support.staging import Floor
from tests.support.state import quiet
from tests.support.tracked import holds

REASON = "ECO-17"
WITH_SHORTAGES = {"shortage_policy": "Confirm with Shortages"}


def relocked(order, **values):
	return orders.relock(order=order.name, reason=REASON, **values)


@pytest.fixture
def desk(scratch):
	"""Ten desks of 4 legs (2 wood each; 6 legs in stock) and 1 top, confirmed; and what may come instead."""
	names = {name: scratch.item(name.upper()) for name in ("desk", "leg", "wood", "top", "glue")}
	leg_bom = scratch.bom(names["leg"], {names["wood"]: 2})
	bom = scratch.bom(names["desk"], {names["leg"]: 4, names["top"]: 1})
	stock = {"leg": (6, 9), "wood": (100, 3), "top": (20, 25), "glue": (50, 1)}
	scratch.stocks({names[name]: facts for name, facts in stock.items()})
	order = scratch.order(names["desk"], 10)
	confirmed(order)
	return frappe._dict(names, bom=bom, leg_bom=leg_bom, order=order)


@pytest.fixture
def newer(scratch, desk):
	"""The next version: 3 legs and some glue, no top."""
	return scratch.bom(desk.desk, {desk.leg: 3, desk.glue: 2})


def test_the_order_takes_the_newest_bom_and_the_old_lock_stays_as_it_was(desk, newer):
	before = value("Production Order", desk.order.name, "bom_lock", "content_hash")
	answer = relocked(desk.order)
	assert (answer["changed"], answer["superseded"], answer["status"]) == (True, before[0], "Confirmed")
	assert answer["bom_lock"] == f"{desk.order.name}-L2"
	assert value("Production Order", desk.order.name, "bom_no", "bom_lock", "content_hash") == (
		newer,
		answer["bom_lock"],
		answer["content_hash"],
	)
	fields = ("status", "bom_no", "supersedes", "content_hash")
	assert value("BOM Lock", before[0], *fields) == ("Superseded", desk.bom, None, before[1])
	assert value("BOM Lock", answer["bom_lock"], *fields) == (
		"Active",
		newer,
		before[0],
		answer["content_hash"],
	)
	assert bom_lock.load(before[0]).content_hash == before[1]
	assert bom_lock.load(answer["bom_lock"]).content_hash == answer["content_hash"]
	assert history.verify(order=desk.order.name)["intact"] is True


def test_materials_and_reservations_are_those_of_the_new_bom(scratch, desk, newer):
	"""30 legs less 6 in stock are 24 to make, of 2 wood each; what is needed no more is free again."""
	answer = relocked(desk.order)
	assert amounts(answer["materials"]) == {
		desk.leg: (6, 6, 0, 0),
		desk.glue: (20, 20, 0, 0),
		desk.wood: (48, 48, 0, 0),
	}
	assert [scratch.reserved(item) for item in (desk.leg, desk.glue, desk.wood, desk.top)] == [6, 20, 48, 0]
	entries = reservations_of(desk.order, "reserved_qty", "status", "docstatus")
	assert entries == {
		desk.leg: (6, "Reserved", 1),
		desk.glue: (20, "Reserved", 1),
		desk.wood: (48, "Reserved", 1),
		desk.top: (0, "Cancelled", 2),
	}
	saved = frappe.get_doc("Production Order", desk.order.name)
	assert [(row.idx, row.item_code, row.required_qty) for row in saved.materials] == [
		(idx, row["item_code"], row["required_qty"]) for idx, row in enumerate(answer["materials"], 1)
	]
	for item in (desk.leg, desk.glue, desk.wood, desk.top, desk.desk):
		for warehouse in (scratch.plant.source_warehouse, scratch.plant.fg_warehouse):
			assert bins.off(item, warehouse) == {}, item


def test_what_stays_needed_keeps_its_row_and_its_reservation(desk, newer):
	rows = (
		"Production Order Material",
		{"parent": desk.order.name},
		["item_code", "name", "reservation_entry"],
	)
	before = {row.item_code: (row.name, row.reservation_entry) for row in frappe.get_all(*rows)}
	relocked(desk.order)
	after = {row.item_code: (row.name, row.reservation_entry) for row in frappe.get_all(*rows)}
	assert {item: after.get(item) for item in (desk.leg, desk.wood, desk.top)} == {
		desk.leg: before[desk.leg],
		desk.wood: before[desk.wood],
		desk.top: None,
	}
	assert after[desk.glue][0].startswith(f"{desk.order.name}-L2-M")


def test_the_history_tells_the_reason_and_the_difference(desk, newer):
	answer = relocked(desk.order)
	assert [event for _number, event, _subject in events_of(desk.order)] == [
		"Confirmed",
		"Superseded",
		"Relocked",
	]
	told = events.latest(desk.order.name, "Relocked")
	assert (told["reason"], told["superseded"], told["content_hash"]) == (
		REASON,
		f"{desk.order.name}-L1",
		answer["content_hash"],
	)
	assert told["diff"] == answer["diff"] == locks.diff(a=f"{desk.order.name}-L1", b=answer["bom_lock"])
	assert [(row["item_code"], row["stock_qty"]) for row in answer["diff"]["added"]] == [(desk.glue, 2)]
	assert [(row["item_code"], row["parent_bom"]) for row in answer["diff"]["removed"]] == [
		(desk.top, desk.bom)
	]
	changed = [(row["item_code"], row["field"], row["from"], row["to"]) for row in answer["diff"]["changed"]]
	assert changed == [(desk.desk, "bom_no", desk.bom, newer), (desk.leg, "stock_qty", 4, 3)]


def test_the_standard_cost_is_that_of_the_new_lock(desk, newer):
	assert value("Production Order", desk.order.name, "standard_material_cost") == 6 * 9 + 68 * 3 + 10 * 25
	relocked(desk.order)
	assert value("Production Order", desk.order.name, "standard_material_cost") == 6 * 9 + 48 * 3 + 20 * 1


def test_the_same_structure_is_said_and_nothing_is_written(desk):
	with quiet():
		answer = relocked(desk.order)
	assert (answer["changed"], answer["superseded"], answer["bom_lock"]) == (
		False,
		None,
		f"{desk.order.name}-L1",
	)
	assert answer["diff"] == {"added": [], "removed": [], "changed": []}
	assert amounts(answer["materials"])[desk.wood] == (68, 68, 0, 0)


def test_new_rates_alone_are_no_reason_for_a_new_lock(scratch, desk):
	scratch.stock(desk.top, 100, rate=50)
	with quiet():
		answer = relocked(desk.order)
	assert answer["changed"] is False
	assert {row["field"] for row in answer["diff"]["changed"]} == {"valuation_rate"}


def test_a_second_relock_is_quiet_and_a_third_version_gets_a_third_lock(scratch, desk, newer):
	relocked(desk.order)
	with quiet():
		assert relocked(desk.order)["changed"] is False
	scratch.bom(desk.desk, {desk.top: 1})
	assert relocked(desk.order)["bom_lock"] == f"{desk.order.name}-L3"
	assert amounts(orders.confirm(order=desk.order.name)["materials"]) == {desk.top: (10, 10, 0, 0)}
	assert history.verify(order=desk.order.name)["intact"] is True


def test_a_pinned_bom_is_locked_as_it_stands_now(scratch, desk, newer):
	pinned = scratch.order(desk.desk, 1, bom_no=desk.bom)
	confirmed(pinned)
	with quiet():
		assert relocked(pinned)["changed"] is False
	tamper("BOM Item", {"parent": desk.bom, "item_code": desk.leg}, stock_qty=2)
	answer = relocked(pinned)
	changed = [(row["item_code"], row["field"], row["from"], row["to"]) for row in answer["diff"]["changed"]]
	assert changed == [(desk.leg, "stock_qty", 4, 2)]
	assert value("Production Order", pinned.name, "bom_no") == desk.bom


def test_a_supply_policy_of_today_is_taken(desk):
	tamper("Item", {"name": desk.leg}, supply_policy="Build on Demand")
	answer = relocked(desk.order)
	assert amounts(answer["materials"]) == {desk.top: (10, 10, 0, 0), desk.wood: (80, 80, 0, 0)}


def test_a_shortage_blocks_and_changes_nothing(scratch, desk, unchanged):
	scratch.bom(desk.desk, {desk.glue: 6, desk.top: 3})
	with unchanged(), pytest.raises(errors.Shortage) as refusal:
		relocked(desk.order)
	assert {row["item_code"]: row["short_qty"] for row in refusal.value.details} == {
		desk.glue: 10,
		desk.top: 10,
	}
	assert "cannot be relocked" in str(refusal.value)


def test_an_order_that_may_be_short_keeps_what_there_is(scratch, desk):
	short = scratch.order(desk.desk, 5, **WITH_SHORTAGES)
	confirmed(short)
	scratch.bom(desk.desk, {desk.glue: 12, desk.top: 1})
	answer = relocked(short)
	assert amounts(answer["materials"]) == {desk.glue: (60, 50, 0, 10), desk.top: (5, 5, 0, 0)}
	assert [(row["item_code"], row["short_qty"]) for row in answer["shortages"]] == [(desk.glue, 10)]


def test_what_the_order_holds_is_there_for_itself(scratch, desk):
	"""All of the wood is its own: nothing else is free, and it needs all of it again."""
	rest = scratch.order(desk.leg, 16)
	confirmed(rest)
	assert scratch.reserved(desk.wood) == 100
	scratch.bom(desk.desk, {desk.wood: 5, desk.top: 1})
	assert amounts(relocked(desk.order)["materials"])[desk.wood] == (50, 50, 0, 0)
	scratch.bom(desk.desk, {desk.leg: 4, desk.top: 1})
	assert amounts(relocked(desk.order)["materials"])[desk.wood] == (68, 68, 0, 0)
	assert scratch.reserved(desk.wood) == 100


def test_kept_batches_stay_the_same_and_the_last_picked_go_first(scratch, tracked):
	finished, resin = scratch.item("FG"), tracked.batch_item()
	first, second = tracked.batches(resin, 4, 4)
	scratch.bom(finished, {resin: 6})
	order = scratch.order(finished, 1)
	confirmed(order)
	assert holds(order) == {first: (4, 0), second: (2, 0)}
	earlier = tracked.batches(resin, 9)[0]
	frappe.db.set_value("Batch", earlier, "creation", "2001-01-01 00:00:00")
	scratch.bom(finished, {resin: 5})
	relocked(order)
	assert holds(order) == {first: (4, 0), second: (1, 0)}
	scratch.bom(finished, {resin: 8})
	relocked(order)
	assert holds(order) == {first: (4, 0), second: (1, 0), earlier: (3, 0)}


def test_what_is_let_go_of_is_offered_to_others(desk, newer, offered):
	from production_orders.services import offers

	frappe.flags.pop(offers.PENDING, None)
	relocked(desk.order)
	offer = frappe.flags[offers.PENDING]
	assert (offer.item_codes, offer.but_not) == ({desk.wood, desk.top}, {desk.order.name})
	frappe.flags.pop(offers.PENDING)


@pytest.mark.parametrize("status", ["Draft", "In Progress", "Completed", "Cancelled"])
def test_only_a_confirmed_order_is_relocked(scratch, unchanged, status):
	order = scratch.simple_order()
	if status == "Cancelled":
		confirmed(order)
		orders.cancel(order=order.name, reason="no demand")
	elif status != "Draft":
		running(order)
	if status == "Completed":
		frappe.db.set_value("Production Order", order.name, "status", "Completed")
	scratch.bom(order.item_code, {scratch.item("OTHER"): 1})
	for call in (lambda: relocked(order), lambda: orders.preview_relock(order=order.name)):
		with unchanged(), pytest.raises(errors.IllegalTransition) as refusal:
			call()
		assert refusal.value.details["status"] == status


def test_without_an_active_bom_there_is_nothing_to_lock(desk, unchanged):
	tamper("BOM", {"name": desk.bom}, is_active=0, is_default=0)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		relocked(desk.order)
	assert [problem["field"] for problem in refusal.value.details] == ["bom_no"]


@pytest.mark.parametrize(
	("role", "may"),
	[
		("Production Manager", True),
		("Production Planner", True),
		("Manufacturing Manager", True),
		("Manufacturing User", True),
		("Production Operator", False),
		("Stock User", False),
	],
)
def test_whoever_may_confirm_may_relock(scratch, desk, newer, unchanged, role, may):
	frappe.set_user(scratch.user(role))
	if may:
		assert relocked(desk.order)["changed"] is True
		return
	with unchanged(), pytest.raises(frappe.PermissionError):
		relocked(desk.order)


def test_a_site_that_lets_only_managers_confirm_lets_only_managers_relock(scratch, desk, newer, unchanged):
	workflow = frappe.get_doc("Workflow", "Production Order")
	workflow.transitions = [
		row for row in workflow.transitions if row.action != "Confirm" or row.allowed == "Production Manager"
	]
	workflow.save()
	frappe.set_user(scratch.user("Production Planner"))
	with unchanged(), pytest.raises(frappe.PermissionError, match="relock"):
		relocked(desk.order)
	frappe.set_user(scratch.user("Production Manager"))
	assert relocked(desk.order)["changed"] is True


def test_the_preview_shows_what_a_relock_would_do_and_writes_nothing(desk, newer):
	with quiet():
		shown = orders.preview_relock(order=desk.order.name)
	answer = relocked(desk.order)
	assert (shown["changed"], shown["bom_no"], shown["diff"]) == (True, newer, answer["diff"])
	assert amounts(shown["materials"]) == amounts(answer["materials"])
	assert shown["shortages"] == []


def test_a_superseded_lock_that_is_edited_is_found(desk, newer):
	relocked(desk.order)
	tamper("BOM Lock Line", {"parent": f"{desk.order.name}-L1", "item_code": desk.top}, stock_qty=7)
	answer = history.verify(order=desk.order.name)
	assert [problem["kind"] for problem in answer["problems"]] == ["lock edited"]


def test_runs_after_a_relock_follow_the_new_lock(desk, newer):
	relocked(desk.order)
	answer = orders.complete(order=desk.order.name, produced_qty=10)
	assert answer["status"] == "Completed"
	drawn = frappe.get_all(
		"Stock Entry Detail",
		{"parent": answer["stock_entry"], "s_warehouse": ["is", "set"]},
		["item_code", "qty"],
	)
	assert {row.item_code: row.qty for row in drawn} == {desk.leg: 6, desk.wood: 48, desk.glue: 20}
	assert value("BOM Lock", f"{desk.order.name}-L2", "status") == "Released"
	assert history.verify(order=desk.order.name)["intact"] is True


def test_the_number_of_statements_does_not_grow_with_the_materials(scratch, monkeypatch):
	_statements(scratch, 1, monkeypatch)
	assert len(_statements(scratch, 4, monkeypatch)) == len(_statements(scratch, 24, monkeypatch))


def _statements(scratch, count, monkeypatch):
	"""What a relock sends that keeps, lets go of and adds `count` materials each."""
	kept, gone, new = ([scratch.item("RAW") for _number in range(count)] for _kind in range(3))
	scratch.stocks(dict.fromkeys((*kept, *gone, *new), (100, 1)))
	finished = scratch.item("FG")
	scratch.bom(finished, dict.fromkeys((*kept, *gone), 2))
	order = scratch.order(finished, 5)
	confirmed(order)
	scratch.bom(finished, {**dict.fromkeys(kept, 3), **dict.fromkeys(new, 1)})
	statements, execute = [], frappe.db.sql

	def sql(query, *args, **kwargs):
		statements.append(str(query))
		return execute(query, *args, **kwargs)

	with monkeypatch.context() as patched:
		patched.setattr(frappe.db, "sql", sql)
		relocked(order)
	return statements


def test_what_waits_at_the_machines_is_returned_first(scratch, unchanged):
	floor = Floor(scratch)
	order = floor.order(10)
	confirmed(order)
	scratch.bom(order.item_code, {floor.steel: 3})
	materials.stage(order=order.name)
	for call in (lambda: relocked(order), lambda: orders.preview_relock(order=order.name)):
		with unchanged(), pytest.raises(errors.IllegalTransition, match="WIP") as refusal:
			call()
		assert refusal.value.details["staged"] == [floor.steel]
	materials.return_staged(order=order.name, reason=REASON)
	assert amounts(relocked(order)["materials"]) == {floor.steel: (30, 30, 0, 0)}
	assert floor.stock() == {"store": (100, 30), "wip": (0, 0)}
