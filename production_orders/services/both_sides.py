"""The same figures from two sets of documents, compared by the database: what every invariant is made of."""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe.query_builder.functions import Sum
from pypika import Criterion, Field
from pypika.functions import Abs
from pypika.terms import ValueWrapper

from production_orders.services.violation import TINY

EXPECTED = "expected_{}"
MANY_GROUPS = "SQL_BIG_RESULT"
"""Nearly every row is a group of its own: sorting them is several times faster than a temporary table with a key."""


def unequal(keys: Sequence[str], figures: Sequence[str], expected: Any, found: Any) -> Any:
	"""A subquery with those keys, and the sums of both sides, of which a sum differs.

	`expected` and `found` are queries that name every one of `keys` and `figures`.
	"""
	sides = _side(expected, keys, figures, is_expected=True).union_all(
		_side(found, keys, figures, is_expected=False)
	)
	sums = {name: Sum(Field(name)) for figure in figures for name in (figure, EXPECTED.format(figure))}
	return (
		frappe.qb.from_(sides)
		.modifier(MANY_GROUPS)
		.select(*map(Field, keys), *(total.as_(name) for name, total in sums.items()))
		.groupby(*map(Field, keys))
		.having(differ({figure: (sums[figure], sums[EXPECTED.format(figure)]) for figure in figures}))
	)


def _side(query: Any, keys: Sequence[str], figures: Sequence[str], is_expected: bool) -> Any:
	"""The same rows with zeros in the columns of the other side."""
	nothing = ValueWrapper(0)
	columns = []
	for figure in figures:
		found, expected = (nothing, Field(figure)) if is_expected else (Field(figure), nothing)
		columns += [found.as_(figure), expected.as_(EXPECTED.format(figure))]
	return frappe.qb.from_(query).select(*map(Field, keys), *columns)


def differ(pairs: dict[str, tuple[Any, Any]]) -> Criterion:
	"""Whether one of these pairs of figures is more than a rounding apart."""
	return Criterion.any(Abs(found - expected) > TINY for found, expected in pairs.values())
