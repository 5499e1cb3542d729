"""Ten thousand random structures: the walk agrees with the naive reference and loses nothing at any node.

Each is built from one drawn seed: drawing every choice of a structure takes Hypothesis longer than walking it.
"""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from production_orders.domain.quantity import ZERO, is_rounded, round_down, total
from production_orders.domain.reservation import Coverage, keys, shares
from tests.domain.random_structures import DIGITS, GROUPS, Case
from tests.domain.reference import Split, split_by_paths

CASES = 10_000


@settings(max_examples=CASES, deadline=None)
@given(st.integers(min_value=0, max_value=2**63).map(Case))
def test_the_walk_agrees_with_the_naive_reference_and_loses_nothing_at_any_node(case):
	coverages = case.walked()
	assert {c.key: _split(c) for c in coverages} == split_by_paths(
		case.bom, case.qty, case.warehouse, case.stock, GROUPS
	)
	for coverage in coverages:
		_check_node(case, coverage)
	_check_stock(case, coverages)
	_check_shares(coverages)


def _split(coverage: Coverage) -> Split:
	parts = (coverage.required, coverage.from_stock, coverage.exploded, coverage.short)
	return Split(*map(Fraction, parts))


def _check_node(case: Case, coverage: Coverage) -> None:
	digits = 0 if coverage.line.whole_number else DIGITS
	parts = (coverage.from_stock, coverage.exploded, coverage.short)
	assert coverage.required == sum(parts)
	assert min(parts) >= 0
	assert all(is_rounded(qty, digits) for qty in (coverage.required, *coverage.taken.values()))
	assert coverage.from_stock == total(coverage.taken.values())
	leaves = GROUPS.get(coverage.warehouse, (coverage.warehouse,))
	assert list(coverage.taken) == [leaf for leaf in leaves if leaf in coverage.taken]
	looked_for = keys(case.bom, case.warehouse, GROUPS)
	assert all((coverage.item_code, leaf) in looked_for for leaf, qty in coverage.taken.items() if qty)


def _check_stock(case: Case, coverages: list[Coverage]) -> None:
	"""No warehouse gives more than it has, and nobody is short where a warehouse of theirs still has some."""
	taken: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
	for coverage in coverages:
		for leaf, qty in coverage.taken.items():
			taken[coverage.item_code, leaf] += qty
	left = {place: max(ZERO, held) - taken[place] for place, held in case.stock.items()}
	assert min(left.values()) >= 0
	for coverage in coverages:
		digits = 0 if coverage.line.whole_number else DIGITS
		if coverage.short:
			leaves = GROUPS.get(coverage.warehouse, (coverage.warehouse,))
			assert not any(round_down(left[coverage.item_code, leaf], digits) for leaf in leaves)


def _check_shares(coverages: list[Coverage]) -> None:
	found = shares(coverages)
	places = [(share.coverage.item_code, share.warehouse) for share in found]
	assert len(set(places)) == len(places)
	assert all(share.drawn > 0 for share in found)
	for item in {coverage.item_code for coverage in coverages}:
		of_item = [share for share in found if share.coverage.item_code == item]
		needs = [coverage for coverage in coverages if coverage.item_code == item]
		assert total(s.from_stock for s in of_item) == total(c.from_stock for c in needs)
		assert total(s.short for s in of_item) == total(c.short for c in needs)
