"""Products that many tests start from: committed once, since every test takes its own changes back."""

import frappe
import pytest

from tests.support.scratch import Scratch


@pytest.fixture(scope="session")
def product(plants):
	"""An item made of 2 of one material, of which 25 are in stock."""
	scratch = Scratch(plants["bicycle"])
	item, material = scratch.item("FG"), scratch.item("RAW")
	scratch.bom(item, {material: 2})
	scratch.stock(material, 25)
	frappe.db.commit()
	return frappe._dict(item=item, material=material)
