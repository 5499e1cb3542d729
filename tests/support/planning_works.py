"""A plant of its own for planning: nobody else's demand is in it, so that a plan can be compared as a whole."""

from dataclasses import replace
from typing import Any

import frappe
from frappe.utils import add_days, nowdate

from fixtures import masters
from fixtures.bicycle import BICYCLE
from fixtures.plants import Plant, User
from production_orders.api import demand
from tests.support import vouchers
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


def sale(works: PlanningScratch, item: str, qty: float, due: int, warehouse: str | None = None) -> Any:
	"""A submitted Sales Order, to be delivered in `due` days."""
	warehouse = warehouse or works.plant.source_warehouse
	return vouchers.sales_order(
		works.company, item_code=item, qty=qty, warehouse=warehouse, delivery_date=day(due)
	)


def requirements(works: PlanningScratch, horizon: str = HORIZON) -> dict[tuple[str, str], dict]:
	"""(item, warehouse) -> its net requirement."""
	answer = demand.net_requirements(horizon=horizon, company=works.company)
	return {(row["item_code"], row["warehouse"]): row for row in answer["items"]}


def total(row: dict, field: str) -> float:
	"""One figure of a net requirement, over all buckets."""
	return sum(bucket[field] for bucket in row["buckets"])


def planned(works: PlanningScratch, horizon: str = HORIZON) -> dict[str, float]:
	"""item -> planned quantity, over all buckets and warehouses."""
	found: dict[str, float] = {}
	for (item, _warehouse), row in requirements(works, horizon).items():
		if qty := total(row, "planned_qty"):
			found[item] = found.get(item, 0) + qty
	return found


def make(works: PlanningScratch, horizon: str = HORIZON) -> dict:
	"""Plan: drafts and requests for everything that is missing."""
	return demand.make_requests(horizon=horizon, company=works.company)
