"""Products that many tests start from: committed once, since every test takes its own changes back."""

from collections.abc import Iterator
from types import SimpleNamespace

import frappe
import pytest

from tests.support.chain import Chain
from tests.support.joinery import Joinery
from tests.support.orders import confirmed
from tests.support.scratch import Scratch
from tests.support.workers import in_request


@pytest.fixture(scope="session")
def product(plants):
	"""An item made of 2 of one material, of which 25 are in stock."""
	scratch = Scratch(plants["bicycle"])
	item, material = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(item, {material: 2})
	scratch.stock(material, 25)
	frappe.db.commit()
	return frappe._dict(item=item, material=material)


@pytest.fixture(scope="session")
def bakery(plants):
	"""A cake of 0.35 Kg flour at 2.00, 2 eggs at 0.25 each and 1 box at 0.50; plenty in stock."""
	scratch = Scratch(plants["bicycle"])
	flour = scratch.item("FLOUR", uom="Kg", valuation_method="Moving Average")
	eggs, box, cake = scratch.item("EGG"), scratch.item("BOX"), scratch.item("CAKE")
	scratch.bom(cake, {flour: 0.35, eggs: 2, box: 1})
	scratch.stocks({flour: (50, 2), eggs: (100, 0.25), box: (40, 0.5)})
	frappe.db.commit()
	return frappe._dict(item=cake, flour=flour, eggs=eggs, box=box, scratch=scratch)


@pytest.fixture
def cake(bakery, site):
	"""The bakery, with whatever the test does to it taken back."""
	return bakery


@pytest.fixture
def joinery(scratch) -> Joinery:
	return Joinery(scratch)


@pytest.fixture
def wanted(scratch):
	"""A product that takes one of a material nobody has yet; `order(qty, ...)` confirms one that is short of it."""
	finished, material = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(finished, {material: 1})

	def order(qty, **values):
		made = scratch.order(finished, qty, shortage_policy="Confirm with Shortages", **values)
		confirmed(made)
		return made

	return SimpleNamespace(item=material, product=finished, order=order)


@pytest.fixture
def chain(tracked):
	"""A steel batch of a supplier's, a batch of frames made of it, and two bicycles made of those."""
	return Chain(tracked)


@pytest.fixture
def request_of_its_own(site) -> Iterator[None]:
	"""For tests that let a unit start over: only one that is a whole request does."""
	in_request()
	yield
	del frappe.local.request
