"""Every write, called again under its key, answers the same and does nothing more; under another body it is refused."""

from uuid import uuid4

import frappe
import pytest

from production_orders import errors
from tests.support.endpoints import endpoints
from tests.support.state import fingerprint
from tests.support.writes import PATHS, plant_of

ELSEWHERE = {
	"orders.make_from_sales_order",
	"orders.make_from_material_request",
	"demand.make_requests",
	"demand.start_requests",
}
"""Writes that begin with documents of ERPNext's or with a plan; test_origin and http/test_demand call them twice."""


def writes() -> set[str]:
	"""Every method of the API that takes an idempotency key."""
	verbs = frappe.allowed_http_methods_for_whitelisted_func
	return {name for name, function in endpoints().items() if verbs[function] == ["POST"]}


def test_every_write_is_tried_here():
	assert writes() == PATHS.keys() | ELSEWHERE


@pytest.mark.parametrize("method", PATHS)
def test_a_repeated_write_is_answered_again_and_does_nothing_more(scratch, method):
	plant, path = plant_of(scratch), PATHS[method]
	path.ready(plant)
	write, arguments = frappe.get_attr(f"production_orders.api.{method}"), path.arguments(plant)
	before, key = fingerprint(), uuid4().hex
	first = frappe.parse_json(frappe.as_json(write(**arguments, idempotency_key=key)))
	after = fingerprint()
	assert after["counts"]["Production Request"] == before["counts"]["Production Request"] + 1
	assert after != before
	for _ in range(2):
		assert frappe.parse_json(frappe.as_json(write(**arguments, idempotency_key=key))) == first
	assert fingerprint() == after
	field, value = next(iter(arguments.items()))
	with pytest.raises(errors.IdempotencyConflict) as refusal:
		write(**{**arguments, field: f"{value}x"}, idempotency_key=key)
	assert refusal.value.http_status_code == 409
	frappe.clear_messages()
	assert fingerprint() == after
