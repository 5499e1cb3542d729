"""Material that comes back: at the cost at which it was taken, and never more of it than was taken."""

import frappe
import pytest

from production_orders import errors
from production_orders.api import materials, orders, runs
from production_orders.services import invariants, order_invariants
from tests.support.alternatives import Kit, of_material
from tests.support.orders import entry_rows, running, started, value
from tests.support.reversals import issue
from tests.support.staging import Floor


@pytest.fixture
def kit(scratch) -> Kit:
	return Kit(scratch)


@pytest.fixture
def floor(scratch) -> Floor:
	return Floor(scratch)


def back(item_code: str, qty: float, **values) -> list[dict]:
	return [{"item_code": item_code, "qty": qty, **values}]


def test_what_comes_back_is_worth_what_it_cost_and_is_asked_for_again(kit):
	order = kit.order(10)
	first = running(order, qty=5)
	runs.complete(run=first, produced_qty=5, consumption=[{"item_code": kit.steel, "qty": 16}])
	frappe.db.set_value("Item", kit.steel, "valuation_method", "Moving Average")
	kit.scratch.stock(kit.steel, 100, rate=50)
	second = started(order)
	answer = runs.complete(run=second, produced_qty=5, returns=back(kit.steel, 3))
	row = of_material(order, kit.steel)
	assert row.consumed_qty == 20
	assert kit.scratch.actual(kit.steel) == 180
	rows = entry_rows(answer["stock_entry"], "item_code", "t_warehouse", "qty", "basic_rate", "is_scrap_item")
	assert rows[1] == (kit.steel, kit.scratch.plant.source_warehouse, 3, 10, 1)
	fields = ["qty", "returned_qty", "material", "amount"]
	told = frappe.get_all("Production Run Consumption", {"parent": second, "returned_qty": [">", 0]}, fields)
	assert told == [{"qty": 0, "returned_qty": 3, "material": row.name, "amount": -30}]
	posted = frappe.get_all(
		"Stock Ledger Entry", {"voucher_no": answer["stock_entry"]}, pluck="stock_value_difference"
	)
	assert sum(posted) == 0


def test_a_return_is_asked_for_again_by_the_same_run(kit):
	order = kit.order(10)
	runs.complete(
		run=running(order, qty=5), produced_qty=5, consumption=[{"item_code": kit.steel, "qty": 12}]
	)
	second = started(order)
	runs.complete(run=second, produced_qty=5, returns=back(kit.steel, 2))
	taken = frappe.get_all("Production Run Consumption", {"parent": second, "qty": [">", 0]}, pluck="qty")
	assert taken == [10]
	assert orders.complete(order=order.name)["status"] == "Completed"


def test_an_alternative_comes_back_for_the_material_it_replaced(kit):
	order = kit.order(10)
	runs.complete(run=running(order, qty=5), produced_qty=5, consumption=[kit.instead(6)])
	runs.complete(run=started(order, qty=2), produced_qty=2, returns=back(kit.alloy, 2))
	assert of_material(order, kit.steel).consumed_qty == 14
	assert kit.scratch.actual(kit.alloy) == 96
	(told,) = frappe.get_all("Production Run Consumption", {"returned_qty": 2}, ["replaces", "amount"])
	assert told == {"replaces": kit.steel, "amount": -24}


def test_additional_material_comes_back_too(kit):
	order = kit.order(10)
	runs.complete(run=running(order, qty=5), produced_qty=5, consumption=[{"item_code": kit.paint, "qty": 4}])
	runs.complete(run=started(order, qty=2), produced_qty=2, returns=back(kit.paint, 1.0))
	assert kit.scratch.actual(kit.paint) == 7


def test_what_was_never_taken_or_has_come_back_already_is_refused(kit, unchanged):
	order = kit.order(10)
	runs.complete(run=running(order, qty=5), produced_qty=5)
	runs.complete(run=started(order, qty=3), produced_qty=3, returns=back(kit.steel, 4))
	run = started(order)
	wanted = [*back(kit.steel, 17), *back(kit.paint, 1), *back("NO-SUCH-ITEM", 1), *back(kit.steel, 0.5)]
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=2, returns=wanted)
	assert [problem["field"] for problem in refusal.value.details] == [f"returns.{idx}" for idx in range(4)]
	assert "have taken 16" in refusal.value.details[0]["problem"]


def test_a_run_that_makes_nothing_takes_nothing_back(kit, unchanged):
	order = kit.order(10)
	runs.complete(run=running(order, qty=5), produced_qty=5)
	run = started(order)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=0, loss_qty=1, returns=back(kit.steel, 1))
	assert refusal.value.details[0]["field"] == "returns"


def test_more_worth_than_the_run_takes_does_not_come_back(kit, unchanged):
	order = kit.order(10)
	runs.complete(run=running(order, qty=9), produced_qty=9)
	run = started(order)
	nothing = [{"item_code": kit.steel, "qty": 1}]
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=1, consumption=nothing, returns=back(kit.steel, 5))
	assert "is worth 50" in str(refusal.value)


def test_a_batch_comes_back_as_the_batch_that_was_taken(floor, unchanged):
	first, second = floor.batches(6, 30)
	order = floor.order(10)
	runs.complete(run=running(order, qty=5), produced_qty=5)
	run = started(order, qty=4)
	with unchanged(), pytest.raises(errors.InvalidInput):
		runs.complete(run=run, produced_qty=4, returns=back(floor.steel, 7, batch_no=first))
	runs.complete(run=run, produced_qty=4, returns=back(floor.steel, 3, batch_no=first))
	rows = frappe.get_all(
		"Production Run Consumption", {"parent": run}, ["batch_no", "qty", "returned_qty"], order_by="idx"
	)
	assert {tuple(row.values()) for row in rows} == {(second, 11, 0), (first, 0, 3)}
	assert value("Batch", first, "batch_qty") == 3


def test_pieces_come_back_by_their_serial_numbers(floor, unchanged):
	serials = floor.serials(20)
	order = floor.order(10)
	runs.complete(run=running(order, qty=3), produced_qty=3)
	run = started(order, qty=4)
	for wrong in ("", serials[10]):
		with unchanged(), pytest.raises(errors.InvalidInput):
			runs.complete(run=run, produced_qty=4, returns=back(floor.steel, 1, serial_nos=wrong))
	named = "\n".join(serials[1:3])
	runs.complete(run=run, produced_qty=4, returns=back(floor.steel, 2, serial_nos=named))
	assert {value("Serial No", serial, "warehouse") for serial in serials[1:3]} == {floor.store}
	assert value("Serial No", serials[0], "warehouse") is None
	again = started(order, qty=1)
	with unchanged(), pytest.raises(errors.InvalidInput):
		runs.complete(run=again, produced_qty=1, returns=back(floor.steel, 2, serial_nos=named))


def test_a_run_with_returns_is_reversed_with_them(kit):
	order = kit.order(10)
	runs.complete(run=running(order, qty=5), produced_qty=5)
	run = started(order, qty=3)
	runs.complete(run=run, produced_qty=3, returns=back(kit.steel, 2))
	runs.reverse(run=run, reason="wrong run")
	row = of_material(order, kit.steel)
	assert (row.consumed_qty, row.short_qty) == (10, 0)
	assert (kit.scratch.actual(kit.steel), kit.scratch.reserved(kit.steel)) == (90, 10)


def test_a_run_that_used_staged_stock_is_reversed_to_where_it_was(floor):
	order = floor.order(10)
	run = running(order, qty=5)
	materials.stage(order=order.name, materials=[{"item_code": floor.steel, "qty": 6}])
	runs.complete(run=run, produced_qty=5)
	runs.reverse(run=run, reason="wrong run")
	assert floor.stock() == {"store": (94, 14), "wip": (6, 6)}


def test_bins_ask_for_what_came_back_and_for_no_more(kit):
	order = kit.order(10)
	runs.complete(run=running(order, qty=5), produced_qty=5)
	at = {"item_code": kit.steel, "warehouse": kit.scratch.plant.source_warehouse}
	assert frappe.db.get_value("Bin", at, "reserved_qty_for_production") == 10
	runs.complete(run=started(order, qty=4), produced_qty=4, returns=back(kit.steel, 3))
	row = of_material(order, kit.steel)
	assert (
		frappe.db.get_value("Bin", at, "reserved_qty_for_production") == row.required_qty - row.consumed_qty
	)


@pytest.mark.parametrize("pieces", [3, 9])
def test_one_of_any_number_of_pieces_comes_back(floor, pieces):
	"""A third of three, and three of those, are one piece each and three."""
	first, *others = floor.serials(20)[:pieces]
	order = floor.order(10)
	taken = {"item_code": floor.steel, "qty": pieces, "serial_nos": "\n".join([first, *others])}
	runs.complete(run=running(order, qty=4), produced_qty=4, consumption=[taken])
	runs.complete(run=started(order, qty=1), produced_qty=1, returns=back(floor.steel, 1, serial_nos=first))
	assert frappe.db.get_value("Serial No", first, "warehouse") == floor.store


def test_units_that_a_rework_run_took_are_no_material_that_comes_back(scratch, unchanged):
	order = scratch.simple_order(qty=10, stock=100, rework_warehouse=scratch.warehouse("Rework"))
	rejects = [{"qty": 2, "reason": "bent", "disposition": "Rework"}]
	runs.complete(run=running(order, qty=5), produced_qty=3, rejects=rejects)
	runs.complete(run=started(order, qty=1, rework=True), produced_qty=1)
	run = started(order, qty=5)
	with unchanged(), pytest.raises(errors.InvalidInput) as refusal:
		runs.complete(run=run, produced_qty=5, returns=back(order.item_code, 1))
	assert "have taken 0 of it" in str(refusal.value)


def test_material_that_comes_back_with_a_rework_run_is_counted(kit):
	order = kit.order(10, rework_warehouse=kit.scratch.warehouse("Rework"))
	rejects = [{"qty": 2, "reason": "bent", "disposition": "Rework"}]
	runs.complete(run=running(order, qty=5), produced_qty=3, rejects=rejects)
	runs.complete(run=started(order, qty=2, rework=True), produced_qty=2, returns=back(kit.steel, 1))
	assert of_material(order, kit.steel).consumed_qty == 9
	assert list(order_invariants.materials_add_up_consumption()) == []


def test_a_run_whose_material_has_come_back_by_a_later_one_is_reversed_after_that(kit, unchanged):
	order = kit.order(10)
	first = running(order, qty=5)
	runs.complete(run=first, produced_qty=5)
	later = started(order, qty=1)
	gold = kit.scratch.item("GOLD")
	kit.scratch.stock(gold, 1, rate=100)
	taken = [{"item_code": kit.steel, "qty": 1}, {"item_code": gold, "qty": 1}]
	runs.complete(run=later, produced_qty=1, consumption=taken, returns=back(kit.steel, 3))
	with unchanged(), pytest.raises(errors.InsufficientStock) as refusal:
		runs.reverse(run=first, reason="wrong run")
	assert f"2 of {kit.steel} that {first} took came back by {later}: reverse {later} first" in str(
		refusal.value
	)
	runs.reverse(run=later, reason="wrong run")
	runs.reverse(run=first, reason="wrong run")
	assert of_material(order, kit.steel).consumed_qty == 0


def test_a_run_that_brought_a_piece_back_is_reversed(floor):
	first, *others = floor.serials(20)[:4]
	order = floor.order(5)
	taken = {"item_code": floor.steel, "qty": 4, "serial_nos": "\n".join([first, *others])}
	runs.complete(run=running(order, qty=2), produced_qty=2, consumption=[taken])
	later = started(order, qty=1)
	runs.complete(run=later, produced_qty=1, returns=back(floor.steel, 1, serial_nos=first))
	runs.reverse(run=later, reason="wrong run")
	assert frappe.db.get_value("Serial No", first, "warehouse") is None
	assert of_material(order, floor.steel).consumed_qty == 4


@pytest.fixture
def piece_back(floor):
	"""An order of 10 pieces of steel that took four and brought the first of them back: (order, its last run, the piece)."""
	first, *others = floor.serials(16)[:4]
	order = floor.order(5)
	taken = {"item_code": floor.steel, "qty": 4, "serial_nos": "\n".join([first, *others])}
	runs.complete(run=running(order, qty=2), produced_qty=2, consumption=[taken])
	later = started(order, qty=1)
	runs.complete(run=later, produced_qty=1, returns=back(floor.steel, 1, serial_nos=first))
	return order, later, first


def violations(order) -> list:
	return [one for one in invariants.check() if one.order == order.name]


def test_a_piece_that_came_back_is_free_for_whoever_wants_it(floor, piece_back):
	order, _run, first = piece_back
	issue(floor.steel, 1, floor.store, serial_no=first)
	assert frappe.db.get_value("Serial No", first, "warehouse") is None
	assert violations(order) == []


def test_a_piece_that_came_back_is_reserved_for_another_order_and_used_by_it(floor, piece_back):
	order, _run, first = piece_back
	other = frappe.copy_doc(order, ignore_no_copy=False)
	other.update({"qty": 2}).insert()
	run = running(other)
	taken = {"item_code": floor.steel, "qty": 4, "serial_nos": "\n".join(free_pieces(floor, first))}
	runs.complete(run=run, produced_qty=2, consumption=[taken])
	assert frappe.db.get_value("Serial No", first, "warehouse") is None
	assert violations(order) == violations(other) == []


def free_pieces(floor, first: str) -> list[str]:
	"""Four pieces in the store that nobody but the other order may have, the first one among them."""
	held = frappe.get_all(
		"Serial and Batch Entry", {"parenttype": "Stock Reservation Entry"}, pluck="serial_no"
	)
	there = frappe.get_all("Serial No", {"item_code": floor.steel, "warehouse": floor.store}, pluck="name")
	return [first, *[one for one in sorted(there) if one != first and one not in held]][:4]


def test_a_piece_that_came_back_is_gone_again_when_its_run_is_reversed(floor, piece_back):
	order, run, first = piece_back
	runs.reverse(run=run, reason="wrong run")
	assert frappe.db.get_value("Serial No", first, "warehouse") is None
	assert violations(order) == []
	for made in frappe.get_all(
		"Production Run", {"production_order": order.name, "status": "Completed"}, pluck="name"
	):
		runs.reverse(run=made, reason="all wrong")
	assert (floor.stock()["store"], violations(order)) == ((16, 10), [])
