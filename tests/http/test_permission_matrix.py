"""Every door of the app x everybody who may knock: ERPNext's roles and ours, another company, another warehouse."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from production_orders import api
from production_orders.domain.lifecycle import ABORTED, CANCELLED, COMPLETED, CONFIRMED, RUNNING
from production_orders.permissions import ROLES
from tests.http import test_roles as roles
from tests.http.cast import ORDER, RUN
from tests.http.test_roles import (
	ANSWERED,
	CALLS,
	OPERATORS,
	PLANNERS,
	PRODUCTION,
	REFUSED_BY_STATUS,
	status,
	token_of,
)
from tests.support.http import Client
from tests.support.state import fingerprint

NOBODY = ()
NOT_FOUND = 404
NO_HORIZON = {"horizon": "No such horizon"}
"""Whoever may look at horizons hears that there is none; who may plan by one is test_demand's question."""
OTHERS = {
	# method: (verb, arguments, who may, what they get); those of test_roles come first
	"orders.make_from_sales_order": ("POST", {"sales_order": "no"}, NOBODY, None),
	"orders.make_from_material_request": ("POST", {"material_request": "no"}, PLANNERS, NOT_FOUND),
	"demand.signals": ("GET", NO_HORIZON, PRODUCTION, NOT_FOUND),
	"demand.net_requirements": ("GET", NO_HORIZON, PRODUCTION, NOT_FOUND),
	"demand.causes": ("GET", {**NO_HORIZON, "item_code": "product"}, PRODUCTION, NOT_FOUND),
	"demand.make_requests": ("POST", NO_HORIZON, PRODUCTION, NOT_FOUND),
	"demand.start_requests": ("POST", NO_HORIZON, PRODUCTION, NOT_FOUND),
	"materials.alternatives": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
	"materials.stage": ("POST", {"order": "done"}, PLANNERS, REFUSED_BY_STATUS),
	"materials.return_staged": ("POST", {"order": "done", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"runs.hand_over": (
		"POST",
		{"run": "aborted", "operator": "Administrator"},
		PRODUCTION,
		REFUSED_BY_STATUS,
	),
	"runs.log_labour": ("POST", {"run": "aborted", "minutes": 1}, PRODUCTION, REFUSED_BY_STATUS),
	"runs.log_downtime": (
		"POST",
		{"run": "aborted", "reason": "no", "minutes": 1},
		PRODUCTION,
		REFUSED_BY_STATUS,
	),
	"runs.reverse": ("POST", {"run": "aborted", "reason": "no"}, PLANNERS, REFUSED_BY_STATUS),
	"trace.upstream": ("GET", {"run": "completed"}, PRODUCTION, ANSWERED),
	"trace.downstream": ("GET", {"run": "completed"}, PRODUCTION, ANSWERED),
	"trace.mass_balance": ("GET", {"run": "completed"}, PRODUCTION, ANSWERED),
	"history.export": ("GET", {"order": "done"}, PRODUCTION, ANSWERED),
}
ROWS = {**OTHERS, **CALLS}
WHATEVER_THE_COMPANY = {"demand.signals", "demand.net_requirements", "demand.causes", "demand.make_requests"}
WHATEVER_THE_COMPANY |= {"demand.start_requests", "orders.make_from_material_request", "availability.atp"}
"""The user of another company is answered, or told that there is no such thing, like one of this company."""
WHATEVER_THE_WAREHOUSE = {*WHATEVER_THE_COMPANY, "locks.where_used"} - {"availability.atp"}
"""Items name warehouses in their defaults: whoever may not see those may not see the item."""
PEOPLE = (*PRODUCTION, "stock", "manufacturing manager", "manufacturing user", "nobody", "guest", "elsewhere")
PEOPLE += ("other warehouse",)


def methods() -> set[str]:
	"""Every whitelisted function of the API, found without anybody naming it."""
	modules = [
		importlib.import_module(f"{api.__name__}.{module.name}")
		for module in pkgutil.iter_modules(api.__path__)
	]
	return {
		f"{module.__name__.rpartition('.')[2]}.{name}"
		for module in modules
		for name, function in vars(module).items()
		if function in frappe.whitelisted and function.__module__ == module.__name__
	}


@pytest.fixture(scope="module")
def people(server, cast) -> dict[str, Client]:
	"""`elsewhere` and `other warehouse` have every production role, and a User Permission for what is not meant."""

	def client(*held: str, **permission: str) -> Client:
		user = cast.scratch.user(*held)
		if permission:
			frappe.get_doc({"doctype": "User Permission", "user": user, **permission}).insert()
		return server.with_token(token_of(user))

	warehouse = cast.scratch.warehouse("Elsewhere")
	return {
		**{role: server.as_(role) for role in (*PRODUCTION, "stock")},
		"manufacturing manager": client("Manufacturing Manager"),
		"manufacturing user": client("Manufacturing User"),
		"nobody": client(),
		"guest": server.guest(),
		"elsewhere": client(*ROLES, allow="Company", for_value=server.plants["paint"].company),
		"other warehouse": client(*ROLES, allow="Warehouse", for_value=warehouse),
	}


@pytest.fixture(scope="module")
def names(cast) -> dict[str, str]:
	for item in (cast.product, cast.material):
		_at_home(item, cast.scratch.plant)
	return {
		"product": cast.product,
		"material": cast.material,
		"bom": cast.bom,
		"done": cast.settled(ORDER, COMPLETED),
		"lock": f"{cast.settled(ORDER, COMPLETED)}-L1",
		"confirmed": cast.settled(ORDER, CONFIRMED),
		"cancelled": cast.settled(ORDER, CANCELLED),
		"aborted": cast.settled(RUN, ABORTED),
		"running": cast.settled(RUN, RUNNING),
		"completed": cast.settled(RUN, COMPLETED),
	}


def _at_home(item_code: str, plant: Any) -> None:
	"""As items of a real plant are: their defaults name a warehouse."""
	item = frappe.get_doc("Item", item_code)
	item.set("item_defaults", [{"company": plant.company, "default_warehouse": plant.source_warehouse}])
	item.save()
	frappe.db.commit()


@pytest.fixture
def everything_stays(names, site) -> Iterator[None]:
	"""No call of a test may write anything at all."""
	before = _committed()
	yield
	after = _committed()
	assert [part for part, rows in before.items() if after[part] != rows] == []


def _committed() -> dict[str, Any]:
	frappe.db.rollback()
	return fingerprint()


def test_every_method_has_a_row(plants):
	assert methods() == ROWS.keys()


def expected(method: str, who: str) -> int:
	"""The status that a user gets from a call that changes nothing even for those who may make it."""
	_verb, _arguments, allowed, answer = ROWS[method]
	equals = {"manufacturing manager": ("manager",), "manufacturing user": ("planner", "operator")}
	as_if = equals.get(who, (who,))
	if (who == "elsewhere" and method in WHATEVER_THE_COMPANY) or (
		who == "other warehouse" and method in WHATEVER_THE_WAREHOUSE
	):
		as_if = ("manager",)
	return answer if set(as_if) & set(allowed) else 403


@pytest.mark.parametrize("method", sorted(ROWS))
def test_everybody_gets_what_is_theirs_and_nothing_is_written(people, names, everything_stays, method):
	_verb, arguments, _allowed, _answer = ROWS[method]
	answers = {who: call(people[who], method, arguments, names) for who in PEOPLE}
	assert {who: status(answer) for who, answer in answers.items()} == {
		who: expected(method, who) for who in PEOPLE
	}
	# Frappe itself turns guests away, with a traceback if the site shows them.
	assert [who for who in PEOPLE if who != "guest" and "Traceback" in answers[who].text] == []


def call(client: Client, method: str, arguments: dict[str, Any], names: dict[str, str]):
	values = {field: names.get(value, value) for field, value in arguments.items()}
	return (client.read if ROWS[method][0] == "GET" else client.write)(method, **values)


def reports() -> list[str]:
	return frappe.get_all("Report", {"module": "Production Orders"}, pluck="name", order_by="name")


REPORTS: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
	# report: (filters, who may)
	"Available to Promise": ({"item_code": "material", "warehouse": "Stores - BW"}, PRODUCTION),
	"Invariants": ({}, ("manager",)),
	"Material Shortages": ({}, PRODUCTION),
	"Net Requirements": ({"company": "Bicycle Works"}, PRODUCTION),
	"Order Cost": ({"company": "Bicycle Works"}, PRODUCTION),
	"Production Variance": ({"company": "Bicycle Works"}, PRODUCTION),
	"Recall": ({}, PRODUCTION),
}


def test_every_report_has_a_row(plants):
	assert set(reports()) == REPORTS.keys()


@pytest.mark.parametrize("report", sorted(REPORTS))
def test_reports_are_for_their_roles_and_show_nothing_of_another_company(
	people, names, everything_stays, report
):
	filters, allowed = REPORTS[report]
	filled = {field: names.get(value, value) for field, value in filters.items()}
	path = "/api/method/frappe.desk.query_report.run"
	answers = {who: people[who].get(path, report_name=report, filters=json.dumps(filled)) for who in PEOPLE}
	may = {*allowed, "manufacturing manager", *(() if allowed == ("manager",) else ("manufacturing user",))}
	refused = {who for who, answer in answers.items() if status(answer) == 403}
	assert refused - {"elsewhere", "other warehouse"} == set(PEOPLE) - may - {"elsewhere", "other warehouse"}
	assert [who for who, answer in answers.items() if answer.status_code >= 500] == []
	hidden = {names[key] for key in ("done", "confirmed", "running", "completed")}
	for who in ("elsewhere", "other warehouse"):
		assert [name for name in hidden if name in answers[who].text] == [], who


LINKED = {ORDER: "confirmed", RUN: "running", "BOM Lock": "lock"}


@pytest.mark.parametrize("doctype", LINKED)
def test_link_searches_find_only_what_one_may_see(people, names, everything_stays, doctype):
	name = names[LINKED[doctype]]
	path = "/api/method/frappe.desk.search.search_link"
	found = {who: people[who].get(path, doctype=doctype, txt=name, page_length=20).text for who in PEOPLE}
	may = {*PRODUCTION, "manufacturing manager", "manufacturing user"}
	assert {who for who, text in found.items() if name in text} == may


@pytest.mark.parametrize("doctype", LINKED)
def test_lists_show_only_what_one_may_see(people, names, everything_stays, doctype):
	name = names[LINKED[doctype]]
	may = {*PRODUCTION, "manufacturing manager", "manufacturing user"}
	filters = json.dumps([["name", "=", name]])
	listed = {who: people[who].get(f"/api/resource/{doctype}", filters=filters).text for who in PEOPLE}
	opened = {who: people[who].get(f"/api/resource/{doctype}/{name}").status_code for who in PEOPLE}
	assert {who for who, text in listed.items() if name in text} == may
	assert {who for who, code in opened.items() if code == 200} == may


def test_the_table_of_roles_is_part_of_the_matrix():
	assert roles.CALLS.items() <= ROWS.items()
	assert set(OPERATORS) < set(PRODUCTION)
