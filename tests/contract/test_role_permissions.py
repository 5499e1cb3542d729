"""Contract: what ERPNext's roles may do with its DocTypes, before anybody grants or takes anything on a site."""

from typing import Any

import frappe
import pytest

ROLES = (
	"Manufacturing Manager",
	"Manufacturing User",
	"Stock Manager",
	"Stock User",
	"Sales Manager",
	"System Manager",
)
"""Those that our users have, besides our own."""
RIGHTS = ("select", "read", "write", "create", "delete", "submit", "cancel", "amend")
READ = {"read"}
SET = READ | {"write", "create"}
KEEP = SET | {"delete"}
POST = KEEP | {"submit", "cancel"}
AMEND = POST | {"amend"}

GIVEN: dict[str, dict[str, set[str]]] = {
	"Account": {},
	"BOM": {"Manufacturing Manager": POST, "Manufacturing User": POST},
	"Batch": {},
	"Bin": {"Stock Manager": READ, "Stock User": READ, "Sales Manager": READ},
	"Company": {"Stock User": READ, "System Manager": KEEP},
	"Cost Center": {},
	"Customer": {"Stock Manager": READ, "Stock User": READ, "Sales Manager": READ},
	"Delivery Note": {"Stock Manager": AMEND, "Stock User": AMEND},
	"Employee": {},
	"GL Entry": {},
	"Global Defaults": {"System Manager": SET},
	"Item": {"Manufacturing User": READ, "Stock Manager": READ, "Stock User": READ},
	"Item Alternative": {"Stock Manager": KEEP, "Stock User": KEEP},
	"Item Group": {"Stock Manager": READ, "Stock User": READ},
	"Manufacturing Settings": {"Manufacturing Manager": SET},
	"Material Request": {"Stock Manager": AMEND, "Stock User": AMEND},
	"Operation": {"Manufacturing Manager": KEEP, "Manufacturing User": KEEP},
	"Purchase Order": {"Stock User": READ},
	"Purchase Receipt": {"Stock Manager": AMEND, "Stock User": AMEND},
	"Sales Invoice": {},
	"Sales Order": {"Stock User": READ, "Sales Manager": AMEND},
	"Serial No": {"Stock Manager": KEEP, "Stock User": READ},
	"Serial and Batch Bundle": {
		"Manufacturing Manager": POST,
		"Manufacturing User": POST,
		"Stock Manager": POST,
		"Stock User": POST,
		"System Manager": POST,
	},
	"Stock Entry": {
		"Manufacturing Manager": AMEND,
		"Manufacturing User": AMEND,
		"Stock Manager": AMEND,
		"Stock User": AMEND,
	},
	"Stock Entry Type": {
		"Manufacturing Manager": KEEP,
		"Stock Manager": KEEP,
		"Stock User": READ,
		"System Manager": KEEP,
	},
	"Stock Ledger Entry": {"Stock User": READ},
	"Stock Reconciliation": {"Stock Manager": AMEND},
	"Stock Reservation Entry": {
		"Stock Manager": POST,
		"Stock User": POST,
		"Sales Manager": POST,
		"System Manager": POST,
	},
	"Stock Settings": {"Stock Manager": SET},
	"Supplier": {"Stock Manager": READ, "Stock User": READ},
	"UOM": {"Stock Manager": READ, "Stock User": READ},
	"Warehouse": {"Manufacturing User": READ, "Stock User": READ},
	"Work Order": {"Manufacturing User": AMEND, "Stock User": READ},
	"Workstation": {"Manufacturing User": KEEP},
}


def _given(doctype: str) -> dict[str, set[str]]:
	at_first_level = {"parent": doctype, "permlevel": 0, "role": ["in", ROLES]}
	rows = frappe.get_all("DocPerm", filters=at_first_level, fields=["role", *RIGHTS])
	return {row.role: {right for right in RIGHTS if row[right]} for row in rows}


@pytest.mark.parametrize("doctype", GIVEN)
def test_a_role_has_the_rights_that_erpnext_gives_it(site: Any, doctype: str):
	assert _given(doctype) == GIVEN[doctype]
