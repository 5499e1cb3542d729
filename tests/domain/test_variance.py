"""The parts of a variance are what an accountant would work out, and add up to actual minus standard exactly."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.operating_cost import OperatingCost
from production_orders.domain.standard_cost import StandardCost
from production_orders.domain.variance import PARTS, MaterialVariance, Output, RunVariance, of_run

D = Decimal
CAKES = StandardCost(D(100), material=D(170), labour=D(60), overhead=D(30))
"""100 cakes of 35 kg flour at 2.00, 200 eggs at 0.25, 100 boxes at 0.50; 2.60 each."""


def flour(planned: str, actual: str, cost: str) -> MaterialVariance:
	return MaterialVariance("FLOUR", "Stores", D(planned), D(actual), D(2), D(cost))


def eggs(planned: str, actual: str, cost: str) -> MaterialVariance:
	return MaterialVariance("EGG", "Stores", D(planned), D(actual), D("0.25"), D(cost))


def duck_eggs(actual: str, cost: str) -> MaterialVariance:
	return replace(eggs("0", actual, cost), item_code="DUCK EGG", replaces="EGG")


def boxes(planned: str, actual: str, cost: str) -> MaterialVariance:
	return MaterialVariance("BOX", "Stores", D(planned), D(actual), D("0.50"), D(cost))


def operating(labour="0", overhead="0", downtime="0", standard="0", standard_overhead="0") -> OperatingCost:
	return OperatingCost(
		minutes=D(0),
		labour=D(labour),
		overhead=D(overhead),
		downtime=D(downtime),
		standard_minutes=D(0),
		standard_labour=D(standard),
		standard_overhead=D(standard_overhead),
	)


def measured(output: Output, *materials: MaterialVariance, of=CAKES, work=None, **values) -> RunVariance:
	values = {"recovered": D(0), "rework": D(0), "digits": 2, **values}
	return of_run(of, output, materials, work or operating(), **values)


def parts(run: RunVariance) -> dict[str, Decimal]:
	"""Those that are not zero."""
	return {part: amount for part, amount in run.parts.items() if amount}


def test_a_run_that_goes_by_the_lock_has_no_variance():
	run = measured(
		Output(D(50)),
		*(flour("17.5", "17.5", "35"), eggs("100", "100", "25"), boxes("50", "50", "25")),
		work=operating("30", "15", standard="30", standard_overhead="15"),
	)
	assert (run.standard_cost, run.cost.actual, run.total) == (130, 130, 0)
	assert tuple(run.parts) == PARTS
	assert parts(run) == {}


def test_every_part_of_a_bad_day():
	"""50 put through: 45 good, 3 rejected, 2 lost, where the lock gives 85.00 of material and 45.00 of work.

	usage          flour 0.5 too much at 2.00, eggs 90 + 12 - 100 at 0.25        1.00 + 0.50 =  1.50
	substitution   12 duck eggs for 4.80 in the place of 12 eggs at 0.25         4.80 - 3.00 =  1.80
	price          18 kg flour for 37.80 instead of 36.00                                       1.80
	yield          85 + 45 put in, 48 came out of it at 2.60                     130 - 124.8 =  5.20
	scrap          3 rejected at 2.60                                                           7.80
	labour         33 + 16 instead of 30 + 15                                                   4.00
	downtime                                                                                    4.50
	actual         37.80 + 22.50 + 4.80 + 25.00 + 33 + 16 + 4.50 = 143.60; standard 45 at 2.60 = 117.00
	"""
	run = measured(
		Output(D(45), rejected=D(3), loss=D(2)),
		flour("17.5", "18", "37.80"),
		eggs("100", "90", "22.50"),
		duck_eggs("12", "4.80"),
		boxes("50", "50", "25.00"),
		work=operating("33", "16", "4.50", standard="30", standard_overhead="15"),
	)
	assert parts(run) == {
		"usage": D("1.50"),
		"substitution": D("1.80"),
		"price": D("1.80"),
		"yield": D("5.20"),
		"scrap": D("7.80"),
		"labour": D("4.00"),
		"downtime": D("4.50"),
	}
	assert (run.cost.actual, run.standard_cost, run.total) == (D("143.60"), D("117.00"), D("26.60"))


def test_usage_and_price_are_split_at_the_standard_rate():
	steel = MaterialVariance("STEEL", "Stores", D(100), D(104), D("2.50"), D("270.40"))
	assert (steel.planned_cost, steel.usage, steel.price) == (D("250.00"), D("10.00"), D("10.40"))


def test_what_an_alternative_costs_beside_the_standard_is_substitution_and_no_price():
	duck = duck_eggs("12", "4.80")
	assert (duck.usage, duck.substitution, duck.price) == (D("3.00"), D("1.80"), 0)


def test_a_material_the_lock_does_not_know_is_all_price():
	oil = MaterialVariance("OIL", "Stores", D(0), D(2), D(0), D("7.30"))
	assert parts(measured(Output(D(0), loss=D(1)), oil, of=StandardCost(D(1)))) == {"price": D("7.30")}


def test_a_planned_material_that_was_not_taken_is_all_usage():
	oil = MaterialVariance("OIL", "Stores", D(2), D(0), D("3.65"), D(0))
	run = measured(Output(D(1)), oil, of=StandardCost(D(1), material=D("7.30")))
	assert parts(run) == {"usage": D("-7.30")}


def test_what_is_normally_lost_is_no_variance_and_the_rest_of_a_loss_is():
	"""20 units for 200, of which a tenth is lost: 18 good ones at 11.11. 16 good means 2 more were lost."""
	lossy = StandardCost(D(20), material=D(200), normal_loss=D(10))
	sand = MaterialVariance("SAND", "Stores", D(20), D(20), D(10), D(200))
	assert parts(measured(Output(D(18), loss=D(2)), sand, of=lossy)) == {}
	assert parts(measured(Output(D(16), loss=D(4)), sand, of=lossy)) == {"yield": D("22.22")}
	assert parts(measured(Output(D(19), loss=D(1)), sand, of=lossy)) == {"yield": D("-11.11")}


def test_by_products_are_measured_beside_their_standard():
	"""10 units for 100, 20 of which should come back as bran; only 12 did."""
	milled = StandardCost(D(10), material=D(100), recovered=D(20))
	grain = MaterialVariance("GRAIN", "Stores", D(10), D(10), D(10), D(100))
	run = measured(Output(D(10)), grain, of=milled, recovered=D(12))
	assert (run.standard_cost, run.cost.actual) == (80, 88)
	assert parts(run) == {"scrap": D(8)}


def test_rejects_that_are_worked_over_take_their_value_along():
	"""10 put through for 260 instead of 26.00 each at standard... of which 2 wait with their actual 28.00 each.

	First run: 10 for 280, 8 good. It bears 280 - 56 = 224 against 208; price 20, of which scrap hands on 4.
	Rework: the 2 units come for 56 instead of 52 (price 4), take work for 6, and 2 good ones come out.
	Together: 286 for 10 good units at 26.
	"""
	standard = StandardCost(D(10), material=D(200), labour=D(60))
	first = measured(
		Output(D(8), rejected=D(2)),
		MaterialVariance("SAND", "Stores", D(10), D(10), D(20), D(220)),
		of=standard,
		work=operating("60", standard="60"),
		rework=D(56),
	)
	assert (first.cost.actual, first.standard_cost) == (224, 208)
	assert parts(first) == {"price": D(20), "scrap": D(-4)}
	second = measured(
		Output(D(2), good_before=D(8), is_rework=True),
		MaterialVariance("CAKE", "Rework", D(2), D(2), D(26), D(56)),
		of=standard,
		work=operating("6"),
	)
	assert (second.cost.actual, second.standard_cost) == (62, 52)
	assert parts(second) == {"price": D(4), "labour": D(6)}
	assert first.total + second.total == 286 - 260


def test_a_currency_without_decimals_has_whole_parts():
	yen = MaterialVariance("SAND", "Stores", D(3), D(4), D("10.4"), D(43))
	run = measured(Output(D(3)), yen, of=StandardCost(D(3), material=D(31)), digits=0)
	assert (run.standard_cost, run.parts["usage"], run.parts["price"], run.total) == (31, 10, 2, 12)


AMOUNTS = st.decimals(min_value=0, max_value=10**6, places=6)
MONEY = st.decimals(min_value=0, max_value=10**6, places=2)
QUANTITIES = st.decimals(min_value=0, max_value=10**4, places=3)
MATERIALS = st.builds(
	MaterialVariance,
	st.sampled_from("ABC"),
	st.just("Stores"),
	planned_qty=QUANTITIES,
	actual_qty=QUANTITIES,
	standard_rate=AMOUNTS,
	actual_cost=AMOUNTS,
	replaces=st.sampled_from(["", "X"]),
)
OPERATING = st.builds(OperatingCost, *[MONEY] * 7)
STANDARDS = st.builds(
	StandardCost,
	st.decimals(min_value=D("0.001"), max_value=10**4, places=3),
	*[MONEY] * 4,
	normal_loss=st.decimals(min_value=0, max_value=90, places=2),
)
OUTPUTS = st.builds(Output, *[QUANTITIES] * 4, is_rework=st.booleans())


@given(
	STANDARDS, OUTPUTS, st.lists(MATERIALS, max_size=8), OPERATING, MONEY, MONEY, st.sampled_from([0, 2, 3])
)
def test_the_parts_of_any_run_add_up_to_the_last_unit_of_the_currency(
	standard, output, materials, work, recovered, rework, digits
):
	work = OperatingCost(*(round(amount, digits) for amount in vars(work).values()))
	recovered, rework = round(recovered, digits), round(rework, digits)
	run = of_run(standard, output, tuple(materials), work, recovered, rework, digits)
	assert sum(run.parts.values()) == run.total == run.cost.actual - run.standard_cost
	assert all(amount == round(amount, digits) for amount in (*run.parts.values(), run.standard_cost))
	exact = reference(standard, output, materials, work, recovered, rework)
	for part, amount in run.parts.items():
		roundings = 15 if part == "price" else 1
		assert abs(Fraction(amount) - exact[part]) <= Fraction(roundings, 2 * 10**digits)


def reference(standard, output, materials, work, recovered, rework) -> dict[str, Fraction]:
	"""Worked out the other way round: from unit costs, in exact fractions, each part on its own."""
	F = Fraction
	put_through = F(output.good) + F(output.rejected) + F(output.loss)
	share = 0 if output.is_rework else put_through / F(standard.qty)
	unit_cost = (F(standard.material) + F(standard.labour) + F(standard.overhead) - F(standard.recovered)) / (
		F(standard.qty) * (100 - F(standard.normal_loss)) / 100
	)
	found = dict.fromkeys(PARTS, F(0))
	should_be = F(0)
	for row in materials:
		at_standard = F(row.actual_qty) * F(row.standard_rate)
		should_be += F(row.planned_qty) * F(row.standard_rate)
		found["usage"] += at_standard - F(row.planned_qty) * F(row.standard_rate)
		found["substitution" if row.replaces else "price"] += F(row.actual_cost) - at_standard
	work_planned = (F(standard.labour) + F(standard.overhead)) * share
	back_planned = F(standard.recovered) * share
	found["yield"] = (
		should_be + work_planned - back_planned - unit_cost * (F(output.good) + F(output.rejected))
	)
	found["scrap"] = unit_cost * F(output.rejected) - F(rework) + back_planned - F(recovered)
	found["labour"] = F(work.labour) + F(work.overhead) - F(work.standard_labour) - F(work.standard_overhead)
	found["downtime"] = F(work.downtime)
	# The work planned of a run is rounded by its order's shares; what that is off goes into the price.
	found["price"] += F(work.standard_labour) + F(work.standard_overhead) - work_planned
	return found
