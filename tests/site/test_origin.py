"""From demand to order and back: drafts for what a document still asks for, and what is ordered told to its rows."""

import frappe
import pytest
from erpnext.stock.utils import get_bin
from frappe.utils import getdate

from production_orders import errors
from production_orders.api import orders, runs
from production_orders.overrides import sales_order as sales_order_override
from production_orders.services import origin
from tests.support import bins, vouchers
from tests.support.orders import confirmed, running
from tests.support.state import unchanged


@pytest.fixture
def product(scratch):
	"""A product of 2 raw each, of which 1000 are in the store that its newest order draws from."""
	item, raw = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(item, {raw: 2})
	scratch.stock(raw, 1000)
	scratch.order(item, 1)
	return item


@pytest.fixture
def sold(scratch, product):
	"""A submitted Sales Order for 10 of the product."""
	return vouchers.sales_order(
		scratch.company, item_code=product, qty=10, warehouse=scratch.plant.fg_warehouse
	)


@pytest.fixture
def requested(scratch, product):
	"""A submitted Material Request to manufacture 10 of the product."""
	return vouchers.material_request(
		scratch.company, "Manufacture", item_code=product, qty=10, warehouse=scratch.plant.fg_warehouse
	)


MAKE = {
	"Sales Order": lambda doc, **more: orders.make_from_sales_order(sales_order=doc.name, **more),
	"Material Request": lambda doc, **more: orders.make_from_material_request(
		material_request=doc.name, **more
	),
}


def make(doc, **more):
	"""The drafts made for a document, as documents."""
	names = MAKE[doc.doctype](doc, **more)["production_orders"]
	return [frappe.get_doc("Production Order", name) for name in names]


@pytest.fixture(params=["Sales Order", "Material Request"])
def demand(request, sold, requested):
	return {"Sales Order": sold, "Material Request": requested}[request.param]


def ordered(doc):
	"""What the first row says is being made for it."""
	field = {"Sales Order": "work_order_qty", "Material Request": "ordered_qty"}[doc.doctype]
	return frappe.db.get_value(f"{doc.doctype} Item", doc.items[0].name, field)


def state(request):
	"""(ordered, status, per cent, indented) of a Material Request of one row."""
	status, percent = frappe.db.get_value("Material Request", request.name, ["status", "per_ordered"])
	row = request.items[0]
	return ordered(request), status, percent, bins.row(row.item_code, row.warehouse).indented_qty


def test_a_sales_order_becomes_a_draft_for_its_row(sold, scratch):
	(order,) = make(sold)
	row = sold.items[0]
	assert (order.docstatus, order.item_code, order.qty) == (0, row.item_code, 10)
	assert (order.sales_order, order.sales_order_item) == (sold.name, row.name)
	assert (order.fg_warehouse, order.company) == (row.warehouse, scratch.company)
	assert order.source_warehouse == scratch.plant.source_warehouse
	assert getdate(order.need_by_date) == getdate(row.delivery_date)
	assert order.bom_no == frappe.db.get_value("BOM", {"item": row.item_code, "is_default": 1})


def test_a_material_request_becomes_a_draft_for_its_row(requested):
	(order,) = make(requested)
	row = requested.items[0]
	assert (order.material_request, order.material_request_item) == (requested.name, row.name)
	assert (order.qty, order.fg_warehouse) == (10, row.warehouse)
	assert getdate(order.need_by_date) == getdate(row.schedule_date)


def test_quantities_are_in_the_stock_uom(scratch, product):
	item = frappe.get_doc("Item", product)
	item.append("uoms", {"uom": "Box", "conversion_factor": 12})
	item.save()
	sold = vouchers.sales_order(
		scratch.company,
		item_code=product,
		qty=2,
		uom="Box",
		conversion_factor=12,
		warehouse=scratch.plant.fg_warehouse,
	)
	assert [order.qty for order in make(sold)] == [24]


def test_a_draft_tells_the_document_nothing(demand):
	make(demand)
	assert ordered(demand) == 0


def test_what_a_draft_is_for_is_not_made_twice(demand):
	make(demand)
	with unchanged(), pytest.raises(errors.InvalidInput, match="made or being made"):
		make(demand)


def test_what_is_partly_ordered_is_made_for_the_rest(demand):
	(order,) = make(demand)
	order.update({"qty": 4}).save()
	assert [order.qty for order in make(demand)] == [6]


def test_a_cancelled_order_leaves_its_quantity_open_again(demand):
	(order,) = make(demand)
	confirmed(order)
	orders.cancel(order=order.name, reason="Not now")
	assert [order.qty for order in make(demand)] == [10]


def test_an_order_closed_short_leaves_the_rest_open(demand):
	(order,) = make(demand)
	runs.complete(run=running(order, qty=4), produced_qty=4)
	orders.complete(order=order.name, close_short=True, reason="Sold out")
	assert ordered(demand) == 4
	assert [order.qty for order in make(demand)] == [6]


def test_what_a_work_order_makes_is_not_made_again(demand, scratch, product):
	scratch.work_order(_bom(product), 7, **_links(demand))
	assert [order.qty for order in make(demand)] == [3]


def test_what_was_delivered_from_stock_needs_no_making(sold):
	frappe.db.set_value("Sales Order Item", sold.items[0].name, "delivered_qty", 3)
	assert [order.qty for order in make(sold)] == [7]


def test_what_was_delivered_of_what_was_made_is_counted_once(sold):
	(order,) = make(sold)
	order.update({"qty": 4}).save()
	runs.complete(run=running(order), produced_qty=4)
	frappe.db.set_value("Sales Order Item", sold.items[0].name, "delivered_qty", 4)
	assert [order.qty for order in make(sold)] == [6]


def test_confirmed_quantities_flow_back_and_cancelled_ones_go(demand):
	(order,) = make(demand)
	confirmed(order)
	assert ordered(demand) == 10
	orders.cancel(order=order.name, reason="Not now")
	assert ordered(demand) == 0


def test_a_completed_order_stays_ordered(demand):
	(order,) = make(demand)
	runs.complete(run=running(order), produced_qty=10)
	orders.complete(order=order.name)
	assert ordered(demand) == 10


def test_a_request_follows_with_its_percentage_status_and_bin(requested):
	assert state(requested) == (0, "Pending", 0, 10)
	(order,) = make(requested)
	order.update({"qty": 4}).save()
	confirmed(order)
	assert state(requested) == (4, "Partially Ordered", 40, 6)
	(rest,) = make(requested)
	confirmed(rest)
	assert state(requested) == (10, "Manufactured", 100, 0)
	orders.cancel(order=rest.name, reason="Not now")
	assert state(requested) == (4, "Partially Ordered", 40, 6)


def test_nothing_is_counted_twice_in_projected_qty(requested):
	row = requested.items[0]
	assert bins.row(row.item_code, row.warehouse).projected_qty == 10
	(order,) = make(requested)
	confirmed(order)
	assert bins.row(row.item_code, row.warehouse).projected_qty == 10
	get_bin(row.item_code, row.warehouse).recalculate_qty()
	assert bins.row(row.item_code, row.warehouse).projected_qty == 10


def _bom(item_code):
	return frappe.db.get_value("BOM", {"item": item_code, "is_default": 1})


def _links(doc):
	document, line = origin.SOURCES[doc.doctype].LINKS
	return {document: doc.name, line: doc.items[0].name}


def test_work_orders_and_production_orders_share_a_row(demand, scratch, product):
	(order,) = make(demand)
	order.update({"qty": 4}).save()
	confirmed(order)
	work_order = scratch.work_order(_bom(product), 3, **_links(demand))
	assert ordered(demand) == 7
	orders.cancel(order=order.name, reason="Not now")
	assert ordered(demand) == 3
	(again,) = make(demand)
	confirmed(again)
	work_order.reload()
	work_order.cancel()
	assert ordered(demand) == again.qty == 7


def test_a_request_shared_with_a_work_order_keeps_its_status_and_bin(requested, scratch, product):
	(order,) = make(requested)
	order.update({"qty": 4}).save()
	confirmed(order)
	work_order = scratch.work_order(_bom(product), 6, **_links(requested))
	assert state(requested) == (10, "Manufactured", 100, 0)
	work_order.cancel()
	assert state(requested) == (4, "Partially Ordered", 40, 6)


def test_erpnext_offers_work_orders_for_the_rest_only(sold, scratch, product):
	offered = sales_order_override.get_work_order_items
	assert [row["pending_qty"] for row in offered(sold.name)] == [10]
	(order,) = make(sold)
	order.update({"qty": 4}).save()
	assert [row["pending_qty"] for row in offered(sold.name)] == [6]
	make(sold)
	assert offered(sold.name) == []
	assert [row["required_qty"] for row in offered(sold.name, 1)] == [10]


def test_rows_that_cannot_be_made_are_told_with_their_reason(scratch, product):
	bought, store = scratch.item("BOUGHT"), scratch.plant.fg_warehouse
	sold = vouchers.sales_order(
		scratch.company,
		item_code=product,
		qty=10,
		warehouse=store,
		others=[{"item_code": bought, "qty": 1, "warehouse": store}],
	)
	answer = orders.make_from_sales_order(sales_order=sold.name)
	assert len(answer["production_orders"]) == 1
	(skipped,) = answer["skipped"]
	assert (skipped["row"], skipped["item_code"]) == (sold.items[1].name, bought)
	assert skipped["reason"].startswith(f"Row 2, {bought}: Item {bought} has no active default BOM")


def test_all_reasons_are_told_when_no_row_can_be_made(scratch):
	items, store = [scratch.item("BOUGHT") for _ in range(2)], scratch.plant.fg_warehouse
	sold = vouchers.sales_order(
		scratch.company,
		item_code=items[0],
		qty=1,
		warehouse=store,
		others=[{"item_code": items[1], "qty": 1, "warehouse": store}],
	)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		make(sold)
	assert [item for item in items if item in str(refusal.value)] == items


def test_only_the_wanted_rows_are_made(scratch, product):
	store = scratch.plant.fg_warehouse
	sold = vouchers.sales_order(
		scratch.company,
		item_code=product,
		qty=10,
		warehouse=store,
		others=[{"item_code": product, "qty": 5, "warehouse": store}],
	)
	assert [order.qty for order in make(sold, items=[sold.items[1].name])] == [5]
	assert [order.qty for order in make(sold)] == [10]


def test_a_row_of_another_document_is_refused(sold):
	with unchanged(), pytest.raises(errors.InvalidInput, match="has no row elsewhere"):
		make(sold, items=["elsewhere"])


def test_a_draft_document_is_refused(scratch, product):
	draft = frappe.copy_doc(
		vouchers.sales_order(scratch.company, item_code=product, qty=1, warehouse=scratch.plant.fg_warehouse)
	)
	draft.update({"status": "Draft"}).insert()
	with unchanged(), pytest.raises(errors.InvalidInput, match="is Draft"):
		make(draft)


def test_a_request_to_purchase_is_refused(scratch, product):
	request = vouchers.material_request(
		scratch.company, "Purchase", item_code=product, qty=1, warehouse=scratch.plant.fg_warehouse
	)
	with unchanged(), pytest.raises(errors.InvalidInput, match="not to manufacture"):
		make(request)


def test_a_stopped_request_is_refused(requested):
	frappe.db.set_value("Material Request", requested.name, "status", "Stopped")
	with unchanged(), pytest.raises(errors.InvalidInput, match="is Stopped"):
		make(requested)


def test_who_may_not_create_orders_makes_none(sold, scratch):
	frappe.set_user(scratch.user("Sales Manager"))
	with unchanged(), pytest.raises(frappe.PermissionError):
		make(sold)


def test_who_may_not_read_the_document_makes_none(demand, scratch):
	frappe.set_user(scratch.user("Production Operator"))
	with unchanged(), pytest.raises(frappe.PermissionError):
		make(demand)


def test_a_planner_of_another_company_makes_none(sold, scratch, plants):
	user = scratch.user("Production Planner", "Sales Manager")
	frappe.get_doc(
		doctype="User Permission", user=user, allow="Company", for_value=plants["paint"].company
	).insert()
	frappe.set_user(user)
	with unchanged(), pytest.raises(frappe.PermissionError):
		make(sold)


@pytest.mark.parametrize(
	("change", "told"),
	[
		pytest.param({"item_code": "another item"}, "has no row for", id="another item"),
		pytest.param({"company": "another company"}, "is of", id="another company"),
	],
)
def test_a_draft_that_names_a_document_must_be_for_it(sold, scratch, paint, change, told):
	other = scratch.item("FG")
	scratch.bom(other, {scratch.item("RAW"): 1})
	order = scratch.order(sold.items[0].item_code, 1)
	values = {"item_code": other} if "item_code" in change else {"company": paint.company}
	order.update({**values, "sales_order": sold.name})
	with pytest.raises(errors.InvalidInput, match=told):
		origin.check(order)


def test_a_planner_names_the_document_and_the_row_is_found(sold, scratch):
	order = scratch.order(sold.items[0].item_code, 2, sales_order=sold.name)
	assert order.sales_order_item == sold.items[0].name
	order.update({"sales_order": None}).save()
	assert not order.sales_order_item


def test_a_form_offers_orders_while_there_is_something_to_make(demand):
	assert origin.may_make(demand)
	make(demand)
	assert not origin.may_make(demand)


def test_a_form_offers_nothing_to_who_may_not_create(sold, scratch):
	frappe.set_user(scratch.user("Sales Manager"))
	assert not origin.may_make(sold)


def test_a_form_of_a_draft_or_a_purchase_offers_nothing(scratch, product):
	request = vouchers.material_request(
		scratch.company, "Purchase", item_code=product, qty=1, warehouse=scratch.plant.fg_warehouse
	)
	assert not origin.may_make(request)


def test_the_same_request_twice_makes_one_set_of_drafts(sold):
	answers = [orders.make_from_sales_order(sales_order=sold.name, idempotency_key="once") for _ in range(2)]
	assert answers[0] == answers[1]
	assert frappe.db.count("Production Order", {"sales_order": sold.name}) == 1


def test_uninstalling_takes_our_share_out_of_the_documents(sold, requested, scratch, product):
	scratch.work_order(_bom(product), 2, **_links(sold))
	scratch.work_order(_bom(product), 3, **_links(requested))
	for doc in (sold, requested):
		(order,) = make(doc)
		confirmed(order)
	assert (ordered(sold), ordered(requested)) == (10, 10)
	origin.take_back()
	assert ordered(sold) == 2
	assert state(requested) == (3, "Partially Ordered", 30, 7)
