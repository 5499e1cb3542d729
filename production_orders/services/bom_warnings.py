"""Warns planners of orders whose BOM was replaced: owners and assignees, or else the planners of the company."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import frappe
from frappe import _
from frappe.desk.doctype.notification_log.notification_log import enqueue_create_notification
from frappe.utils import escape_html

from production_orders import permissions
from production_orders.domain.lifecycle import DRAFT, OPEN_ORDER
from production_orders.services import where_used

ORDER = "Production Order"
PEOPLE_IN_CHARGE = (permissions.PLANNER, permissions.MANAGER, permissions.ERPNEXTS_ROLES[0])
"""Whoever is asked when nobody owns an order: the first of these roles that anybody has who may see it."""
NAMED = 10


def send(bom_nos: list[str]) -> None:
	"""One notice to each planner about all orders of theirs that use these BOMs."""
	orders = _orders(bom_nos)
	for names, users in _by_content(_recipients(orders)).items():
		enqueue_create_notification(users, _notice(bom_nos, names))


def _orders(bom_nos: Collection[str]) -> list[Any]:
	"""name, owner and assignees of open orders whose locks have these BOMs, and of drafts that hold them."""
	order = frappe.qb.DocType(ORDER)
	locked = {row.order for row in where_used.uses(bom_nos=bom_nos)}
	is_locked = order.status.isin(OPEN_ORDER) & order.name.isin(sorted(locked) or [""])
	is_draft = (order.status == DRAFT) & (order.bom_outdated == 1) & order.bom_no.isin(sorted(bom_nos))
	query = frappe.qb.from_(order).select(order.name, order.owner, order._assign.as_("assigned"))
	return query.where(is_locked | is_draft).orderby(order.name).run(as_dict=True)


def _recipients(orders: Iterable[Any]) -> dict[str, set[str]]:
	"""user -> the orders to tell this user about; nobody hears of what they may not see."""
	wanted: dict[str, set[str]] = defaultdict(set)
	for order in orders:
		for user in {order.owner, *frappe.parse_json(order.assigned or "[]")}:
			wanted[user].add(order.name)
	told = _visible(wanted, _people(wanted))
	left = {order.name for order in orders} - set().union(*told.values())
	for role in PEOPLE_IN_CHARGE:
		if left:
			people = _people(frappe.get_all("Has Role", {"role": role, "parenttype": "User"}, pluck="parent"))
			asked = _visible(dict.fromkeys(people, left), people)
			left -= set().union(*asked.values())
			for user, names in asked.items():
				told[user] = told.get(user, set()) | names
	return told


def _people(users: Iterable[str]) -> list[str]:
	"""Those that are persons and can still log in."""
	wanted = sorted({*users} - {"Administrator", "Guest"})
	return frappe.get_all("User", {"name": ["in", wanted], "enabled": 1}, pluck="name") if wanted else []


def _visible(wanted: Mapping[str, set[str]], users: Iterable[str]) -> dict[str, set[str]]:
	seen = {user: where_used.visible(wanted[user], user).keys() for user in users}
	return {user: set(names) for user, names in seen.items() if names}


def _by_content(recipients: Mapping[str, set[str]]) -> dict[tuple[str, ...], list[str]]:
	grouped: dict[tuple[str, ...], list[str]] = defaultdict(list)
	for user, names in sorted(recipients.items()):
		grouped[tuple(sorted(names))].append(user)
	return grouped


def _notice(bom_nos: Collection[str], names: tuple[str, ...]) -> dict[str, Any]:
	shown = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
	sentence = _("{0} is replaced or withdrawn. {1} of your production orders rely on it: {2}")
	about = {"document_type": "BOM", "document_name": min(bom_nos)}
	if len(names) == 1:
		about = {"document_type": ORDER, "document_name": names[0]}
	return {
		"type": "Alert",
		"subject": sentence.format(
			f"<b>{escape_html(', '.join(sorted(bom_nos)))}</b>", len(names), escape_html(shown)
		),
		"from_user": frappe.session.user,
		**about,
	}
