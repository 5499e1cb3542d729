"""Sharing out, moving and asking for supply over HTTP: plain JSON, once per key."""

import frappe

from tests.support.http import Client


def message(response):
	assert response.status_code == 200, response.text[:500]
	return response.json()["message"]


def short_order(planner: Client, scratch, product: str, qty: float) -> str:
	order = scratch.order(product, qty).name
	frappe.db.commit()
	message(planner.write("orders.confirm", order=order, on_shortage="Confirm with Shortages"))
	return order


def test_what_arrives_is_shared_out_moved_and_the_rest_requested(server, cast):
	planner, scratch = server.as_("planner"), cast.scratch
	product, material = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(product, {material: 1})
	first, second = (short_order(planner, scratch, product, qty) for qty in (4, 6))
	scratch.stock(material, 5)
	frappe.db.commit()
	stores = scratch.plant.source_warehouse

	key = {"idempotency_key": frappe.generate_hash()}
	shared = message(planner.write("reservations.reallocate", item_code=material, **key))
	assert shared == {
		"reserved": [
			{"order": first, "item_code": material, "warehouse": stores, "qty": 4},
			{"order": second, "item_code": material, "warehouse": stores, "qty": 1},
		],
		"still_short": 1,
	}
	assert message(planner.write("reservations.reallocate", item_code=material, **key)) == shared

	body = {"from_order": first, "to_order": second, "item_code": material, "qty": "3", "reason": "rush"}
	key = {"idempotency_key": frappe.generate_hash()}
	moved = message(planner.write("reservations.move", **body, **key))
	assert moved == {
		"from_order": first,
		"to_order": second,
		"item_code": material,
		"moved": [{"warehouse": stores, "qty": 3}],
	}
	assert message(planner.write("reservations.move", **body, **key)) == moved

	asked = message(planner.write("reservations.request_supply", order=second))
	assert [(row["item_code"], row["qty"]) for row in asked["requested"]] == [(material, 2)]
	(shortage,) = message(planner.read("reservations.get", order=second))["shortages"]
	assert shortage["expected_from"] == {"doctype": "Material Request", "name": asked["material_requests"][0]}
	assert message(planner.write("reservations.request_supply", order=second))["requested"] == []


def test_a_move_that_cannot_be_made_says_every_reason(server, cast):
	planner, scratch = server.as_("planner"), cast.scratch
	product, material = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(product, {material: 1})
	first, second = (short_order(planner, scratch, product, qty) for qty in (4, 6))
	refused = planner.write(
		"reservations.move", from_order=first, to_order=second, item_code=material, qty=7, reason="rush"
	)
	assert refused.status_code == 422
	assert [detail["field"] for detail in refused.json()["error"]["details"]] == ["from_order", "to_order"]


def test_an_unknown_item_or_warehouse_is_not_found(server):
	planner = server.as_("planner")
	assert planner.write("reservations.reallocate", item_code="no such item").status_code == 404
	assert planner.write("reservations.reallocate", warehouse="no such place").status_code == 404
