"""Real product structures: versions, sharing, units, waste, loss, companies and stock half-way down the tree."""

import frappe
import pytest

from fixtures.plants import load
from tests.support.orders import amounts, confirmed, tamper, value
from tests.support.scratch import Scratch

BICYCLE, PAINT = "Bicycle Works", "Paint Works"
STORES = {BICYCLE: "Stores - BW", PAINT: "Stores - PW"}


def _override_supply_policy(item_code: str, policies: dict[str, str]) -> None:
	"""{company: supply policy} as rows of the item's defaults."""
	item = frappe.get_doc("Item", item_code)
	for company, policy in policies.items():
		row = {"company": company, "default_warehouse": STORES[company], "supply_policy": policy}
		item.append("item_defaults", row)
	item.save()


@pytest.mark.parametrize(
	("own", "expected"),
	[
		({BICYCLE: "Build on Demand"}, (0, 20)),
		({BICYCLE: "Stock Only"}, (10, 0)),
		({BICYCLE: "Make to Stock"}, (3, 14)),
		({BICYCLE: ""}, (3, 14)),
		({PAINT: "Build on Demand"}, (3, 14)),
		({PAINT: "Stock Only", BICYCLE: "Build on Demand"}, (0, 20)),
	],
)
def test_the_companys_supply_policy_goes_before_the_items(scratch, own, expected):
	"""Ten sub-assemblies of two parts each are needed, three are in stock."""
	load("paint")
	finished, sub, raw = (scratch.item(name) for name in ("FG", "SUB", "RAW"))
	scratch.bom(sub, {raw: 2})
	scratch.bom(finished, {sub: 1})
	scratch.stocks({sub: (3, 10), raw: (100, 1)})
	_override_supply_policy(sub, own)
	answer = confirmed(scratch.order(finished, 10, shortage_policy="Confirm with Shortages"))
	required = {item: needs[0] for item, needs in amounts(answer["materials"]).items()}
	assert (required.get(sub, 0), required.get(raw, 0)) == expected


def test_the_items_supply_policy_holds_where_the_company_names_none(scratch):
	load("paint")
	finished, raw = scratch.item("FG"), scratch.item("RAW")
	sub = scratch.item("SUB", supply_policy="Build on Demand")
	scratch.bom(sub, {raw: 2})
	scratch.bom(finished, {sub: 1})
	scratch.stocks({sub: (30, 10), raw: (100, 1)})
	_override_supply_policy(sub, {PAINT: "Stock Only", BICYCLE: ""})
	answer = confirmed(scratch.order(finished, 10))
	assert amounts(answer["materials"]) == {raw: (20, 20, 0, 0)}


def test_each_company_makes_a_shared_part_by_its_own_bom_from_its_own_stores(scratch):
	paint = Scratch(load("paint"))
	part, wood, steel = (scratch.item(name) for name in ("PART", "WOOD", "STEEL"))
	desk, locker = scratch.item("DESK"), scratch.item("LOCKER")
	scratch.bom(part, {wood: 2})
	paint.bom(part, {steel: 3}, is_default=0)
	tamper("BOM", {"item": part, "company": paint.company}, is_default=1)
	scratch.bom(desk, {part: 1})
	paint.bom(locker, [{"item_code": part, "qty": 1, "bom_no": ""}])
	scratch.stocks({part: (4, 1), wood: (100, 1)})
	paint.stocks({part: (1, 1), steel: (100, 1)})
	assert amounts(confirmed(scratch.order(desk, 10))["materials"]) == {
		part: (4, 4, 0, 0),
		wood: (12, 12, 0, 0),
	}
	assert amounts(confirmed(paint.order(locker, 10))["materials"]) == {
		part: (1, 1, 0, 0),
		steel: (27, 27, 0, 0),
	}
	assert scratch.reserved(part) == 4
	assert paint.reserved(part) == 1


def test_versions_sharing_units_waste_loss_and_stock_work_together(scratch):
	"""A desk of two frames in different versions, both on the same feet; worked out by hand.

	10 desks: 10 left frames by version 1, 20 right ones by version 2, of which 12 frames are in stock: by name,
	stock serves version 1 first and leaves 18 of version 2. These lose 10 %: 20 are put through.
	Feet: 20 x 4 = 80, and 10 desks x 1 = 10 of their own; 25 in stock, 65 to make of 0.25 kg each, 4 % wasted.
	"""
	desk, left, right, frame, foot, tube, rod, resin = (
		scratch.item(name) for name in ("DESK", "LEFT", "RIGHT", "FRAME", "FOOT", "TUBE", "ROD", "RESIN")
	)
	frappe.db.set_value("Item", resin, "stock_uom", "Kg")
	frappe.clear_document_cache("Item", resin)
	_unit_of(resin, "Gram", 0.001)
	grams = {"item_code": resin, "qty": 250, "uom": "Gram", "conversion_factor": 0.001}
	scratch.bom(foot, [{**grams, "waste_percentage": 4}])
	first = scratch.bom(frame, {tube: 2})
	second = scratch.bom(frame, {rod: 30, foot: 40}, is_default=0, quantity=10, process_loss_percentage=10)
	scratch.bom(left, [{"item_code": frame, "qty": 1, "bom_no": first}])
	scratch.bom(right, [{"item_code": frame, "qty": 2, "bom_no": second}])
	scratch.bom(desk, {left: 1, right: 1, foot: 1})
	scratch.stocks({frame: (12, 9), foot: (25, 2), rod: (60, 1), resin: (50, 3)})
	answer = confirmed(scratch.order(desk, 10))
	assert amounts(answer["materials"]) == {
		frame: (12, 12, 0, 0),
		foot: (25, 25, 0, 0),
		rod: (60, 60, 0, 0),
		resin: (16.9, 16.9, 0, 0),
	}


def _unit_of(item_code: str, uom: str, factor: float) -> None:
	if not frappe.db.exists("UOM", uom):
		frappe.get_doc({"doctype": "UOM", "uom_name": uom}).insert()
	item = frappe.get_doc("Item", item_code)
	item.append("uoms", {"uom": uom, "conversion_factor": factor})
	item.save()


def test_a_shared_part_that_is_partly_in_stock_is_partly_made_for_all_its_parents(scratch):
	"""Named on three levels: 10 + 20 + 30 hubs; 25 are in stock, 35 are made of two bearings each."""
	finished, axle, wheel, hub, bearing = (
		scratch.item(name) for name in ("FG", "AXLE", "WHEEL", "HUB", "BEARING")
	)
	scratch.bom(hub, {bearing: 2})
	scratch.bom(axle, {hub: 3})
	scratch.bom(wheel, {axle: 1, hub: 2})
	scratch.bom(finished, {wheel: 1, hub: 1})
	scratch.stocks({hub: (25, 5), bearing: (60, 1)})
	order = scratch.order(finished, 10, shortage_policy="Confirm with Shortages")
	answer = confirmed(order)
	assert amounts(answer["materials"]) == {hub: (25, 25, 0, 0), bearing: (70, 60, 0, 10)}
	assert value("BOM Lock", answer["bom_lock"], "line_count", "level_count") == (6, 4)
