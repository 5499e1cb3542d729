"""Who may call what: users x methods, with calls that change nothing even for those who may make them."""

from collections.abc import Mapping
from uuid import uuid4

import frappe
import pytest
import requests

from production_orders.domain.lifecycle import ABORTED, CANCELLED, COMPLETED, CONFIRMED
from tests.http.cast import ORDER, RUN, order_of
from tests.support.http import Client

PLANNERS = ("planner", "manager")
OPERATORS = ("operator", "manager")
PRODUCTION = ("planner", "operator", "manager")
REFUSED_BY_STATUS, ANSWERED = 409, 200

CALLS = {
	# method: (verb, arguments, who may, what they get)
	"orders.preview": (
		"GET",
		{"item_code": "product", "qty": 1, "source_warehouse": "Stores - BW", "company": "Bicycle Works"},
		PRODUCTION,
		ANSWERED,
	),
	"orders.allowed_actions": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
	"orders.refresh_bom": ("POST", {"order": "done"}, PLANNERS, REFUSED_BY_STATUS),
	"orders.confirm": ("POST", {"order": "done"}, PLANNERS, REFUSED_BY_STATUS),
	"orders.relock": ("POST", {"order": "done", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"orders.preview_relock": ("GET", {"order": "done"}, PRODUCTION, REFUSED_BY_STATUS),
	"orders.cancel": ("POST", {"order": "done", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"orders.complete": ("POST", {"order": "cancelled"}, PLANNERS, REFUSED_BY_STATUS),
	"reservations.get": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
	"reservations.reserve": ("POST", {"order": "done"}, PLANNERS, REFUSED_BY_STATUS),
	"reservations.release": ("POST", {"order": "done", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"reservations.reallocate": ("POST", {"item_code": "product"}, (*PLANNERS, "elsewhere"), ANSWERED),
	"reservations.move": (
		"POST",
		{"from_order": "done", "to_order": "cancelled", "item_code": "material", "qty": 1, "reason": "no"},
		PLANNERS,
		REFUSED_BY_STATUS,
	),
	"reservations.request_supply": ("POST", {"order": "done"}, PLANNERS, REFUSED_BY_STATUS),
	"materials.alternatives": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
	"materials.stage": ("POST", {"order": "done"}, PLANNERS, REFUSED_BY_STATUS),
	"materials.return_staged": ("POST", {"order": "done", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"runs.start": ("POST", {"order": "done"}, PRODUCTION, REFUSED_BY_STATUS),
	"runs.pause": ("POST", {"run": "aborted", "reason": "no"}, PRODUCTION, REFUSED_BY_STATUS),
	"runs.resume": ("POST", {"run": "aborted"}, PRODUCTION, REFUSED_BY_STATUS),
	"runs.hand_over": (
		"POST",
		{"run": "aborted", "operator": "Administrator"},
		PRODUCTION,
		REFUSED_BY_STATUS,
	),
	"runs.log_labour": ("POST", {"run": "aborted", "minutes": 5}, PRODUCTION, REFUSED_BY_STATUS),
	"runs.log_downtime": (
		"POST",
		{"run": "aborted", "reason": "no", "minutes": 5},
		PRODUCTION,
		REFUSED_BY_STATUS,
	),
	"runs.abort": ("POST", {"run": "completed", "reason": "no"}, PRODUCTION, REFUSED_BY_STATUS),
	"runs.complete": ("POST", {"run": "aborted", "produced_qty": 1}, OPERATORS, REFUSED_BY_STATUS),
	"runs.reverse": ("POST", {"run": "aborted", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"runs.plan": ("GET", {"run": "aborted", "produced_qty": 1}, PRODUCTION, ANSWERED),
	"runs.allowed_actions": ("GET", {"run": "aborted"}, PRODUCTION, ANSWERED),
	"availability.atp": ("GET", {"item_code": "material"}, (*PRODUCTION, "stock"), ANSWERED),
	"availability.promise": (
		"GET",
		{"item_code": "product", "qty": 1, "company": "Bicycle Works"},
		PRODUCTION,
		ANSWERED,
	),
	"locks.diff": ("GET", {"a": "lock", "b": "lock"}, PRODUCTION, ANSWERED),
	"locks.where_used": ("GET", {"bom_no": "bom"}, PRODUCTION, ANSWERED),
	"history.events": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
	"history.verify": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
	"history.export": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
}
COMPANY_DATA = [method for method in CALLS if method != "availability.atp"]


@pytest.fixture(scope="module")
def people(server, cast) -> dict[str, Client]:
	"""`elsewhere` has every production role and a User Permission for the other plant's company only."""
	elsewhere = cast.scratch.user("Production Planner", "Production Operator", "Production Manager")
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": elsewhere,
			"allow": "Company",
			"for_value": server.plants["paint"].company,
		}
	).insert()
	return {
		**{role: server.as_(role) for role in (*PRODUCTION, "stock")},
		"nobody": server.with_token(token_of(cast.scratch.user())),
		"elsewhere": server.with_token(token_of(elsewhere)),
		"guest": server.guest(),
		"forged": server.with_token("no-such-key:no-such-secret"),
		"wrong secret": server.with_token(f"{server.plants['bicycle'].users['planner'].api_key}:wrong"),
	}


def token_of(email: str) -> str:
	user = frappe.get_doc("User", email)
	user.api_key, user.api_secret = uuid4().hex, uuid4().hex
	token = f"{user.api_key}:{user.api_secret}"
	user.save()
	frappe.db.commit()
	return token


@pytest.fixture(scope="module")
def names(cast) -> dict[str, str]:
	return {
		"product": cast.product,
		"material": cast.material,
		"bom": cast.bom,
		"done": cast.settled(ORDER, COMPLETED),
		"lock": f"{cast.settled(ORDER, COMPLETED)}-L1",
		"cancelled": cast.settled(ORDER, CANCELLED),
		"aborted": cast.settled(RUN, ABORTED),
		"completed": cast.settled(RUN, COMPLETED),
	}


def call(client: Client, method: str, arguments: Mapping[str, object], names: Mapping[str, str]):
	verb = CALLS[method][0]
	values = {field: names.get(value, value) for field, value in arguments.items()}
	return (client.read if verb == "GET" else client.write)(method, **values)


def status(response: requests.Response) -> int:
	"""Hosts say 401 or 403 of a token they do not know."""
	return 403 if response.status_code == 401 else response.status_code


@pytest.mark.parametrize("method", CALLS)
def test_each_method_answers_those_it_is_for_and_nobody_else(people, names, untouched, method):
	_verb, arguments, allowed, answer = CALLS[method]
	expected = {
		who: answer if who in allowed else 403
		for who in people
		if (who, method) != ("elsewhere", "availability.atp")
	}
	with untouched(names["done"]), untouched(order_of(RUN, names["aborted"])):
		responses = {who: call(people[who], method, arguments, names) for who in expected}
	assert {who: status(response) for who, response in responses.items()} == expected
	for who in ("planner", "operator", "stock", "elsewhere"):
		if expected.get(who) == 403:
			body = responses[who].json()
			assert body["error"]["code"] == "not_permitted"
			assert body["error"]["message"]
			assert "exc" not in body


def test_making_and_completing_in_one_step_needs_both_roles(people, names):
	statuses = {
		who: people[who].write("orders.complete", order=names["cancelled"], produced_qty=1).status_code
		for who in (*PRODUCTION, "elsewhere")
	}
	assert statuses == {"planner": 403, "operator": 403, "manager": 409, "elsewhere": 403}


def test_availability_shows_only_the_warehouses_one_may_see(people, names):
	stock = {
		who: people[who].read("availability.atp", item_code=names["material"]).json()["message"]
		for who in ("planner", "elsewhere")
	}
	assert [row["warehouse"] for row in stock["planner"]["warehouses"]] == ["Stores - BW"]
	assert stock["elsewhere"]["warehouses"] == []
	assert stock["elsewhere"]["actual_qty"] == 0
	at_home = people["elsewhere"].read(
		"availability.atp", item_code=names["material"], warehouse="Stores - BW"
	)
	assert at_home.status_code == 403


@pytest.mark.parametrize("doctype", [ORDER, RUN, "BOM Lock", "Production Event"])
def test_lists_and_documents_show_only_the_companies_one_may_see(people, names, doctype):
	name = frappe.get_all(doctype, {"name": ["like", f"{names['done']}%"]}, pluck="name")[0]
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


@pytest.mark.parametrize("method", CALLS)
def test_the_wrong_http_verb_is_refused(server, names, untouched, method):
	verb, arguments, _allowed, _answer = CALLS[method]
	manager = server.as_("manager")
	values = {field: names.get(value, value) for field, value in arguments.items()}
	with untouched(names["done"]), untouched(order_of(RUN, names["aborted"])):
		wrong = manager.write if verb == "GET" else manager.read
		assert wrong(method, **values).status_code == 403


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
