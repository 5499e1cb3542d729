"""What the reports about money share: columns, cards, and names short enough for a chart."""

from collections.abc import Sequence
from typing import Any


def column(fieldname: str, label: str, fieldtype: str, width: int, **more: Any) -> dict[str, Any]:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def quantity(fieldname: str, label: str, width: int) -> dict[str, Any]:
	"""Quantities of several items have no total."""
	return column(fieldname, label, "Float", width, disable_total=1)


def money(fieldname: str, label: str, width: int, **more: Any) -> dict[str, Any]:
	"""An amount in the currency that the row names."""
	return column(fieldname, label, "Currency", width, options="currency", **more)


def card(label: str, value: float, currency: str, indicator: str) -> dict[str, Any]:
	"""A figure of the summary; sums of floats are rounded to what the database keeps."""
	return {
		"label": label,
		"value": round(value, 9),
		"datatype": "Currency",
		"currency": currency,
		"indicator": indicator,
	}


def one_currency(rows: Sequence[Any]) -> str | None:
	"""The currency of all rows; sums over several mean nothing."""
	currencies = {row.currency for row in rows}
	return currencies.pop() if len(currencies) == 1 else None


def short_names(names: Sequence[str]) -> list[str]:
	"""Of one series without it: 00012 for PRO-2026-00012."""
	split = [name.rpartition("-") for name in names]
	is_one_series = len({series for series, _dash, _number in split}) == 1
	return [number for _series, _dash, number in split] if is_one_series else list(names)
