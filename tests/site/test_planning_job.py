"""Planning in the background: its progress, its result, its failure."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import demand
from production_orders.services import planning_job
from tests.support.planning_works import (
	HORIZON,
	make,
	sale,
)


@pytest.fixture
def told(monkeypatch) -> list[tuple]:
	"""Everything that was sent to a browser."""
	sent: list[tuple] = []

	def tell(event: str, message: object = None, **to: object) -> None:
		if event == "msgprint":
			sent.append((event, message, to))

	monkeypatch.setattr(frappe, "publish_realtime", tell)
	monkeypatch.setattr(
		frappe, "publish_progress", lambda percent, **_how: sent.append(("progress", percent))
	)
	return sent


def test_a_job_reports_its_progress_and_its_result(works, told, monkeypatch):
	monkeypatch.setattr(planning_job.unit_of_work, "run_alone", lambda effect: effect())
	sale(works, works.product({works.item("RAW"): 1}), 5, due=9)
	planning_job.run(HORIZON, works.company)
	planning_job.run(HORIZON, works.company)
	assert told[0] == ("progress", 100)
	assert [event for event, *_rest in told] == ["progress", "msgprint", "msgprint"]
	assert told[1][1]["message"].startswith("1 draft production orders and 1 Material Requests")
	assert told[2][1]["message"].startswith("Nothing to plan")
	assert told[1][2] == {"user": "Administrator"}


def test_a_job_that_fails_tells_why(works, told, monkeypatch):
	monkeypatch.setattr(planning_job.unit_of_work, "run_alone", lambda effect: effect())
	sale(works, works.item("UNLOVED", is_purchase_item=0), 1, due=9)
	with pytest.raises(errors.InvalidInput):
		planning_job.run(HORIZON, works.company)
	((event, message, _to),) = told
	assert (event, message["indicator"]) == ("msgprint", "red")
	assert "UNLOVED" in message["message"]


def test_a_run_is_queued_for_the_long_workers(works, monkeypatch):
	queued = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **how: queued.append((method, how)))
	assert demand.start_requests(horizon=HORIZON, company=works.company) == {
		"horizon": HORIZON,
		"queued": True,
	}
	((method, how),) = queued
	assert frappe.get_attr(method) is planning_job.run
	assert (how["queue"], how["horizon"], how["company"]) == ("long", HORIZON, works.company)


def test_a_peg_stays_as_it_was_written(works, unchanged):
	sale(works, works.item("RAW"), 1, due=9)
	make(works)
	peg = frappe.get_last_doc("Demand Peg")
	for write in (peg.save, peg.delete, lambda: frappe.copy_doc(peg).insert()):
		with unchanged(), pytest.raises(errors.ReadOnly):
			write()
