"""Orders and runs in every status, committed so that the web server sees them, and proof that a call left them alone."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.http.cast import Cast, footprint
from tests.support.http import Client, Server
from tests.support.scratch import Scratch


@pytest.fixture(scope="session")
def cast(plants: dict) -> Cast:
	"""Makes committed orders and runs in any status; `settled_*` ones are shared and must stay as they are."""
	import frappe

	frappe.set_user("Administrator")
	return Cast(Scratch(plants["bicycle"]))


@pytest.fixture(scope="session")
def admin(server: Server) -> Client:
	"""Administrator's token: nobody may do more, so a refusal is the rules' and not the roles'."""
	import frappe

	user = frappe.get_doc("User", "Administrator")
	user.api_key, user.api_secret = "administrator-key", "administrator-secret"
	user.save()
	frappe.db.commit()
	return server.with_token("administrator-key:administrator-secret")


@pytest.fixture
def untouched() -> Callable[..., AbstractContextManager[None]]:
	"""`with untouched(order): ...` fails when the web server wrote anything that hangs on the order.

	`but` names columns that may differ: a save that changes nothing still stamps `modified`.
	"""

	@contextmanager
	def block(order: str, but: tuple[str, ...] = ()) -> Iterator[None]:
		before = footprint(order, but)
		yield
		after = footprint(order, but)
		touched = {table: rows for table, rows in after.items() if rows != before[table]}
		assert not touched, f"{order} was touched"

	return block
