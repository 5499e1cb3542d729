"""The process plant's runs: the batches they take, and the one that each of them makes."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import history, orders, runs
from tests.support.orders import confirmed, entry_rows, started, value


@pytest.fixture
def emulsion(paint):
	"""100 Kg of paint, confirmed over fresh stock of its own batches."""
	paint.receive("WATER", 5000, 0.02)
	paint.receive("THICKENER", 100, 6.2)
	for batch, qty in (("BS-TEST-A", 30), ("BS-TEST-B", 70)):
		if not frappe.db.exists("Batch", batch):
			frappe.get_doc({"doctype": "Batch", "batch_id": batch, "item": "BASE"}).insert()
		paint.receive("BASE", qty, 2.5, batch_no=batch)
	order = paint.draft_order("EMULSION-WHITE", 100, consumption_policy="Flexible")
	confirmed(order)
	return order


def _batches(run: str, item_code: str) -> list[tuple[str, float]]:
	rows = frappe.get_all(
		"Production Run Consumption",
		{"parent": run, "item_code": item_code},
		["batch_no", "qty"],
		order_by="idx",
		as_list=True,
	)
	return [tuple(row) for row in rows]


def test_named_batches_are_consumed_as_named(paint, emulsion):
	run = started(emulsion, qty=50)
	runs.complete(
		run=run,
		produced_qty=50,
		batch_no="EW-TEST-1",
		consumption=[
			{"item_code": "BASE", "qty": 6, "batch_no": "BS-TEST-A"},
			{"item_code": "BASE", "qty": 15, "batch_no": "BS-TEST-B"},
		],
	)
	assert _batches(run, "BASE") == [("BS-TEST-A", 6), ("BS-TEST-B", 15)]
	assert value("Production Run", run, "batch_no") == "EW-TEST-1"
	assert value("Batch", "EW-TEST-1", "item", "reference_doctype") == ("EMULSION-WHITE", "Production Run")
	entry = value("Production Run", run, "stock_entry")
	amounts = entry_rows(entry, "is_finished_item", "amount")
	consumed = sum(amount for finished, amount in amounts if not finished)
	assert [amount for finished, amount in amounts if finished] == [pytest.approx(consumed, abs=0.005)]


def test_a_batch_that_is_there_is_known_by_its_own_letters(paint, emulsion):
	for qty, named in ((60, "EW-TEST-1"), (40, "ew-test-1")):
		run = started(emulsion, qty=qty)
		entry = runs.complete(run=run, produced_qty=qty, batch_no=named)["stock_entry"]
		assert value("Production Run", run, "batch_no") == "EW-TEST-1"
		made = {"parent": entry, "is_finished_item": 1}
		assert value("Stock Entry Detail", made, "batch_no") in ("EW-TEST-1", None)
	assert frappe.db.count("Batch", {"item": "EMULSION-WHITE", "name": "EW-TEST-1"}) == 1


def test_batches_that_nobody_names_are_found_and_recorded(paint, emulsion):
	run = started(emulsion, qty=100)
	answer = runs.complete(run=run, produced_qty=100)
	taken = _batches(run, "BASE")
	assert sum(qty for _batch, qty in taken) == 42
	assert all(frappe.db.get_value("Batch", batch, "item") == "BASE" for batch, _qty in taken)
	made = value("Production Run", run, "batch_no")
	assert (made[:3], value("Batch", made, "item")) == ("EW-", "EMULSION-WHITE")
	rows = entry_rows(answer["stock_entry"], "item_code", "qty", "is_finished_item")
	assert rows[-1] == ("EMULSION-WHITE", 100, 1)


def test_every_run_of_a_shift_makes_its_own_batch(emulsion):
	made = set()
	for qty in (40, 60):
		run = started(emulsion, qty=qty)
		runs.complete(run=run, produced_qty=qty)
		made.add(value("Production Run", run, "batch_no"))
	assert len(made) == 2
	assert orders.complete(order=emulsion.name)["status"] == "Completed"
	assert history.verify(order=emulsion.name)["intact"] is True


@pytest.mark.parametrize(
	("field", "batch_no"), [("batch_no", "BS-TEST-A"), ("consumption", "EW-TEST-2"), ("consumption", "NONE")]
)
def test_a_batch_of_another_item_is_refused(emulsion, unchanged, field, batch_no):
	run = started(emulsion, qty=50)
	arguments = {"batch_no": batch_no}
	if field == "consumption":
		if batch_no != "NONE":
			frappe.get_doc({"doctype": "Batch", "batch_id": batch_no, "item": "EMULSION-WHITE"}).insert()
		arguments = {"consumption": [{"item_code": "BASE", "qty": 21, "batch_no": batch_no}]}
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=50, **arguments)
	assert refusal.value.details[0]["field"].startswith(field)
