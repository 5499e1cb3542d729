"""What reports are asked for: whoever runs one may see the kind of document, and whatever the filters name."""

from collections.abc import Mapping
from typing import Any

import frappe

from production_orders import permissions

NAMED = {
	"company": "Company",
	"item_code": "Item",
	"warehouse": "Warehouse",
	"order": "Production Order",
}
"""filter -> the kind of document it names"""


def permitted(filters: Mapping[str, Any] | None, doctype: str) -> Any:
	"""The filters of a report about this kind of document; raises PermissionError unless all of it is for the user."""
	asked = frappe._dict(filters or {})
	permissions.require(doctype, "read")
	for field, named in NAMED.items():
		if asked.get(field):
			permissions.require(named, "read", asked[field])
	return asked
