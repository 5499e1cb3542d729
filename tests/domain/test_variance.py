"""The parts of a variance add up to actual minus standard, exactly."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain import variance
from production_orders.domain.variance import MaterialVariance

D = Decimal
AMOUNTS = st.decimals(min_value=0, max_value=10**7, places=6)
MATERIALS = st.builds(
	MaterialVariance,
	st.sampled_from("ABC"),
	st.just("Stores"),
	planned_qty=AMOUNTS,
	actual_qty=AMOUNTS,
	standard_rate=AMOUNTS,
	actual_cost=AMOUNTS,
)


def test_usage_and_price_are_split_at_the_standard_rate():
	steel = MaterialVariance("STEEL", "Stores", D(100), D(104), D("2.50"), D("270.40"))
	assert (steel.standard_cost, steel.usage, steel.price) == (D("250.00"), D("10.00"), D("10.40"))
	bolts = MaterialVariance("BOLT", "Stores", D(40), D(38), D("0.10"), D("3.80"))
	run = variance.of([steel, bolts])
	assert (run.standard_cost, run.actual_cost) == (D("254.00"), D("274.20"))
	assert (run.usage, run.price, run.total) == (D("9.80"), D("10.40"), D("20.20"))


def test_a_material_the_lock_does_not_know_is_all_price():
	oil = MaterialVariance("OIL", "Stores", D(0), D(2), D(0), D("7.30"))
	assert (oil.standard_cost, oil.usage, oil.price) == (0, 0, D("7.30"))


def test_a_planned_material_that_was_not_taken_is_all_usage():
	oil = MaterialVariance("OIL", "Stores", D(2), D(0), D("3.65"), D(0))
	assert (oil.usage, oil.price) == (D("-7.30"), 0)


@given(st.lists(MATERIALS, max_size=20))
def test_the_parts_add_up_exactly(materials):
	run = variance.of(materials)
	assert run.usage + run.price == run.total
	assert run.total == run.actual_cost - run.standard_cost
	for material in materials:
		assert material.usage + material.price == material.actual_cost - material.standard_cost
