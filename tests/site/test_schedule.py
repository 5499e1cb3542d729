"""Dated supply and demand, read from every kind of open document."""

from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from production_orders.api import orders, reservations, runs
from production_orders.erpnext_bridge import schedule
from tests.support import vouchers
from tests.support.orders import confirmed, started, tamper

D = Decimal


def day(number: int):
	return getdate(add_days(today(), number))


def told(movements) -> list[tuple]:
	return sorted(
		(movement.warehouse, movement.on, movement.qty, movement.doctype, movement.name)
		for movement in movements
	)


@pytest.fixture
def stores(scratch) -> str:
	return scratch.plant.source_warehouse


@pytest.fixture
def coming(scratch):
	"""What is to come in of an item, Material Requests included if asked."""

	def read(item_code: str, with_material_requests: bool = False, company: str | None = None) -> list[tuple]:
		wanted = company or scratch.company
		return told(schedule.receipts([item_code], wanted, with_material_requests=with_material_requests))

	return read


@pytest.fixture
def going(scratch):
	return lambda item_code: told(schedule.issues([item_code], scratch.company))


def test_a_purchase_order_brings_what_is_not_received_in_the_stock_uom(scratch, stores, coming):
	item = scratch.item(uoms=[{"uom": "Box", "conversion_factor": 12}])
	row = {"item_code": item, "qty": 5, "uom": "Box", "conversion_factor": 12, "warehouse": stores}
	order = vouchers.purchase_order(scratch.company, **row, schedule_date=day(7))
	assert coming(item) == [(stores, day(7), 60, "Purchase Order", order.name)]
	tamper("Purchase Order Item", {"parent": order.name}, received_qty=2, expected_delivery_date=day(9))
	assert coming(item) == [(stores, day(9), 36, "Purchase Order", order.name)]
	tamper("Purchase Order Item", {"parent": order.name}, received_qty=5)
	assert coming(item) == []


@pytest.mark.parametrize(
	"ended", [{"status": "Closed"}, {"status": "Delivered"}, {"docstatus": 2}, {"docstatus": 0}]
)
def test_a_purchase_order_that_is_not_open_brings_nothing(scratch, stores, coming, ended):
	item = scratch.item()
	order = vouchers.purchase_order(scratch.company, item_code=item, qty=5, warehouse=stores)
	assert len(coming(item)) == 1
	tamper("Purchase Order", {"name": order.name}, **ended)
	assert coming(item) == []


def test_what_a_supplier_sends_to_the_customer_never_comes_in(scratch, stores, coming, going):
	item = scratch.item()
	row = {"item_code": item, "qty": 5, "warehouse": stores}
	bought = vouchers.purchase_order(scratch.company, **row)
	sold = vouchers.sales_order(scratch.company, **row)
	for order in (bought, sold):
		tamper(f"{order.doctype} Item", {"parent": order.name}, delivered_by_supplier=1)
	assert (coming(item), going(item)) == ([], [])


def test_documents_of_another_company_do_not_count(scratch, stores, coming):
	item = scratch.item()
	vouchers.purchase_order(scratch.company, item_code=item, qty=5, warehouse=stores)
	assert coming(item, company="Paint Works") == []
	assert len(schedule.receipts([item], None, with_material_requests=False)) == 1


def test_no_items_asked_for_is_nothing_and_none_is_every_item(scratch, stores):
	item = scratch.item()
	order = vouchers.purchase_order(scratch.company, item_code=item, qty=5, warehouse=stores)
	assert schedule.receipts([], scratch.company, with_material_requests=True) == []
	found = schedule.receipts(None, scratch.company, with_material_requests=True)
	assert [movement.qty for movement in found if movement.name == order.name] == [5]


def test_what_is_not_kept_in_stock_does_not_count(scratch, stores, going):
	service = scratch.item(is_stock_item=0)
	vouchers.sales_order(scratch.company, item_code=service, qty=5, warehouse=stores)
	assert going(service) == []


def test_a_material_request_brings_what_is_not_ordered_if_it_is_asked_for(scratch, stores, coming):
	item = scratch.item()
	row = {"item_code": item, "qty": 8, "warehouse": stores, "schedule_date": day(4)}
	request = vouchers.material_request(scratch.company, "Purchase", **row)
	expected = (stores, day(4), D(8), "Material Request", request.name)
	assert (coming(item), coming(item, with_material_requests=True)) == ([], [expected])
	tamper("Material Request Item", {"parent": request.name}, ordered_qty=3)
	assert [found[2] for found in coming(item, with_material_requests=True)] == [5]
	tamper("Material Request Item", {"parent": request.name}, received_qty=7)
	assert [found[2] for found in coming(item, with_material_requests=True)] == [1]
	tamper("Material Request", {"name": request.name}, status="Stopped")
	assert coming(item, with_material_requests=True) == []


def test_a_request_to_move_stock_brings_nothing(scratch, stores, coming):
	item = scratch.item()
	row = {"item_code": item, "qty": 8, "warehouse": stores, "from_warehouse": scratch.plant.fg_warehouse}
	vouchers.material_request(scratch.company, "Material Transfer", **row)
	assert coming(item, with_material_requests=True) == []


def test_a_work_order_brings_its_product_and_takes_its_materials(scratch, stores, coming, going):
	product, material, goods = scratch.item(), scratch.item(), scratch.plant.fg_warehouse
	scratch.stock(material, 100)
	order = scratch.work_order(scratch.bom(product, {material: 2}), 10)
	dates = {"planned_start_date": f"{day(2)} 06:00:00", "planned_end_date": f"{day(5)} 18:00:00"}
	tamper("Work Order", {"name": order.name}, **dates)
	assert coming(product) == [(goods, day(5), 10, "Work Order", order.name)]
	assert going(material) == [(stores, day(2), 20, "Work Order", order.name)]
	made = {"produced_qty": 3, "process_loss_qty": 1, "planned_end_date": None}
	tamper("Work Order", {"name": order.name}, **made, expected_delivery_date=day(6))
	tamper("Work Order Item", {"parent": order.name}, consumed_qty=8, transferred_qty=20)
	assert coming(product) == [(goods, day(6), 6, "Work Order", order.name)]
	assert going(material) == [(stores, day(2), 12, "Work Order", order.name)]
	tamper("Work Order", {"name": order.name}, skip_transfer=0)
	assert going(material) == []
	tamper("Work Order", {"name": order.name}, skip_transfer=1, status="Stopped")
	assert (coming(product), going(material)) == ([], [])


def test_a_production_order_brings_its_product_and_takes_what_it_is_short_of(scratch, stores, coming, going):
	dated = {"need_by_date": day(8), "planned_start_date": f"{day(3)} 06:00:00"}
	order = scratch.simple_order(10, stock=15, **dated, shortage_policy="Confirm with Shortages")
	assert coming(order.item_code) == []
	material = confirmed(order)["materials"][0]["item_code"]
	goods = scratch.plant.fg_warehouse
	assert coming(order.item_code) == [(goods, day(8), 10, "Production Order", order.name)]
	assert going(material) == [(stores, day(3), 5, "Production Order", order.name)]
	scratch.stock(material, 2)
	reservations.reserve(order=order.name)
	assert [found[2] for found in going(material)] == [3]
	runs.complete(run=started(order, qty=4), produced_qty=4)
	assert [found[2] for found in coming(order.item_code) + going(material)] == [6, 3]
	orders.complete(order=order.name, close_short=True, reason="enough")
	assert (coming(order.item_code), going(material)) == ([], [])


def test_an_order_without_dates_is_expected_today(scratch, coming, going):
	order = scratch.simple_order(10, stock=15, shortage_policy="Confirm with Shortages")
	material = confirmed(order)["materials"][0]["item_code"]
	assert [found[1] for found in coming(order.item_code) + going(material)] == [day(0), day(0)]
	tamper("Production Order", {"name": order.name}, planned_end_date=f"{day(6)} 18:00:00")
	assert [found[1] for found in coming(order.item_code)] == [day(6)]


def test_a_sales_order_takes_what_is_not_delivered_and_not_reserved(scratch, stores, going):
	item = scratch.item(uoms=[{"uom": "Box", "conversion_factor": 12}])
	scratch.stock(item, 100)
	row = {"item_code": item, "qty": 5, "uom": "Box", "conversion_factor": 12, "warehouse": stores}
	order = vouchers.sales_order(scratch.company, **row, delivery_date=day(6))
	assert going(item) == [(stores, day(6), 60, "Sales Order", order.name)]
	tamper("Sales Order Item", {"parent": order.name}, delivered_qty=1)
	assert [found[2] for found in going(item)] == [48]
	entry = _reserved_for(order, 30)
	assert [found[2] for found in going(item)] == [18]
	tamper("Stock Reservation Entry", {"name": entry}, delivered_qty=10)
	assert [found[2] for found in going(item)] == [28]
	tamper("Sales Order", {"name": order.name}, status="On Hold")
	assert going(item) == []


def _reserved_for(order, qty: float) -> str:
	row = order.items[0]
	entry = frappe.new_doc("Stock Reservation Entry").update(
		{
			"item_code": row.item_code,
			"warehouse": row.warehouse,
			"company": order.company,
			"voucher_type": order.doctype,
			"voucher_no": order.name,
			"voucher_detail_no": row.name,
			"stock_uom": row.stock_uom,
			"available_qty": qty,
			"voucher_qty": row.stock_qty,
			"reserved_qty": qty,
		}
	)
	return entry.insert().submit().name


def test_the_parts_of_a_sold_bundle_go_with_what_is_not_delivered_of_it(scratch, stores, going):
	bundle, part = scratch.item(is_stock_item=0), scratch.item()
	order = vouchers.sales_order(scratch.company, item_code=bundle, qty=4, delivery_date=day(6))
	packed = frappe.new_doc("Packed Item").update(
		{
			"parent": order.name,
			"parenttype": order.doctype,
			"parentfield": "packed_items",
			"parent_item": bundle,
			"parent_detail_docname": order.items[0].name,
			"item_code": part,
			"warehouse": stores,
			"qty": 12,
		}
	)
	packed.db_insert()
	assert going(part) == [(stores, day(6), 12, "Sales Order", order.name)]
	tamper("Sales Order Item", {"parent": order.name}, delivered_qty=3)
	assert [found[2] for found in going(part)] == [3]


def test_the_number_of_statements_does_not_grow_with_the_items(scratch, stores, monkeypatch):
	items = [scratch.item() for _ in range(3)]
	for item in items:
		vouchers.purchase_order(scratch.company, item_code=item, qty=5, warehouse=stores)

	def statements(item_codes) -> int:
		count = 0
		sql = frappe.db.sql

		def counted(*args, **kwargs):
			nonlocal count
			count += 1
			return sql(*args, **kwargs)

		with monkeypatch.context() as patch:
			patch.setattr(frappe.db, "sql", counted)
			schedule.receipts(item_codes, scratch.company, with_material_requests=True)
			schedule.issues(item_codes, scratch.company)
		return count

	assert statements(items) == statements(items[:1]) == 8


def test_lead_times_are_the_items_own(scratch):
	slow, quick = scratch.item(lead_time_days=12), scratch.item()
	assert schedule.lead_times([slow, quick]) == {slow: 12}
