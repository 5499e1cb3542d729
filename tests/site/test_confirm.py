"""Confirming an order: the lock, the reservations and the shortages, all or nothing."""

import frappe
import pytest

from fixtures.generate import flat_bom
from production_orders import errors
from production_orders.api import availability, orders
from tests.support.orders import amounts, confirmed, events_of, reservations_of, tamper, value
from tests.support.state import quiet


def test_a_confirmed_order_holds_its_materials_in_the_ledger(scratch):
	order = scratch.simple_order(qty=10, stock=25)
	answer = orders.confirm(order=order.name)
	material = answer["materials"][0]
	assert (material["required_qty"], material["reserved_qty"], material["short_qty"]) == (20, 20, 0)
	assert scratch.reserved(material["item_code"]) == 20


def test_a_blocked_shortage_changes_nothing(scratch, unchanged):
	order = scratch.simple_order(qty=10, stock=15)
	with unchanged(), pytest.raises(errors.Shortage) as refusal:
		orders.confirm(order=order.name)
	short = refusal.value.details[0]
	assert (short["required_qty"], short["available_qty"], short["short_qty"]) == (20, 15, 5)
	assert short["path"] == [order.item_code, short["item_code"]]
	assert frappe.db.get_value("Production Order", order.name, "status") == "Draft"


def test_every_shortage_is_reported_at_once(scratch):
	finished, steel, bolts, paint = (scratch.item(name) for name in ("FG", "STEEL", "BOLT", "PAINT"))
	scratch.bom(finished, {steel: 3, bolts: 8, paint: 1})
	scratch.stocks({steel: (10, 1), paint: (10, 1)})
	order = scratch.order(finished, 10)
	with pytest.raises(errors.Shortage) as refusal:
		confirmed(order)
	found = {row["item_code"]: (row["available_qty"], row["short_qty"]) for row in refusal.value.details}
	assert found == {steel: (10, 20), bolts: (0, 80)}
	assert {row["warehouse"] for row in refusal.value.details} == {scratch.plant.source_warehouse}
	assert steel in str(refusal.value)
	assert bolts in str(refusal.value)


def test_a_confirmed_order_names_its_lock_and_its_hash(scratch):
	order = scratch.simple_order(qty=10, stock=25)
	answer = confirmed(order)
	assert (answer["order"], answer["status"], answer["bom_lock"]) == (
		order.name,
		"Confirmed",
		f"{order.name}-L1",
	)
	assert value("Production Order", order.name, "docstatus", "status", "open_qty", "produced_qty") == (
		1,
		"Confirmed",
		10,
		0,
	)
	assert value("Production Order", order.name, "bom_lock", "content_hash") == (
		answer["bom_lock"],
		answer["content_hash"],
	)
	assert value("BOM Lock", answer["bom_lock"], "status", "content_hash", "line_count", "level_count") == (
		"Active",
		answer["content_hash"],
		1,
		1,
	)
	assert events_of(order) == [(1, "Confirmed", order.name)]


def test_confirming_twice_is_a_quiet_no_op(scratch):
	order = scratch.simple_order(qty=10, stock=25)
	first = confirmed(order)
	with quiet():
		assert confirmed(order) == first


def test_shortages_are_kept_open_when_the_order_allows_them(scratch):
	order = scratch.simple_order(qty=10, stock=15, shortage_policy="Confirm with Shortages")
	answer = confirmed(order)
	item = answer["materials"][0]["item_code"]
	assert answer["status"] == "Confirmed"
	assert amounts(answer["materials"]) == {item: (20, 15, 0, 5)}
	assert [(row["item_code"], row["short_qty"], row["available_qty"]) for row in answer["shortages"]] == [
		(item, 5, 0)
	]
	assert reservations_of(order, "status", "reserved_qty", "voucher_qty") == {
		item: ("Partially Reserved", 15, 20)
	}


@pytest.mark.parametrize("policy", ["Block", "Confirm with Shortages"])
def test_the_caller_may_choose_the_policy_of_one_confirmation(scratch, policy):
	order = scratch.simple_order(qty=10, stock=15, shortage_policy=policy)
	if policy == "Confirm with Shortages":
		with pytest.raises(errors.Shortage):
			confirmed(order, on_shortage="Block")
	else:
		assert confirmed(order, on_shortage="Confirm with Shortages")["status"] == "Confirmed"


def test_nothing_in_stock_is_confirmed_without_a_reservation(scratch):
	order = scratch.simple_order(qty=10, stock=0, shortage_policy="Confirm with Shortages")
	answer = confirmed(order)
	item = answer["materials"][0]["item_code"]
	assert amounts(answer["materials"]) == {item: (20, 0, 0, 20)}
	assert reservations_of(order, "name") == {}


def test_the_three_supply_policies(scratch):
	"""Ten of each sub-assembly are needed, three of each are in stock."""
	finished = scratch.item("FG")
	made = {
		policy: scratch.item("SUB", supply_policy=policy)
		for policy in ("Make to Stock", "Build on Demand", "Stock Only")
	}
	raw = {policy: scratch.item("RAW") for policy in made}
	for policy, item in made.items():
		scratch.bom(item, {raw[policy]: 2})
	scratch.stocks({**dict.fromkeys(made.values(), (3, 10)), **dict.fromkeys(raw.values(), (100, 1))})
	scratch.bom(finished, dict.fromkeys(made.values(), 1))
	order = scratch.order(finished, 10, shortage_policy="Confirm with Shortages")
	answer = confirmed(order)
	assert amounts(answer["materials"]) == {
		made["Make to Stock"]: (3, 3, 0, 0),
		raw["Make to Stock"]: (14, 14, 0, 0),
		raw["Build on Demand"]: (20, 20, 0, 0),
		made["Stock Only"]: (10, 3, 0, 7),
	}
	paths = {row["item_code"]: row["path"] for row in answer["materials"]}
	assert paths[raw["Make to Stock"]] == [finished, made["Make to Stock"], raw["Make to Stock"]]
	assert scratch.reserved(made["Build on Demand"]) == 0


def test_whole_numbers_waste_and_metres_round_up(scratch):
	finished, spoke, cable = scratch.item("FG"), scratch.item("SPOKE"), scratch.item("CABLE", uom="Meter")
	scratch.bom(
		finished,
		[{"item_code": spoke, "qty": 32, "waste_percentage": 2}, {"item_code": cable, "qty": 1.8}],
	)
	scratch.stocks({spoke: (1000, 1), cable: (100, 1)})
	answer = confirmed(scratch.order(finished, 7))
	assert amounts(answer["materials"]) == {spoke: (229, 229, 0, 0), cable: (12.6, 12.6, 0, 0)}


def test_a_shared_sub_assembly_is_netted_once_over_its_parents(scratch):
	finished, left, right, hub, axle = (scratch.item(name) for name in ("FG", "LEFT", "RIGHT", "HUB", "AXLE"))
	scratch.bom(hub, {axle: 1})
	scratch.bom(left, {hub: 2})
	scratch.bom(right, {hub: 3})
	scratch.bom(finished, {left: 1, right: 1})
	scratch.stocks({hub: (12, 10), axle: (38, 4)})
	answer = confirmed(scratch.order(finished, 10))
	assert amounts(answer["materials"]) == {hub: (12, 12, 0, 0), axle: (38, 38, 0, 0)}


def test_the_reservation_entries_say_what_the_materials_say(scratch):
	finished, steel, bolts = scratch.item("FG"), scratch.item("STEEL", uom="Kg"), scratch.item("BOLT")
	scratch.bom(finished, {steel: 1.25, bolts: 4})
	scratch.stocks({steel: (40, 3), bolts: (30, 1)})
	order = scratch.order(finished, 10, shortage_policy="Confirm with Shortages")
	confirmed(order)
	rows = {
		row.item_code: row
		for row in frappe.get_all(
			"Production Order Material",
			{"parent": order.name},
			["name", "item_code", "reservation_entry"],
		)
	}
	fields = ("name", "voucher_detail_no", "docstatus", "status", "reserved_qty", "delivered_qty")
	assert reservations_of(order, *fields) == {
		steel: (rows[steel].reservation_entry, rows[steel].name, 1, "Reserved", 12.5, 0),
		bolts: (rows[bolts].reservation_entry, rows[bolts].name, 1, "Partially Reserved", 30, 0),
	}
	fields = ("warehouse", "company", "stock_uom", "voucher_qty", "available_qty", "reservation_based_on")
	at = scratch.plant.source_warehouse, scratch.company
	assert reservations_of(order, *fields) == {
		steel: (*at, "Kg", 12.5, 40, "Qty"),
		bolts: (*at, "Nos", 40, 30, "Qty"),
	}
	assert (scratch.reserved(steel), scratch.reserved(bolts)) == (12.5, 30)


def test_available_to_promise_falls_by_exactly_what_is_reserved(scratch):
	order = scratch.simple_order(qty=10, stock=25)
	item = frappe.get_all("BOM Item", {"parent": order.bom_no}, pluck="item_code")[0]
	warehouse = scratch.plant.source_warehouse
	before = availability.atp(item_code=item, warehouse=warehouse)
	confirmed(order)
	after = availability.atp(item_code=item, warehouse=warehouse)
	assert (before["actual_qty"], before["reserved_qty"], before["atp_qty"]) == (25, 0, 25)
	assert (after["actual_qty"], after["reserved_qty"], after["atp_qty"]) == (25, 20, 5)


def test_the_next_order_finds_only_what_is_left(scratch):
	first = scratch.simple_order(qty=10, stock=25)
	confirmed(first)
	second = scratch.order(first.item_code, 4, shortage_policy="Confirm with Shortages")
	answer = confirmed(second)
	assert list(amounts(answer["materials"]).values()) == [(8, 5, 0, 3)]


def test_a_component_that_was_disabled_is_refused(scratch, unchanged):
	order = scratch.simple_order(qty=10, stock=25)
	item = frappe.get_all("BOM Item", {"parent": order.bom_no}, pluck="item_code")[0]
	frappe.db.set_value("Item", item, "disabled", 1)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		confirmed(order)
	assert [problem["field"] for problem in refusal.value.details] == ["bom_no"]
	assert item in str(refusal.value)


def test_a_structure_that_contains_itself_is_refused_with_its_path(scratch, unchanged):
	"""ERPNext lets this through: when the first BOM was made, its component had none yet."""
	finished, part = scratch.item("FG"), scratch.item("PART")
	scratch.bom(finished, {part: 1})
	scratch.bom(part, {finished: 1})
	order = scratch.order(finished, 1)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		confirmed(order)
	assert [problem["field"] for problem in refusal.value.details] == ["bom_no"]
	path = str(refusal.value).rpartition(": ")[2].rstrip(".").split(" › ")
	assert (path[0], set(path), len(path)) == (path[-1], {finished, part}, 3)


def test_a_draft_has_no_effect_on_stock(scratch):
	order = scratch.simple_order(qty=10, stock=25)
	item = frappe.get_all("BOM Item", {"parent": order.bom_no}, pluck="item_code")[0]
	assert (order.status, order.docstatus) == ("Draft", 0)
	assert events_of(order) == []
	assert scratch.reserved(item) == 0
	order.delete()
	assert not frappe.db.exists("Production Order", order.name)


def test_a_draft_takes_the_policies_of_the_settings_and_keeps_its_own(scratch):
	settings = frappe.get_cached_doc("Production Orders Settings")
	fields = ("shortage_policy", "consumption_policy", "consumption_tolerance", "over_production_tolerance")
	order = scratch.simple_order()
	assert [order.get(field) for field in fields] == [settings.get(field) for field in fields]
	own = scratch.order(order.item_code, 1, consumption_policy="Strict", consumption_tolerance=1.5)
	assert (own.consumption_policy, own.consumption_tolerance) == ("Strict", 1.5)


def test_a_confirmation_says_when_the_ledger_does_not_guard_its_reservations(scratch):
	order, guarded = scratch.simple_order(qty=10, stock=20), scratch.simple_order(qty=10, stock=20)
	material = frappe.get_all("BOM Item", {"parent": order.bom_no}, pluck="item_code")[0]
	frappe.db.set_value("Item", material, "allow_negative_stock", 1)
	answer = confirmed(order)
	assert len(answer["warnings"]) == 1
	assert material in answer["warnings"][0]
	assert confirmed(order)["warnings"] == answer["warnings"]
	assert confirmed(guarded)["warnings"] == []


def test_negative_stock_allowed_for_the_site_concerns_every_reserved_material(scratch, monkeypatch):
	order = scratch.simple_order(qty=10, stock=20)
	material = frappe.get_all("BOM Item", {"parent": order.bom_no}, pluck="item_code")[0]
	answer = confirmed(order)
	assert answer["warnings"] == []
	monkeypatch.setattr(frappe.db, "get_single_value", lambda doctype, field, **kwargs: 1)
	assert material in confirmed(order)["warnings"][0]


def test_a_policy_that_a_later_save_leaves_blank_is_filled_again(scratch, unchanged):
	order = scratch.simple_order(qty=10, stock=5)
	order.update({"shortage_policy": "", "consumption_policy": None})
	order.save()
	assert value("Production Order", order.name, "shortage_policy", "consumption_policy") == ("Block", "Warn")
	with unchanged(), pytest.raises(errors.Shortage):
		confirmed(order)


def test_a_policy_that_was_blanked_by_sql_is_filled_before_it_decides(scratch, unchanged):
	order = scratch.simple_order(qty=10, stock=5)
	tamper("Production Order", {"name": order.name}, shortage_policy="")
	with unchanged(), pytest.raises(errors.Shortage):
		confirmed(order)


def test_the_number_of_statements_does_not_grow_with_the_materials(scratch, monkeypatch):
	few, many = (scratch.order(flat_bom(materials, stock=900).item_code, 10) for materials in (5, 60))
	confirmed(scratch.simple_order())
	counts = []
	for order in (few, many):
		statements = []
		with monkeypatch.context() as patch:
			_collect_statements(patch, statements)
			confirmed(order)
		counts.append(len(statements))
	assert counts[0] == counts[1]
	assert len(reservations_of(many, "name")) == 60


def _collect_statements(patch, statements: list[str]) -> None:
	run = frappe.db.sql

	def sql(query, *args, **kwargs):
		statements.append(str(query))
		return run(query, *args, **kwargs)

	patch.setattr(frappe.db, "sql", sql)
