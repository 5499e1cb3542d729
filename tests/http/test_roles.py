"""What a role may not do by another way than the one that is refused to it: in one step, in a list, by submitting."""

import frappe
import pytest

from production_orders.domain.lifecycle import CONFIRMED
from tests.http.cast import ORDER, RUN, order_of
from tests.http.doors import DOORS, PRODUCTION, named, reads


def test_making_and_completing_in_one_step_needs_both_roles(people, documents):
	statuses = {
		who: people[who].write("orders.complete", order=documents["cancelled"], produced_qty=1).status_code
		for who in (*PRODUCTION, "elsewhere")
	}
	assert statuses == {"planner": 403, "operator": 403, "manager": 409, "elsewhere": 403}


def test_availability_shows_only_the_warehouses_one_may_see(people, documents):
	stock = {
		who: people[who].read("availability.atp", item_code=documents["material"]).json()["message"]
		for who in ("planner", "elsewhere")
	}
	assert [row["warehouse"] for row in stock["planner"]["warehouses"]] == ["Stores - BW"]
	assert stock["elsewhere"]["warehouses"] == []
	assert stock["elsewhere"]["actual_qty"] == 0
	at_home = people["elsewhere"].read(
		"availability.atp", item_code=documents["material"], warehouse="Stores - BW"
	)
	assert at_home.status_code == 403


@pytest.mark.parametrize("doctype", [ORDER, RUN, "BOM Lock", "Production Event"])
def test_lists_and_documents_show_only_the_companies_one_may_see(people, documents, doctype):
	name = frappe.get_all(doctype, {"name": ["like", f"{documents['done']}%"]}, pluck="name")[0]
	filters = f'[["name", "=", "{name}"]]'
	seen = {
		who: [
			row["name"] for row in people[who].get(f"/api/resource/{doctype}", filters=filters).json()["data"]
		]
		for who in ("planner", "elsewhere")
	}
	assert seen == {"planner": [name], "elsewhere": []}
	assert people["planner"].get(f"/api/resource/{doctype}/{name}").status_code == 200
	assert people["elsewhere"].get(f"/api/resource/{doctype}/{name}").status_code == 403


@pytest.mark.parametrize("method", DOORS)
def test_the_wrong_http_verb_is_refused(server, documents, untouched, method):
	manager = server.as_("manager")
	wrong = manager.write if reads(method) else manager.read
	with untouched(documents["done"]), untouched(order_of(RUN, documents["aborted"])):
		assert wrong(method, **named(DOORS[method][1], documents)).status_code == 403


def test_an_operator_may_not_confirm_by_submitting(server, cast, untouched):
	order = cast.settled(ORDER, "Draft")
	with untouched(order):
		response = server.as_("operator").put(f"/api/resource/{ORDER}/{order}", docstatus=1)
	assert response.status_code == 403


def test_a_planner_may_not_complete_a_run_by_submitting(server, cast, untouched):
	run = cast.settled(RUN, "Running")
	with untouched(order_of(RUN, run)):
		response = server.as_("planner").put(f"/api/resource/{RUN}/{run}", docstatus=1)
	assert response.status_code == 403


def test_a_stock_user_may_not_read_orders_or_their_history(server, cast):
	order = cast.settled(ORDER, CONFIRMED)
	for path in (f"{ORDER}/{order}", f"BOM Lock/{order}-L1", f"Production Event/{order}-E00001"):
		assert server.as_("stock").get(f"/api/resource/{path}").status_code == 403, path
