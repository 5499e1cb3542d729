"""The standard of an order, and the share of it that a good quantity has."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from production_orders.domain.bom import Header
from production_orders.domain.standard_cost import StandardCost, material_cost, recovered

D = Decimal
MONEY = st.decimals(min_value=0, max_value=10**6, places=2)
QUANTITY = st.decimals(min_value=D("0.001"), max_value=1000, places=3)


def test_a_standard_is_materials_and_operations_less_what_comes_back():
	standard = StandardCost(D(10), D(170), D(60), D(30), recovered=D(10))
	assert (standard.total, standard.per_good) == (250, 25)
	assert (standard.operating_of(D(4)), standard.recovered_of(D(4))) == (36, 4)


def test_good_units_bear_what_is_normally_lost():
	"""Of 100 put through 10 are lost as planned: each of the 90 good ones costs 1/90 of it all."""
	standard = StandardCost(D(100), D(900), normal_loss=D(10))
	assert (standard.expected_good, standard.per_good) == (90, 10)
	assert standard.of_good(D(0), D(45), 2) == 450


def test_thirds_take_the_exact_rest():
	standard = StandardCost(D(3), D(10))
	assert [standard.of_good(D(before), D(1), 2) for before in range(3)] == [D("3.33"), D("3.34"), D("3.33")]


def test_a_currency_without_decimals_is_shared_out_in_whole_units():
	standard = StandardCost(D(3), D(10))
	assert [standard.of_good(D(before), D(1), 0) for before in range(3)] == [3, 4, 3]


def test_materials_cost_what_is_required_at_the_rates_of_the_lock_rounded_once():
	"""71.355 + 0.999999999; rounded one by one it would be 72.36."""
	assert material_cost([(D("35.5"), D("2.01")), (D(3), D("0.333333333"))], 2) == D("72.35")
	assert material_cost([], 2) == 0


def scrap(item_code: str, stock_qty: str, rate: str = "0", **values) -> dict:
	return {"item_code": item_code, "stock_qty": D(stock_qty), "rate": D(rate), **values}


def test_co_products_give_back_their_share_and_by_products_their_rate():
	"""60 units of a BOM for 20: 3 x 5 bran at 0.70 each, and an eighth of 100."""
	header = Header(
		"BOM", "FLOUR", D(20), scrap=(scrap("BRAN", "5", "0.70"), scrap("GERM", "1", cost_share=D("12.5")))
	)
	assert recovered(header, D(60), D(100), 2) == D("23.00")


def test_no_more_comes_back_than_was_put_in():
	header = Header("BOM", "FLOUR", D(1), scrap=(scrap("GOLD", "1", "1000"),))
	assert recovered(header, D(2), D("10.50"), 2) == D("10.50")


@given(st.lists(QUANTITY, min_size=1, max_size=8), MONEY, MONEY, MONEY, MONEY)
def test_runs_that_make_everything_have_the_whole_standard(goods, material, labour, overhead, recovered):
	standard = StandardCost(sum(goods), material, labour, overhead, recovered)
	shares = [standard.of_good(sum(goods[:at], D(0)), good, 2) for at, good in enumerate(goods)]
	assert sum(shares) == standard.total
	for share, good in zip(shares, goods, strict=True):
		assert abs(Fraction(share) - standard.per_good * Fraction(good)) <= Fraction("0.04")
