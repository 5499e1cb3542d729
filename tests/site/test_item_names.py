"""An item keeps its name while an open order has locked it, whatever it is to the order."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, runs
from tests.support.orders import confirmed, started

PARTS = ("product", "material", "by_product")


@pytest.fixture
def made(scratch):
	"""A confirmed order and what it makes, takes and gives beside."""
	product, material, by_product = (scratch.item(name) for name in ("FG", "STEEL", "CHIPS"))
	scratch.stock(material, 100)
	chips = {"item_code": by_product, "stock_qty": 1, "rate": 1}
	scratch.bom(product, {material: 2}, scrap_items=[chips])
	order = scratch.order(product, 10)
	confirmed(order)
	return frappe._dict(order=order.name, product=product, material=material, by_product=by_product)


@pytest.mark.parametrize("part", PARTS)
def test_what_an_open_order_has_locked_is_not_renamed(made, unchanged, part):
	with unchanged(), pytest.raises(errors.ReadOnly) as refusal:
		frappe.rename_doc("Item", made[part], f"{made[part]}-NEW", force=True)
	assert refusal.value.http_status_code == 409
	assert f"{made[part]} is in the BOM Locks of open orders: {made.order}" in str(refusal.value)
	assert refusal.value.details == [{"item_code": made[part], "orders": [made.order]}]


def test_it_is_not_merged_into_another_one_either(made, scratch, unchanged):
	other = scratch.item("OTHER")
	with unchanged(), pytest.raises(errors.ReadOnly):
		frappe.rename_doc("Item", made.material, other, merge=True, force=True)


@pytest.mark.parametrize("part", PARTS)
def test_it_is_renamed_when_the_order_has_ended(made, part):
	runs.complete(run=started(frappe._dict(name=made.order), qty=4), produced_qty=4)
	orders.complete(order=made.order, close_short=True, reason="enough")
	frappe.rename_doc("Item", made[part], f"{made[part]}-NEW", force=True)
	assert frappe.db.exists("Item", f"{made[part]}-NEW")


def test_an_item_of_drafts_only_is_renamed(scratch):
	order = scratch.simple_order()
	frappe.rename_doc("Item", order.item_code, f"{order.item_code}-NEW", force=True)
	assert frappe.db.get_value("Production Order", order.name, "item_code") == f"{order.item_code}-NEW"
