"""Where stock is looked for: one warehouse, or a group whose warehouses give in the order of their names."""

from unittest import mock

import frappe
import pytest

from fixtures.generate import flat_bom
from production_orders import errors
from production_orders.api import orders, runs
from production_orders.erpnext_bridge import item
from tests.support.orders import confirmed, started


@pytest.fixture
def racks(scratch):
	"""A group of the racks A, B and C, of which B is disabled."""
	group = _warehouse(scratch, "Racks", is_group=1)
	a, b, c = (_warehouse(scratch, f"Rack {letter}", parent_warehouse=group) for letter in "ABC")
	frappe.db.set_value("Warehouse", b, "disabled", 1)
	return frappe._dict(group=group, a=a, b=b, c=c)


def _warehouse(scratch, name: str, **values) -> str:
	code = f"{name} {frappe.generate_hash(length=6)}"
	values = {"parent_warehouse": f"All Warehouses - {scratch.plant.table.abbr}", **values}
	doc = frappe.get_doc(
		{"doctype": "Warehouse", "warehouse_name": code, "company": scratch.company, **values}
	)
	# ERPNext keeps the accounts of all warehouses for a whole process.
	frappe.flags.pop("warehouse_account_map", None)
	return doc.insert().name


def test_a_group_stands_for_its_enabled_warehouses_in_the_order_of_their_names(scratch, racks):
	_warehouse(scratch, "Empty", is_group=1, parent_warehouse=racks.group)
	assert item.leaves([racks.group, racks.a, None, "no such place"], scratch.company) == {
		racks.group: (racks.a, racks.c)
	}


def test_a_group_holds_the_warehouses_of_the_groups_in_it(scratch, racks):
	shelf = _warehouse(scratch, "Shelf", is_group=1, parent_warehouse=racks.group)
	box = _warehouse(scratch, "Box", parent_warehouse=shelf)
	assert item.leaves([racks.group, shelf], scratch.company) == {
		racks.group: (box, racks.a, racks.c),
		shelf: (box,),
	}


def test_only_a_source_may_be_a_group_and_only_one_with_warehouses(scratch, racks):
	empty = _warehouse(scratch, "Empty", is_group=1)
	places = [racks.group, racks.a, racks.b, empty]
	assert item.source_problems(places, scratch.company).keys() == {racks.b, empty}
	assert item.warehouse_problems(places, scratch.company).keys() == {racks.group, racks.b, empty}
	assert "without any enabled warehouse" in item.source_problems([empty], scratch.company)[empty]


def _stocked(scratch, item_code: str, **held: float) -> None:
	for warehouse, qty in held.items():
		scratch.stock(item_code, qty, warehouse=warehouse)


def _rows(answer) -> list[tuple]:
	"""(item, warehouse, required, reserved, short) of every material."""
	fields = ("item_code", "warehouse", "required_qty", "reserved_qty", "short_qty")
	return sorted(tuple(row[field] for field in fields) for row in answer["materials"])


def _sources(order) -> dict[tuple[str, str], str]:
	fields = ["item_code", "warehouse", "source_warehouse"]
	rows = frappe.get_all("Production Order Material", {"parent": order.name}, fields)
	return {(row.item_code, row.warehouse): row.source_warehouse for row in rows}


def test_a_group_gives_from_its_warehouses_in_order_and_the_rest_is_short_at_the_first(scratch, racks):
	finished, steel, bolt = (scratch.item(name) for name in ("FG", "STEEL", "BOLT"))
	scratch.bom(finished, {steel: 3, bolt: 1})
	frappe.db.set_value("Warehouse", racks.b, "disabled", 0)
	_stocked(scratch, steel, **{racks.a: 5, racks.c: 20})
	_stocked(scratch, bolt, **{racks.c: 4})
	order = scratch.order(
		finished, 10, source_warehouse=racks.group, shortage_policy="Confirm with Shortages"
	)
	assert _rows(confirmed(order)) == [
		(bolt, racks.a, 6, 0, 6),
		(bolt, racks.c, 4, 4, 0),
		(steel, racks.a, 10, 5, 5),
		(steel, racks.c, 20, 20, 0),
	]
	assert set(_sources(order).values()) == {racks.group}
	assert (scratch.reserved(steel, racks.a), scratch.reserved(steel, racks.c)) == (5, 20)


def test_a_blocked_shortage_counts_all_warehouses_of_the_group(scratch, racks, unchanged):
	finished, steel = scratch.item("FG"), scratch.item("STEEL")
	scratch.bom(finished, {steel: 3})
	_stocked(scratch, steel, **{racks.a: 5, racks.c: 20})
	order = scratch.order(finished, 10, source_warehouse=racks.group)
	with unchanged(), pytest.raises(errors.Shortage) as refusal:
		confirmed(order)
	(short,) = refusal.value.details
	assert (short["warehouse"], short["required_qty"], short["available_qty"], short["short_qty"]) == (
		racks.group,
		30,
		25,
		5,
	)


def test_a_row_of_the_bom_may_name_a_group_and_the_order_one_of_its_warehouses(scratch, racks):
	"""Both want the same item: the order's own warehouse serves the order's rows first."""
	finished, left, steel = (scratch.item(name) for name in ("FG", "LEFT", "STEEL"))
	scratch.bom(left, {steel: 2})
	scratch.bom(
		finished,
		[{"item_code": left, "qty": 1}, {"item_code": steel, "qty": 1, "source_warehouse": racks.group}],
	)
	_stocked(scratch, steel, **{racks.a: 25, racks.c: 3})
	order = scratch.order(finished, 10, source_warehouse=racks.a, shortage_policy="Confirm with Shortages")
	assert _rows(confirmed(order)) == [(steel, racks.a, 27, 25, 2), (steel, racks.c, 3, 3, 0)]
	assert _sources(order) == {(steel, racks.a): racks.group, (steel, racks.c): racks.group}


def test_a_sub_assembly_in_a_group_is_taken_from_all_its_warehouses_before_it_is_made(scratch, racks):
	finished, sub, raw = (scratch.item(name) for name in ("FG", "SUB", "RAW"))
	scratch.bom(sub, {raw: 2})
	scratch.bom(finished, {sub: 1})
	_stocked(scratch, sub, **{racks.a: 2, racks.c: 3})
	_stocked(scratch, raw, **{racks.a: 4, racks.c: 30})
	answer = confirmed(scratch.order(finished, 10, source_warehouse=racks.group))
	assert _rows(answer) == [
		(raw, racks.a, 4, 4, 0),
		(raw, racks.c, 6, 6, 0),
		(sub, racks.a, 2, 2, 0),
		(sub, racks.c, 3, 3, 0),
	]


def test_an_order_fed_from_a_group_is_made_and_leaves_nothing_reserved(scratch, racks):
	finished, steel = scratch.item("FG"), scratch.item("STEEL")
	scratch.bom(finished, {steel: 3})
	_stocked(scratch, steel, **{racks.a: 5, racks.c: 30})
	order = scratch.order(finished, 10, source_warehouse=racks.group)
	confirmed(order)
	orders.complete(order=order.name, produced_qty=10)
	assert (scratch.actual(steel, racks.a), scratch.actual(steel, racks.c)) == (0, 5)
	assert (scratch.reserved(steel, racks.a), scratch.reserved(steel, racks.c)) == (0, 0)


def test_a_preview_looks_into_a_group_as_a_confirmation_does(scratch, racks):
	finished, steel = scratch.item("FG"), scratch.item("STEEL")
	scratch.bom(finished, {steel: 3})
	_stocked(scratch, steel, **{racks.a: 5, racks.c: 20})
	answer = orders.preview(item_code=finished, qty=10, source_warehouse=racks.group, company=scratch.company)
	assert _rows(answer) == [(steel, racks.a, 10, 5, 5), (steel, racks.c, 20, 20, 0)]
	(coverage,) = answer["coverage"]
	assert (coverage["warehouse"], coverage["available_qty"]) == (racks.group, 25)


@pytest.mark.parametrize("field", ["source_warehouse", "fg_warehouse", "scrap_warehouse"])
def test_what_an_order_puts_away_needs_a_single_warehouse(scratch, racks, field):
	product = scratch.simple_order().item_code
	empty = _warehouse(scratch, "Empty", is_group=1)
	place = empty if field == "source_warehouse" else racks.group
	with pytest.raises(errors.InvalidInput) as refusal:
		scratch.order(product, 1, **{field: place})
	assert [(problem["field"], place in problem["problem"]) for problem in refusal.value.details] == [
		(field, True)
	]


def test_a_group_shows_nobody_the_warehouses_they_may_not_see(scratch, racks, unchanged):
	"""The user may see the group and one rack of it; the other rack is not theirs."""
	finished, steel = scratch.item("FG"), scratch.item("STEEL")
	scratch.bom(finished, {steel: 3})
	_stocked(scratch, steel, **{racks.a: 5, racks.c: 30})
	order = scratch.order(finished, 10, source_warehouse=racks.group)
	planner = scratch.user("Production Planner", "Stock User", "Manufacturing User")
	for place in (racks.group, racks.a, scratch.plant.fg_warehouse, scratch.plant.scrap_warehouse):
		_allow(planner, place)
	frappe.set_user(planner)
	with unchanged(), pytest.raises(frappe.PermissionError) as refusal:
		confirmed(order)
	assert racks.c in str(refusal.value)
	assert racks.a not in str(refusal.value)


def _allow(user: str, warehouse: str) -> None:
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": user,
			"allow": "Warehouse",
			"for_value": warehouse,
			"apply_to_all_doctypes": 1,
			"hide_descendants": 1,
		}
	).insert()


def test_the_statements_of_a_confirmation_do_not_grow_with_the_warehouses_of_a_group(scratch, racks):
	"""Two racks with two materials, then eight racks with twenty."""
	few, many = (_fed_from_racks(scratch, racks.group, n) for n in (2, 20))
	confirmed(_fed_from_racks(scratch, racks.group, 1))
	counts = [_statements_of(lambda order=few: confirmed(order))]
	for letter in "DEFGHI":
		_warehouse(scratch, f"Rack {letter}", parent_warehouse=racks.group)
	counts.append(_statements_of(lambda: confirmed(many)))
	assert counts[0] == counts[1]


def _fed_from_racks(scratch, group: str, materials: int):
	made = flat_bom(materials, stock=0)
	return scratch.order(made.item_code, 1, source_warehouse=group, shortage_policy="Confirm with Shortages")


def _statements_of(work) -> int:
	with mock.patch.object(frappe.db, "sql", wraps=frappe.db.sql) as sql:
		work()
	return sql.call_count


@pytest.fixture
def split(scratch, racks):
	"""A confirmed order of ten, five pieces of steel each: 30 of rack A and 20 of rack C, where 40 are."""
	steel, made = scratch.item("STEEL"), scratch.item("FG")
	scratch.stock(steel, 30, warehouse=racks.a)
	scratch.stock(steel, 40, warehouse=racks.c)
	scratch.bom(made, {steel: 5})
	order = scratch.order(made, 10, source_warehouse=racks.group, consumption_policy="Flexible")
	confirmed(order)
	return frappe._dict(order=order, steel=steel)


@pytest.mark.parametrize(("made", "taken", "left"), [(10, 50, (0, 20)), (5, 27, (13, 30))])
def test_what_is_said_of_an_item_without_a_place_is_said_of_all_its_places(
	scratch, racks, split, made, taken, left
):
	"""Each gives its part of the plan; what is more comes from the first."""
	run = started(split.order, qty=made)
	runs.complete(run=run, produced_qty=made, consumption=[{"item_code": split.steel, "qty": taken}])
	assert tuple(scratch.actual(split.steel, rack) for rack in (racks.a, racks.c)) == left
