"""The standard of an order: frozen at its confirmation, whatever stock and BOMs cost later."""

from production_orders.api import runs
from production_orders.patches import keep_costs_of_orders
from tests.support.orders import confirmed, running, tamper, value

STANDARD = (
	"standard_material_cost",
	"standard_labour_cost",
	"standard_overhead_cost",
	"standard_recovered_cost",
	"standard_cost",
)


def test_an_order_keeps_what_it_should_cost(joinery):
	order = joinery.order(10)
	confirmed(order)
	assert value("Production Order", order.name, *STANDARD) == (70, 40, 20, 1, 129)


def test_a_draft_has_no_standard(joinery):
	assert value("Production Order", joinery.order(10).name, *STANDARD) == (0, 0, 0, 0, 0)


def test_what_materials_cost_later_changes_nothing(joinery):
	order = joinery.order(10)
	confirmed(order)
	joinery.scratch.stock(joinery.steel, 500, rate=9)
	tamper("BOM Scrap Item", {"item_code": joinery.chips}, rate=50)
	run = running(joinery.order(1))
	assert value("Production Order", order.name, *STANDARD) == (70, 40, 20, 1, 129)
	assert value("Production Order", value("Production Run", run, "production_order"), "standard_cost") > 13


def test_a_part_from_stock_counts_at_its_rate_and_a_made_one_by_its_materials_and_work(joinery):
	"""A table has 2 chairs: of 20 for 10 tables, 4 are in stock at 15.00, 16 are made for 6.80 + 6.00 - no chips."""
	table = joinery.scratch.item("TABLE")
	joinery.scratch.bom(table, {joinery.chair: 2})
	joinery.scratch.stock(joinery.chair, 4, rate=15)
	order = joinery.scratch.order(table, 10)
	confirmed(order)
	assert value("Production Order", order.name, *STANDARD) == (60 + 16 * 7, 64, 32, 0, 268)


def test_a_co_product_lowers_the_standard_by_its_share(scratch):
	"""10 units of 4.00 give a quarter of that to their co-product."""
	oil, press_cake, seed = scratch.item("OIL"), scratch.item("CAKE"), scratch.item("SEED")
	share = {"item_code": press_cake, "stock_qty": 1, "rate": 0, "cost_share": 25}
	scratch.bom(oil, {seed: 2}, scrap_items=[share])
	scratch.stock(seed, 100, rate=2)
	order = scratch.order(oil, 10)
	confirmed(order)
	assert value("Production Order", order.name, *STANDARD) == (40, 0, 0, 10, 30)


def test_orders_of_before_get_the_standard_of_their_lock(joinery):
	table = joinery.scratch.item("TABLE")
	joinery.scratch.bom(table, {joinery.chair: 2})
	joinery.scratch.stock(joinery.chair, 4, rate=15)
	order = joinery.scratch.order(table, 10)
	run = running(order, qty=4)
	runs.complete(run=run, produced_qty=4)
	kept = value("Production Order", order.name, *STANDARD, "actual_cost", "total_variance")
	joinery.scratch.stock(joinery.chair, 50, rate=1)
	joinery.scratch.stock(joinery.steel, 50, rate=1)
	unknown = dict.fromkeys((*STANDARD, "standard_operating_cost", "actual_cost", "total_variance"), 0)
	tamper("Production Order", {"name": order.name}, **unknown)
	tamper("Production Run", {"name": run}, material_cost=0)
	keep_costs_of_orders.execute()
	assert value("Production Order", order.name, *STANDARD, "actual_cost", "total_variance") == kept
	assert value("Production Order", order.name, "standard_operating_cost") == 96


def test_the_patch_leaves_alone_what_is_known(joinery):
	order = joinery.order(10)
	confirmed(order)
	tamper("Production Order", {"name": order.name}, standard_cost=130)
	keep_costs_of_orders.execute()
	assert value("Production Order", order.name, "standard_cost") == 130
