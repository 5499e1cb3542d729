"""Where stock is looked for: one warehouse, or a group whose warehouses give in the order of their names."""

import frappe
import pytest

from production_orders.erpnext_bridge import item


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
