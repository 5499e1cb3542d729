"""What the Connections tab of a Production Run leads to."""

from typing import Any

from frappe import _


def get_data(data: dict[str, Any] | None = None) -> dict[str, Any]:
	return {
		"fieldname": "production_run",
		"non_standard_fieldnames": {"Production Event": "subject", "Production Genealogy": "run"},
		"dynamic_links": {"subject": ["Production Run", "subject_type"]},
		"internal_links": {"Production Order": "production_order"},
		"transactions": [
			{"label": _("Commitment"), "items": ["Production Order"]},
			{"label": _("Execution"), "items": ["Stock Entry"]},
			{"label": _("History"), "items": ["Production Event", "Production Genealogy"]},
		],
	}
