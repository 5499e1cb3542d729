"""What all open orders are short of, what is free of it now and when more is expected."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from frappe import _

from production_orders.production_orders.report.filters import permitted
from production_orders.services import shortages
from production_orders.services.shortages import FREE_NOW, LATE, ON_THE_WAY, UNCOVERED

Rows = list[dict[str, Any]]
COLOURS = {FREE_NOW: "Green", ON_THE_WAY: "Blue", LATE: "Red", UNCOVERED: "Red"}


def execute(filters: dict[str, Any] | None = None) -> tuple[Rows, Rows, str | None, None, Rows]:
	asked = permitted(filters, "Production Order")
	found = shortages.of_open_orders(asked)
	nothing = None if found else _("No open order that fits these filters is short of anything.")
	return _columns(), [_row(shortage) for shortage in found], nothing, None, _summary(found)


def _row(shortage: dict[str, Any]) -> dict[str, Any]:
	source = shortage["expected_from"] or {}
	return {
		**shortage,
		"path": " › ".join(shortage["path"]),
		"expected_doctype": source.get("doctype"),
		"expected_name": source.get("name"),
	}


def _columns() -> Rows:
	return [
		_column("order", _("Order"), "Link", 150, options="Production Order"),
		_column("priority", _("Priority"), "Data", 80),
		_column("need_by_date", _("Need By"), "Date", 115),
		_column("item_code", _("Short Material"), "Link", 180, options="Item"),
		_column("warehouse", _("Warehouse"), "Link", 140, options="Warehouse"),
		_column("short_qty", _("Short"), "Float", 85),
		_column("available_qty", _("Free Now"), "Float", 90),
		_column("stock_uom", _("UOM"), "Link", 70, options="UOM"),
		_column("outlook", _("Outlook"), "Data", 110),
		_column("expected_on", _("Expected"), "Date", 115),
		_column("expected_name", _("From"), "Dynamic Link", 170, options="expected_doctype"),
		_column("path", _("Needed For"), "Data", 260),
	]


def _column(fieldname: str, label: str, fieldtype: str, width: int, **more: str) -> dict[str, Any]:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def _summary(found: Sequence[dict[str, Any]]) -> Rows:
	"""How many shortages, and what becomes of them; a list of nothing needs no figures."""
	counts = Counter(shortage["outlook"] for shortage in found)
	cards = [
		{"label": _(outlook), "value": counts[outlook], "datatype": "Int", "indicator": colour}
		for outlook, colour in COLOURS.items()
	]
	orders = len({shortage["order"] for shortage in found})
	waiting = {"label": _("Orders Waiting"), "value": orders, "datatype": "Int", "indicator": "Blue"}
	return [waiting, *cards] if found else []
