"""What was promised stays what was promised, whatever happens to the BOMs; and an edited lock is found."""

import json

import frappe
import pytest

from production_orders import errors
from production_orders.api import history, orders, runs
from production_orders.services import bom_lock
from tests.support.orders import (
	amounts,
	confirmed,
	consumption_rows,
	running,
	started,
	tamper,
	value,
)
from tests.support.scratch import Scratch


@pytest.fixture(scope="module")
def workshop(plants):
	"""A table of 4 legs (2 wood each, 10 % waste; 6 legs in stock) and 1 top."""
	scratch = Scratch(plants["bicycle"])
	table, leg, wood, top = (scratch.item(name) for name in ("TABLE", "LEG", "WOOD", "TOP"))
	leg_bom = scratch.bom(leg, [{"item_code": wood, "qty": 2, "waste_percentage": 10}])
	bom = scratch.bom(table, {leg: 4, top: 1})
	scratch.stocks({leg: (6, 9), wood: (100, 3), top: (20, 25)})
	frappe.db.commit()
	return {"item": table, "leg": leg, "wood": wood, "top": top, "bom": bom, "leg_bom": leg_bom}


@pytest.fixture
def table(workshop, scratch):
	"""A draft of ten tables; BOMs and stock are as new in every test."""
	return frappe._dict(workshop, order=scratch.order(workshop["item"], 10))


def test_the_lock_holds_every_line_with_its_facts(table):
	lock = confirmed(table.order)["bom_lock"]
	fields = ("parent_bom", "bom_no", "level", "qty_per_unit", "waste_percentage", "valuation_rate")
	rows = frappe.get_all(
		"BOM Lock Line", {"parent": lock}, ["item_code", *fields, "supply_policy"], as_list=True
	)
	assert {item: tuple(values) for item, *values in rows} == {
		table.leg: (table.bom, table.leg_bom, 1, 4, 0, 9, "Make to Stock"),
		table.top: (table.bom, "", 1, 1, 0, 25, ""),
		table.wood: (table.leg_bom, "", 2, 2.2, 10, 3, ""),
	}
	headers = {row["bom_no"]: row["item_code"] for row in json.loads(value("BOM Lock", lock, "boms"))}
	assert headers == {table.bom: table.order.item_code, table.leg_bom: table.leg}
	assert value("BOM Lock", lock, "line_count", "level_count") == (3, 2)


def test_the_materials_follow_from_the_lock(table):
	"""40 legs less 6 in stock are 34 to make, of 2.2 wood each: 74.8, and wood is counted in whole pieces."""
	assert amounts(confirmed(table.order)["materials"]) == {
		table.leg: (6, 6, 0, 0),
		table.top: (10, 10, 0, 0),
		table.wood: (75, 75, 0, 0),
	}


def _rewrite_boms(table):
	tamper("BOM Item", {"parent": table.bom}, stock_qty=99, qty=99, qty_consumed_per_unit=99)
	tamper("BOM Item", {"parent": table.leg_bom}, item_code=table.top, waste_percentage=50)


def _deactivate_boms(table):
	for bom in (table.bom, table.leg_bom):
		tamper("BOM", {"name": bom}, is_active=0, is_default=0)
	tamper("Item", {"name": table.leg}, default_bom=None, supply_policy="Stock Only")


def _delete_boms(table):
	for bom in (table.bom, table.leg_bom):
		frappe.db.delete("BOM Item", {"parent": bom})
		frappe.db.delete("BOM", {"name": bom})


@pytest.mark.parametrize("change", [_rewrite_boms, _deactivate_boms, _delete_boms])
def test_a_confirmed_order_does_not_see_what_happens_to_its_boms(table, change):
	answer = confirmed(table.order)
	change(table)
	run = started(table.order, qty=10)
	plan = {row["item_code"]: row["planned_qty"] for row in runs.plan(run=run, produced_qty=4)["materials"]}
	assert plan == {table.leg: 3, table.top: 4, table.wood: 30}
	completed = runs.complete(run=run, produced_qty=10)
	assert (completed["warnings"], completed["variance"]["standard_cost"]) == ([], 6 * 9 + 10 * 25 + 75 * 3)
	assert completed["variance"]["total_variance"] == 0
	assert consumption_rows(run, "planned_qty", "qty") == {
		table.leg: (6, 6),
		table.top: (10, 10),
		table.wood: (75, 75),
	}
	assert orders.complete(order=table.order.name)["status"] == "Completed"
	assert bom_lock.load(answer["bom_lock"]).content_hash == answer["content_hash"]
	assert history.verify(order=table.order.name)["intact"] is True


def _edit_a_quantity(table, lock):
	tamper("BOM Lock Line", {"parent": lock, "item_code": table.wood}, stock_qty=1)


def _edit_a_policy(table, lock):
	tamper("BOM Lock Line", {"parent": lock, "item_code": table.leg}, supply_policy="Stock Only")


def _edit_a_rate(table, lock):
	tamper("BOM Lock Line", {"parent": lock, "item_code": table.top}, valuation_rate=24.99)


def _delete_a_line(table, lock):
	frappe.db.delete("BOM Lock Line", {"parent": lock, "item_code": table.wood})


def _edit_a_header(table, lock):
	boms = json.loads(value("BOM Lock", lock, "boms"))
	boms[0]["process_loss_percentage"] = "5"
	tamper("BOM Lock", {"name": lock}, boms=json.dumps(boms))


def _edit_the_hash(table, lock):
	tamper("BOM Lock", {"name": lock}, content_hash="0" * 64)


@pytest.mark.parametrize(
	"edit",
	[_edit_a_quantity, _edit_a_policy, _edit_a_rate, _delete_a_line, _edit_a_header, _edit_the_hash],
)
def test_an_edited_lock_is_found(table, edit):
	lock = confirmed(table.order)["bom_lock"]
	assert history.verify(order=table.order.name)["intact"] is True
	edit(table, lock)
	answer = history.verify(order=table.order.name)
	assert (answer["intact"], [problem["kind"] for problem in answer["problems"]]) == (False, ["lock edited"])


def test_a_lock_edited_together_with_its_hash_is_found(table):
	"""The order keeps the hash too, and so does its chained Confirmed event."""
	lock = confirmed(table.order)["bom_lock"]
	_edit_a_quantity(table, lock)
	forged = bom_lock.load(lock).content_hash
	for doctype, name in (("BOM Lock", lock), ("Production Order", table.order.name)):
		tamper(doctype, {"name": name}, content_hash=forged)
		assert history.verify(order=table.order.name)["intact"] is False


@pytest.mark.parametrize("end", ["cancel", "complete"])
def test_the_lock_is_released_with_its_content_when_the_order_ends(table, end):
	answer = confirmed(table.order)
	if end == "cancel":
		orders.cancel(order=table.order.name, reason="no demand")
	else:
		orders.complete(order=table.order.name, produced_qty=10)
	assert value("BOM Lock", answer["bom_lock"], "status", "content_hash") == (
		"Released",
		answer["content_hash"],
	)
	assert history.verify(order=table.order.name)["intact"] is True


@pytest.mark.parametrize("change", ["save", "delete", "rename"])
def test_nobody_changes_a_lock(table, unchanged, change):
	lock = frappe.get_doc("BOM Lock", confirmed(table.order)["bom_lock"])
	actions = {
		"save": lambda: lock.save(),
		"delete": lambda: lock.delete(),
		"rename": lambda: frappe.rename_doc("BOM Lock", lock.name, "OTHER"),
	}
	with unchanged(), pytest.raises((errors.ReadOnly, frappe.ValidationError)):
		actions[change]()


def test_a_draft_takes_the_newer_default_bom_and_a_confirmed_order_does_not(scratch, table):
	answer = confirmed(table.order)
	drafted = scratch.order(table.order.item_code, 1)
	refreshed = scratch.order(table.order.item_code, 1)
	newer = scratch.bom(table.order.item_code, {table.top: 2})

	drafted.save()
	assert drafted.bom_no == newer
	assert orders.refresh_bom(order=refreshed.name) == {
		"order": refreshed.name,
		"bom_no": newer,
		"changed": True,
	}
	assert orders.refresh_bom(order=refreshed.name)["changed"] is False
	assert confirmed(scratch.order(table.order.item_code, 1))["materials"][0]["required_qty"] == 2
	assert value("Production Order", table.order.name, "bom_no", "content_hash") == (
		table.bom,
		answer["content_hash"],
	)
	assert history.verify(order=table.order.name)["intact"] is True


def test_a_pinned_bom_stays_until_the_draft_is_refreshed(scratch, table):
	newer = scratch.bom(table.order.item_code, {table.top: 2})
	pinned = scratch.order(table.order.item_code, 1, bom_no=table.bom)
	assert (pinned.bom_no, pinned.bom_pinned) == (table.bom, 1)
	pinned.save()
	assert pinned.bom_no == table.bom
	assert orders.refresh_bom(order=pinned.name) == {"order": pinned.name, "bom_no": newer, "changed": True}


def test_a_pinned_bom_that_was_deactivated_is_refused_at_confirmation(scratch, table, unchanged):
	scratch.bom(table.order.item_code, {table.top: 2})
	pinned = scratch.order(table.order.item_code, 1, bom_no=table.bom)
	tamper("BOM", {"name": table.bom}, is_active=0)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		confirmed(pinned)
	assert [problem["field"] for problem in refusal.value.details] == ["bom_no"]


def test_a_row_without_a_bom_takes_the_components_default(scratch):
	"""The component got its BOM after the parent's: the parent's row names none."""
	finished, sub, raw = scratch.item("FG"), scratch.item("SUB"), scratch.item("RAW")
	bom = scratch.bom(finished, {sub: 1})
	scratch.bom(sub, {raw: 3})
	scratch.stock(raw, 30)
	tamper("BOM Item", {"parent": bom}, bom_no="")
	assert amounts(confirmed(scratch.order(finished, 10))["materials"]) == {raw: (30, 30, 0, 0)}


def test_a_row_that_is_not_to_be_exploded_is_bought(scratch):
	finished, sub, raw = scratch.item("FG"), scratch.item("SUB"), scratch.item("RAW")
	scratch.bom(sub, {raw: 3})
	bom = scratch.bom(finished, {sub: 1})
	tamper("BOM Item", {"parent": bom}, do_not_explode=1, bom_no="")
	scratch.stock(raw, 30)
	order = scratch.order(finished, 10, shortage_policy="Confirm with Shortages")
	assert amounts(confirmed(order)["materials"]) == {sub: (10, 0, 0, 10)}


def test_two_versions_of_one_sub_assembly_keep_their_own_lines(scratch):
	desk, left, right, leg, wood, steel = (
		scratch.item(name) for name in ("DESK", "LEFT", "RIGHT", "LEG", "WOOD", "STEEL")
	)
	wooden = scratch.bom(leg, {wood: 3})
	steely = scratch.bom(leg, {steel: 5}, is_default=0)
	scratch.bom(left, [{"item_code": leg, "qty": 2, "bom_no": wooden}])
	scratch.bom(right, [{"item_code": leg, "qty": 2, "bom_no": steely}])
	scratch.bom(desk, {left: 1, right: 1})
	scratch.stocks({wood: (60, 10), steel: (100, 10)})
	assert amounts(confirmed(scratch.order(desk, 10))["materials"]) == {
		wood: (60, 60, 0, 0),
		steel: (100, 100, 0, 0),
	}


def test_a_line_may_draw_from_its_own_warehouse(scratch):
	finished, screw = scratch.item("FG"), scratch.item("SCREW")
	elsewhere = scratch.plant.fg_warehouse
	scratch.bom(finished, [{"item_code": screw, "qty": 2, "source_warehouse": elsewhere}])
	scratch.stock(screw, 30, warehouse=elsewhere)
	answer = confirmed(scratch.order(finished, 10))
	assert [(row["warehouse"], row["reserved_qty"]) for row in answer["materials"]] == [(elsewhere, 20)]
	assert scratch.reserved(screw, elsewhere) == 20


def test_runs_do_not_read_boms_after_confirmation(table, monkeypatch):
	run = running(table.order)
	statements, execute = [], frappe.db.sql

	def sql(query, *args, **kwargs):
		statements.append(str(query))
		return execute(query, *args, **kwargs)

	monkeypatch.setattr(frappe.db, "sql", sql)
	runs.plan(run=run, produced_qty=5)
	orders.allowed_actions(order=table.order.name)
	of_boms = [statement for statement in statements if "`tabBOM" in statement]
	assert [statement for statement in of_boms if "`tabBOM Lock" not in statement] == []


def test_rows_of_a_lock_and_of_an_order_are_numbered(table):
	"""Random names would collide one day; these follow from the order's own."""
	lock = confirmed(table.order)["bom_lock"]
	lines = frappe.get_all("BOM Lock Line", {"parent": lock}, pluck="name", order_by="idx")
	materials = frappe.get_all(
		"Production Order Material", {"parent": table.order.name}, pluck="name", order_by="idx"
	)
	assert lines == [f"{lock}-{number:05d}" for number in (1, 2, 3)]
	assert materials == [f"{table.order.name}-M{number:05d}" for number in (1, 2, 3)]


def _delete_the_lock(table, lock):
	frappe.db.delete("BOM Lock", {"name": lock})


def _forget_the_lock(table, lock):
	tamper("Production Order", {"name": table.order.name}, bom_lock=None)


def _garble_the_headers(table, lock):
	tamper("BOM Lock", {"name": lock}, boms="x")


def _empty_the_headers(table, lock):
	tamper("BOM Lock", {"name": lock}, boms="[{}]")


@pytest.mark.parametrize(
	("edit", "kind"),
	[
		(_delete_the_lock, "lock missing"),
		(_forget_the_lock, "lock missing"),
		(_garble_the_headers, "lock edited"),
		(_empty_the_headers, "lock edited"),
	],
)
def test_a_lock_that_cannot_be_read_is_a_problem_and_no_crash(table, edit, kind):
	lock = confirmed(table.order)["bom_lock"]
	edit(table, lock)
	answer = history.verify(order=table.order.name)
	assert (answer["intact"], [problem["kind"] for problem in answer["problems"]]) == (False, [kind])


@pytest.mark.parametrize("loss", ["of the product", "of a component"])
def test_a_bom_that_loses_everything_is_refused_by_name(scratch, unchanged, loss):
	finished, sub, raw = scratch.item("FG"), scratch.item("SUB"), scratch.item("RAW")
	boms = {
		"of a component": scratch.bom(sub, {raw: 1}),
		"of the product": scratch.bom(finished, {sub: 1}),
	}
	tamper("BOM", {"name": boms[loss]}, process_loss_percentage=100)
	order = scratch.order(finished, 1)
	for call in (
		lambda: confirmed(order),
		lambda: orders.preview(
			item_code=finished, qty=1, company=scratch.company, source_warehouse=order.source_warehouse
		),
	):
		with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
			call()
		((problem),) = refusal.value.details
		assert problem["field"] == "bom_no"
		assert boms[loss] in problem["problem"]
