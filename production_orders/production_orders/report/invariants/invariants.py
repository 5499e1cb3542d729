"""Every figure that is not what other documents add up to; a healthy site shows none."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from frappe import _

from production_orders.production_orders.report.filters import permitted
from production_orders.services import invariants
from production_orders.services.violation import Violation

Rows = list[dict[str, Any]]


def execute(filters: dict[str, Any] | None = None) -> tuple[Rows, Rows, str | None, None, Rows]:
	asked = permitted(filters, "Production Audit")
	labels = invariants.labels()
	found = [
		one for one in invariants.visible(invariants.check()) if asked.company in (None, "", one.company)
	]
	return _columns(), [_row(one, labels) for one in found], _message(found), None, _summary(found, labels)


def _row(violation: Violation, labels: dict[str, str]) -> dict[str, Any]:
	row = {**vars(violation), "invariant": labels[violation.invariant]}
	return {field: row[field] for field in ("invariant", *FIELDS)}


FIELDS = ("doctype", "name", "what", "expected", "found", "company", "order", "warehouse")


def _columns() -> Rows:
	"""No Link columns: Frappe refuses those to a System Manager who may not read what they link to."""
	return [
		_column("invariant", _("Invariant"), "Data", 300),
		_column("doctype", _("Document Type"), "Data", 150),
		_column("name", _("Document"), "Dynamic Link", 180, options="doctype"),
		_column("what", _("What"), "Data", 220),
		_column("expected", _("Expected"), "Data", 110),
		_column("found", _("Found"), "Data", 110),
		_column("order", _("Order"), "Data", 150),
		_column("warehouse", _("Warehouse"), "Data", 140),
		_column("company", _("Company"), "Data", 140),
	]


def _column(fieldname: str, label: str, fieldtype: str, width: int, **more: str) -> dict[str, Any]:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def _message(found: Sequence[Violation]) -> str | None:
	if found:
		return None
	return _("All {0} invariants hold.").format(len(invariants.INVARIANTS))


def _summary(found: Sequence[Violation], labels: dict[str, str]) -> Rows:
	"""How many violations of each broken invariant."""
	return [
		{"label": labels[key], "value": count, "datatype": "Int", "indicator": "Red"}
		for key, count in Counter(one.invariant for one in found).items()
	]
