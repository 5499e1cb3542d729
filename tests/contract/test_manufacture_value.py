"""Contract: what a Manufacture entry without a Work Order is worth: materials, additional costs, scrap."""

from typing import Any

import frappe


def cost(erpnext: Any, amount: float, description: str = "Labour") -> dict[str, Any]:
	fields = ["default_operating_cost_account", "expenses_included_in_valuation"]
	accounts = frappe.db.get_value("Company", erpnext.company, fields)
	return {"description": description, "amount": amount, "expense_account": accounts[0] or accounts[1]}


def test_the_finished_item_is_worth_what_was_consumed_for_it(erpnext: Any) -> None:
	steel, paint = erpnext.stocked_item(10, 7, uom="Kg"), erpnext.stocked_item(10, 2.5, uom="Kg")
	bicycle = erpnext.item()
	entry = erpnext.manufacture(
		erpnext.consumed(steel, 3.5), erpnext.consumed(paint, 0.2), erpnext.finished(bicycle, 2)
	)
	assert entry.items[2].basic_rate == (3.5 * 7 + 0.2 * 2.5) / 2 == 12.5
	assert (entry.total_outgoing_value, entry.total_incoming_value, entry.value_difference) == (25, 25, 0)
	assert erpnext.bin(bicycle).stock_value == 25


def test_fifo_consumes_the_oldest_layer_first(erpnext: Any) -> None:
	wheel, bicycle = erpnext.item(valuation_method="FIFO"), erpnext.item()
	erpnext.receive(wheel, 5, 10)
	erpnext.receive(wheel, 5, 20)
	entry = erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 1))
	assert entry.items[0].basic_amount == 5 * 10 + 1 * 20
	assert erpnext.bin(wheel).stock_value == 4 * 20


def test_moving_average_consumes_at_the_mean_rate(erpnext: Any) -> None:
	wheel, bicycle = erpnext.item(valuation_method="Moving Average"), erpnext.item()
	erpnext.receive(wheel, 5, 10)
	erpnext.receive(wheel, 5, 20)
	entry = erpnext.manufacture(erpnext.consumed(wheel, 6), erpnext.finished(bicycle, 1))
	assert entry.items[0].basic_amount == 6 * 15
	assert erpnext.bin(wheel).stock_value == 4 * 15


def test_additional_costs_are_added_to_the_finished_item_only(erpnext: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10, 50), erpnext.item()
	entry = erpnext.manufacture(
		erpnext.consumed(wheel, 10),
		erpnext.finished(bicycle, 4),
		additional_costs=[cost(erpnext, 12), cost(erpnext, 8, "Overhead")],
	)
	finished = entry.items[1]
	assert entry.total_additional_costs == 20
	assert (finished.basic_rate, finished.additional_cost, finished.valuation_rate) == (125, 20, 130)
	assert entry.items[0].additional_cost == 0
	assert erpnext.bin(bicycle).stock_value == 520


def test_additional_costs_are_lost_when_nothing_of_value_was_consumed(erpnext: Any) -> None:
	water, drink = erpnext.item(), erpnext.item()
	erpnext.receive(water, 10, 0, allow_zero_valuation_rate=1)
	entry = erpnext.manufacture(
		erpnext.consumed(water, 10, allow_zero_valuation_rate=1),
		erpnext.finished(drink, 4, allow_zero_valuation_rate=1),
		additional_costs=[cost(erpnext, 12)],
	)
	assert entry.total_additional_costs == 12
	assert not entry.items[1].additional_cost
	assert erpnext.bin(drink).stock_value == 0


def test_additional_costs_make_up_for_scrap_that_is_worth_more_than_what_was_consumed(erpnext: Any) -> None:
	"""Consumed 10 and charged 100, scrap worth 33: the finished item starts at -23 and ends at 77."""
	wheel, bicycle, offcut = erpnext.stocked_item(10, 1), erpnext.item(), erpnext.item()
	entry = erpnext.manufacture(
		erpnext.consumed(wheel, 10),
		erpnext.scrap(offcut, 1, basic_rate=33),
		erpnext.finished(bicycle, 10),
		additional_costs=[cost(erpnext, 100)],
	)
	finished = entry.items[2]
	assert (finished.basic_amount, finished.additional_cost, finished.amount) == (-23, 100, 77)
	assert (erpnext.bin(bicycle).stock_value, erpnext.bin(offcut).stock_value) == (77, 33)


def test_finished_rows_of_one_item_share_value_and_additional_costs_by_quantity(erpnext: Any) -> None:
	wheel, bicycle, elsewhere = erpnext.stocked_item(10, 9), erpnext.item(), erpnext.new_warehouse()
	entry = erpnext.manufacture(
		erpnext.consumed(wheel, 10),
		erpnext.finished(bicycle, 1, t_warehouse=elsewhere),
		erpnext.finished(bicycle, 2),
		additional_costs=[cost(erpnext, 30)],
	)
	assert [(row.basic_amount, row.additional_cost) for row in entry.items[1:]] == [(30, 10), (60, 20)]
	assert (erpnext.bin(bicycle).stock_value, erpnext.bin(bicycle, elsewhere).stock_value) == (80, 40)


def test_rates_may_be_worked_out_again_without_asking_the_ledger_for_what_goes_out(erpnext: Any) -> None:
	wheel, bicycle, offcut = erpnext.stocked_item(10, 9), erpnext.item(), erpnext.item()
	entry = erpnext.manufacture(
		erpnext.consumed(wheel, 10),
		erpnext.scrap(offcut, 1, basic_rate=3),
		erpnext.finished(bicycle, 3),
	)
	consumed, offcuts, finished = entry.items
	consumed.basic_rate, offcuts.basic_rate = 12, 6
	entry.calculate_rate_and_amount(reset_outgoing_rate=False)
	assert (consumed.basic_amount, offcuts.basic_amount, finished.basic_amount) == (120, 6, 114)
	finished.amount += 6
	entry.set_total_incoming_outgoing_value()
	assert (entry.total_incoming_value, entry.total_outgoing_value, entry.value_difference) == (126, 120, 6)


def test_consumed_stock_of_no_value_makes_a_finished_item_of_no_value(erpnext: Any) -> None:
	water, drink = erpnext.item(), erpnext.item()
	erpnext.receive(water, 10, 0, allow_zero_valuation_rate=1)
	erpnext.manufacture(erpnext.consumed(water, 5), erpnext.finished(drink, 1))
	assert (erpnext.bin(drink).actual_qty, erpnext.bin(drink).stock_value) == (1, 0)


# Scrap


def test_scrap_without_a_rate_takes_that_of_its_warehouse_else_its_items(erpnext: Any) -> None:
	wheel, bicycle = erpnext.stocked_item(10, 9), erpnext.item()
	known, valued, unknown = erpnext.stocked_item(1, 4), erpnext.item(valuation_rate=2), erpnext.item()
	entry = erpnext.manufacture(
		erpnext.consumed(wheel, 4),
		erpnext.scrap(known, 1),
		erpnext.scrap(valued, 1),
		erpnext.scrap(unknown, 1, allow_zero_valuation_rate=1),
		erpnext.finished(bicycle, 1),
	)
	assert [row.basic_rate for row in entry.items[1:]] == [4, 2, 0, 30]


def test_scrap_allowed_at_zero_value_leaves_all_value_with_the_finished_item(erpnext: Any) -> None:
	wheel, bicycle, offcut = erpnext.stocked_item(10, 9), erpnext.item(), erpnext.item()
	entry = erpnext.manufacture(
		erpnext.consumed(wheel, 4),
		erpnext.scrap(offcut, 1, allow_zero_valuation_rate=1),
		erpnext.finished(bicycle, 2),
	)
	assert [row.basic_rate for row in entry.items] == [9, 0, 18]
	assert (erpnext.bin(offcut).actual_qty, erpnext.bin(offcut).stock_value) == (1, 0)


def test_scrap_with_a_rate_of_its_own_lowers_the_value_of_the_finished_item(erpnext: Any) -> None:
	wheel, bicycle, offcut = erpnext.stocked_item(10, 9), erpnext.item(), erpnext.item()
	entry = erpnext.manufacture(
		erpnext.consumed(wheel, 4),
		erpnext.scrap(offcut, 2, basic_rate=3),
		erpnext.finished(bicycle, 2),
	)
	assert erpnext.bin(bicycle).valuation_rate == (36 - 6) / 2
	assert erpnext.bin(offcut).stock_value == 6
	assert entry.value_difference == 0


def test_a_scrap_row_behind_the_finished_item_does_not_lower_its_value(erpnext: Any) -> None:
	wheel, bicycle, offcut = erpnext.stocked_item(10, 9), erpnext.item(), erpnext.item()
	entry = erpnext.manufacture(
		erpnext.consumed(wheel, 4),
		erpnext.finished(bicycle, 2),
		erpnext.scrap(offcut, 2, basic_rate=3),
	)
	assert erpnext.bin(bicycle).valuation_rate == 36 / 2
	assert entry.value_difference == 6


def test_rejects_of_the_finished_item_may_be_scrap_rows_of_the_same_item(erpnext: Any) -> None:
	wheel, bicycle, rejects = erpnext.stocked_item(10, 9), erpnext.item(), erpnext.new_warehouse()
	erpnext.manufacture(
		erpnext.consumed(wheel, 4),
		erpnext.scrap(bicycle, 1, t_warehouse=rejects, allow_zero_valuation_rate=1),
		erpnext.finished(bicycle, 3),
	)
	assert (erpnext.bin(bicycle).actual_qty, erpnext.bin(bicycle).stock_value) == (3, 36)
	assert (erpnext.bin(bicycle, rejects).actual_qty, erpnext.bin(bicycle, rejects).stock_value) == (1, 0)
