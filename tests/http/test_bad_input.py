"""Bad input of every kind to every method: a clear refusal with the right status, and nothing written."""

from collections.abc import Iterator

import pytest

from production_orders.domain.lifecycle import CONFIRMED, DRAFT, IN_PROGRESS, RUNNING
from tests.http.bad_arguments import METHODS
from tests.http.cast import ORDER, RUN, footprint, order_of
from tests.http.doors import call
from tests.support.http import refusal

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
