"""One thing that is not as it must be, as every invariant tells it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from production_orders.domain.quantity import text

TINY = 1e-6
"""Quantities and money nearer than this are the same: columns keep nine decimals, sums of floats a little less."""


@dataclass(frozen=True)
class Violation:
	"""Where, what was expected by other documents, and what stands there."""

	invariant: str
	doctype: str
	name: str
	what: str
	"""A field, or the item that it is about."""
	expected: str
	found: str
	company: str = ""
	order: str = ""
	warehouse: str = ""


def differing(
	invariant: str,
	doctype: str,
	rows: Iterable[Mapping[str, Any]],
	fields: Mapping[str, str],
	name: str = "name",
) -> Iterator[Violation]:
	"""One violation for each of `fields` (column -> what it is called) that is not as its `expected_` column says.

	Rows have `name`, company, and order, warehouse where there is one.
	"""
	for row in rows:
		for field, called in fields.items():
			expected, found = row[f"expected_{field}"], row[field]
			if not _same(expected, found):
				yield Violation(
					invariant=invariant,
					doctype=doctype,
					name=row[name] or "",
					what=called.format(**row),
					expected=_said(expected),
					found=_said(found),
					company=row["company"] or "",
					order=row.get("order") or "",
					warehouse=row.get("warehouse") or "",
				)


def _same(expected: Any, found: Any) -> bool:
	if isinstance(expected, str) or isinstance(found, str):
		return (expected or "") == (found or "")
	return abs(float(expected or 0) - float(found or 0)) <= TINY


def _said(value: Any) -> str:
	return value if isinstance(value, str) else text(round(float(value or 0), 6))
