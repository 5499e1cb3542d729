"""Confirming an order: the lock, the reservations and the shortages, all or nothing."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders


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
