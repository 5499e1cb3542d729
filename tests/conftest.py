"""Fixtures for every tier: a connected site, the sample plants, scratch masters, HTTP clients.

BENCH and SITE name the host; tests of the domain and the architecture need neither.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib.util import find_spec
from unittest import mock

import pytest

from tests.support.http import Server
from tests.support.scratch import Scratch
from tests.support.state import unchanged as unchanged_block

OFFERS: list = []
"""Offers that would have become background jobs: a worker on the bench would interfere with exact figures."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
	"""Leave out, and count as deselected, what asks for a part of ERPNext that this host has not."""
	if find_spec("erpnext") and find_spec("erpnext.manufacturing.doctype.production_plan"):
		return
	wanted = [item for item in items if not item.get_closest_marker("erpnext")]
	config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
	items[:] = wanted


@pytest.fixture(scope="session")
def connected() -> Iterator[None]:
	"""One connection as Administrator for the whole session."""
	import frappe

	from production_orders.services import offers

	os.chdir(os.path.join(os.environ["BENCH"], "sites"))
	frappe.init(site=os.environ["SITE"], sites_path=".")
	frappe.connect()
	frappe.set_user("Administrator")
	with mock.patch.object(offers, "start", OFFERS.append):
		yield
	frappe.destroy()


@pytest.fixture
def offered(site: None) -> list:
	"""What has been offered to open shortages since the test began; no worker acts on it."""
	OFFERS.clear()
	return OFFERS


@pytest.fixture(scope="session")
def plants(connected: None) -> dict[str, "object"]:
	"""Both sample plants, committed; a plant left by an earlier run is brought back to its opening stock."""
	import frappe

	from fixtures.plants import TABLES, load

	loaded = {name: load(name) for name in TABLES}
	for plant in loaded.values():
		plant.restore()
	frappe.db.commit()
	return loaded


@pytest.fixture(scope="session")
def planning_works(plants: dict):
	"""A plant where nobody else asks for anything."""
	import frappe

	from tests.support import planning_works

	plant = planning_works.load()
	frappe.db.commit()
	return plant


@pytest.fixture
def site(connected: None) -> Iterator[None]:
	"""Everything a test writes and does not commit is rolled back."""
	import frappe

	frappe.db.rollback()
	frappe.set_user("Administrator")
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback()
	frappe.clear_messages()
	frappe.local.response = frappe._dict({"docs": []})
	frappe.flags.currently_saving = []
	frappe.local.document_cache = {}
	# ERPNext remembers what follows a voucher, by a name that the rollback has given free again.
	frappe.local.future_sle = {}
	# Frappe remembers which Workflow a DocType has, also one that has just been rolled back.
	frappe.cache().delete_value("workflow")


@pytest.fixture
def works(site: None, planning_works):
	"""Makes items, BOMs and orders in that plant."""
	from tests.support.planning_works import PlanningScratch

	return PlanningScratch(planning_works)


@pytest.fixture
def bicycle(site: None, plants: dict):
	return plants["bicycle"]


@pytest.fixture
def paint(site: None, plants: dict):
	return plants["paint"]


@pytest.fixture
def scratch(bicycle) -> Scratch:
	"""Fresh items, BOMs, stock and orders in the bicycle plant's company."""
	return Scratch(bicycle)


@pytest.fixture
def unchanged(site: None) -> Callable[..., AbstractContextManager[None]]:
	"""`with unchanged(): ...` fails when the block wrote anything of ours or moved stock."""
	return unchanged_block


@pytest.fixture(scope="session")
def server(plants: dict) -> Iterator[Server]:
	"""The site over HTTP, on a free loopback port; clients by plant and role."""
	with Server.running(plants) as running:
		yield running


@pytest.fixture
def takers(scratch):
	"""Everybody who takes stock by a voucher of ERPNext."""
	from tests.support.takers import Takers

	return Takers(scratch.plant)


@pytest.fixture
def tracked(scratch):
	"""Makes items with batches and serials, and stock of them."""
	from tests.support.tracked import Tracked

	return Tracked(scratch)
