"""The sample plants load once, mean what they say, and can be brought back to their opening stock."""

import frappe
import pytest
from frappe.utils import flt

from fixtures import generate, masters, plants
from fixtures.stock import PRECISION
from fixtures.tables import MAKE_TO_STOCK
from production_orders.erpnext_bridge import bom
from production_orders.errors import Problems

WRITTEN = (
	"Company",
	"Warehouse",
	"UOM",
	"Item Group",
	"Item",
	"BOM",
	"BOM Item",
	"Batch",
	"User",
	"Has Role",
	"DefaultValue",
	"Stock Entry",
	"Stock Ledger Entry",
	"Stock Reservation Entry",
	"Bin",
)


@pytest.mark.parametrize("name", plants.TABLES)
def test_a_second_load_changes_nothing(site, name):
	first = plants.load(name)
	before = _everything()
	assert plants.load(name) == first
	assert _everything() == before


def test_the_bicycle_plant_is_what_its_table_says(site):
	plant = plants.load("bicycle")
	assert (plant.company, plant.source_warehouse) == ("Bicycle Works", "Stores - BW")
	assert (plant.fg_warehouse, plant.scrap_warehouse) == ("Finished Goods - BW", "Scrap - BW")
	wheel = masters.first_bom("WHEEL")
	rows = frappe.get_all(
		"BOM Item",
		{"parent": wheel},
		["item_code", "stock_qty", "waste_percentage", "bom_no"],
		order_by="idx",
	)
	assert [(row.item_code, row.stock_qty, row.waste_percentage, row.bom_no or "") for row in rows] == [
		("RIM", 1, 0, ""),
		("SPOKE", 32, 2, ""),
		("HUB", 1, 0, masters.first_bom("HUB")),
		("TYRE", 1, 0, ""),
	]
	policies = dict(
		frappe.get_all(
			"Item", {"name": ["in", ["HUB", "FRAME", "SADDLE"]]}, ["name", "supply_policy"], as_list=1
		)
	)
	assert policies == {"HUB": MAKE_TO_STOCK, "FRAME": "Build on Demand", "SADDLE": "Stock Only"}


def test_every_user_has_a_token_and_the_roles_of_the_table(site):
	for name in plants.TABLES:
		plant = plants.load(name)
		for row in plant.table.users:
			user = plant.users[row.key]
			assert user.api_key
			assert user.api_secret
			held = frappe.get_all("Has Role", {"parent": user.email}, pluck="role")
			assert sorted(held) == sorted(row.roles)


def test_restoring_brings_stock_and_default_boms_back(site):
	plant = plants.load("bicycle")
	plant.restore()
	plant.receive("SPOKE", 500, 0.2)
	newer = frappe.copy_doc(frappe.get_doc("BOM", masters.first_bom("BICYCLE")))
	newer.update({"is_default": 1, "is_active": 1})
	newer.insert().submit()
	assert frappe.db.get_value("Item", "BICYCLE", "default_bom") == newer.name
	assert _free("SPOKE") == 2500

	plant.restore()
	assert {row.code: _free(row.code) for row in plant.table.opening_stock} == {
		row.code: row.qty for row in plant.table.opening_stock
	}
	assert frappe.db.get_value("Item", "BICYCLE", "default_bom") == masters.first_bom("BICYCLE")
	before = _everything()
	plant.restore()
	assert _everything() == before


def test_a_received_batch_is_in_stock_at_its_rate(site):
	plant = plants.load("paint")
	before = _free("RESIN")
	entry = plant.receive("RESIN", 10, 2.5, batch_no="RS-OPENING-1")
	assert (entry.docstatus, entry.items[0].basic_rate) == (1, 2.5)
	assert _free("RESIN") == before + 10


def test_generated_boms_are_submitted_and_stocked(site):
	plants.load("bicycle")
	flat = generate.flat_bom(3, stock=40)
	assert frappe.db.get_value("BOM", flat.bom_no, ["docstatus", "is_default"]) == (1, 1)
	assert [_free(code) for code in flat.materials] == [40, 40, 40]
	layered = generate.layered([4, 4, 8], [2, 4])
	assert (len(layered.made), len(layered.materials)) == (8, 8)
	parents = frappe.get_all("BOM Item", {"item_code": layered.materials[0], "docstatus": 1}, pluck="parent")
	assert len(set(parents)) == 2


def test_a_generated_plant_has_the_lines_levels_and_materials_it_is_asked_for(site):
	plant = plants.load("bicycle")
	made = generate.plant_scale(500)
	structure = bom.read(made.bom_no, plant.company, Problems())
	assert (len(structure.lines), max(structure.levels.values()), len(made.materials)) == (500, 5, 100)
	assert {line.item_code for line in structure.lines if not line.bom_no} == set(made.materials)


def _everything() -> dict[str, list[tuple]]:
	"""Name and time of the last change of every row that a loader may write."""
	return {
		doctype: sorted(frappe.get_all(doctype, fields=["name", "modified"], as_list=True))
		for doctype in WRITTEN
	}


def _free(item_code: str) -> float:
	rows = frappe.get_all("Bin", {"item_code": item_code}, ["actual_qty", "reserved_stock"])
	return flt(sum(row.actual_qty - row.reserved_stock for row in rows), PRECISION)
