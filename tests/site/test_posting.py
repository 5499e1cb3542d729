"""What a completed run moves, values and records: exactly that, in one transaction."""

import frappe
import pytest
from frappe.utils import add_days, get_datetime, now_datetime, today

from production_orders import errors
from production_orders.api import history, orders, runs
from tests.support.orders import (
	confirmed,
	consumption_rows,
	entry_rows,
	events_of,
	running,
	started,
	value,
)
from tests.support.scratch import Scratch
from tests.support.state import quiet


@pytest.fixture(scope="module")
def bakery(plants):
	"""A cake of 0.35 Kg flour at 2.00, 2 eggs at 0.25 each and 1 box at 0.50; plenty in stock."""
	scratch = Scratch(plants["bicycle"])
	flour = scratch.item("FLOUR", uom="Kg", valuation_method="Moving Average")
	eggs, box, cake = scratch.item("EGG"), scratch.item("BOX"), scratch.item("CAKE")
	scratch.bom(cake, {flour: 0.35, eggs: 2, box: 1})
	scratch.stocks({flour: (50, 2), eggs: (100, 0.25), box: (40, 0.5)})
	frappe.db.commit()
	return frappe._dict(item=cake, flour=flour, eggs=eggs, box=box, scratch=scratch)


@pytest.fixture
def cake(bakery, site):
	"""The bakery, with whatever the test does to it taken back."""
	return bakery


def order_of(cake, qty: float = 10, **values):
	return cake.scratch.order(cake.item, qty, **values)


def planned(run: str, **output) -> dict[str, float]:
	return {row["item_code"]: row["planned_qty"] for row in runs.plan(run=run, **output)["materials"]}


def quantities(run: str) -> dict[str, tuple[float, float]]:
	return consumption_rows(run, "planned_qty", "qty")


def test_a_run_backflushes_its_share_of_the_lock(cake):
	run = running(order_of(cake), qty=4)
	assert planned(run, produced_qty=4) == {cake.flour: 1.4, cake.eggs: 8, cake.box: 4}
	answer = runs.complete(run=run, produced_qty=4)
	assert (answer["status"], answer["order_status"]) == ("Completed", "In Progress")
	assert (answer["produced_total"], answer["open_qty"], answer["warnings"]) == (4, 6, [])
	assert quantities(run) == {cake.flour: (1.4, 1.4), cake.eggs: (8, 8), cake.box: (4, 4)}
	actual = [cake.scratch.actual(item) for item in (cake.flour, cake.eggs, cake.box)]
	assert actual == [48.6, 92, 36]
	assert cake.scratch.actual(cake.item, cake.scratch.plant.fg_warehouse) == 4


def test_thirds_never_drift_and_the_last_run_takes_the_exact_rest(scratch):
	finished, wire, clip = scratch.item("FG"), scratch.item("WIRE", uom="Meter"), scratch.item("CLIP")
	scratch.bom(finished, {wire: 10, clip: 10}, quantity=3)
	scratch.stocks({wire: (10, 1), clip: (10, 1)})
	order = scratch.order(finished, 3)
	confirmed(order)
	taken = []
	for _run in range(3):
		run = started(order, qty=1)
		runs.complete(run=run, produced_qty=1)
		rows = quantities(run)
		taken.append((rows[wire][1], rows[clip][1]))
	assert taken == [(3.334, 4), (3.333, 3), (3.333, 3)]
	assert (scratch.actual(wire), scratch.actual(clip)) == (0, 0)


def test_reported_consumption_replaces_the_plan_of_its_material_only(cake):
	run = running(order_of(cake, consumption_policy="Flexible"))
	answer = runs.complete(
		run=run,
		produced_qty=10,
		consumption=[{"item_code": cake.flour, "qty": 3.8}, {"item_code": cake.eggs, "qty": "19"}],
	)
	assert quantities(run) == {cake.flour: (3.5, 3.8), cake.eggs: (20, 19), cake.box: (10, 10)}
	assert answer["warnings"] == []


def test_what_was_over_consumed_is_not_asked_for_again(cake):
	order = order_of(cake, consumption_policy="Flexible")
	first = running(order, qty=5)
	runs.complete(run=first, produced_qty=5, consumption=[{"item_code": cake.eggs, "qty": 14}])
	second = started(order)
	eggs = next(
		row for row in runs.plan(run=second, produced_qty=5)["materials"] if row["item_code"] == cake.eggs
	)
	assert (eggs["planned_qty"], eggs["proposed_qty"]) == (10, 6)
	runs.complete(run=second, produced_qty=5)
	assert cake.scratch.actual(cake.eggs) == 80


def test_a_material_can_be_left_out_on_purpose(cake):
	run = running(order_of(cake, consumption_policy="Flexible"))
	runs.complete(run=run, produced_qty=10, consumption=[{"item_code": cake.box, "qty": 0}])
	assert quantities(run)[cake.box] == (10, 0)
	assert cake.scratch.actual(cake.box) == 40


def test_the_finished_value_is_what_was_consumed(cake):
	run = running(order_of(cake))
	answer = runs.complete(run=run, produced_qty=10)
	assert (
		value("Stock Entry Detail", {"parent": answer["stock_entry"], "is_finished_item": 1}, "amount") == 17
	)
	warehouse = cake.scratch.plant.fg_warehouse
	assert value("Bin", {"item_code": cake.item, "warehouse": warehouse}, "stock_value") == 17
	assert value("Production Run", run, "standard_cost", "actual_cost", "total_variance") == (17, 17, 0)


@pytest.mark.parametrize(("method", "cost"), [("FIFO", 10 * 1 + 6 * 3), ("Moving Average", 16 * 2)])
def test_the_finished_value_follows_the_valuation_method(scratch, method, cost):
	"""Ten at 1 and ten at 3 are in stock; sixteen are consumed for eight good units."""
	finished, raw = scratch.item("FG"), scratch.item("RAW", valuation_method=method)
	scratch.bom(finished, {raw: 2})
	scratch.stock(raw, 10, rate=1)
	scratch.stock(raw, 10, rate=3)
	run = running(scratch.order(finished, 8))
	answer = runs.complete(run=run, produced_qty=8)
	at = {"item_code": finished, "warehouse": scratch.plant.fg_warehouse}
	assert value("Bin", at, "actual_qty", "stock_value", "valuation_rate") == (8, cost, cost / 8)
	assert answer["variance"]["standard_cost"] == 32
	assert answer["variance"]["actual_cost"] == cost
	assert answer["variance"]["price_variance"] == cost - 32


def test_the_variance_is_split_into_usage_and_price(scratch):
	"""Locked at 2.00; then stock at 5.00 joins: 20 at 2 and 20 at 5 make 3.50 on average."""
	finished, raw = scratch.item("FG"), scratch.item("RAW", valuation_method="Moving Average")
	scratch.bom(finished, {raw: 1})
	scratch.stock(raw, 20, rate=2)
	order = scratch.order(finished, 10, consumption_policy="Flexible")
	confirmed(order)
	scratch.stock(raw, 20, rate=5)
	answer = runs.complete(run=started(order), produced_qty=10, consumption=[{"item_code": raw, "qty": 12}])
	variance = answer["variance"]
	assert (variance["standard_cost"], variance["actual_cost"]) == (20, 42)
	assert (variance["usage_variance"], variance["price_variance"]) == (4, 18)
	assert variance["total_variance"] == 22
	assert variance["materials"] == [
		{
			"item_code": raw,
			"warehouse": scratch.plant.source_warehouse,
			"stock_uom": "Nos",
			"planned_qty": 10,
			"actual_qty": 12,
			"difference_qty": 2,
			"standard_rate": 2,
			"actual_rate": 3.5,
			"usage_variance": 4,
			"price_variance": 18,
		}
	]


def test_the_stock_entry_is_a_manufacture_with_sorted_rows_and_scrap_before_the_finished_item(cake):
	run = running(order_of(cake), qty=10)
	answer = runs.complete(run=run, produced_qty=8, rejected_qty=2, reject_reason="burnt")
	entry = answer["stock_entry"]
	fields = ("purpose", "docstatus", "from_bom", "production_run", "company")
	assert value("Stock Entry", entry, *fields) == ("Manufacture", 1, 0, run, cake.scratch.company)
	plant = cake.scratch.plant
	rows = entry_rows(
		entry, "item_code", "s_warehouse", "t_warehouse", "qty", "is_scrap_item", "is_finished_item"
	)
	store = plant.source_warehouse
	taken = {cake.flour: 3.5, cake.eggs: 20, cake.box: 10}
	assert rows == [
		*((item, store, "", taken[item], 0, 0) for item in sorted(taken)),
		(cake.item, "", plant.scrap_warehouse, 2, 1, 0),
		(cake.item, "", plant.fg_warehouse, 8, 0, 1),
	]


def test_rejects_go_to_scrap_without_value_and_the_good_units_bear_the_cost(cake):
	run = running(order_of(cake), qty=10)
	runs.complete(run=run, produced_qty=8, rejected_qty=2, reject_reason="burnt")
	plant = cake.scratch.plant
	good = {"item_code": cake.item, "warehouse": plant.fg_warehouse}
	scrap = {"item_code": cake.item, "warehouse": plant.scrap_warehouse}
	assert value("Bin", good, "actual_qty", "stock_value", "valuation_rate") == (8, 17, 2.125)
	assert value("Bin", scrap, "actual_qty", "stock_value") == (2, 0)
	assert value("Production Run", run, "produced_qty", "rejected_qty", "reject_reason") == (8, 2, "burnt")


def test_rejects_without_a_scrap_warehouse_are_recorded_and_not_stocked(cake):
	order = order_of(cake, scrap_warehouse=None)
	run = running(order, qty=10)
	answer = runs.complete(run=run, produced_qty=8, rejected_qty=2, reject_reason="burnt")
	assert value("Production Order", order.name, "rejected_qty", "open_qty") == (2, 2)
	assert frappe.db.get_all("Bin", {"item_code": cake.item, "actual_qty": [">", 0]}, pluck="actual_qty") == [
		8
	]
	assert answer["warnings"] == []


def test_a_loss_takes_its_materials_and_comes_out_as_nothing(cake):
	order = order_of(cake)
	run = running(order, qty=10)
	answer = runs.complete(run=run, produced_qty=9, loss_qty=1)
	assert (answer["produced_total"], answer["open_qty"]) == (9, 0)
	assert quantities(run)[cake.eggs] == (20, 20)
	assert value("Production Run", run, "produced_qty", "process_loss_qty") == (9, 1)
	assert cake.scratch.actual(cake.item, cake.scratch.plant.fg_warehouse) == 9


def test_a_run_that_made_nothing_good_issues_its_materials(cake):
	order = order_of(cake)
	run = running(order, qty=4)
	answer = runs.complete(run=run, produced_qty=0, loss_qty=4)
	assert value("Stock Entry", answer["stock_entry"], "purpose", "docstatus") == ("Material Issue", 1)
	assert cake.scratch.actual(cake.eggs) == 92
	assert (answer["produced_total"], answer["open_qty"]) == (0, 6)


def test_rejects_of_a_run_that_made_nothing_good_are_not_stocked_and_it_says_so(cake):
	run = running(order_of(cake), qty=4)
	answer = runs.complete(run=run, produced_qty=0, rejected_qty=4, reject_reason="burnt")
	assert len(answer["warnings"]) == 1
	assert cake.scratch.actual(cake.item, cake.scratch.plant.scrap_warehouse) == 0
	assert answer["open_qty"] == 10


def test_a_run_that_did_nothing_is_not_completed(cake, unchanged):
	run = running(order_of(cake))
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=0)
	assert [problem["field"] for problem in refusal.value.details] == ["produced_qty"]


def test_an_item_the_lock_does_not_know_is_taken_and_shown_without_a_plan(cake):
	scratch = cake.scratch
	icing = scratch.item("ICING", uom="Kg")
	scratch.stock(icing, 5, rate=4)
	run = running(order_of(cake, consumption_policy="Flexible"))
	answer = runs.complete(run=run, produced_qty=10, consumption=[{"item_code": icing, "qty": 0.5}])
	assert consumption_rows(run, "planned_qty", "qty", "standard_rate", "amount")[icing] == (0, 0.5, 0, 2)
	assert answer["variance"]["price_variance"] == 2
	assert (answer["variance"]["actual_cost"], answer["variance"]["standard_cost"]) == (19, 17)


DEVIATING = (("flour", 3.7), ("eggs", 15), ("box", 10.0))


def _consumption(cake, extra: str | None = None):
	rows = [{"item_code": cake[name], "qty": qty} for name, qty in DEVIATING]
	return [*rows, {"item_code": extra, "qty": 1}] if extra else rows


def test_strict_lists_every_violation_together_and_changes_nothing(cake, unchanged):
	extra = cake.scratch.item("EXTRA")
	cake.scratch.stock(extra, 5)
	run = running(order_of(cake, consumption_policy="Strict", consumption_tolerance=5))
	with unchanged(), pytest.raises(errors.ToleranceExceeded) as refusal:
		runs.complete(run=run, produced_qty=10, consumption=_consumption(cake, extra))
	found = {row["item_code"]: (row["planned"], row["actual"]) for row in refusal.value.details}
	assert found == {cake.flour: (3.5, 3.7), cake.eggs: (20, 15), extra: (0, 1)}
	assert {row["tolerance"] for row in refusal.value.details} == {5}
	assert value("Production Run", run, "status") == "Running"


def test_warn_completes_and_says_every_violation(cake):
	run = running(order_of(cake, consumption_policy="Warn", consumption_tolerance=5))
	answer = runs.complete(run=run, produced_qty=10, consumption=_consumption(cake))
	assert answer["status"] == "Completed"
	assert sorted(warning.split(" ")[0] for warning in answer["warnings"]) == sorted([cake.flour, cake.eggs])


def test_flexible_completes_without_a_word(cake):
	run = running(order_of(cake, consumption_policy="Flexible", consumption_tolerance=0))
	assert runs.complete(run=run, produced_qty=10, consumption=_consumption(cake))["warnings"] == []


@pytest.mark.parametrize(("qty", "refused"), [(21, False), (19, False), (22, True), (18, True)])
def test_the_tolerance_includes_its_own_edge(cake, qty, refused):
	run = running(order_of(cake, consumption_policy="Strict", consumption_tolerance=5))
	consumption = [{"item_code": cake.eggs, "qty": qty}]
	if refused:
		with pytest.raises(errors.ToleranceExceeded):
			runs.complete(run=run, produced_qty=10, consumption=consumption)
	else:
		assert runs.complete(run=run, produced_qty=10, consumption=consumption)["status"] == "Completed"


def test_making_more_than_the_tolerance_is_refused(cake, unchanged):
	run = running(order_of(cake, over_production_tolerance=10))
	with unchanged(), pytest.raises(errors.ToleranceExceeded) as refusal:
		runs.complete(run=run, produced_qty=12)
	assert refusal.value.details == [{"planned": 10, "actual": 12, "tolerance": 10}]
	answer = runs.complete(run=run, produced_qty=11)
	assert (answer["produced_total"], answer["open_qty"]) == (11, 0)


def test_missing_stock_is_named_and_nothing_is_posted(cake, unchanged):
	run = running(order_of(cake, consumption_policy="Flexible"))
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		runs.complete(
			run=run,
			produced_qty=10,
			consumption=[{"item_code": cake.eggs, "qty": 101}, {"item_code": cake.box, "qty": 41}],
		)
	assert {row["item_code"]: row["short_qty"] for row in refusal.value.details} == {
		cake.eggs: 1,
		cake.box: 1,
	}


@pytest.mark.parametrize(
	"row",
	[
		{"item_code": "NO-SUCH-ITEM", "qty": 1},
		{"item_code": "{eggs}", "qty": 1.5},
		{"item_code": "{eggs}", "qty": 1, "warehouse": "NO-SUCH-WAREHOUSE"},
		{"item_code": "{eggs}", "qty": 1, "batch_no": "NO-SUCH-BATCH"},
		{"item_code": "{eggs}", "qty": -1},
		{"item_code": "{eggs}", "qty": 1, "colour": "brown"},
	],
	ids=["unknown item", "broken egg", "unknown warehouse", "unknown batch", "negative", "unknown field"],
)
def test_consumption_that_cannot_be_is_refused(cake, unchanged, row):
	run = running(order_of(cake, consumption_policy="Flexible"))
	consumption = [{**row, "item_code": row["item_code"].format(eggs=cake.eggs)}]
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=10, consumption=consumption)
	assert refusal.value.details[0]["field"].startswith("consumption.0")


def test_a_completed_run_is_not_completed_again(cake, unchanged):
	run = running(order_of(cake), qty=4)
	runs.complete(run=run, produced_qty=4)
	with unchanged(), pytest.raises(errors.IllegalTransition):
		runs.complete(run=run, produced_qty=4)


def test_the_same_key_completes_once(cake, unchanged):
	run = running(order_of(cake), qty=4)
	first = runs.complete(run=run, produced_qty=4, idempotency_key=run)
	with quiet():
		assert runs.complete(run=run, produced_qty=4, idempotency_key=run) == first
	with unchanged(), pytest.raises(errors.IdempotencyConflict):
		runs.complete(run=run, produced_qty=5, idempotency_key=run)


@pytest.mark.parametrize("when", ["{tomorrow} 08:00:00", "{tomorrow}T08:00:00+01:00", "later"])
def test_a_posting_in_the_future_is_refused(cake, unchanged, when):
	run = running(order_of(cake))
	when = when.format(tomorrow=add_days(today(), 2))
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=10, posting_datetime=when)
	assert [problem["field"] for problem in refusal.value.details] == ["posting_datetime"]


def test_a_run_can_be_posted_at_the_time_it_was_made(cake):
	run = running(order_of(cake))
	at = now_datetime()
	answer = runs.complete(run=run, produced_qty=10, posting_datetime=at.isoformat())
	assert value("Production Run", run, "posting_datetime") == at
	entry = value("Stock Entry", answer["stock_entry"], "posting_date", "posting_time")
	assert abs(get_datetime(f"{entry[0]} {entry[1]}") - at).total_seconds() < 1


def test_the_stock_entry_of_a_run_is_not_cancelled_on_its_own(cake, unchanged):
	answer = runs.complete(run=running(order_of(cake)), produced_qty=10)
	with unchanged(), pytest.raises(errors.ReadOnly):
		frappe.get_doc("Stock Entry", answer["stock_entry"]).cancel()


def test_nobody_posts_in_the_name_of_a_run(cake, unchanged):
	answer = runs.complete(run=running(order_of(cake)), produced_qty=10)
	forged = frappe.copy_doc(frappe.get_doc("Stock Entry", answer["stock_entry"]))
	forged.production_run = value("Stock Entry", answer["stock_entry"], "production_run")
	with unchanged(), pytest.raises(errors.ReadOnly):
		forged.insert()


def test_an_order_remembers_each_of_its_runs(cake):
	order = order_of(cake)
	first = running(order, qty=6)
	runs.complete(run=first, produced_qty=5, rejected_qty=1, reject_reason="burnt")
	second = started(order, qty=5)
	runs.complete(run=second, produced_qty=5)
	assert value("Production Order", order.name, "produced_qty", "rejected_qty", "open_qty", "run_count") == (
		10,
		1,
		0,
		2,
	)
	assert [event for _sequence, event, subject in events_of(order) if subject == second] == [
		"Running",
		"Completed",
	]
	assert quantities(second)[cake.eggs] == (10, 10)


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
