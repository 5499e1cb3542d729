"""What an endpoint makes of failures that no rule of ours raises."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import orders, runs
from production_orders.services import confirmation
from tests.support.orders import running


@pytest.mark.parametrize("kind", [frappe.QueryDeadlockError, frappe.QueryTimeoutError])
def test_a_request_that_never_got_its_locks_is_told_to_come_again(scratch, unchanged, monkeypatch, kind):
	def collide(*args):
		raise kind(1213, "Deadlock found when trying to get lock")

	monkeypatch.setattr(confirmation, "prepare", collide)
	order = scratch.simple_order()
	with unchanged(), pytest.raises(kind) as failure:
		orders.confirm(order=order.name)
	assert failure.value.http_status_code == 503
	assert frappe.local.flags.disable_traceback
	assert frappe.local.response["error"] == {
		"code": "busy",
		"message": "Others are changing the same stock. Nothing was written: try again.",
		"details": [],
	}


@pytest.mark.parametrize(
	("field", "value"),
	[
		("posting_datetime", "0001-01-01T00:00:00+14:00"),
		("posting_datetime", "9999-12-31T23:59:59-14:00"),
		("labour", [{"minutes": 1, "hour_rate": 100_000_001}]),
	],
)
def test_values_beyond_what_can_be_kept_are_refused(scratch, unchanged, field, value):
	run = running(scratch.simple_order())
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=10, **{field: value})
	assert [problem["field"].split(".")[0] for problem in refusal.value.details] == [field]


def test_the_longest_work_at_the_highest_rate_can_be_kept(scratch):
	run = running(scratch.simple_order())
	runs.complete(run=run, produced_qty=10, labour=[{"minutes": 100_000, "hour_rate": 100_000_000}])
	amount = frappe.db.get_value("Production Run Labour", {"parent": run}, "amount")
	assert amount == pytest.approx(166_666_666_666.667)


def test_text_in_a_field_for_numbers_or_dates_is_refused_by_name(scratch, unchanged):
	order = scratch.simple_order()
	confirmed = scratch.simple_order()
	orders.confirm(order=confirmed.name)
	run = frappe.get_doc({"doctype": "Production Run", "production_order": confirmed.name, "qty": "abc"})
	order.update({"qty": "abc", "need_by_date": "soon", "consumption_tolerance": "much"})
	for doc, fields in ((order, ["qty", "need_by_date", "consumption_tolerance"]), (run, ["qty"])):
		with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
			doc.save()
		assert [problem["field"] for problem in refusal.value.details] == fields
