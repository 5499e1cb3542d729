"""Which open orders have promised a BOM or an item: what an engineer asks before a change."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import locks, orders
from tests.support.orders import confirmed, running, tamper


@pytest.fixture
def shop(scratch):
	"""A table of 4 legs of 2 wood each and 1 top, and a bench of 2 of the same legs."""
	names = {name: scratch.item(name.upper()) for name in ("table", "bench", "leg", "wood", "top")}
	leg_bom = scratch.bom(names["leg"], {names["wood"]: 2})
	table_bom = scratch.bom(names["table"], {names["leg"]: 4, names["top"]: 1})
	scratch.bom(names["bench"], {names["leg"]: 2})
	scratch.stocks({names["wood"]: (500, 3), names["top"]: (50, 25)})
	return frappe._dict(names, leg_bom=leg_bom, table_bom=table_bom)


def used(**question):
	return [(row["order"], row["bom_no"], row["level"]) for row in locks.where_used(**question)["orders"]]


def test_a_bom_is_found_at_the_top_and_inside(scratch, shop):
	table, bench = scratch.order(shop.table, 5), scratch.order(shop.bench, 5)
	for order in (table, bench):
		confirmed(order)
	assert used(bom_no=shop.table_bom) == [(table.name, shop.table_bom, 0)]
	assert used(bom_no=shop.leg_bom) == [(table.name, shop.leg_bom, 1), (bench.name, shop.leg_bom, 1)]


def test_an_item_is_found_as_product_and_as_component(scratch, shop):
	table, leg = scratch.order(shop.table, 5), scratch.order(shop.leg, 5)
	for order in (table, leg):
		confirmed(order)
	assert used(item_code=shop.leg) == [(table.name, shop.leg_bom, 1), (leg.name, shop.leg_bom, 0)]
	assert used(item_code=shop.wood) == [(table.name, "", 2), (leg.name, "", 1)]


def test_the_answer_says_what_a_planner_asks_first(scratch, shop):
	order = scratch.order(shop.table, 5, need_by_date="2031-05-04")
	confirmed(order)
	((row),) = locks.where_used(bom_no=shop.leg_bom)["orders"]
	assert {key: str(value) for key, value in row.items()} == {
		"order": order.name,
		"status": "Confirmed",
		"item_code": shop.table,
		"item_name": "TABLE for a test",
		"qty": "5.0",
		"stock_uom": "Nos",
		"need_by_date": "2031-05-04",
		"company": scratch.company,
		"bom_lock": f"{order.name}-L1",
		"bom_no": shop.leg_bom,
		"level": "1",
	}


def test_drafts_and_ended_orders_promise_nothing(scratch, shop):
	scratch.order(shop.table, 1)
	done, cancelled, going = (scratch.order(shop.table, 1) for _order in range(3))
	confirmed(done)
	orders.complete(order=done.name, produced_qty=1)
	confirmed(cancelled)
	orders.cancel(order=cancelled.name, reason="no demand")
	running(going)
	assert used(bom_no=shop.leg_bom) == [(going.name, shop.leg_bom, 1)]
	assert used(bom_no=shop.table_bom) == [(going.name, shop.table_bom, 0)]


def test_a_relocked_order_is_found_by_its_new_bom_only(scratch, shop):
	order = scratch.order(shop.table, 5)
	confirmed(order)
	newer = scratch.bom(shop.table, {shop.top: 2})
	orders.relock(order=order.name, reason="ECO-1")
	assert (used(bom_no=shop.table_bom), used(bom_no=shop.leg_bom)) == ([], [])
	assert used(bom_no=newer) == [(order.name, newer, 0)]


def test_a_deleted_bom_is_still_promised(scratch, shop):
	order = scratch.order(shop.table, 5)
	confirmed(order)
	frappe.db.delete("BOM", {"name": shop.leg_bom})
	assert used(bom_no=shop.leg_bom) == [(order.name, shop.leg_bom, 1)]


def test_orders_of_other_companies_are_not_shown(scratch, shop):
	order = scratch.order(shop.table, 5)
	confirmed(order)
	user = scratch.user("Production Planner")
	frappe.get_doc(
		{"doctype": "User Permission", "user": user, "allow": "Company", "for_value": "Paint Works"}
	).insert()
	frappe.set_user(user)
	assert used(item_code=shop.wood) == []
	with pytest.raises(frappe.PermissionError):
		locks.where_used(bom_no=shop.leg_bom)
	with pytest.raises(frappe.PermissionError):
		locks.diff(a=f"{order.name}-L1", b=f"{order.name}-L1")


@pytest.mark.parametrize(
	("question", "field"), [({}, "bom_no"), ({"bom_no": "x", "item_code": "y"}, "item_code")]
)
def test_one_thing_is_asked_about_at_a_time(site, plants, question, field):
	with pytest.raises(errors.InvalidInput) as refusal:
		locks.where_used(**question)
	assert [problem["field"] for problem in refusal.value.details] == [field]


@pytest.mark.parametrize("question", [{"bom_no": "BOM-NONE"}, {"item_code": "NONE"}])
def test_what_nobody_knows_is_not_found(site, plants, question):
	with pytest.raises(frappe.DoesNotExistError):
		locks.where_used(**question)


def test_the_number_of_statements_does_not_grow_with_the_orders(scratch, shop, monkeypatch):
	def statements() -> int:
		sent, execute = [], frappe.db.sql

		def sql(query, *args, **kwargs):
			sent.append(str(query))
			return execute(query, *args, **kwargs)

		with monkeypatch.context() as patched:
			patched.setattr(frappe.db, "sql", sql)
			locks.where_used(item_code=shop.wood)
		return len(sent)

	confirmed(scratch.order(shop.table, 1))
	statements()
	few = statements()
	for _order in range(6):
		confirmed(scratch.order(shop.bench, 1))
	assert statements() == few


def test_locks_of_two_orders_are_compared(scratch, shop):
	table = scratch.order(shop.table, 5)
	confirmed(table)
	tamper("BOM Item", {"parent": shop.table_bom, "item_code": shop.leg}, stock_qty=3)
	later = scratch.order(shop.table, 5)
	confirmed(later)
	assert locks.diff(a=f"{table.name}-L1", b=f"{later.name}-L1") == {
		"added": [],
		"removed": [],
		"changed": [
			{
				"parent_bom": shop.table_bom,
				"item_code": shop.leg,
				"row": "",
				"field": "stock_qty",
				"from": 4.0,
				"to": 3.0,
			}
		],
	}
