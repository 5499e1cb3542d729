"""A plant of its own for planning: nobody else's demand is in it, so that a plan can be compared as a whole."""

from dataclasses import replace
from typing import Any

import frappe
from frappe.utils import add_days, nowdate

from fixtures import masters
from fixtures.bicycle import BICYCLE
from fixtures.plants import Plant, User
from tests.support.scratch import Scratch

HORIZON = "Test 8 Weeks"


def load() -> Plant:
	"""Company, warehouses, users and a horizon; the caller commits."""
	table = replace(
		BICYCLE,
		company="Planning Works",
		abbr="PLW",
		domain="planning.example",
		items=(),
		boms=(),
		opening_stock=(),
	)
	masters.load_masters(table)
	_forget_earlier_runs(table.company)
	if not frappe.db.exists("Planning Horizon", HORIZON):
		horizon(horizon_name=HORIZON, days=56)
	users = {row.key: frappe.get_doc("User", masters.email_of(row, table)) for row in table.users}
	return Plant(
		table,
		{key: User(doc.email, doc.api_key, doc.get_password("api_secret")) for key, doc in users.items()},
	)


def _forget_earlier_runs(company: str) -> None:
	"""What tests have committed is no demand and no plan any more."""
	frappe.db.set_value("Sales Order", {"company": company}, "status", "Closed")
	frappe.db.set_value("Material Request", {"company": company}, "status", "Stopped")
	for doctype in ("Production Order", "Demand Peg"):
		frappe.db.delete(doctype, {"company": company})


def horizon(**values: Any) -> str:
	return frappe.get_doc({"doctype": "Planning Horizon", "bucket": "Week", **values}).insert().name


def day(number: int) -> str:
	return str(add_days(nowdate(), number))


class PlanningScratch(Scratch):
	"""Items that are made at once unless their lead time says otherwise."""

	def product(self, structure: dict[str, Any], name: str = "FG", **values: Any) -> str:
		"""An item made of {component: qty}."""
		item = self.item(name, **values)
		self.bom(item, structure)
		return item
