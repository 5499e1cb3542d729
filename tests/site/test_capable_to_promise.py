"""The earliest day a quantity can be promised for: from stock, expected supply, making and buying."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from production_orders import errors
from production_orders.api import availability, orders
from production_orders.permissions import PLANNER
from tests.support import vouchers
from tests.support.orders import confirmed
from tests.support.state import quiet


def day(number: int):
	return getdate(add_days(today(), number))


@pytest.fixture
def table(scratch):
	"""A table of 4 legs (3 days to make) of 2 wood each (10 days to buy) and a top (5 days); 2 days for itself."""
	items = {"TABLE": 2, "LEG": 3, "WOOD": 10, "TOP": 5}
	table, leg, wood, top = (scratch.item(name, lead_time_days=days) for name, days in items.items())
	scratch.bom(leg, {wood: 2})
	scratch.bom(table, {leg: 4, top: 1})
	return frappe._dict(item=table, leg=leg, wood=wood, top=top)


@pytest.fixture
def ask(scratch):
	def promise(item_code: str, qty: float = 1, **values):
		arguments = {"warehouse": scratch.plant.source_warehouse, "company": scratch.company, **values}
		return availability.promise(item_code=item_code, qty=qty, **arguments)

	return promise


def test_from_nothing_the_longest_path_decides_and_is_named(ask, table):
	with quiet():
		answer = ask(table.item, 3)
	assert answer == {
		"item_code": table.item,
		"qty": 3,
		"stock_uom": "Nos",
		"promise_date": day(15),
		"from_stock_qty": 0,
		"make_qty": 3,
		"buy_qty": 0,
		"critical": [
			{
				"item_code": table.wood,
				"warehouse": "Stores - BW",
				"qty": 24,
				"date": day(10),
				"reason": "24 are to be bought, which takes 10 days.",
			}
		],
	}


def test_stock_and_expected_supply_bring_it_forward(scratch, ask, table):
	scratch.stocks({table.top: (1, 10), table.leg: (3, 10)})
	assert ask(table.item)["promise_date"] == day(15)
	row = {"item_code": table.wood, "qty": 2, "warehouse": scratch.plant.source_warehouse}
	order = vouchers.purchase_order(scratch.company, **row, schedule_date=day(4))
	vouchers.purchase_order(scratch.company, **row, schedule_date=day(7))
	answer = ask(table.item)
	assert answer["promise_date"] == day(9)
	assert [(row["item_code"], row["date"], row["reason"]) for row in answer["critical"]] == [
		(table.wood, day(4), f"2 are expected from Purchase Order {order.name}.")
	]
	scratch.stock(table.wood, 2)
	answer = ask(table.item)
	assert (answer["promise_date"], answer["critical"][0]["reason"]) == (
		day(5),
		"1 are to be made, which takes 3 days.",
	)
	scratch.stock(table.item, 5)
	answer = ask(table.item, 5)
	assert (answer["promise_date"], answer["from_stock_qty"], answer["critical"]) == (day(0), 5, [])


def test_what_others_have_reserved_or_will_take_is_left_to_them(scratch, ask, table):
	scratch.stocks({table.top: (2, 10), table.leg: (8, 10)})
	assert ask(table.item, 2)["promise_date"] == day(2)
	confirmed(scratch.order(table.item, 1))
	assert (ask(table.item, 1)["promise_date"], ask(table.item, 2)["promise_date"]) == (day(2), day(15))
	row = {"item_code": table.top, "qty": 1, "warehouse": scratch.plant.source_warehouse}
	vouchers.sales_order(scratch.company, **row, delivery_date=day(30))
	assert ask(table.item, 1)["promise_date"] == day(7)


def test_what_an_order_will_make_can_be_promised_when_it_is_needed_by(scratch, ask, table):
	scratch.stocks({table.wood: (8, 10), table.top: (1, 10)})
	where = {"fg_warehouse": scratch.plant.source_warehouse, "need_by_date": day(6)}
	confirmed(scratch.order(table.item, 1, **where))
	assert ask(table.item, 1)["promise_date"] == day(6)


def test_a_bought_item_comes_from_stock_and_after_its_lead_time(scratch, ask, table):
	scratch.stock(table.wood, 4)
	answer = ask(table.wood, 10)
	assert [answer[key] for key in ("promise_date", "from_stock_qty", "make_qty", "buy_qty")] == [
		day(10), 4, 0, 6,
	]  # fmt: skip


def test_an_items_supply_policy_holds_for_itself_too(scratch, ask, table):
	scratch.stock(table.leg, 9)
	frappe.db.set_value("Item", table.leg, "supply_policy", "Build on Demand")
	assert ask(table.leg)["promise_date"] == day(13)
	frappe.db.set_value("Item", table.leg, "supply_policy", "Stock Only")
	answer = ask(table.leg, 10)
	assert [answer[key] for key in ("promise_date", "from_stock_qty", "buy_qty")] == [day(3), 9, 1]


def test_a_chosen_bom_is_followed(scratch, ask, table):
	other = scratch.bom(table.item, {table.top: 1}, is_default=0)
	assert ask(table.item, bom_no=other)["promise_date"] == day(7)


def test_a_group_of_warehouses_is_its_leaves_and_no_warehouse_all_of_the_company(scratch, ask, table):
	goods, stores = scratch.plant.fg_warehouse, scratch.plant.source_warehouse
	group = frappe.db.get_value("Warehouse", stores, "parent_warehouse")
	scratch.stock(table.wood, 4)
	scratch.stock(table.wood, 6, warehouse=goods)
	assert ask(table.wood, 10)["promise_date"] == day(10)
	assert ask(table.wood, 10, warehouse=group)["promise_date"] == day(0)
	assert ask(table.wood, 10, warehouse=None)["promise_date"] == day(0)


def test_a_preview_says_when_all_of_it_could_be_made(scratch, table):
	"""Finished ones in stock are somebody's already, as far as an order to make more is concerned."""
	scratch.stocks({table.item: (9, 10), table.top: (1, 10), table.leg: (4, 10)})
	where = {"source_warehouse": scratch.plant.source_warehouse, "company": scratch.company}
	assert orders.preview(item_code=table.item, qty=1, **where)["promise_date"] == day(2)
	assert orders.preview(item_code=table.item, qty=2, **where)["promise_date"] == day(15)


@pytest.mark.parametrize(
	("values", "field", "names"),
	[
		({"qty": 0.5}, "qty", "0.5"),
		({"warehouse": "Stores - PW"}, "warehouse", "Stores - PW"),
		({"company": "Paint Works"}, "warehouse", "Stores - BW"),
	],
)
def test_what_cannot_be_promised_is_refused_by_name(ask, table, values, field, names):
	with pytest.raises(errors.InvalidInput, match=names) as refusal:
		ask(table.item, **values)
	assert [problem["field"] for problem in refusal.value.details] == [field]


def test_unusable_items_and_boms_are_refused_by_name(scratch, ask, table):
	template = scratch.item("TEMPLATE")
	frappe.db.set_value("Item", template, "has_variants", 1)
	with pytest.raises(errors.InvalidInput, match=template):
		ask(template)
	with pytest.raises(errors.InvalidInput, match=table.leg) as refusal:
		ask(table.item, bom_no=frappe.db.get_value("BOM", {"item": table.leg}))
	assert [problem["field"] for problem in refusal.value.details] == ["bom_no"]
	frappe.db.set_value("Item", table.wood, "disabled", 1)
	with pytest.raises(errors.InvalidInput, match=table.wood):
		ask(table.item)


def test_what_does_not_exist_is_not_found(ask, table):
	for values in ({"item_code": "NO-SUCH-ITEM"}, {"bom_no": "NO-SUCH-BOM"}, {"warehouse": "NO-SUCH-PLACE"}):
		with pytest.raises(frappe.DoesNotExistError):
			ask(**{"item_code": table.item, **values})


def _allow(user: str, warehouse: str, **values) -> None:
	limits = {"apply_to_all_doctypes": 0, "applicable_for": "Warehouse"}
	allowed = {"user": user, "allow": "Warehouse", "for_value": warehouse}
	frappe.new_doc("User Permission").update({**allowed, **limits, **values}).insert()


def test_only_visible_warehouses_are_looked_into(scratch, ask, table):
	scratch.stock(table.wood, 4)
	scratch.stock(table.wood, 6, warehouse=scratch.plant.fg_warehouse)
	group = frappe.db.get_value("Warehouse", scratch.plant.source_warehouse, "parent_warehouse")
	user = scratch.user(PLANNER)
	_allow(user, scratch.plant.source_warehouse)
	_allow(user, group, hide_descendants=1)
	frappe.set_user(user)
	for place in (None, group):
		assert ask(table.wood, 4, warehouse=place)["promise_date"] == day(0)
		assert ask(table.wood, 5, warehouse=place)["promise_date"] == day(10)
	with pytest.raises(frappe.PermissionError):
		ask(table.wood, warehouse=scratch.plant.fg_warehouse)


def test_documents_one_may_not_read_are_told_by_their_kind(scratch, ask, table):
	row = {"item_code": table.wood, "qty": 2, "warehouse": scratch.plant.source_warehouse}
	vouchers.purchase_order(scratch.company, **row, schedule_date=day(4))
	frappe.set_user(scratch.user(PLANNER))
	assert ask(table.wood, 2)["critical"][0]["reason"] == "2 are expected from Purchase Order."


def test_whoever_may_not_see_the_company_is_refused(scratch, ask, table):
	user = scratch.user(PLANNER)
	values = {"user": user, "allow": "Company", "for_value": "Paint Works"}
	frappe.new_doc("User Permission").update(values).insert()
	frappe.set_user(user)
	with pytest.raises(frappe.PermissionError):
		ask(table.item, warehouse=None)
