"""Bad input of every kind to every method: a clear refusal with the right status, and nothing written."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from production_orders.domain.lifecycle import CONFIRMED, DRAFT, IN_PROGRESS, RUNNING
from tests.http.cast import ORDER, RUN, footprint, order_of

LONG = "x" * 10_000
LONG_IN_URL = "x" * 1_000
"""What a web server still takes in an address."""
BAD_NAMES = ["", "   ", LONG, 7, True, [], {}, ["x"], {"x": 1}]
BAD_REASONS = ["", "   ", LONG, 7, True, [], {}]
BAD_KEYS = ["", "x" * 141, 7, [], {}]
NOT_NUMBERS = ["abc", "", "1,000", True, False, [], {}, [1], "NaN", "Infinity", float("nan"), float("inf")]
BAD_QUANTITIES = [*NOT_NUMBERS, -1, "-1", "1e30", 1e30, "9" * 10_000, "0.0000000001"]
BAD_POSITIVE_QUANTITIES = [*BAD_QUANTITIES, 0, "0"]
BAD_MINUTES = [*NOT_NUMBERS, -1, 0, 100_001]
BAD_FLAGS = ["maybe", 7, [], {}, LONG]
BAD_LISTS = ["not json", "[", "{}", 7, True, {}, [1], ["x"], [[]], [{}], [{"unknown": 1}], '"x"']
BAD_NAME_LISTS = ["not json", "[", "{}", 7, True, {}, [1], [[]], [{}], [""], [LONG]]
BAD_TIMES = ["yesterday", "2026-13-01 00:00:00", [], {}, LONG]

ITEM_ROWS = [
	[{"item_code": "BICYCLE"}, {"item_code": "BICYCLE", "qty": "abc"}],
	[{"item_code": "BICYCLE", "qty": -1}],
	[{"item_code": "BICYCLE", "qty": float("nan")}],
	[{"item_code": [], "qty": 1}],
	[{"item_code": "BICYCLE", "qty": 1, "unknown": 1}],
]
BAD_LABOUR = [
	[{"minutes": -1}],
	[{"minutes": "abc"}],
	[{"minutes": 1, "hour_rate": -1}],
	[{"minutes": 1, "activity": "Sleep"}],
]
BAD_REJECTS = [
	[{"qty": 1}],
	[{"qty": 0, "reason": "bent"}],
	[{"qty": "NaN", "reason": "bent"}],
	[{"qty": 1, "reason": LONG}],
	[{"qty": 1, "reason": "bent", "disposition": "Sell"}],
]
BAD_DOWNTIME = [[{"minutes": 1}], [{"reason": "lunch", "minutes": -1}], [{"reason": LONG, "minutes": 1}]]

START = {
	"batch_no": ["", LONG_IN_URL, "not both"],
	"serial_no": ["", LONG_IN_URL, "not both"],
	"run": ["", "   ", LONG_IN_URL],
}
METHODS: dict[str, tuple[dict[str, Any], dict[str, list[Any]]]] = {
	# method: (good arguments, {argument: bad values})
	"orders.preview": (
		{"item_code": "product", "qty": 1, "source_warehouse": "Stores - BW", "company": "Bicycle Works"},
		{
			"item_code": ["", "   ", LONG_IN_URL],
			"qty": ["abc", "0", "-1", "NaN", "Infinity", "1e30", "9" * 1_000],
		},
	),
	"orders.make_from_sales_order": (
		{"sales_order": "sold"},
		{"sales_order": BAD_NAMES, "items": BAD_NAME_LISTS, "idempotency_key": BAD_KEYS},
	),
	"orders.make_from_material_request": (
		{"material_request": "requested"},
		{"material_request": BAD_NAMES, "items": BAD_NAME_LISTS, "idempotency_key": BAD_KEYS},
	),
	"orders.refresh_bom": ({"order": "draft"}, {"order": BAD_NAMES}),
	"orders.confirm": (
		{"order": "draft"},
		{"order": BAD_NAMES, "on_shortage": ["Perhaps", "", 7, [], {}, LONG], "idempotency_key": BAD_KEYS},
	),
	"orders.relock": (
		{"order": "confirmed", "reason": "no"},
		{"order": BAD_NAMES, "reason": BAD_REASONS, "idempotency_key": BAD_KEYS},
	),
	"orders.preview_relock": ({"order": "confirmed"}, {"order": ["", "   ", LONG_IN_URL]}),
	"orders.cancel": ({"order": "confirmed", "reason": "no"}, {"order": BAD_NAMES, "reason": BAD_REASONS}),
	"orders.complete": (
		{"order": "in progress"},
		{
			"order": BAD_NAMES,
			"produced_qty": BAD_POSITIVE_QUANTITIES,
			"close_short": BAD_FLAGS,
			"reason": BAD_REASONS,
		},
	),
	"orders.allowed_actions": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
	"reservations.get": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
	"reservations.reserve": ({"order": "confirmed"}, {"order": BAD_NAMES, "idempotency_key": BAD_KEYS}),
	"reservations.release": (
		{"order": "confirmed", "reason": "no"},
		{
			"order": BAD_NAMES,
			"reason": BAD_REASONS,
			"materials": [*BAD_LISTS, [{"item_code": "x", "qty": 0}], [{"item_code": "x", "qty": "NaN"}]],
		},
	),
	"reservations.move": (
		{"from_order": "confirmed", "to_order": "in progress", "item_code": "x", "qty": 1, "reason": "no"},
		{
			"from_order": BAD_NAMES,
			"to_order": BAD_NAMES,
			"item_code": BAD_NAMES,
			"qty": BAD_POSITIVE_QUANTITIES,
			"reason": BAD_REASONS,
			"warehouse": BAD_NAMES,
			"idempotency_key": BAD_KEYS,
		},
	),
	"reservations.request_supply": (
		{"order": "confirmed"},
		{
			"order": BAD_NAMES,
			"materials": [*BAD_LISTS, [{"item_code": "x", "qty": 1}], [{"item_code": LONG}]],
			"idempotency_key": BAD_KEYS,
		},
	),
	"materials.alternatives": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
	"materials.stage": (
		{"order": "confirmed"},
		{
			"order": BAD_NAMES,
			"materials": [*BAD_LISTS, [{"item_code": "x", "qty": 0}], [{"item_code": "x", "qty": "NaN"}]],
			"idempotency_key": BAD_KEYS,
		},
	),
	"materials.return_staged": (
		{"order": "confirmed", "reason": "no"},
		{
			"order": BAD_NAMES,
			"reason": BAD_REASONS,
			"materials": [*BAD_LISTS, [{"item_code": "x", "qty": -1}], [{"item_code": "x", "lot": "y"}]],
			"idempotency_key": BAD_KEYS,
		},
	),
	"runs.start": (
		{"order": "confirmed", "qty": 1},
		{
			"order": BAD_NAMES,
			"qty": BAD_POSITIVE_QUANTITIES,
			"workstation": BAD_NAMES,
			"operator": BAD_NAMES,
			"run": BAD_NAMES,
			"rework": BAD_FLAGS,
		},
	),
	"runs.hand_over": (
		{"run": "running", "operator": "nobody@test.example"},
		{"run": BAD_NAMES, "operator": [*BAD_NAMES, "nobody@test.example"], "reason": BAD_REASONS},
	),
	"runs.log_labour": (
		{"run": "running", "minutes": 5},
		{
			"run": BAD_NAMES,
			"minutes": BAD_MINUTES,
			"employee": BAD_NAMES,
			"activity": ["Sleep", "", 7, [], {}],
			"hour_rate": [*NOT_NUMBERS, -1, 10**9],
			"idempotency_key": BAD_KEYS,
		},
	),
	"runs.log_downtime": (
		{"run": "running", "reason": "no air", "minutes": 5},
		{
			"run": BAD_NAMES,
			"reason": BAD_REASONS,
			"minutes": BAD_MINUTES,
			"workstation": BAD_NAMES,
			"idempotency_key": BAD_KEYS,
		},
	),
	"runs.pause": ({"run": "running", "reason": "no"}, {"run": BAD_NAMES, "reason": BAD_REASONS}),
	"runs.resume": ({"run": "running"}, {"run": BAD_NAMES}),
	"runs.abort": ({"run": "running", "reason": "no"}, {"run": BAD_NAMES, "reason": BAD_REASONS}),
	"runs.complete": (
		{"run": "running", "produced_qty": 1},
		{
			"run": BAD_NAMES,
			"produced_qty": BAD_QUANTITIES,
			"rejected_qty": BAD_QUANTITIES,
			"loss_qty": BAD_QUANTITIES,
			"reject_reason": BAD_REASONS,
			"rejects": [*BAD_LISTS, *BAD_REJECTS],
			"consumption": [*BAD_LISTS, *ITEM_ROWS],
			"returns": [*BAD_LISTS, *ITEM_ROWS, [{"item_code": "BICYCLE", "qty": 0}]],
			"outputs": [*BAD_LISTS, *ITEM_ROWS],
			"labour": [*BAD_LISTS, *BAD_LABOUR],
			"downtime": [*BAD_LISTS, *BAD_DOWNTIME],
			"batch_no": BAD_NAMES,
			"serial_nos": [LONG + "x", 7, [], {}],
			"posting_datetime": BAD_TIMES,
		},
	),
	"runs.reverse": ({"run": "running", "reason": "no"}, {"run": BAD_NAMES, "reason": BAD_REASONS}),
	"runs.plan": (
		{"run": "running", "produced_qty": 1},
		{"run": ["", LONG_IN_URL], "produced_qty": ["abc", "-1", "NaN"]},
	),
	"runs.allowed_actions": ({"run": "running"}, {"run": ["", "   ", LONG_IN_URL]}),
	"availability.atp": (
		{"item_code": "material"},
		{
			"item_code": ["", "   ", LONG_IN_URL],
			"warehouse": ["", LONG_IN_URL],
			"company": ["", LONG_IN_URL],
			"date": ["", "yesterday", "2026-13-01", "2001-01-01", "7", "99999999999", LONG_IN_URL],
		},
	),
	"availability.promise": (
		{"item_code": "product", "qty": 1, "company": "Bicycle Works"},
		{
			"item_code": ["", "   ", LONG_IN_URL],
			"qty": ["abc", "0", "-1", "NaN", "Infinity", "1e30", "9" * 1_000, "0.5", "9" * 18],
			"warehouse": ["", LONG_IN_URL, "Stores - PW"],
			"bom_no": ["", LONG_IN_URL],
			"company": ["", LONG_IN_URL],
		},
	),
	"locks.diff": (
		{"a": "lock", "b": "lock"},
		{"a": ["", "   ", LONG_IN_URL], "b": ["", "   ", LONG_IN_URL]},
	),
	"locks.where_used": (
		{"bom_no": "bom"},
		{"bom_no": ["", "   ", LONG_IN_URL], "item_code": ["", LONG_IN_URL, "not both"]},
	),
	"trace.upstream": ({"run": "running"}, START),
	"trace.downstream": ({"run": "running"}, START),
	"trace.mass_balance": ({"run": "running"}, {"run": ["", "   ", LONG_IN_URL]}),
	"history.events": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
	"history.verify": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
	"history.export": ({"order": "draft"}, {"order": ["", "   ", LONG_IN_URL]}),
}
READS = {
	"orders.preview",
	"orders.preview_relock",
	"orders.allowed_actions",
	"locks.diff",
	"locks.where_used",
	"reservations.get",
	"materials.alternatives",
	"runs.plan",
	"runs.allowed_actions",
	"availability.atp",
	"availability.promise",
	"trace.upstream",
	"trace.downstream",
	"trace.mass_balance",
	"history.events",
	"history.verify",
	"history.export",
}
FIELDS = [(method, field) for method, (_good, bad) in METHODS.items() for field in bad]
NAMED = ("order", "from_order", "run", "a", "item_code", "bom_no", "material_request")
MAKING = ("orders.make_from_sales_order",)
"""Our roles alone read no Sales Orders."""


@pytest.fixture(scope="module")
def names(cast) -> dict[str, str]:
	return {
		"product": cast.product,
		"material": cast.material,
		"draft": cast.settled(ORDER, DRAFT),
		"confirmed": cast.settled(ORDER, CONFIRMED),
		"lock": f"{cast.settled(ORDER, CONFIRMED)}-L1",
		"bom": cast.bom,
		"in progress": cast.settled(ORDER, IN_PROGRESS),
		"running": cast.settled(RUN, RUNNING),
	}


@pytest.fixture(scope="module", autouse=True)
def everything_stays(names) -> Iterator[None]:
	"""No call of this module may write, whatever it names."""
	orders = [names["draft"], names["confirmed"], names["in progress"], order_of(RUN, names["running"])]
	before = [footprint(order) for order in orders]
	yield
	assert [footprint(order) for order in orders] == before


def call(client: Any, method: str, arguments: dict[str, Any], names: dict[str, str]) -> requests.Response:
	values = {
		field: names.get(value, value) if isinstance(value, str) else value
		for field, value in arguments.items()
	}
	return (client.read if method in READS else client.write)(method, **values)


def refusal(response: requests.Response, status: int, code: str) -> dict[str, Any]:
	"""The error of a refused call, after looking at its shape."""
	assert response.status_code == status, response.text[:500]
	body = response.json()
	assert "exc" not in body
	assert "Traceback" not in response.text
	assert set(body["error"]) == {"code", "message", "details"}
	assert body["error"]["code"] == code
	assert body["error"]["message"].strip()
	return body["error"]


@pytest.mark.parametrize(("method", "field"), FIELDS, ids=[".".join(pair) for pair in FIELDS])
def test_a_bad_argument_is_refused_by_name(server, names, method, field):
	manager = server.as_("manager")
	good, bad = METHODS[method]
	for value in bad[field]:
		error = refusal(call(manager, method, {**good, field: value}, names), 422, "invalid_input")
		assert error["details"], value
		assert {detail["field"].split(".")[0] for detail in error["details"]} == {field}, value


@pytest.mark.parametrize("method", METHODS)
def test_an_unknown_field_is_refused_and_not_ignored(server, names, method):
	good, _bad = METHODS[method]
	response = call(server.as_("manager"), method, {**good, "quantitty": 1}, names)
	error = refusal(response, 422, "invalid_input")
	assert [detail["field"] for detail in error["details"]] == ["quantitty"]


@pytest.mark.parametrize("method", METHODS)
def test_a_missing_argument_is_named(server, names, method):
	good, _bad = METHODS[method]
	required = {field for field in good if field not in ("source_warehouse", "company")}
	required -= {"qty"} if method == "runs.start" else set()
	error = refusal(call(server.as_("manager"), method, {}, names), 422, "invalid_input")
	assert {detail["field"] for detail in error["details"]} == required


@pytest.mark.parametrize("method", MAKING)
def test_who_may_read_no_such_document_is_not_told_that_it_is_missing(server, names, method):
	response = call(server.as_("manager"), method, METHODS[method][0], names)
	refusal(response, 403, "not_permitted")


@pytest.mark.parametrize("method", [method for method in METHODS if method not in MAKING])
def test_an_unknown_document_is_not_found(server, names, method):
	good, _bad = METHODS[method]
	field = next(field for field in NAMED if field in good)
	for unknown in ("PRO-2026-99999", "' OR 1=1 --", "<script>alert(1)</script>", "%", "ünï©ode"):
		response = call(server.as_("manager"), method, {**good, field: unknown}, names)
		assert unknown in refusal(response, 404, "not_found")["message"]


def test_several_problems_of_one_call_come_together(server, names):
	response = call(
		server.as_("manager"),
		"runs.complete",
		{
			"run": "running",
			"produced_qty": "abc",
			"loss_qty": -1,
			"labour": [{"minutes": -1}],
			"colour": "red",
		},
		names,
	)
	error = refusal(response, 422, "invalid_input")
	assert [detail["field"] for detail in error["details"]] == [
		"produced_qty",
		"loss_qty",
		"labour.0.minutes",
		"colour",
	]
	assert error["message"].count("\n") == 3


@pytest.mark.parametrize("text", ["[1, 2]", '"text"', "null", "7"])
def test_a_body_that_is_json_but_no_object_is_a_client_error(server, names, text):
	path = "/api/method/production_orders.api.orders.confirm"
	response = server.as_("manager").send("POST", path, text)
	assert 400 <= response.status_code < 500, response.text[:300]
