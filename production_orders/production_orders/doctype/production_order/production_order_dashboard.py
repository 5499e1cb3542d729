"""What the Connections tab of a Production Order leads to."""

from typing import Any

from frappe import _


def get_data(data: dict[str, Any] | None = None) -> dict[str, Any]:
	return {
		"fieldname": "production_order",
		"non_standard_fieldnames": {
			"Stock Reservation Entry": "voucher_no",
			"Demand Peg": "supply",
			"Production Order": "supplied_order",
		},
		"dynamic_links": {
			"voucher_no": ["Production Order", "voucher_type"],
			"supply": ["Production Order", "supply_type"],
		},
		"internal_links": {"BOM": "bom_no", "BOM Lock": "bom_lock"},
		"transactions": [
			{"label": _("Planning"), "items": ["Demand Peg"]},
			{"label": _("Commitment"), "items": ["BOM", "BOM Lock", "Stock Reservation Entry"]},
			{"label": _("Supply Requested"), "items": ["Material Request", "Production Order"]},
			{"label": _("Execution"), "items": ["Production Run", "Stock Entry"]},
			{"label": _("History"), "items": ["Production Event"]},
		],
	}
