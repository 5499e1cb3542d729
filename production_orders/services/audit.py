"""Every night: verifies the histories that have changed and the invariants, and tells the managers what is new.

What was found is kept so that nobody is told twice, and how far each chain was seen intact, so that nobody
sets a chain back unseen (ADR 0021).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, now_datetime

from production_orders import system
from production_orders.domain.history import Problem
from production_orders.services import invariants, lookups, notices, verification
from production_orders.services.notices import Notice
from production_orders.services.violation import Violation

DOCTYPE = "Production Audit"
AT_LEAST_EVERY = timedelta(days=30)
"""Whoever edits by SQL need not leave a trace: every chain has its turn, changed or not."""
BATCH = 200
"""Orders whose events are in memory at once."""
SHOWN = 20
"""Findings that a notice lists; the audit has all of them."""


def verify_histories() -> int:
	"""The nightly job; -> how many chains it verified. Heads and events come from one snapshot."""
	at = now_datetime()
	orders = lookups.orders_to_verify(at - AT_LEAST_EVERY)
	for start in range(0, len(orders), BATCH):
		_verify(orders[start : start + BATCH], at)
	return len(orders)


def _verify(orders: Sequence[Any], at: datetime) -> None:
	findings = {
		order: "\n".join(map(_say_problem, problems))
		for order, problems in verification.of_all(orders).items()
	}
	intact = [order for order in orders if not findings[order.name]]
	broken = [order for order in orders if findings[order.name]]
	_keep(
		{**_row(order, at), "event_count": order.event_count, "event_head": order.event_head}
		for order in intact
	)
	_keep(_row(order, at, findings[order.name]) for order in broken)
	news: dict[str, list[str]] = defaultdict(list)
	for order in broken:
		if findings[order.name] != order.findings:
			news[order.company].append(order.name)
	for company, names in news.items():
		_tell_histories(company, {name: findings[name] for name in names})


def check_invariants() -> int:
	"""The nightly job; -> how many violations it found."""
	found: dict[str, list[str]] = defaultdict(list)
	labels = invariants.labels()
	for violation in invariants.check():
		found[violation.company].append(_say_violation(violation, labels))
	known = _known_findings()
	findings = {company: "\n".join(found.get(company, ())) for company in sorted({*found, *known})}
	at = now_datetime()
	_keep(
		{"name": company, "company": company, "audited_at": at, "findings": said}
		for company, said in findings.items()
	)
	for company, said in findings.items():
		if said and said != known.get(company):
			_tell_invariants(company, found[company])
	return sum(map(len, found.values()))


def _known_findings() -> dict[str, str]:
	"""company -> what was found last time."""
	rows = frappe.get_all(DOCTYPE, {"production_order": ["is", "not set"]}, ["company", "findings"])
	return {row.company: row.findings or "" for row in rows}


def _row(order: Any, at: datetime, findings: str = "") -> dict[str, Any]:
	return {
		"name": order.name,
		"production_order": order.name,
		"company": order.company,
		"audited_at": at,
		"findings": findings,
	}


def _keep(rows: Iterable[dict[str, Any]]) -> None:
	"""Write rows that all name the same fields, new ones and known ones; what they do not name stays."""
	rows = list(rows)
	system.insert_missing_rows(DOCTYPE, rows)
	system.update_rows(DOCTYPE, {row.pop("name"): row for row in rows})


def _say_problem(problem: Problem) -> str:
	if problem.subject:
		return f"{problem.subject}: {_(problem.kind)}"
	return (
		_("event {0}: {1}").format(problem.sequence, _(problem.kind)) if problem.sequence else _(problem.kind)
	)


def _say_violation(violation: Violation, labels: Mapping[str, str]) -> str:
	return _("{0}: {1} {2}, {3}: expected {4}, found {5}").format(
		labels[violation.invariant],
		_(violation.doctype),
		violation.name,
		violation.what,
		violation.expected,
		violation.found,
	)


def _tell_histories(company: str, broken: Mapping[str, str]) -> None:
	"""One notice per order, and one about all the others where there are many."""
	users, names = notices.managers(company), list(broken)
	for order in names[:SHOWN]:
		subject = _("The history of {0} is broken").format(order)
		notices.tell(users, Notice(subject, _as_list(broken[order].split("\n")), DOCTYPE, order))
	if others := names[SHOWN:]:
		subject = _("The histories of {0} more orders are broken").format(len(others))
		notices.tell(users, Notice(subject, _as_list(others), DOCTYPE, others[0]))


def _tell_invariants(company: str, lines: Sequence[str]) -> None:
	subject = _("{0} violations of invariants in {1}").format(len(lines), company)
	notices.tell(notices.managers(company), Notice(subject, _as_list(lines), DOCTYPE, company))


def _as_list(lines: Sequence[str]) -> str:
	shown = [f"<li>{escape_html(line)}</li>" for line in lines[:SHOWN]]
	return f"<ul>{''.join(shown)}</ul>"
