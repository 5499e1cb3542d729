"""Who works on a run: its operator and everybody whose minutes it counts, all of them its company's."""

from collections.abc import Iterator, Mapping

import frappe
from frappe import _
from frappe.model.document import Document

from production_orders import errors, permissions
from production_orders.erpnext_bridge import company


def require_operator(run: Document, user: str) -> None:
	if problem := _operator_problem(run, user):
		problems = errors.Problems()
		problems.add("operator", problem)
		problems.throw_any()


def _operator_problem(run: Document, user: str) -> str | None:
	"""Why this user cannot have the run, or None."""
	if not frappe.db.get_value("User", user, "enabled"):
		return _("{0} is no user of this site, or a disabled one.").format(user)
	if permissions.may_write(run, user):
		return None
	if frappe.has_permission(run.doctype, "write", user=user):
		sentence = _(
			"{0} may not work for {1}, or in its warehouses: choose somebody else, or change their User Permissions."
		)
		return sentence.format(user, run.company)
	return _("{0} may not work on {1}: give them the role Production Operator first.").format(user, run.name)


def require_employees(run: Document, fields: Mapping[str, str | None]) -> None:
	"""Of the run's company; `fields` are the caller's names of where each employee is given."""
	problems = errors.Problems()
	for field, problem in employee_problems(run, fields):
		problems.add(field, problem)
	problems.throw_any()


def employee_problems(run: Document, fields: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
	employers = company.employers({employee for employee in fields.values() if employee})
	for field, employee in fields.items():
		if employers.get(employee, run.company) != run.company:
			sentence = _("{0} is no employee of {1}, to which {2} belongs: name somebody who is.")
			yield field, sentence.format(employee, run.company, run.name)
