"""Every door of the app x everybody who may knock: ERPNext's roles and ours, another company, another warehouse."""

import json
from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from tests.http.cast import ORDER, RUN
from tests.http.doors import DOORS, PRODUCTION, call, status
from tests.support.endpoints import endpoints
from tests.support.http import refusal
from tests.support.state import fingerprint

WHATEVER_THE_COMPANY = {"demand.signals", "demand.net_requirements", "demand.causes", "demand.make_requests"}
WHATEVER_THE_COMPANY |= {"demand.start_requests", "orders.make_from_material_request", "availability.atp"}
"""The user of another company is answered, or told that there is no such thing, like one of this company."""
WHATEVER_THE_WAREHOUSE = {*WHATEVER_THE_COMPANY, "locks.where_used"} - {"availability.atp"}
"""Items name warehouses in their defaults: whoever may not see those may not see the item."""
STRANGERS = ("guest", "forged", "wrong secret")
PEOPLE = (*PRODUCTION, "stock", "manufacturing manager", "manufacturing user", "nobody", *STRANGERS)
PEOPLE += ("elsewhere", "other warehouse")


@pytest.fixture
def everything_stays(documents, site) -> Iterator[None]:
	"""No call of a test may write anything at all."""
	before = _committed()
	yield
	after = _committed()
	assert [part for part, rows in before.items() if after[part] != rows] == []


def _committed() -> dict[str, Any]:
	frappe.db.rollback()
	return fingerprint()


def test_every_method_has_a_row(plants):
	assert endpoints().keys() == DOORS.keys()


def expected(method: str, who: str) -> int:
	"""The status that a user gets from a call that changes nothing even for those who may make it."""
	_verb, _arguments, allowed, answer = DOORS[method]
	equals = {"manufacturing manager": ("manager",), "manufacturing user": ("planner", "operator")}
	as_if = equals.get(who, (who,))
	if (who == "elsewhere" and method in WHATEVER_THE_COMPANY) or (
		who == "other warehouse" and method in WHATEVER_THE_WAREHOUSE
	):
		as_if = ("manager",)
	return answer if set(as_if) & set(allowed) else 403


@pytest.mark.parametrize("method", sorted(DOORS))
def test_everybody_gets_what_is_theirs_and_nothing_is_written(people, documents, everything_stays, method):
	_verb, arguments, _allowed, _answer = DOORS[method]
	answers = {who: call(people[who], method, arguments, documents) for who in PEOPLE}
	assert {who: status(answer) for who, answer in answers.items()} == {
		who: expected(method, who) for who in PEOPLE
	}
	for who in PEOPLE:
		# Frappe itself turns strangers away, with a traceback if the site shows them.
		if who not in STRANGERS and status(answers[who]) == 403:
			refusal(answers[who], 403, "not_permitted")


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
	people, documents, everything_stays, report
):
	filters, allowed = REPORTS[report]
	filled = {field: documents.get(value, value) for field, value in filters.items()}
	path = "/api/method/frappe.desk.query_report.run"
	answers = {who: people[who].get(path, report_name=report, filters=json.dumps(filled)) for who in PEOPLE}
	may = {*allowed, "manufacturing manager", *(() if allowed == ("manager",) else ("manufacturing user",))}
	refused = {who for who, answer in answers.items() if status(answer) == 403}
	assert refused - {"elsewhere", "other warehouse"} == set(PEOPLE) - may - {"elsewhere", "other warehouse"}
	assert [who for who, answer in answers.items() if answer.status_code >= 500] == []
	hidden = {documents[key] for key in ("done", "confirmed", "running", "completed")}
	for who in ("elsewhere", "other warehouse"):
		assert [name for name in hidden if name in answers[who].text] == [], who


LINKED = {ORDER: "confirmed", RUN: "running", "BOM Lock": "lock"}


@pytest.mark.parametrize("doctype", LINKED)
def test_link_searches_find_only_what_one_may_see(people, documents, everything_stays, doctype):
	name = documents[LINKED[doctype]]
	path = "/api/method/frappe.desk.search.search_link"
	found = {who: people[who].get(path, doctype=doctype, txt=name, page_length=20).text for who in PEOPLE}
	may = {*PRODUCTION, "manufacturing manager", "manufacturing user"}
	assert {who for who, text in found.items() if name in text} == may


@pytest.mark.parametrize("doctype", LINKED)
def test_lists_show_only_what_one_may_see(people, documents, everything_stays, doctype):
	name = documents[LINKED[doctype]]
	may = {*PRODUCTION, "manufacturing manager", "manufacturing user"}
	filters = json.dumps([["name", "=", name]])
	listed = {who: people[who].get(f"/api/resource/{doctype}", filters=filters).text for who in PEOPLE}
	opened = {who: people[who].get(f"/api/resource/{doctype}/{name}").status_code for who in PEOPLE}
	assert {who for who, text in listed.items() if name in text} == may
	assert {who for who, code in opened.items() if code == 200} == may
