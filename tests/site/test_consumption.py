"""What a run takes: its share of the lock, what the floor reports instead, and what may deviate."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import runs
from tests.support.orders import confirmed, consumption_rows, running, started, value


def order_of(cake, qty: float = 10, **values):
	return cake.scratch.order(cake.item, qty, **values)


def planned(run: str, **output) -> dict[str, float]:
	return {row["item_code"]: row["planned_qty"] for row in runs.plan(run=run, **output)["materials"]}


def quantities(run: str) -> dict[str, tuple[float, float]]:
	"""item -> (planned, taken)."""
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


@pytest.mark.parametrize("precision", [7, 9])
def test_no_quantity_is_finer_than_erpnext_keeps_in_stock(cake, unchanged, monkeypatch, precision):
	"""FIFO's queue forgets what is below a ten-millionth: whoever held such a rest could never take it."""
	run, known = running(order_of(cake), qty=4), frappe.db.get_default
	site = {"float_precision": str(precision)}
	monkeypatch.setattr(frappe.db, "get_default", lambda key, *args: site.get(key) or known(key, *args))
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=4, consumption=[{"item_code": cake.flour, "qty": 0.9999999}])
	assert "with 6 decimals" in str(refusal.value)
