"""A shortage says how much, where, for what, and which known document would cover it first."""

import frappe
import pytest
from frappe.utils import add_days, today

from production_orders import errors
from production_orders.api import orders, reservations
from tests.support.orders import confirmed

SHORT = "Confirm with Shortages"


@pytest.fixture
def short_order(scratch):
	"""A confirmed order of 10 that needs 20 and found 15."""
	order = scratch.simple_order(qty=10, stock=15, shortage_policy=SHORT)
	order.material = confirmed(order)["materials"][0]["item_code"]
	return order


def requested(scratch, item_code: str, qty: float, days: int, warehouse: str | None = None) -> str:
	"""A submitted Material Request to purchase."""
	row = {
		"item_code": item_code,
		"qty": qty,
		"uom": "Nos",
		"stock_uom": "Nos",
		"conversion_factor": 1,
		"warehouse": warehouse or scratch.plant.source_warehouse,
		"schedule_date": add_days(today(), days),
	}
	request = frappe.get_doc(
		{
			"doctype": "Material Request",
			"material_request_type": "Purchase",
			"company": scratch.company,
			"items": [row],
		}
	)
	request.insert()
	request.submit()
	return request.name


def the_only(found: list[dict]) -> dict:
	(shortage,) = found
	return shortage


def expected(order) -> tuple:
	shortage = the_only(reservations.get(order=order.name)["shortages"])
	return shortage["expected_on"], shortage["expected_from"]


def test_a_shortage_that_nothing_will_cover_says_so(scratch, short_order):
	requested(scratch, short_order.material, 4, days=3)
	assert expected(short_order) == (None, None)


def test_a_shortage_is_expected_from_the_document_that_completes_it(scratch, short_order):
	requested(scratch, short_order.material, 3, days=9)
	second = requested(scratch, short_order.material, 4, days=12)
	requested(scratch, short_order.material, 40, days=20)
	assert expected(short_order) == (add_days(today(), 12), {"doctype": "Material Request", "name": second})


def test_supply_for_another_warehouse_does_not_count(scratch, short_order):
	requested(scratch, short_order.material, 40, days=1, warehouse=scratch.plant.fg_warehouse)
	assert expected(short_order) == (None, None)


def test_supply_for_any_warehouse_of_a_group_counts(scratch):
	group = scratch.group("A", "B")
	order = scratch.simple_order(qty=1, stock=0, shortage_policy=SHORT, source_warehouse=group.name)
	material = confirmed(order)["materials"][0]["item_code"]
	request = requested(scratch, material, 2, days=5, warehouse=group.leaves[1])
	assert expected(order) == (add_days(today(), 5), {"doctype": "Material Request", "name": request})
	scratch.stock(material, 1, warehouse=group.leaves[1])
	assert the_only(reservations.get(order=order.name)["shortages"])["available_qty"] == 1


def test_what_is_overdue_is_expected_today(scratch, short_order):
	request = requested(scratch, short_order.material, 5, days=0)
	frappe.db.set_value("Material Request Item", {"parent": request}, "schedule_date", add_days(today(), -3))
	assert expected(short_order)[0] == today()


def test_the_product_of_an_open_order_covers_a_shortage(scratch, short_order):
	part = scratch.item("PART")
	scratch.bom(short_order.material, {part: 1})
	maker = scratch.order(
		short_order.material,
		8,
		fg_warehouse=scratch.plant.source_warehouse,
		need_by_date=add_days(today(), 6),
		shortage_policy=SHORT,
	)
	confirmed(maker)
	assert expected(short_order) == (
		add_days(today(), 6),
		{"doctype": "Production Order", "name": maker.name},
	)


def test_a_preview_says_when_what_is_short_is_expected(scratch, short_order):
	request = requested(scratch, short_order.material, 50, days=2)
	preview = orders.preview(
		item_code=short_order.item_code,
		qty=1,
		source_warehouse=scratch.plant.source_warehouse,
		company=scratch.company,
	)
	shortage = the_only(preview["shortages"])
	assert (shortage["short_qty"], shortage["expected_on"], shortage["expected_from"]["name"]) == (
		2,
		add_days(today(), 2),
		request,
	)


def test_a_refused_confirmation_says_when_what_is_short_is_expected(scratch, short_order):
	request = requested(scratch, short_order.material, 50, days=2)
	draft = scratch.order(short_order.item_code, 1)
	with pytest.raises(errors.Shortage) as refusal:
		confirmed(draft)
	assert the_only(refusal.value.details)["expected_from"] == {
		"doctype": "Material Request",
		"name": request,
	}
	assert f"expected on {add_days(today(), 2)} from Material Request {request}" in str(refusal.value)
