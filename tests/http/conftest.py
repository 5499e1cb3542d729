"""Orders and runs in every status, committed so that the web server sees them, and proof that a call left them alone."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from uuid import uuid4

import frappe
import pytest

from production_orders.domain.lifecycle import ABORTED, CANCELLED, COMPLETED, CONFIRMED, RUNNING
from production_orders.permissions import ROLES
from tests.http.cast import ORDER, RUN, Cast, footprint
from tests.http.doors import PRODUCTION
from tests.support.http import Client, Server
from tests.support.scratch import Scratch


@pytest.fixture(scope="session")
def cast(plants: dict) -> Cast:
	"""Makes committed orders and runs in any status; `settled_*` ones are shared and must stay as they are."""
	frappe.set_user("Administrator")
	return Cast(Scratch(plants["bicycle"]))


@pytest.fixture(scope="session")
def admin(server: Server) -> Client:
	"""Administrator's token: nobody may do more, so a refusal is the rules' and not the roles'."""
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


@pytest.fixture(scope="session")
def people(server, cast) -> dict[str, Client]:
	"""`elsewhere` and `other warehouse` have every production role, and a User Permission for what is not meant."""

	def client(*held: str, **permission: str) -> Client:
		user = cast.scratch.user(*held)
		if permission:
			frappe.get_doc({"doctype": "User Permission", "user": user, **permission}).insert()
		return server.with_token(_token_of(user))

	warehouse = cast.scratch.warehouse("Elsewhere")
	planner = server.plants["bicycle"].users["planner"]
	return {
		**{role: server.as_(role) for role in (*PRODUCTION, "stock")},
		"manufacturing manager": client("Manufacturing Manager"),
		"manufacturing user": client("Manufacturing User"),
		"nobody": client(),
		"guest": server.guest(),
		"forged": server.with_token("no-such-key:no-such-secret"),
		"wrong secret": server.with_token(f"{planner.api_key}:wrong"),
		"elsewhere": client(*ROLES, allow="Company", for_value=server.plants["paint"].company),
		"other warehouse": client(*ROLES, allow="Warehouse", for_value=warehouse),
	}


def _token_of(email: str) -> str:
	user = frappe.get_doc("User", email)
	user.api_key, user.api_secret = uuid4().hex, uuid4().hex
	token = f"{user.api_key}:{user.api_secret}"
	user.save()
	frappe.db.commit()
	return token


@pytest.fixture(scope="session")
def documents(cast) -> dict[str, str]:
	"""What the arguments of doors stand for; no call changes any of them."""
	for item in (cast.product, cast.material):
		_at_home(item, cast.scratch.plant)
	return {
		"product": cast.product,
		"material": cast.material,
		"bom": cast.bom,
		"done": cast.settled(ORDER, COMPLETED),
		"lock": f"{cast.settled(ORDER, COMPLETED)}-L1",
		"confirmed": cast.settled(ORDER, CONFIRMED),
		"cancelled": cast.settled(ORDER, CANCELLED),
		"aborted": cast.settled(RUN, ABORTED),
		"running": cast.settled(RUN, RUNNING),
		"completed": cast.settled(RUN, COMPLETED),
	}


def _at_home(item_code: str, plant: Any) -> None:
	"""As items of a real plant are: their defaults name a warehouse."""
	item = frappe.get_doc("Item", item_code)
	item.set("item_defaults", [{"company": plant.company, "default_warehouse": plant.source_warehouse}])
	item.save()
	frappe.db.commit()
