"""What an endpoint makes of failures that no rule of ours raises."""

import frappe
import pytest

from production_orders.api import orders
from production_orders.services import confirmation


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
