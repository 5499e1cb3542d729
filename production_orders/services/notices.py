"""Tells people something by Frappe's own means: the bell, and an email to those who want emails."""

from collections.abc import Collection
from dataclasses import dataclass

import frappe
from frappe.desk.doctype.notification_settings.notification_settings import (
	is_email_notifications_enabled,
	is_notifications_enabled,
)
from frappe.utils import get_url_to_form

from production_orders import permissions, system

ALERT = "Alert"
"""Frappe itself sends no email for a notice of this type."""


@dataclass(frozen=True)
class Notice:
	"""One sentence, more of it as HTML, and the document it leads to."""

	subject: str
	text: str
	doctype: str
	name: str


def managers(company: str) -> list[str]:
	"""Enabled users who manage production and may see the company."""
	roles = {"role": ["in", permissions.MANAGERS], "parenttype": "User"}
	named = frappe.get_all("Has Role", filters=roles, pluck="parent", distinct=True)
	users = frappe.get_all(
		"User", filters={"name": ["in", named], "enabled": 1}, pluck="name", order_by="name"
	)
	return [user for user in users if frappe.has_permission("Company", "read", doc=company, user=user)]


def tell(users: Collection[str], notice: Notice) -> None:
	for user in filter(is_notifications_enabled, users):
		_ring(user, notice)
	wanting = list(filter(is_email_notifications_enabled, users))
	if wanting and _sends_emails():
		_email(wanting, notice)


def _ring(user: str, notice: Notice) -> None:
	log = frappe.new_doc("Notification Log")
	log.update(
		{
			"type": ALERT,
			"for_user": user,
			"from_user": frappe.session.user,
			"subject": notice.subject,
			"email_content": notice.text,
			"document_type": notice.doctype,
			"document_name": notice.name,
		}
	)
	system.save(log)


def _sends_emails() -> bool:
	"""Where nobody has set up an outgoing account the bell alone has to do."""
	account = {"enable_outgoing": 1, "default_outgoing": 1}
	return bool(frappe.db.exists("Email Account", account) or frappe.conf.get("mail_server"))


def _email(users: Collection[str], notice: Notice) -> None:
	addresses = frappe.get_all("User", filters={"name": ["in", users], "email": ["is", "set"]}, pluck="email")
	frappe.sendmail(
		recipients=addresses,
		subject=notice.subject,
		template="new_notification",
		args={
			"body_content": notice.subject,
			"description": notice.text,
			"document_type": notice.doctype,
			"document_name": notice.name,
			"doc_link": get_url_to_form(notice.doctype, notice.name),
		},
	)
