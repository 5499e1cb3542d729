"""ERPNext's own planners see what open production orders need and bring."""

import frappe
import pytest

from production_orders.api import orders
from tests.support import vouchers
from tests.support.orders import confirmed

pytestmark = pytest.mark.erpnext


@pytest.fixture
def product(scratch):
	item, raw = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(item, {raw: 2})
	scratch.stock(raw, 30)
	return item, raw


def reordered(raw):
	"""Quantities that the reorder job asks for."""
	from erpnext.stock.reorder_item import _reorder_item

	_reorder_item()
	return frappe.get_all("Material Request Item", {"item_code": raw}, pluck="qty")


def test_the_reorder_level_is_met_by_what_orders_leave(scratch, product):
	item, raw = product
	store = scratch.plant.source_warehouse
	doc = frappe.get_doc("Item", raw)
	level = {"warehouse_reorder_level": 20, "warehouse_reorder_qty": 5, "material_request_type": "Purchase"}
	doc.append("reorder_levels", {"warehouse": store, **level})
	doc.save()
	assert reordered(raw) == []
	confirmed(scratch.order(item, 10))
	assert reordered(raw) == [10]


def plan(scratch, **values):
	return frappe.get_doc(
		{
			"doctype": "Production Plan",
			"company": scratch.company,
			"for_warehouse": scratch.plant.source_warehouse,
			**values,
		}
	)


def test_a_production_plan_finds_materials_taken_by_orders(scratch, product):
	from erpnext.manufacturing.doctype.production_plan.production_plan import get_items_for_material_requests

	item, raw = product
	confirmed(scratch.order(item, 10))
	row = {"item_code": item, "bom_no": frappe.db.get_value("BOM", {"item": item}), "planned_qty": 10}
	planned = plan(scratch, po_items=[{**row, "warehouse": scratch.plant.fg_warehouse}])
	(wanted,) = get_items_for_material_requests(planned.as_dict())
	assert (wanted["item_code"], wanted["quantity"], wanted["projected_qty"]) == (raw, 10, 10)


def test_a_production_plan_does_not_plan_what_an_order_makes(scratch, product):
	item, _raw = product
	goods = scratch.plant.fg_warehouse
	sold = vouchers.sales_order(scratch.company, item_code=item, qty=10, warehouse=goods)
	asked = vouchers.material_request(scratch.company, "Manufacture", item_code=item, qty=8, warehouse=goods)
	sources = {
		"Sales Order": {"sales_orders": [{"sales_order": sold.name}]},
		"Material Request": {"material_requests": [{"material_request": asked.name}]},
	}
	makers = {
		"Sales Order": lambda: orders.make_from_sales_order(sales_order=sold.name),
		"Material Request": lambda: orders.make_from_material_request(material_request=asked.name),
	}
	for kind, rows in sources.items():
		assert pending(scratch, kind, rows) == [10 if kind == "Sales Order" else 8]
		(name,) = makers[kind]()["production_orders"]
		order = frappe.get_doc("Production Order", name)
		order.update({"qty": 6, "shortage_policy": "Confirm with Shortages"}).save()
		confirmed(order)
		assert pending(scratch, kind, rows) == [4 if kind == "Sales Order" else 2]


def pending(scratch, kind, rows):
	planned = plan(scratch, get_items_from=kind, **rows)
	planned.get_items()
	return [row.planned_qty for row in planned.po_items]
